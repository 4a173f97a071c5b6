"""Locks that the system gives back when a process ends, however it ends: who holds one is alive."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ganima.errors import GanimaError
from ganima.reporter import Reporter, go_on

PATIENCE = 1.0
"""Seconds to wait for a lock that somebody may only be looking at."""
CANCEL_SECONDS = 0.2
"""Between two looks at whether what waits for a lock is still wanted."""


def hold(path: Path, patience: float = PATIENCE) -> FileLock | None:
    """Takes the lock for this process; None where another one keeps it."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=patience, poll_interval=0.02)
    except Timeout:
        return None
    return lock


def wait_for(path: Path) -> FileLock:
    """Takes the lock as soon as no other process has it."""
    lock = FileLock(path)
    lock.acquire(poll_interval=0.02)
    return lock


def is_held(path: Path) -> bool:
    """Whether a process holds the lock."""
    if not path.exists():
        return False
    lock = hold(path, patience=0)
    if lock is None:
        return True
    lock.release()
    return False


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock: two trainings in it would overwrite each other's checkpoints.

    Raises GanimaError when another process holds it, or when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = hold(folder / ".lock", patience=0)
    except OSError as error:
        raise GanimaError(f"cannot write {folder}: {error.strerror or error}; choose another folder") from error
    if lock is None:
        raise GanimaError(f"another training is at work in {folder}: wait for it or choose another folder")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def one_after_another(path: Path, report: Reporter) -> Iterator[None]:
    """Holds the lock `path` as soon as no other process does. Raises Cancelled while it waits, and OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    go_on(report)
    while (lock := hold(path, CANCEL_SECONDS)) is None:
        go_on(report)
    try:
        yield
    finally:
        lock.release()
