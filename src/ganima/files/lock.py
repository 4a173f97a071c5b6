"""Locks that the system gives back when a process ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ganima.errors import GanimaError
from ganima.reporter import Reporter, go_on

PATIENCE = 0.2
"""Seconds between two looks at whether what waits for a lock is still wanted."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock: two trainings in it would overwrite each other's checkpoints.

    Raises GanimaError when another process holds it, or when the folder cannot be written.
    """
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise GanimaError(f"another training is at work in {folder}: wait for it or choose another folder") from error
    except OSError as error:
        raise GanimaError(f"cannot write {folder}: {error.strerror or error}; choose another folder") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def one_after_another(path: Path, report: Reporter) -> Iterator[None]:
    """Holds the lock `path` as soon as no other process does. Raises Cancelled while it waits, and OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    while not lock.is_locked:
        go_on(report)
        with suppress(Timeout):
            lock.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        lock.release()
