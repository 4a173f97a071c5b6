"""`ganima inspect` and `ganima align`: the user's own pictures."""

from typing import Annotated

from tyro.conf import Positional

from ganima.cli.progress import progress
from ganima.cli.values import Flag, Folder, Out
from ganima.cli.values import size as size_value


def inspect(folder: Positional[Folder], json: Flag = False) -> int:
    """Say what a folder of pictures, or of recordings, holds, what cannot be used and why, and how to train on it.

    Args:
        folder: Folder with pictures or sound files, subfolders included; where there are both, the more numerous count.
        json: Print the report as JSON.
    """
    from json import dumps

    from rich.console import Console

    from ganima.data.files import mostly_sound

    with progress("reading") as bar:
        if mostly_sound(folder):
            from ganima.cli import inspected_sounds
            from ganima.data import sound_inspection

            heard = sound_inspection.inspect_sounds(folder, bar)
            data, shown = sound_inspection.to_json(heard), inspected_sounds.render(heard)
        else:
            import torch

            from ganima.cli import inspected
            from ganima.data import inspection

            seen = inspection.inspect_folder(folder, torch.cuda.is_available(), bar)
            data, shown = inspection.to_json(seen), inspected.render(seen)
    if json:
        print(dumps(data, ensure_ascii=False, indent=2))
    else:
        Console().print(shown)
    return 0


def align(
    folder: Positional[Folder],
    out: Out,
    size: Annotated[tuple[int, int], size_value("--size")] = (128, 96),
    force: Flag = False,
) -> int:
    """Find the face in each photograph and crop it with the eyes on fixed points.

    Args:
        folder: Folder with photographs, subfolders included.
        out: Folder for the aligned pictures.
        size: Height and width of the aligned pictures in pixels.
        force: Replace the outcome of an earlier alignment.
    """
    from ganima.data.align import align_folder

    with progress("aligning") as bar:
        report = align_folder(folder, out, *size, force=force, progress=bar)
    for name, reason in report.skipped:
        print(f"{name}: {reason}")
    files = len(report.aligned) + len(report.skipped)
    print(f"{len(report.aligned):,} of {files:,} pictures have one clear face and lie aligned in {out}")
    return 0
