"""Locks that the system gives back when a process ends, however it ends: who holds one is alive."""

from pathlib import Path

from filelock import FileLock, Timeout

PATIENCE = 1.0
"""Seconds to wait for a lock that somebody may only be looking at."""


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
