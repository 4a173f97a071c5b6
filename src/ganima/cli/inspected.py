"""What `ganima data inspect` shows on a terminal."""

from rich.console import Group, RenderableType

from ganima.cli.listing import LISTED_MAX, counts, facts, section
from ganima.data.inspection import Duplicates, Inspection
from ganima.data.pictures import CHANNELS


def render(inspection: Inspection) -> RenderableType:
    """The report for a terminal."""
    s = inspection.suggestion
    rows = [
        ("folder", inspection.folder),
        ("usable", f"{inspection.usable:,} of {inspection.usable + len(inspection.unusable):,} picture files"),
        ("sizes", _sizes(inspection)),
        ("shapes", counts(inspection.shapes)),
        ("channels", counts(inspection.channels)),
        ("classes", _classes(inspection)),
        ("duplicates", _duplicates_in_words(inspection.duplicates)),
        ("suggestion", f"--preset {s.preset} --resolution {s.height}x{s.width} ({CHANNELS[s.channels]})"),
        ("why", s.why),
        ("fit", inspection.fit),
    ]
    parts: list[RenderableType] = [facts(rows)]
    alike = [("same" if d.exact else "alike", ", ".join(d.files)) for d in inspection.duplicates]
    parts += section("cannot be used", inspection.unusable, len(inspection.unusable))
    parts += section("used, but", inspection.notes, LISTED_MAX)
    parts += section("duplicates", alike, LISTED_MAX)
    parts += section("before training", [("•", words) for words in inspection.advice], len(inspection.advice))
    return Group(*parts)


def _sizes(inspection: Inspection) -> str:
    smallest, median, largest = (f"{w}×{h}" for h, w in (inspection.smallest, inspection.median, inspection.largest))
    if smallest == largest:
        return f"all {smallest} (width × height)"
    return f"{smallest} to {largest}, median {median} (width × height)"


def _classes(inspection: Inspection) -> str:
    if not inspection.classes:
        return "none (made by subfolders, or by a labels.csv with the columns file,label)"
    without = f"; {inspection.unlabelled:,} pictures have none" if inspection.unlabelled else ""
    return f"{len(inspection.classes)}: {counts(inspection.classes)}{without}"


def _duplicates_in_words(duplicates: tuple[Duplicates, ...]) -> str:
    if not duplicates:
        return "none"
    exact = sum(group.exact for group in duplicates)
    return f"groups of equal files: {exact:,}; groups of pictures that look alike: {len(duplicates) - exact:,}"
