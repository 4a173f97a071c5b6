"""The report of an enlarged set: what was added, what it looks like, and whether it helps a classifier."""

from collections.abc import Mapping

from PIL import Image

from ganima import provenance
from ganima.balance.result import Class, Enlarged
from ganima.evaluation.application import Marks
from ganima.pages.embedded import Embedded, embedded
from ganima.pages.render import render
from ganima.pages.words import percent
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
    return render(
        "balance.html.j2",
        title=name,
        facts=facts,
        found=found,
        answer=answer(found),
        limits=limits(found),
        advice=advice(found),
        learned=[
            _marks("real pictures", found.real, found.help.real),
            _marks("real and generated ones", found.real + made, found.help.both),
        ],
        classes=[_class(entry, found) for entry in found.classes],
        pictures=[_sheet(of, images, origin) for of, images in shown.items()],
    )


def answer(found: Enlarged) -> str:
    """Whether it helped, in one sentence."""
    help = found.help
    return (
        f"{VERDICTS[help.verdict]} (mean recall {percent(help.real.mean_recall)} with real pictures alone, "
        f"{percent(help.both.mean_recall)} with generated ones as well: "
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


def _marks(name: str, count: int, marks: Marks) -> list[str]:
    shares = ((marks.accuracy, marks.accuracy_deviation), (marks.mean_recall, marks.mean_recall_deviation))
    return [name, f"{count:,}", *(f"{percent(share)} ± {100 * deviation:.1f}" for share, deviation in shares)]


def _class(entry: Class, found: Enlarged) -> list[str]:
    recalls = (percent(marks.recalls.get(entry.name)) for marks in (found.help.real, found.help.both))
    return [entry.name, f"{entry.originals:,}", f"{entry.generated:,}", *recalls, percent(entry.recognised)]


def _sheet(name: str, images: list[Image.Image], origin: provenance.Origin) -> Embedded:
    scale = min(1.0, SIDE / images[0].height)
    size = (max(1, round(images[0].width * scale)), max(1, round(images[0].height * scale)))
    sheet = grid([image.resize(size, Image.Resampling.LANCZOS) for image in images])
    return embedded(sheet, origin, f"AI-generated pictures of {name}")
