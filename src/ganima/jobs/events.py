"""What a job tells: one JSON object a line, in a file that may be read while it is written.

Kinds: `begin`, `say` (words), `progress` (stage, done, total), what the verb itself tells (`preview`, `metrics`, …),
and at the end `result`, `error` (words, field) or `cancelled`. Each has `at`, in seconds since 1970.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from ganima.errors import GanimaError

Event = dict[str, Any]


class Writer:
    """Appends events, from any thread, each whole or not at all."""

    def __init__(self, path: Path) -> None:
        """What a killed process left of its last line is taken away with the first event."""
        self._lock = threading.Lock()
        self._path = path
        self._whole = path.read_bytes().rfind(b"\n") + 1 if path.exists() else 0

    def write(self, event: Mapping[str, Any]) -> None:
        """Raises GanimaError where the disk is full; the file then ends as before."""
        line = msgspec.json.encode({"at": round(time.time(), 3), **event}, enc_hook=str) + b"\n"
        with self._lock:
            try:
                with self._path.open("ab", buffering=0) as file:
                    file.truncate(self._whole)
                    while line:
                        line = line[file.write(line) :]
                    self._whole = file.tell()
            except OSError as error:
                raise GanimaError(f"cannot write {self._path}: {error.strerror or error}; free some space") from error


def read(path: Path, start: int = 0) -> tuple[list[Event], int]:
    """The events from the byte `start` on, and where the next one will begin. A line that is not yet whole waits; one
    that is damaged is passed over."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            whole = file.read().rpartition(b"\n")[0]
    except FileNotFoundError:
        return [], start
    if not whole:
        return [], start
    events = []
    for line in whole.split(b"\n"):
        with suppress(msgspec.DecodeError):
            event = msgspec.json.decode(line)
            if isinstance(event, dict) and isinstance(event.get("kind"), str):
                events.append(event)
    return events, start + len(whole) + 1
