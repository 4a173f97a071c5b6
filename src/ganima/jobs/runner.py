"""`python -m ganima.jobs.runner STORE NUMBER`: begins the jobs that wait, one after the other, until there are none.

It sees how each one ends, also when it is killed, and lends the cancelling hand that a job does not have itself. When
the runner itself is killed, its job goes on, and the next runner in its place waits for that.
"""

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from ganima.files import atomic, locks
from ganima.jobs import queue
from ganima.jobs.job import LOOK_SELDOM, Job, JobOutcome


def main(store: Path, number: int) -> None:
    """Begins jobs in one place of the store."""
    lock = locks.hold(queue.place(store, number))
    print("ready", flush=True)
    # Whoever started the runner listens no more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    while lock is not None:
        with lock:
            while number < queue.limit(store) and _run_next(store, number):
                pass
        # A job that came while the place was still held found a runner there, and started none.
        if number >= queue.limit(store) or not queue.waiting(store):
            return
        lock = locks.hold(queue.place(store, number))


def _run_next(store: Path, number: int) -> bool:
    """Runs the oldest job that waits and that no other runner has taken; False where there is none."""
    for folder in queue.waiting(store):
        job = Job(folder)
        lock = locks.hold(job.taken, patience=0)
        if lock is None:
            continue
        with lock:
            if queue.is_waiting(folder):
                _run(job, number)
                return True
    return False


def _run(job: Job, number: int) -> None:
    """Runs one job to its end."""
    with (job.folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ganima.jobs", str(job.folder), str(number)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _watch(job, process)
    _see_end(job, process.returncode)


def _watch(job: Job, process: subprocess.Popen[bytes]) -> None:
    """Waits for the process to end; one that is cancelled, and takes no notice, is interrupted and then killed."""
    ended = threading.Event()

    def wait() -> None:
        process.wait()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    patience = math.inf
    signals = [signal.SIGTERM, signal.SIGKILL]
    while not ended.wait(LOOK_SELDOM):
        grace = job.cancelled_within()
        if grace is not None and patience == math.inf:
            patience = time.monotonic() + grace
        if grace is not None and signals and time.monotonic() >= patience:
            patience = time.monotonic() + grace
            with suppress(ProcessLookupError):
                # Also what the job's process started.
                os.killpg(process.pid, signals.pop(0))


def _see_end(job: Job, status: int) -> None:
    """Says how the job ended where it could not say so itself."""
    lock = locks.hold(job.lock)
    if lock is None:
        return
    with lock:
        if (job.folder / "outcome.json").exists():
            return
        # Also a job that could not even begin: it would wait and be tried for ever.
        atomic.write_text(job.folder / "started.json", json.dumps({"pid": None, "at": time.time()}))
        if job.cancelled_within() is not None:
            job.end(JobOutcome("cancelled"))
            return
        reason = f"killed ({signal.Signals(-status).name})" if status < 0 else f"lost (status {status}, see log.txt)"
        job.end(
            JobOutcome("failed", error=f"its process was {reason}: run it again, and a training goes on where it was")
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
