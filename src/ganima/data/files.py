"""Files in a folder: which of them are pictures or recordings, and reading many at once."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from ganima.data.pictures import PICTURE_SUFFIXES
from ganima.data.sound import SOUND_SUFFIXES
from ganima.errors import GanimaError

PICTURES_MIN = 10
"""Fewer usable pictures than these are no folder to train on."""


THREADS = min(4, os.cpu_count() or 1)


A = TypeVar("A")


B = TypeVar("B")


def find_files(folder: Path, suffixes: frozenset[str] = PICTURE_SUFFIXES, what: str = "pictures") -> list[Path]:
    """The files below `folder` that are pictures, or what else their `suffixes` say, sorted by relative path.

    Hidden files and folders are left out. Links to folders are followed, each folder is entered once. A folder that
    cannot be opened is listed as if it were a file, so that it is reported. Raises GanimaError where `folder` itself is
    missing, no folder, cannot be opened, or has none.
    """
    if not folder.is_dir():
        raise GanimaError(f"{folder} is {'not a folder' if folder.exists() else 'missing'}; give a folder of {what}")
    found, closed = _walk(folder, suffixes)
    if folder in closed:
        raise GanimaError(f"{folder} cannot be opened; check its permissions")
    if not found:
        raise GanimaError(_none_of(folder, suffixes, what))
    return sorted(found + closed, key=lambda path: path.relative_to(folder).parts)


def count_files(folder: Path, suffixes: frozenset[str]) -> int:
    """How many files that end so there are below `folder`; 0 where it cannot be opened."""
    return len(_walk(folder, suffixes)[0])


def mostly_sound(folder: Path) -> bool:
    """Whether there are more sound files than pictures below `folder`, by their names."""
    return count_files(folder, SOUND_SUFFIXES) > count_files(folder, PICTURE_SUFFIXES)


def relative_name(path: Path, folder: Path) -> str:
    """A file's name below `folder`, with slashes; controls and bytes that are no text are escaped."""
    name = path.relative_to(folder).as_posix()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def in_threads(function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """`function` of each of `items`, in their order, computed in a few threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[B]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            # Not all at once: whoever stops half-way waits for what has been submitted.
            if len(waiting) > 8 * THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def require_enough(
    folder: Path, usable: int, skipped: tuple[tuple[str, str], ...], least: int = PICTURES_MIN, what: str = "pictures"
) -> None:
    """Raises GanimaError where there are fewer than 10 usable pictures, or than `least` of what else is used."""
    if usable < least:
        others = f" and {len(skipped)} others ({skipped[0][0]}: {skipped[0][1]})" if skipped else ""
        raise GanimaError(f"{folder} has {usable} usable {what}{others}; at least {least} are needed")


def _walk(folder: Path, suffixes: frozenset[str]) -> tuple[list[Path], list[Path]]:
    """The files below `folder` that end so, and the folders that cannot be opened."""
    closed: list[Path] = []
    found: list[Path] = []
    entered: set[tuple[int, int]] = set()
    for root, folders, names in os.walk(folder, onerror=lambda e: closed.append(Path(e.filename)), followlinks=True):
        status = os.stat(root)
        if (status.st_dev, status.st_ino) in entered:
            folders.clear()
            continue
        entered.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in names if _ends_in(name, suffixes)]
    return found, closed


def _ends_in(name: str, suffixes: frozenset[str]) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in suffixes


def _none_of(folder: Path, suffixes: frozenset[str], what: str) -> str:
    """Says that `folder` has no such files, and what it has instead."""
    others = sorted({path.suffix.lower() for path in folder.rglob("*") if path.is_file() and path.suffix})
    has = f" (but {', '.join(others[:5])})" if others else ""
    kinds = "JPEG, PNG, WebP, BMP, TIFF, GIF and AVIF" if what == "pictures" else ", ".join(sorted(suffixes))
    return f"{folder} has no {what}{has}; {kinds} files are read"
