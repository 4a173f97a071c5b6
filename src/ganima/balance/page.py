"""The report of an enlarged set: what was added, what it looks like, and whether it helps a classifier."""

import base64
from collections.abc import Mapping
from html import escape

from PIL import Image

from ganima import provenance
from ganima.balance.result import Class, Enlarged
from ganima.evaluation.application import Marks
from ganima.pages.frame import frame
from ganima.picture.grid import grid

SIDE = 96
"""Generated pictures are shown with a height of so many pixels at most."""
RECOGNISED = 0.5
"""Where a smaller share of the generated pictures is recognised, something is wrong with them."""
VERDICTS = {
    "helped": "Yes: with the generated pictures, a classifier knows unseen real pictures better",
    "hurt": "No: with the generated pictures, a classifier knows unseen real pictures less well",
    "unclear": "Not measurably: the difference is no larger than chance makes it",
}


def page(name: str, found: Enlarged, shown: Mapping[str, list[Image.Image]], origin: provenance.Origin) -> str:
    """The page as HTML; `shown` are generated pictures of each class to which any were added."""
    originals, made = (sum(getattr(entry, what) for entry in found.classes) for what in ("originals", "generated"))
    facts = {
        "Pictures": f"{originals + made:,}",
        "Originals": f"{originals:,}",
        "Generated": f"{made:,}, {found.size[1]}×{found.size[0]} pixels",
        "Classes": f"{len(found.classes)}" + (f", by {found.by}" if found.by else ""),
        "Model": f"{found.model} ({found.model_sha256[:12]}…)",
    }
    sections = [_answer(found), _classes(found), _shown(shown, origin), _skipped(found)]
    footer = "The generated pictures are AI-generated: a generative adversarial network made them."
    return frame("an enlarged set of pictures", name, facts, sections, footer)


def answer(found: Enlarged) -> str:
    """Whether it helped, in one sentence."""
    help = found.help
    return (
        f"{VERDICTS[help.verdict]} (mean recall {_percent(help.real.mean_recall)} with real pictures alone, "
        f"{_percent(help.both.mean_recall)} with generated ones as well: "
        f"{100 * help.gain:+.1f} ± {100 * help.error:.1f} points)."
    ).replace("-", "−")


def limits(found: Enlarged) -> str:
    """How far the answer can be trusted."""
    words = (
        f"{found.seeds} classifiers of each kind learned from {found.real:,} real pictures, or from these and the "
        f"generated ones, were stopped in time by {found.validation:,} others, and tested on {found.test:,} that none "
        "of them has seen. ± is the standard error; a gain within two of them may be chance."
    )
    if found.unseen:
        return words + " The model that generated pictures has not seen those either."
    if found.seen:
        return words + (
            " But the model was trained on all of these pictures, those of the test included: the gain may be too high."
        )
    return words + " Whether the model has seen those of the test is not known; if it has, the gain may be too high."


def advice(found: Enlarged) -> str:
    """What to do about generated pictures that are not recognised; empty where most of them are."""
    if found.recognised >= RECOGNISED:
        return ""
    return (
        f"Only {found.recognised:.0%} of the generated pictures are recognised as what they were asked to be: before "
        "they are used, train the model longer, or on more pictures."
    )


def _answer(found: Enlarged) -> str:
    kind = {"helped": "good", "hurt": "bad"}.get(found.help.verdict, "")
    return f"""<section><h2>Did it help a classifier?</h2>
<p class="verdict {kind}">{escape(answer(found))}</p>
<p class="note">{escape(limits(found))} <b>{escape(advice(found))}</b></p>
<div class="numbers"><table>
<tr><th>learned from<th>pictures<th>right<th>mean recall of the classes</tr>
{_marks("real pictures", found.real, found.help.real)}
{_marks("real and generated ones", found.real + sum(c.generated for c in found.classes), found.help.both)}
</table></div></section>"""


def _marks(name: str, count: int, marks: Marks) -> str:
    return (
        f"<tr><td>{name}<td>{count:,}<td>{_percent(marks.accuracy)} ± {100 * marks.accuracy_deviation:.1f}"
        f"<td>{_percent(marks.mean_recall)} ± {100 * marks.mean_recall_deviation:.1f}</tr>"
    )


def _classes(found: Enlarged) -> str:
    rows = "".join(_class(entry, found) for entry in found.classes)
    return f"""<section><h2>Classes</h2>
<p class="note">Recall is the share of a class's unseen real pictures that is recognised. A generated picture is
recognised when classifiers that learned from real pictures alone take it for what it was asked to be.</p>
<div class="numbers"><table>
<tr><th>class<th>originals<th>generated<th>recall, real alone<th>with generated<th>generated ones recognised</tr>
{rows}</table></div></section>"""


def _class(entry: Class, found: Enlarged) -> str:
    recalls = (_percent(marks.recalls.get(entry.name)) for marks in (found.help.real, found.help.both))
    return (
        f"<tr><td>{escape(entry.name)}<td>{entry.originals:,}<td>{entry.generated:,}<td>{'<td>'.join(recalls)}"
        f"<td>{_percent(entry.recognised)}</tr>\n"
    )


def _shown(shown: Mapping[str, list[Image.Image]], origin: provenance.Origin) -> str:
    figures = "".join(
        f'<figure><img src="{_uri(images, origin)}" alt="AI-generated pictures of {escape(name)}">'
        f"<figcaption>{escape(name)}</figcaption></figure>"
        for name, images in shown.items()
    )
    return (
        '<section><h2>Generated pictures</h2><p class="note">The first of each class, not chosen.</p>'
        f'<div class="samples">{figures}</div></section>'
    )


def _uri(images: list[Image.Image], origin: provenance.Origin) -> str:
    scale = min(1.0, SIDE / images[0].height)
    size = (max(1, round(images[0].width * scale)), max(1, round(images[0].height * scale)))
    sheet = grid([image.resize(size, Image.Resampling.LANCZOS) for image in images])
    return "data:image/webp;base64," + base64.b64encode(provenance.picture_bytes(sheet, origin, "WEBP")).decode()


def _skipped(found: Enlarged) -> str:
    if not found.skipped:
        return ""
    items = "".join(f"<tr><td>{escape(name)}<td>{escape(reason)}</tr>" for name, reason in found.skipped)
    return (
        f"<section><h2>Left out</h2><details><summary>{len(found.skipped):,} files of the folder are not in the set"
        f'</summary><div class="numbers"><table>{items}</table></div></details></section>'
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
