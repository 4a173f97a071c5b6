"""The queue: which jobs wait, and that somebody is there to begin them.

A runner (see `runner`) begins one job after the other; a store has as many places for runners as jobs may run at once.
No runner waits for jobs to come: whoever submits a job, or looks at one, starts those that are missing.
"""

import json
import subprocess
import sys
from pathlib import Path

from ganima.errors import GanimaError
from ganima.files import locks

LIMIT = 1
"""Jobs at once unless a store says otherwise: a training uses the whole machine."""


def limit(store: Path) -> int:
    """How many jobs may run at once."""
    try:
        return max(1, int(json.loads((store / "limit.json").read_bytes())["limit"]))
    except (OSError, ValueError, TypeError, KeyError):
        return LIMIT


def waiting(store: Path) -> list[Path]:
    """The folders of the jobs that wait, the oldest first."""
    try:
        names = sorted(path.name for path in store.iterdir() if not path.name.startswith(".") and path.is_dir())
    except FileNotFoundError:
        return []
    return [store / name for name in names if is_waiting(store / name)]


def is_waiting(job: Path) -> bool:
    """Whether the job has still to begin, and nobody cancelled it."""
    return not any((job / name).exists() for name in ("started.json", "outcome.json", "cancel.json"))


def place(store: Path, number: int) -> Path:
    """The lock of a runner."""
    return store / f".runner-{number}.lock"


def tend(store: Path) -> None:
    """Starts the runners that are missing, where jobs wait. Raises GanimaError where none can be started."""
    missing = len(waiting(store))
    for number in range(limit(store)):
        if missing <= 0:
            return
        if not locks.is_held(place(store, number)):
            _start(store, number)
            missing -= 1


def _start(store: Path, number: int) -> None:
    """Starts a runner that needs nobody, and waits until it has taken its place."""
    try:
        with (store / ".runners.log").open("ab") as log:
            runner = subprocess.Popen(
                [sys.executable, "-m", "ganima.jobs.runner", str(store), str(number)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise GanimaError(f"cannot start a job: {error.strerror or error}") from error
    assert runner.stdout is not None
    with runner.stdout as words:
        words.readline()
    # Not waited for: it outlives this process, or Python reaps it when another one is started.
    runner.returncode = 0
