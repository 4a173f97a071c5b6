"""The page that says how good a model is: scores in words, curves, uncurated pictures, closest pairs, classes."""

import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganima import provenance
from ganima.errors import GanimaError
from ganima.evaluation.judgement import Judgement
from ganima.evaluation.scores import Score, shown, summary
from ganima.evaluation.sheets import above, as_address, beside, sheet
from ganima.files import atomic
from ganima.pages.frame import frame
from ganima.pages.plot import Line, plot
from ganima.picture.model import origin_of
from ganima.provenance import Origin

COLUMNS = 8
"""Pictures in a row of a sheet."""
SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
"""Shares of the pictures at which the curve of nearest distances is drawn."""


def check_out(out: Path, force: bool) -> Path:
    """The JSON file that goes with the page. Raises GanimaError where one of them exists and `force` is not given."""
    if out.suffix.lower() not in (".html", ".htm"):
        raise GanimaError(f"cannot write {out}: choose a name that ends in .html")
    beside_it = out.with_suffix(".json")
    home = next(parent for parent in out.absolute().parents if parent.exists())
    if not home.is_dir() or not os.access(home, os.W_OK):
        raise GanimaError(f"cannot write {out}: {home} is no folder that can be written; choose another `out`", "out")
    for path in (out, beside_it):
        if path.is_dir() or (path.exists() and not force):
            raise GanimaError(f"{path} exists already: choose another `out`, or replace it with `force`", "out")
    return beside_it


def write_report(
    found: Judgement,
    out: Path,
    sections: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    real_pictures: bool = True,
) -> Path:
    """Writes the page, and what it says as JSON beside it: both or neither. Returns the path of the JSON file.

    `sections` are further sections of the page as HTML, and `data` what they say, by name. Without `real_pictures` the
    page shows none, so that it can be published. Raises GanimaError where the files cannot be written.
    """
    origin = origin_of(found.model)
    html, numbers, beside_it = (
        page(found, sections, real_pictures),
        as_data(found) | dict(data or {}),
        out.with_suffix(".json"),
    )

    def both(part: Path) -> None:
        # The page is on the disk by then; all that is left to do for it is a change of its name.
        provenance.save_page(html, part, origin)
        provenance.save_json(numbers, beside_it, origin)

    atomic.write(out, both)
    return beside_it


def as_data(found: Judgement) -> dict[str, Any]:
    """The judgement as plain data: whatever the page says but the pictures."""
    measured = found.measured
    return {
        "model": found.model.name,
        "extractor": found.extractor.name,
        "facts": found.facts,
        "notes": found.notes,
        "scores": {
            score.key: {
                "title": score.title,
                "value": score.value,
                "deviation": score.deviation,
                "real": score.real,
                "real at half the resolution": score.soft,
                "verdict": score.verdict,
                "words": score.words,
                "meaning": score.meaning,
            }
            for score in measured.scores
        },
        "numbers": measured.numbers,
        "swd by level": {str(side): {"generated": a, "real": b} for side, (a, b) in measured.levels.items()},
        "closest pairs": [
            {"generated": p.generated, "training": p.file, "mirrored": p.mirrored, "distance": p.distance}
            for p in found.pairs
        ],
        "duplicates": measured.duplicates,
        "classes": [
            {"name": some.name, "diversity": some.diversity, "real pictures": some.real} for some in found.classes
        ],
    }


def page(found: Judgement, sections: Sequence[str] = (), real_pictures: bool = True) -> str:
    """The report as HTML."""
    origin, name = origin_of(found.model), found.model.name
    scores = "".join(_card(score) for score in found.measured.scores)
    parts = [
        _notes(found.notes),
        f'<section><h2>Scores</h2><p class="note">{_about(found)}</p><div class="scores">{scores}</div></section>',
        _curves(found),
        _pairs(found, origin, real_pictures),
        _comparison(found, origin) if real_pictures else "",
        _duplicates(found, origin),
        _classes(found, origin),
        *sections,
        _all_numbers(found),
    ]
    footer = (
        "Generated pictures on this page are AI-generated: a generative adversarial network made them. Where real "
        "pictures stand beside them, the captions say so."
    )
    return frame(
        "evaluation",
        name,
        found.facts,
        parts,
        footer,
        tab=f"{name} · evaluation",
        state=summary(found.measured.scores),
        picture=_generated(found, origin),
        style=OWN_STYLE,
    )


