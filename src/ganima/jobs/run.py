"""What a job's process does: what was asked for, telling how it goes, and in the end how it went."""

import dataclasses
import json
import math
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ganima.errors import Cancelled, GanimaError
from ganima.files import atomic, locks
from ganima.jobs import queue
from ganima.jobs.events import Writer
from ganima.jobs.job import Job, JobOutcome, State

SPARE = 16384
"""Bytes that are kept for the outcome where the disk fills up."""
OFTEN, SELDOM, PARTS = 0.2, 10.0, 1000
"""Seconds between two words on the progress of a stage, at least and at most; in between, a thousandth of the job's
time, so that the file of a week stays small."""
THINNED = "training"
"""The kind of a verb's own event that says how far it is."""
CANCEL_SECONDS = 0.1
"""How often to look whether the job was cancelled."""


class FileReporter:
    """Tells a job's events, and looks whether it was cancelled."""

    def __init__(self, job: Job, writer: Writer) -> None:
        self.writer = writer
        self._job = job
        self._asked = False
        self._looked = -1.0
        self._begun = time.monotonic()
        self._told: dict[str, float] = {}
        """When progress was told, by stage."""

    def say(self, words: str) -> None:
        self.event({"kind": "say", "words": words})

    def progress(self, stage: str, done: float, total: float) -> None:
        if self._due(f"progress {stage}", total > 0 and done >= total):
            self.event({"kind": "progress", "stage": stage, "done": done, "total": total})

    def event(self, event: Mapping[str, Any]) -> None:
        if event["kind"] != THINNED or self._due(THINNED, event.get("progress") == 1):
            self.writer.write(event)

    def _due(self, what: str, last: bool) -> bool:
        """Whether it is time to tell again how far something is."""
        now = time.monotonic()
        pause = min(max(OFTEN, (now - self._begun) / PARTS), SELDOM)
        if not last and now - self._told.get(what, -math.inf) < pause:
            return False
        self._told[what] = now
        return True

    @property
    def cancelled(self) -> bool:
        now = time.monotonic()
        if not self._asked and now - self._looked > CANCEL_SECONDS:
            self._looked = now
            self._asked = self._job.cancelled_within() is not None
        return self._asked

    def interrupt(self, number: int, frame: object) -> None:
        """SIGTERM: a wish that the verb looks at; one that did not look, or does not, is interrupted."""
        if self._asked or self._job.cancelled_within() is not None:
            raise KeyboardInterrupt
        self._asked = True


def run(folder: Path, number: int) -> None:
    """Runs the job in `folder`, in one of the store's places: what was begun there before has to end first."""
    job = Job(folder.absolute())
    store = job.folder.parent
    with locks.wait_for(store / f".place-{number}.lock"), locks.wait_for(job.lock):
        if queue.is_waiting(job.folder):
            _run(job)
    # Where the runner was killed meanwhile, the queue goes on all the same.
    queue.tend(store)


def _run(job: Job) -> None:
    try:
        atomic.write_text(job.folder / "started.json", json.dumps({"pid": os.getpid(), "at": time.time()}))
        atomic.write(job.folder / ".spare", lambda beside: beside.write_bytes(bytes(SPARE)))
        reporter = FileReporter(job, Writer(job.folder / "events.jsonl"))
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, reporter.interrupt)
        outcome = _outcome(job, reporter)
    except GanimaError as error:
        outcome = JobOutcome("failed", error=str(error), field=error.field)
    job.end(outcome)


def _outcome(job: Job, reporter: FileReporter) -> JobOutcome:
    """Does what was asked; whatever goes wrong is an outcome."""
    try:
        reporter.event({"kind": "begin", "verb": job.verb})
        os.chdir(job.cwd)
        verb, request = job.asked()
        result = verb.run(request, reporter)
    except GanimaError as error:
        return JobOutcome("failed", error=str(error), field=error.field)
    except (Cancelled, KeyboardInterrupt):
        return JobOutcome("cancelled")
    except MemoryError:
        return JobOutcome("failed", error="there is not enough memory for this")
    except OSError as error:
        traceback.print_exc()
        return JobOutcome("failed", error=" ".join(str(error).splitlines()))
    except Exception as error:
        traceback.print_exc()
        words = " ".join(f"{type(error).__name__}: {error}".splitlines())
        return JobOutcome("failed", error=f"something went wrong that should not ({words}): {job.folder / 'log.txt'}")
    # A training that was stopped has saved what it can go on from, and says where.
    state: State = "cancelled" if reporter.cancelled else "done"
    return JobOutcome(state, result=plain(result), files=tuple(str(path) for path in _paths(result)))


def plain(value: Any) -> Any:
    """What a verb returned as JSON data; what JSON does not know becomes its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)


def _paths(value: Any) -> Iterator[Path]:
    """All paths in what a verb returned."""
    if isinstance(value, Path):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _paths(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _paths(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _paths(item)
