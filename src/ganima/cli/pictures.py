"""`ganima inspect` and `ganima align`: the user's own pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from tyro.conf import Positional

from ganima.cli.values import Flag, Folder, Out
from ganima.cli.values import size as size_value


def inspect(folder: Positional[Folder], json: Flag = False) -> int:
    """Say what a folder of pictures holds, what cannot be used and why, and how to train on it.

    Args:
        folder: Folder with pictures, subfolders included.
        json: Print the report as JSON.
    """
    from json import dumps

    import torch
    from rich.console import Console

    from ganima.data.inspection import inspect_folder, render, to_json

    with _progress("reading") as progress:
        inspection = inspect_folder(folder, torch.cuda.is_available(), progress)
    if json:
        print(dumps(to_json(inspection), ensure_ascii=False, indent=2))
    else:
        Console().print(render(inspection))
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

    with _progress("aligning") as progress:
        report = align_folder(folder, out, *size, force=force, progress=progress)
    for name, reason in report.skipped:
        print(f"{name}: {reason}")
    files = len(report.aligned) + len(report.skipped)
    print(f"{len(report.aligned):,} of {files:,} pictures have one clear face and lie aligned in {out}")
    return 0


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the standard error while it is a terminal, told of files done and all files."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
