"""Where something may be written: what is there already is replaced only when that is asked for."""

import os
from collections.abc import Iterable
from pathlib import Path

from ganima.errors import GanimaError


def require_free(files: Iterable[Path], force: bool, field: str = "out") -> None:
    """Raises GanimaError, about the request's `field`, where one of the files to write is a folder, or is there and is
    not to be replaced (`force`).
    """
    for path in files:
        if path.is_dir():
            raise GanimaError(f"{path} is a folder: choose another `{field}`", field)
        if path.exists() and not force:
            raise GanimaError(f"{path} exists already: choose another `{field}`, or replace it with `force`", field)


def require_free_folder(out: Path, force: bool, what: str, signs: Iterable[str]) -> None:
    """Raises GanimaError where the folder to write holds something, and is not to be replaced (`force`), or cannot be:
    only `what` was made before is replaced, as in "character", which is known by its files `signs`.
    """
    if not os.path.lexists(out) or (out.is_dir() and not any(out.iterdir())):
        return
    if not force:
        replace = f"replace the {what} in it with `force`"
        raise GanimaError(f"{out} exists already: choose another `out`, or {replace}", "out")
    if not all((out / sign).is_file() for sign in signs):
        raise GanimaError(f"{out} holds no {what}, so `force` does not replace it: choose another `out`", "out")


def require_apart(folder: Path, out: Path) -> None:
    """Raises GanimaError where the folder that is read and the one that is written lie in one another."""
    read, written = folder.resolve(), out.resolve()
    if written.is_relative_to(read) or read.is_relative_to(written):
        raise GanimaError(f"{out} and {folder} lie in one another: choose another `out`", "out")
