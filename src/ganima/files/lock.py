"""One training at a time in a run's folder: two would overwrite each other's checkpoints."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ganima.errors import GanimaError


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which the system gives back when the process ends, however it ends.

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
