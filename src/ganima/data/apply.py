"""The verbs of folders: each unpacks a request, and does it."""

from dataclasses import dataclass
from pathlib import Path

from ganima import provenance
from ganima.data.align import AlignReport, align_folder
from ganima.data.files import mostly_sound
from ganima.data.inspection import Inspection, inspect_folder
from ganima.data.request import Align, Inspect, Verify
from ganima.data.sound_inspection import SoundInspection, inspect_sounds
from ganima.errors import GanimaError
from ganima.provenance import Verdict
from ganima.reporter import QUIET, Reporter, counted


def inspect(request: Inspect, report: Reporter = QUIET) -> Inspection | SoundInspection:
    """Looks at the pictures, or at the recordings where there are more of them."""
    if mostly_sound(request.folder):
        return inspect_sounds(request.folder, report)

    import torch

    return inspect_folder(request.folder, torch.cuda.is_available(), report)


def align(request: Align, report: Reporter = QUIET) -> AlignReport:
    """Writes the aligned pictures; returns what became of each photograph."""
    height, width = request.size
    return align_folder(request.folder, request.out, height, width, force=request.force, report=report)


@dataclass(frozen=True)
class Verified:
    """What is known about a file."""

    path: Path
    verdict: Verdict | None
    """What its label says; None where it cannot be read."""
    trouble: str = ""
    """Why it cannot be read."""


def verify_files(request: Verify, report: Reporter = QUIET) -> tuple[Verified, ...]:
    """Looks at every file: one that cannot be read keeps none of the others from being looked at."""
    return tuple(_verified(path) for path in counted(request.files, "reading", len(request.files), report))


def _verified(path: Path) -> Verified:
    try:
        return Verified(path, provenance.verify(path))
    except GanimaError as error:
        return Verified(path, None, str(error))
