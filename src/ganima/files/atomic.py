"""Files and folders that are either whole or not there: written beside, and renamed."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
        _flush(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise GanimaError(f"cannot write {path}: {reason}; free some space or choose another folder") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def write_both(path: Path, writer: Callable[[Path], object], other: Callable[[], object]) -> None:
    """As `write`, for a file that goes with another one, which `other` writes: both are there in the end, or neither.

    Raises GanimaError as `write` does, and what `other` raises.
    """

    def both(beside: Path) -> None:
        writer(beside)
        # The first file is on the disk by then; all that is left to do for it is a change of its name.
        other()

    write(path, both)


def _flush(folder: Path) -> None:
    """Has the names in `folder` on the disk, so that a power cut does not bring an older file back."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sweep(folder: Path, name: str = "") -> None:
    """Removes what a killed process left half-written in `folder`, of the file `name` alone where it is given."""
    for part in folder.glob(f".{name}*.part"):
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Puts `text` (UTF-8) into `path`, whole or not at all."""
    write(path, lambda beside: beside.write_text(text, encoding="utf-8"))


@contextmanager
def folder_in_place_of(out: Path) -> Iterator[Path]:
    """A new folder that takes the place of `out` at the end; when anything goes wrong it is gone without a trace.

    Raises GanimaError when the disk says no.
    """
    out = out.absolute()
    # Beside the first folder that exists, so that no parent is left behind either.
    home = next(parent for parent in out.parents if os.path.exists(parent))
    beside, old = (home / f".{out.name}.{os.getpid()}.{what}" for what in ("part", "old"))
    try:
        beside.mkdir()
        yield beside
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists():
            out.rename(old)
        beside.rename(out)
    except OSError as error:
        raise GanimaError(f"cannot write {out}: {error.strerror or error}; choose another `out`", "out") from error
    finally:
        if old.exists() and not out.exists():
            old.rename(out)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
