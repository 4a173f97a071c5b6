"""What took time to make, kept in the user's cache folder under a key that decides its contents."""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import platformdirs
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from ganima.errors import GanimaError
from ganima.files import atomic

VERSION = 1
"""Of what is kept, and of the rules that pictures are decoded by: another one makes everything anew."""
BYTES_MAX = 4 * 2**30
"""All arrays of a kind together; the ones that were used least recently go first."""

Arrays = dict[str, NDArray[np.generic]]


def folder(kind: str) -> Path:
    """Where things of a kind are kept: `ganima` in the user's usual place for caches, such as `$XDG_CACHE_HOME`."""
    return platformdirs.user_cache_path("ganima") / kind


def key(*parts: object) -> str:
    """A file's name for what follows from `parts`, plain values, and from the version of the decoders."""
    return hashlib.sha256(json.dumps([VERSION, PIL.__version__, *parts]).encode()).hexdigest()


def write(path: Path, writer: Callable[[Path], object], most: int) -> None:
    """Lets `writer` write a file of the cache, whole or not at all; others that were used least recently then go until
    all beside it take `most` bytes.

    Raises GanimaError where it cannot be written.
    """
    atomic.write(path, writer)
    total = 0
    # Other processes may use, write and remove files here meanwhile.
    with suppress(OSError):
        for file in sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True):
            total += file.stat().st_size
            if total > most and file != path:
                file.unlink(missing_ok=True)


def touch(path: Path) -> None:
    """Says that a file was used just now; others go before it."""
    with suppress(OSError):
        os.utime(path)


def kept(kind: str, name: str, make: Callable[[], tuple[Arrays, Any]]) -> tuple[Arrays, Any]:
    """What is kept under `name`, or what `make` gives, which is then kept: arrays, and anything that JSON can hold.

    A file that is damaged is made anew. Several processes may do the same at once. Where nothing can be written,
    nothing is kept.
    """
    path = folder(kind) / f"{name}.safetensors"
    with suppress(OSError, SafetensorError, ValueError, LookupError, TypeError):
        with safe_open(path, framework="numpy") as file:
            about = file.metadata()
        arrays: Arrays = load_file(path)
        if about["sum"] == _sum(arrays):
            touch(path)
            return arrays, json.loads(about["about"])
    arrays, said = make()
    labels = {"sum": _sum(arrays), "about": json.dumps(said)}
    # Keeping it saves time the next time, and no more than that.
    with suppress(GanimaError, OSError, SafetensorError):
        write(path, lambda beside: save_file(arrays, beside, labels), BYTES_MAX)
    return arrays, said


def _sum(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.ravel().data)
    return digest.hexdigest()