def _generated(found: Judgement, origin: Origin) -> str:
    count = len(found.generated)
    words = f"The first {count} AI-generated pictures of the seed, as they came: nobody chose among them."
    image = _image(sheet(found.generated, COLUMNS), origin, words)
    return f'<figure class="newest">{image}<figcaption>{words}</figcaption></figure>'


def _notes(notes: list[str]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<section class="notes"><h2>Before you read the numbers</h2><ul>{items}</ul></section>'


def _about(found: Judgement) -> str:
    return (
        f"Features are those of <b>{escape(found.extractor.name)}</b>. {escape(found.extractor.about)} Numbers of "
        "different extractors never compare. Every score stands beside what real pictures score in the place of the "
        "generated ones; “good”, “fair” and “poor” are rules of thumb that say how near it comes to that."
    )


def _card(score: Score) -> str:
    verdict = f'<span class="state {score.verdict}">{score.verdict}</span>' if score.verdict else ""
    deviation = f" <small>± {shown(score.deviation)}</small>" if score.deviation is not None else ""
    others = [("real pictures", score.real), ("real ones at half resolution", score.soft)]
    beside_it = " · ".join(f"{words} <b>{shown(value)}</b>" for words, value in others if value is not None)
    return f"""<article class="score"><h3>{escape(score.title)} {verdict}</h3>
<p class="value">{shown(score.value)}{deviation}</p><p class="beside">{beside_it}</p>
<p class="says">{escape(score.words)}</p><p class="meaning">{escape(score.meaning)}</p></article>
"""


def _curves(found: Judgement) -> str:
    sides, levels = [f"{side} px" for side in found.measured.levels], list(found.measured.levels.values())
    top = max(value for pair in levels for value in pair)
    details = plot(
        "Details by size",
        "Sliced Wasserstein distance at each level of the pyramid, named by its longer side: fine details first.",
        sides,
        [Line("generated", [pair[0] for pair in levels]), Line("real", [pair[1] for pair in levels])],
        0.0,
        top,
    )
    near = found.measured.memorisation
    lines = [
        Line(label, [float(v) for v in np.quantile(values, SHARES)])
        for label, values in (("generated", near.generated), ("held-out", near.held_out))
    ]
    closest = plot(
        "Distance to the nearest training picture",
        "At most so far away lies which share of the pictures; 1 is the mean of held-out ones. Where the generated "
        "pictures' line starts far below the other, some are copies.",
        [f"{share:.0%}" for share in SHARES],
        lines,
        0.0,
        max(float(v) for line in lines for v in line.values if v is not None),
        level=1.0,
    )
    return f'<section><h2>Curves</h2><div class="charts">{details}{closest}</div></section>'


def _pairs(found: Judgement, origin: Origin, real_pictures: bool) -> str:
    figures = []
    for pair in found.pairs:
        file = escape(pair.file) + (", mirrored" if pair.mirrored else "")
        places = ("left, ", "right, ") if real_pictures else ("", "")
        words = f"No. {pair.generated} ({places[0]}AI-generated) and {file} ({places[1]}real): "
        shown_here = pair.pictures if real_pictures else pair.pictures[:1]
        figures.append(_figure(beside(shown_here), origin, f"{words}distance {pair.distance:.2f}"))
    left_out = "" if real_pictures else " The real ones were left out of this page."
    return f"""<section><h2>Closest pairs</h2>
<p class="note">The generated pictures that lie nearest to a training picture, beside it. A distance of 1 is that of a
new real picture on average. Copies would show the same picture twice.{left_out}</p>
<div class="pairs">{"".join(figures)}</div></section>"""


def _comparison(found: Judgement, origin: Origin) -> str:
    count = len(found.real)
    words = f"Above, {count} held-out real pictures, evenly chosen; below, the first {count} AI-generated ones."
    image = above(found.real, found.generated[:count], COLUMNS)
    return f"""<section><h2>Real and generated</h2>
<figure class="wide">{_image(image, origin, words)}<figcaption>{words}</figcaption></figure></section>"""


def _duplicates(found: Judgement, origin: Origin) -> str:
    if not found.duplicates:
        return ""
    numbers = found.measured.duplicates
    figures = []
    for pictures, group in zip(found.duplicates, numbers, strict=False):
        words = f"{len(group)} AI-generated pictures that are nearly the same, such as no. {group[0]} and {group[1]}"
        figures.append(_figure(beside(pictures), origin, words))
    return f"""<section><h2>Duplicates in the output</h2>
<p class="note">{len(numbers):,} groups of generated pictures are nearly the same; here are the first.</p>
<div class="pairs">{"".join(figures)}</div></section>"""


def _classes(found: Judgement, origin: Origin) -> str:
    if not found.classes:
        return ""
    figures = []
    for some in found.classes:
        diversity = "" if some.diversity is None else f" · diversity {some.diversity:.2f}"
        words = f"{escape(some.name)} <small>{some.real:,} real pictures{diversity}</small>"
        image = _image(sheet(some.pictures, 4), origin, f"AI-generated: {escape(some.name)}")
        figures.append(f"<figure>{image}<figcaption>{words}</figcaption></figure>")
    return f"""<section><h2>Classes</h2>
<p class="note">The first AI-generated pictures of each class, as they came. Diversity is the mean distance of two
generated pictures of the class over that of two real ones: near 1 they differ as much, near 0 they are all alike.</p>
<div class="classes">{"".join(figures)}</div></section>"""


def _all_numbers(found: Judgement) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{shown(value)}</td></tr>" for name, value in found.measured.numbers.items()
    )
    return f"""<section><h2>All numbers</h2>
<p class="note">“real” is training against held-out pictures, as a perfect generator scores; “training” is generated
against training pictures, at the larger number of pictures “n training”.</p>
<details><summary>{len(found.measured.numbers)} numbers</summary><table>{rows}</table></details></section>"""


