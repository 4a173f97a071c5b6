"""The page that says how good a model is: scores in words, curves, uncurated pictures, closest pairs, classes."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from ganima import provenance
from ganima.errors import GanimaError
from ganima.evaluation.judgement import Judgement, PairShown
from ganima.evaluation.scores import summary
from ganima.evaluation.sheets import above, beside, sheet
from ganima.files import atomic
from ganima.files.places import require_free
from ganima.pages.charts import Drawing, Line, over_steps
from ganima.pages.embedded import Embedded, embedded
from ganima.pages.render import render
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
    require_free((out, beside_it), force)
    return beside_it


def write_report(
    found: Judgement,
    out: Path,
    sections: Sequence[Markup] = (),
    data: Mapping[str, Any] | None = None,
    real_pictures: bool = True,
) -> Path:
    """Writes the page, and what it says as JSON beside it: both or neither. Returns the path of the JSON file.

    `sections` are further sections of the page, and `data` what they say, by name. Without `real_pictures` the
    page shows none, so that it can be published. Raises GanimaError where the files cannot be written.
    """
    origin = origin_of(found.model)
    html, numbers, beside_it = (
        page(found, sections, real_pictures),
        as_data(found) | dict(data or {}),
        out.with_suffix(".json"),
    )
    atomic.write_both(
        out,
        lambda beside: provenance.save_page(html, beside, origin),
        lambda: provenance.save_json(numbers, beside_it, origin),
    )
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


def page(found: Judgement, sections: Sequence[Markup] = (), real_pictures: bool = True) -> str:
    """The report as HTML."""
    origin = origin_of(found.model)
    return render(
        "evaluation.html.j2",
        title=found.model.name,
        state=summary(found.measured.scores),
        facts=found.facts,
        found=found,
        generated=_generated(found, origin),
        drawings=[_details(found), _closest(found)],
        pairs=[_pair(pair, origin, real_pictures) for pair in found.pairs],
        comparison=_comparison(found, origin) if real_pictures else None,
        duplicates=_duplicates(found, origin),
        classes=[
            (some, embedded(sheet(some.pictures, 4), origin, f"AI-generated: {some.name}")) for some in found.classes
        ],
        sections=sections,
    )


def _generated(found: Judgement, origin: Origin) -> Embedded:
    count = len(found.generated)
    words = f"The first {count} AI-generated pictures of the seed, as they came: nobody chose among them."
    return embedded(sheet(found.generated, COLUMNS), origin, words)


def _details(found: Judgement) -> Drawing:
    sides, levels = [f"{side} px" for side in found.measured.levels], list(found.measured.levels.values())
    return over_steps(
        "Details by size",
        "Sliced Wasserstein distance at each level of the pyramid, named by its longer side: fine details first.",
        sides,
        [Line("generated", [pair[0] for pair in levels]), Line("real", [pair[1] for pair in levels])],
        0.0,
        max(value for pair in levels for value in pair),
    )


def _closest(found: Judgement) -> Drawing:
    near = found.measured.memorisation
    lines = [
        Line(label, [float(v) for v in np.quantile(values, SHARES)])
        for label, values in (("generated", near.generated), ("held-out", near.held_out))
    ]
    return over_steps(
        "Distance to the nearest training picture",
        "At most so far away lies which share of the pictures; 1 is the mean of held-out ones. Where the generated "
        "pictures' line starts far below the other, some are copies.",
        [f"{share:.0%}" for share in SHARES],
        lines,
        0.0,
        max(float(v) for line in lines for v in line.values if v is not None),
        level=1.0,
    )


def _pair(pair: PairShown, origin: Origin, real_pictures: bool) -> Embedded:
    file = pair.file + (", mirrored" if pair.mirrored else "")
    places = ("left, ", "right, ") if real_pictures else ("", "")
    words = f"No. {pair.generated} ({places[0]}AI-generated) and {file} ({places[1]}real): "
    shown_here = pair.pictures if real_pictures else pair.pictures[:1]
    return embedded(beside(shown_here), origin, f"{words}distance {pair.distance:.2f}")


def _comparison(found: Judgement, origin: Origin) -> Embedded:
    count = len(found.real)
    words = f"Above, {count} held-out real pictures, evenly chosen; below, the first {count} AI-generated ones."
    return embedded(above(found.real, found.generated[:count], COLUMNS), origin, words)


def _duplicates(found: Judgement, origin: Origin) -> list[Embedded]:
    figures = []
    for pictures, group in zip(found.duplicates, found.measured.duplicates, strict=False):
        words = f"{len(group)} AI-generated pictures that are nearly the same, such as no. {group[0]} and {group[1]}"
        figures.append(embedded(beside(pictures), origin, words))
    return figures
