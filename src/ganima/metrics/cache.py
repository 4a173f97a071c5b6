"""What is known of a folder of pictures, kept in the user's cache folder under a key that its contents decide."""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.metrics.statistics import Arrays

VERSION = 1
"""Of what is kept: another one makes everything anew."""
BYTES_MAX = 4 * 2**30
"""All files together; the ones that were used least recently go first."""


def folder() -> Path:
    """Where it is kept: `ganima/statistics` in `$XDG_CACHE_HOME`, or in `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ganima" / "statistics"


def key(*parts: object) -> str:
    """A file's name for what follows from `parts`, plain values."""
    return hashlib.sha256(json.dumps([VERSION, *parts]).encode()).hexdigest()


def kept(name: str, make: Callable[[], tuple[Arrays, Any]]) -> tuple[Arrays, Any]:
    """What is kept under `name`, or what `make` gives, which is then kept: arrays, and anything that JSON can hold.

    A file that is damaged is made anew. Several processes may do the same at once. Where nothing can be written,
    nothing is kept.
    """
    path = folder() / f"{name}.safetensors"
    with suppress(OSError, SafetensorError, ValueError, LookupError, TypeError):
        with safe_open(path, framework="numpy") as file:
            about = file.metadata()
        arrays: Arrays = load_file(path)
        if about["sum"] == _sum(arrays):
            os.utime(path)
            return arrays, json.loads(about["about"])
    arrays, said = make()
    labels = {"sum": _sum(arrays), "about": json.dumps(said)}
    # Keeping it saves time the next time, and no more than that.
    with suppress(GanimaError, OSError, SafetensorError):
        atomic.write(path, lambda beside: save_file(arrays, beside, labels))
        _tidy(path)
    return arrays, said


def _sum(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.ravel().data)
    return digest.hexdigest()


def _tidy(newest: Path) -> None:
    files = sorted(newest.parent.glob("*.safetensors"), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for path in files:
        total += path.stat().st_size
        if total > BYTES_MAX and path != newest:
            path.unlink(missing_ok=True)
