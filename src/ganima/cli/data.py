"""`ganima data`: folders of pictures and recordings, and the labels of files."""

import dataclasses
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ganima.balance.request import Augment
from ganima.cli.command import Command, say_stopped
from ganima.data.request import Align, Inspect, Verify
from ganima.errors import Cancelled
from ganima.reporter import Reporter

if TYPE_CHECKING:
    from ganima.balance.result import Enlarged
    from ganima.data.align import AlignReport
    from ganima.data.apply import Verified
    from ganima.data.inspection import Inspection
    from ganima.data.sound_inspection import SoundInspection


def show_inspection(request: Inspect, seen: "Inspection | SoundInspection") -> None:
    """What the folder holds."""
    from rich.console import Console

    from ganima.cli import inspected, inspected_sounds
    from ganima.data.inspection import Inspection

    shown = inspected.render(seen) if isinstance(seen, Inspection) else inspected_sounds.render(seen)
    Console().print(shown)


def inspection_data(request: Inspect, seen: "Inspection | SoundInspection") -> dict[str, Any]:
    """The same for programs."""
    from ganima.data import inspection, sound_inspection

    if isinstance(seen, inspection.Inspection):
        return inspection.to_json(seen)
    return sound_inspection.to_json(seen)


def show_aligned(request: Align, report: "AlignReport") -> None:
    """What became of the photographs."""
    for name, reason in report.skipped:
        print(f"{name}: {reason}")
    files = len(report.aligned) + len(report.skipped)
    print(f"{len(report.aligned):,} of {files:,} pictures have one clear face and lie aligned in {request.out}")


def aligned_data(request: Align, report: "AlignReport") -> dict[str, Any]:
    """The same for programs."""
    return {"aligned": len(report.aligned), "skipped": dict(report.skipped)}


def show_augmented(request: Augment, made: "Enlarged | None") -> None:
    """What the set holds, and whether it helped."""
    if made is None:
        say_stopped(request.out.with_name(f"{request.out.name}-model"))
        return
    from ganima.balance import augment
    from ganima.balance.originals import TABLE
    from ganima.balance.page import advice, answer, limits

    width = max(len(entry.name) for entry in made.classes)
    for entry in made.classes:
        known = "" if entry.recognised is None else f", {entry.recognised:.0%} of them recognised"
        print(f"{entry.name:{width}}  {entry.originals:6,} originals  {entry.generated:6,} generated{known}")
    if made.skipped:
        print(f"{len(made.skipped):,} files of {request.folder} are left out; the report says why")
    print(answer(made))
    print(limits(made))
    if words := advice(made):
        print(words)
    print(f"open {request.out / augment.PAGE}; the set is {request.out}, with {TABLE}")
    if made.unseen:
        print(f"the model is {request.out.with_name(augment.RUN.format(request.out.name))}")


def augmented_data(request: Augment, made: "Enlarged | None") -> dict[str, Any]:
    """The same for programs."""
    return {} if made is None else dataclasses.asdict(made)


def show_verified(request: Verify, files: "tuple[Verified, ...]") -> None:
    """What the labels say."""
    for file in files:
        verdict = file.verdict
        if verdict is None:
            print(f"ganima: {file.trouble}", file=sys.stderr)
            continue
        said = {"by": verdict.tool, "model": verdict.model, "sha256": verdict.model_sha256, "consent": verdict.consent}
        maker = "".join(f", {words} {_one_line(value)}" for words, value in said.items() if value)
        print(f"{file.path}: {'AI-generated' + maker if verdict.labelled else 'carries no label that AI made it'}")


def verified_status(files: "tuple[Verified, ...]") -> int:
    """0 where all labels say that AI made the file, 1 where one does not, 2 where a file cannot be read."""
    if any(file.verdict is None for file in files):
        return 2
    return int(not all(file.verdict is not None and file.verdict.labelled for file in files))


def verified_data(request: Verify, files: "tuple[Verified, ...]") -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {"file": str(file.path), "trouble": file.trouble}
        if file.verdict is None
        else {"file": str(file.path), **dataclasses.asdict(file.verdict)}
        for file in files
    ]


def _one_line(text: str) -> str:
    """What a file of unknown origin says, without what could move a terminal's cursor."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def augment(request: Augment, report: Reporter, switches: Mapping[str, bool]) -> "Enlarged | None":
    """Makes the set; None where its training was stopped."""
    from ganima.balance.apply import augment_pictures

    try:
        return augment_pictures(request, report)
    except Cancelled:
        return None


COMMANDS = (
    Command("data inspect", "inspect", show_inspection, inspection_data),
    Command("data align", "align", show_aligned, aligned_data),
    Command(
        "data augment",
        "augment",
        show_augmented,
        augmented_data,
        lambda made: 130 if made is None else 0,
        augment,
    ),
    Command("data verify", "verify", show_verified, verified_data, verified_status, top=True),
)
