"""One training at a time in a run's folder: two would overwrite each other's checkpoints."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganima.errors import GanimaError

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind; there the user has to take care.
    fcntl = None  # type: ignore[assignment]


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, which the system gives back when the process ends, however it ends.

    Raises GanimaError when another process holds it, or when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("w")
    except OSError as error:
        raise GanimaError(f"cannot write {folder}: {error.strerror}; choose another folder") from error
    with file:
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GanimaError(
                f"another training is at work in {folder}: wait for it or choose another folder"
            ) from error
        yield
