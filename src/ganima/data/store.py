"""A folder is decoded once for each size, into a file of the user's cache folder that all processes map."""

import hashlib
import json
import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganima.data.content import Unusable
from ganima.data.files import in_threads
from ganima.data.survey import Surveyed, read_surveyed
from ganima.errors import GanimaError
from ganima.files import atomic, cache
from ganima.files.locks import one_after_another
from ganima.reporter import QUIET, Reporter, counted

BYTES_MAX = 16 * 2**30
"""All sets together; the newest stays however large it is."""
MEMORY_MAX = 2 * 2**30
"""Bytes that are kept in memory where the cache folder cannot hold them; more go into a nameless file."""
SUM = hashlib.sha256().digest_size
"""Bytes at the end of a file, the SHA-256 of all before: pixels [count, ...], zeros for unusable files, and JSON."""

Shape = tuple[int, int, int]
"""Height, width and channels."""
Pixels = NDArray[np.uint8]
Sizes = list[tuple[int, int]]
"""Height and width that each picture had in its file, upright."""
Read = Callable[[bytes, str], tuple[Pixels, tuple[int, int]]]
"""Makes pixels of one shape of a file's content and the end of its name, and says the height and width that it had."""


@dataclass(frozen=True)
class Decoded:
    """What some files gave."""

    used: list[Surveyed]
    """Those that could be used, in their order."""
    pictures: Pixels
    """What they hold, [used, height, width, channels]; perhaps read-only."""
    sizes: Sizes
    skipped: dict[Path, str]
    """The other files, each with the reason."""


def decoded(
    files: Sequence[Surveyed], shape: Shape, read: Read, spare: Path | None = None, report: Reporter = QUIET
) -> Decoded:
    """The `files` as pictures of a `shape`, from the cache where the same contents were decoded to it before.

    `read` has to give the same for the same content. While one process decodes, others that want the same wait for it.
    Where the cache folder cannot hold them, which is said, more than 2 GiB go into a nameless file in the folder
    `spare` (or in that for temporary files). Raises GanimaError where there is no room, or a file has changed since.
    """
    readable = [file for file in files if file.unreadable is None]
    pictures, sizes, unusable = _kept(readable, shape, read, spare, report)
    skipped = {file.path: file.unreadable for file in files if file.unreadable is not None}
    skipped |= {readable[number].path: reason for number, reason in unusable.items()}
    return Decoded([file for file in readable if file.path not in skipped], pictures, sizes, skipped)


def _kept(
    files: Sequence[Surveyed], shape: Shape, read: Read, spare: Path | None, report: Reporter
) -> tuple[Pixels, Sizes, dict[int, str]]:
    """The pictures, their sizes, and the numbers of files that are none, with the reasons."""
    path = cache.folder("pictures") / cache.key([file.digest for file in files], shape)
    found = _open(path, len(files), shape)
    if found is not None:
        return found
    try:
        with one_after_another(path.with_suffix(".lock"), report):
            found = _open(path, len(files), shape)
            if found is None:
                atomic.sweep(path.parent, path.name)
                _require_room(path.parent, len(files) * math.prod(shape))
                cache.write(path, lambda beside: _write(beside, files, shape, read, report), BYTES_MAX)
                found = _open(path, len(files), shape)
    except (OSError, GanimaError) as error:
        report.say(f"decoded pictures are not kept for the next time: {error}")
    if found is None:
        room = _room_for((len(files), *shape), spare)
        rows = iter(room)
        sizes, unusable = _decode(files, read, lambda pixels: np.copyto(next(rows), pixels), report)
        found = room[: len(sizes)], sizes, unusable
    return found


def _open(path: Path, count: int, shape: Shape) -> tuple[Pixels, Sizes, dict[int, str]] | None:
    """What is in a file of the cache; None where there is none, or it is damaged."""
    with suppress(OSError, ValueError):
        whole = np.memmap(path, np.uint8, "r")
        if hashlib.sha256(whole[:-SUM].data).digest() == whole[-SUM:].tobytes():
            cache.touch(path)
            about = json.loads(whole[count * math.prod(shape) : -SUM].tobytes())
            sizes = [(height, width) for height, width in about["sizes"]]
            pictures = whole[: len(sizes) * math.prod(shape)].reshape(len(sizes), *shape)
            return pictures, sizes, dict(about["unusable"])
    return None


def _write(path: Path, files: Sequence[Surveyed], shape: Shape, read: Read, report: Reporter) -> None:
    with path.open("w+b") as file:
        sizes, unusable = _decode(files, read, lambda pixels: file.write(pixels.tobytes()), report)
        file.seek(len(files) * math.prod(shape))
        file.write(json.dumps({"sizes": sizes, "unusable": list(unusable.items())}).encode())
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").digest()
        file.write(digest)


def _decode(
    files: Sequence[Surveyed], read: Read, take: Callable[[Pixels], object], report: Reporter
) -> tuple[Sizes, dict[int, str]]:
    """Hands the pixels of each usable file to `take`; returns the sizes, and the numbers of the others with reasons."""
    sizes: Sizes = []
    unusable: dict[int, str] = {}

    def one(file: Surveyed) -> tuple[Pixels, tuple[int, int]] | Unusable:
        try:
            return read(read_surveyed(file), file.path.suffix)
        except Unusable as error:
            return error

    for number, result in enumerate(counted(in_threads(one, files), "reading", len(files), report)):
        if isinstance(result, Unusable):
            unusable[number] = result.reason
        else:
            take(result[0])
            sizes.append(result[1])
    return sizes, unusable


def _require_room(place: Path, size: int) -> None:
    """Raises GanimaError where `place` has less than `size` bytes left, before work is done in vain."""
    if shutil.disk_usage(place).free < size:
        raise GanimaError(f"{place} has no room for {size / 1e9:.1f} GB of decoded pictures; free some space")


def _room_for(shape: tuple[int, ...], spare: Path | None) -> Pixels:
    """An array in memory or, when large, in a nameless file that vanishes with it."""
    size = math.prod(shape)
    if size <= MEMORY_MAX:
        return np.empty(shape, dtype=np.uint8)
    place = spare or Path(tempfile.gettempdir())
    try:
        place.mkdir(parents=True, exist_ok=True)
        # A memory map that grows over the end of the disk kills the process, so the room is checked beforehand.
        _require_room(place, size)
        with tempfile.TemporaryFile(dir=place) as file:
            return np.memmap(file, dtype=np.uint8, mode="w+", shape=shape)
    except OSError as error:
        raise GanimaError(f"cannot keep decoded pictures in {place}: {error.strerror}") from error
