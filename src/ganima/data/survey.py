"""Which contents the files of a folder have: one pass, in which only those that are new or changed are read."""

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ganima.data.content import Unusable, read_bytes
from ganima.data.files import in_threads
from ganima.errors import GanimaError
from ganima.files import cache
from ganima.reporter import QUIET, Reporter, counted

SETTLED_NS = 2 * 10**9
"""A file that changed less long ago may change again without another time to show for it: FAT counts in 2 seconds."""
BYTES_MAX = 256 * 2**20
"""The indices of all folders together."""


@dataclass(frozen=True)
class Surveyed:
    """A file, and what it held."""

    path: Path
    bytes: int = 0
    modified_ns: int = 0
    """When its content changed, since 1970; anybody can set that."""
    changed_ns: int = 0
    """When anything about it changed, its name included; on Windows, when it was made."""
    digest: str = ""
    """SHA-256 of its content in hexadecimal; empty for a file that cannot be read."""
    unreadable: str | None = None
    """Why it cannot be read, in words that follow its name."""


def survey(folder: Path, files: Sequence[Path], report: Reporter = QUIET) -> list[Surveyed]:
    """Looks at all the `files` below `folder`, in their order; which contents they had is remembered for the next time.

    What a picture measures is known when it is decoded: a header may say something else.
    """
    began = time.time_ns()
    index = cache.folder("surveys") / f"{cache.key(repr(folder.resolve()))}.json"
    known = _known(index, folder)
    looks = in_threads(lambda file: _look(file, known.get(file)), files)
    found = list(counted(looks, "surveying", len(files), report))
    settled = {
        file.path: file
        for file in found
        if file.unreadable is None and max(file.modified_ns, file.changed_ns) < began - SETTLED_NS
    }
    if settled != known:
        rows = {
            str(file.path.relative_to(folder)): (file.bytes, file.modified_ns, file.changed_ns, file.digest)
            for file in settled.values()
        }
        # The index saves time, and no more than that.
        with suppress(GanimaError):
            cache.write(index, lambda beside: beside.write_text(json.dumps(rows), encoding="ascii"), BYTES_MAX)
    return found


def read_surveyed(file: Surveyed) -> bytes:
    """The content that a readable file had when it was looked at. Raises GanimaError where it has another one now."""
    try:
        content = read_bytes(file.path)
    except Unusable:
        content = b""
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise GanimaError(f"{file.path} changed while its folder was read; start again when nothing writes there")
    return content


def _known(index: Path, folder: Path) -> dict[Path, Surveyed]:
    with suppress(OSError, ValueError, TypeError, AttributeError):
        rows = json.loads(index.read_text(encoding="ascii"))
        return {folder / name: Surveyed(folder / name, *row) for name, row in rows.items()}
    return {}


def _look(path: Path, known: Surveyed | None) -> Surveyed:
    times = (0, 0, 0)
    try:
        # Before it is read: what is written meanwhile has another time, and is read the next time.
        with suppress(OSError):
            status = path.stat()
            times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if known is not None and times == (known.bytes, known.modified_ns, known.changed_ns):
            return known
        return Surveyed(path, *times, hashlib.sha256(read_bytes(path)).hexdigest())
    except Unusable as unusable:
        return Surveyed(path, *times, unreadable=unusable.reason)
