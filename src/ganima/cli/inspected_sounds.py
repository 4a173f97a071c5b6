"""What `ganima data inspect` shows on a terminal, of recordings."""

from rich.console import Group, RenderableType

from ganima.cli.listing import LISTED_MAX, counts, facts, section
from ganima.data.sound_inspection import SoundInspection
from ganima.data.transcripts import FILE


def render(inspection: SoundInspection) -> RenderableType:
    """The report for a terminal."""
    i = inspection
    rows = [
        ("folder", i.folder),
        ("usable", f"{i.usable:,} of {i.usable + len(i.unusable):,} sound files"),
        ("duration", f"{_time(i.seconds)} in all; {i.shortest:.1f} to {i.longest:.1f} s, median {i.median:.1f} s"),
        ("sample rates", counts(i.rates)),
        ("channels", counts(i.channels)),
        ("level", f"{i.loud:.0f} dB where it is loud (0 is the loudest possible)"),
        ("noise", "unknown, the recordings are too short" if i.noise is None else f"{i.noise:.0f} dB"),
        (
            "silence",
            f"{i.silence:.0%} of the time" + (f"; files in which nothing is heard: {i.silent:,}" * bool(i.silent)),
        ),
        ("clipped", f"{i.clipped:,} of {i.usable:,} files" if i.clipped else "none"),
        ("speakers", _speakers(i.speakers)),
        ("transcripts", _transcripts(i)),
        ("duplicates", f"groups of equal files: {len(i.duplicates):,}" if i.duplicates else "none"),
    ]
    parts: list[RenderableType] = [facts(rows)]
    parts += section("cannot be used", i.unusable, len(i.unusable))
    parts += section("used, but", i.notes, LISTED_MAX)
    parts += section("duplicates", [("same", ", ".join(group)) for group in i.duplicates], LISTED_MAX)
    parts += section(f"in {FILE}, but not in the folder", [("•", name) for name in i.untold], LISTED_MAX)
    parts += section("before training", [("•", words) for words in i.advice], len(i.advice))
    return Group(*parts)


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def _speakers(found: dict[str, int]) -> str:
    if not found:
        return "one, or unknown (made by subfolders, or by file names such as p225_001)"
    fewest, most = min(found.values()), max(found.values())
    each = f"{fewest:,} to {most:,}" if most > fewest else f"{fewest:,}"
    return f"{len(found):,} by their subfolders or the starts of the file names, with {each} files each"


def _transcripts(inspection: SoundInspection) -> str:
    if not inspection.transcribed:
        return f"none (written in {FILE}, one name|text a line)"
    return f"for {inspection.transcribed:,} of {inspection.usable:,} files"