def _figure(image: Image.Image, origin: Origin, words: str) -> str:
    return f"<figure>{_image(image, origin, words)}<figcaption>{words}</figcaption></figure>"


def _image(image: Image.Image, origin: Origin, words: str) -> str:
    address, (width, height) = as_address(image, origin)
    return f'<img src="{address}" width="{width}" height="{height}" alt="{words}">'


OWN_STYLE = """
.good { color: var(--good); } .fair { color: var(--c1); } .poor { color: var(--bad); }
h1 .state { color: var(--soft); }
.notes { padding: 16px 20px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); }
.notes h2 { font-size: 16px; } .notes ul { padding-left: 18px; font-size: 14px; }
.scores { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(290px, 100%), 1fr)); gap: 16px; }
.score { padding: 14px 16px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); }
.score p { margin: 0; } .score h3 { display: flex; justify-content: space-between; align-items: start; gap: 8px; }
.score .state { margin: 0; font-size: 12px; padding: 0 9px; }
.value { font-size: 26px; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.value, .beside { font-variant-numeric: tabular-nums; }
.value small { font-size: 15px; font-weight: 400; }
.beside, .meaning { font-size: 12.5px; color: var(--soft); } .beside b { color: var(--ink); font-weight: 600; }
.says { font-size: 14px; padding: 6px 0; }
.pairs, .classes { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(220px, 46%), 1fr)); }
.pairs img, .classes img, .wide img { width: 100%; } .wide { max-width: 900px; }
.pairs figcaption, .classes figcaption, .wide figcaption { margin-top: 6px; overflow-wrap: anywhere; }
"""
