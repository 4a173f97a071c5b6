"""Files that are either whole or not there: written beside, flushed to the disk, and renamed."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ganima.errors import GanimaError


def write(path: Path, writer: Callable[[Path], object], keep: Path | None = None) -> None:
    """Lets `writer` fill a temporary file beside `path` and then puts it in place; an older `path` moves to `keep`.

    Raises GanimaError when the disk is full or the folder cannot be written; an older file at `path` is then still
    there.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        if keep is not None and path.exists():
            os.replace(path, keep)
        os.replace(beside, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise GanimaError(f"cannot write {path}: {reason}; free some space or choose another folder") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def sweep(folder: Path) -> None:
    """Removes what a killed process left half-written in `folder`."""
    for part in folder.glob(".*.part"):
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Puts `text` (UTF-8) into `path`, whole or not at all."""
    write(path, lambda beside: beside.write_text(text, encoding="utf-8"))
