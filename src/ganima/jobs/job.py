"""One job: a folder in which its process and everybody who looks at it meet."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from ganima import verbs
from ganima.errors import GanimaError
from ganima.files import atomic, locks
from ganima.jobs import events, queue
from ganima.jobs.events import Event, Writer
from ganima.request import Request
from ganima.verbs import Verb

State = Literal["queued", "running", "done", "failed", "cancelled"]
GONE = "its process is gone (killed, or the machine went down): run the job again, and a training goes on where it was"
ENDS = {"done": "result", "failed": "error", "cancelled": "cancelled"}
"""The kind of a job's last event."""
GRACE = 30.0
"""Seconds that a cancelled job has to stop by itself; after that it is interrupted, and after as many more killed."""
ENDING = 60.0
"""Seconds that a process may take to go once it has told how it ended."""
LOOK, LOOK_SELDOM = 0.02, 0.25
"""Seconds between two looks at a job: at first, and when nothing happens."""


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended."""

    state: State
    result: Any = None
    """What the verb returned, as plain JSON data: paths are texts."""
    files: tuple[str, ...] = ()
    """Files and folders that it made."""
    error: str | None = None
    field: str | None = None
    """The field of the request that is to be mended, where it is one."""


@dataclass(frozen=True)
class Job:
    """A job by its folder. Nothing is kept in memory: each look reads what is true now."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def verb(self) -> str:
        """What is asked for, such as `train`."""
        return str(self._said().get("verb"))

    @property
    def cwd(self) -> Path:
        """The folder that the request's paths start from."""
        return Path(str(self._said().get("cwd", ".")))

    def asked(self) -> tuple[Verb, Request]:
        """The verb, and what was asked of it. Raises GanimaError where this ganima does not know them."""
        return verbs.loads(json.dumps(self._said()))

    @property
    def begun(self) -> bool:
        """Whether its process has begun, be it at work or not."""
        return (self.folder / "started.json").exists()

    @property
    def state(self) -> State:
        """What the job is at."""
        outcome = self.outcome
        return outcome.state if outcome else "running" if self.begun else "queued"

    @property
    def outcome(self) -> JobOutcome | None:
        """How it ended, None while it is queued or at work. A job whose process is gone without a word has failed."""
        if written := self._written():
            return written
        if not self.begun:
            return JobOutcome("cancelled") if self.cancelled_within() is not None else None
        if locks.is_held(self.lock) or locks.is_held(self.taken):
            return None
        # It may have ended between the two looks.
        return self._written() or JobOutcome("failed", error=GONE)

    @property
    def lock(self) -> Path:
        """What its process holds as long as that lives."""
        return self.folder / ".lock"

    @property
    def taken(self) -> Path:
        """What the runner holds that begins it, until it has seen the end."""
        return self.folder / ".taken"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody begins or ends the job meanwhile. Raises GanimaError where it is at work."""
        with ExitStack() as locked:
            # A process that has told how it ended still takes its time to go.
            patience = ENDING if self._written() else locks.PATIENCE
            for path in (self.taken, self.lock):
                lock = locks.hold(path, patience)
                if lock is None:
                    raise GanimaError(f"job {self.id} is at work: wait for its end, or cancel it")
                locked.enter_context(lock)
            yield

    def events(self) -> list[Event]:
        """What the job told so far."""
        return events.read(self.folder / "events.jsonl")[0]

    def follow(self) -> Iterator[Event]:
        """The events as they come, from the first one on, until the job has ended."""
        place, pause = 0, LOOK
        while True:
            # Asked before reading, so that nothing is missed which is told before the end.
            ended = self.state not in ("queued", "running")
            told, place = events.read(self.folder / "events.jsonl", place)
            yield from told
            if ended:
                return
            pause = self._pause(LOOK if told else pause)

    def wait(self, timeout: float | None = None) -> JobOutcome:
        """How the job ended, once it has. Raises TimeoutError after `timeout` seconds."""
        until = time.monotonic() + timeout if timeout is not None else None
        pause = LOOK
        while (outcome := self.outcome) is None:
            if until is not None and time.monotonic() > until:
                raise TimeoutError(f"job {self.id} is still {self.state}")
            pause = self._pause(pause)
        return outcome

    def cancel(self, grace: float = GRACE) -> None:
        """Asks the job to stop; one that is still queued is cancelled at once, and one that has ended stays as it is.

        One that does not stop within `grace` seconds is interrupted, and killed after as many more.
        """
        # Between the job's look at the wish and its beginning nobody gets the lock.
        lock = None if self.begun else locks.hold(self.lock)
        try:
            if self.outcome is None:
                atomic.write_text(self.folder / "cancel.json", json.dumps({"grace": grace}))
        finally:
            if lock is not None:
                lock.release()

    def cancelled_within(self) -> float | None:
        """The seconds of grace, where somebody cancelled the job."""
        try:
            return float(json.loads((self.folder / "cancel.json").read_bytes())["grace"])
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            return GRACE

    def files(self) -> list[Path]:
        """The files and folders that the job made and that are still there."""
        outcome = self.outcome
        found = [self.cwd / path for path in (outcome.files if outcome else ())]
        return [path for path in found if path.exists()]

    def again(self) -> "Job":
        """Puts a job that failed or was cancelled into the queue once more: a training goes on where it was saved.

        Raises GanimaError where it is queued, at work or done.
        """
        with self.alone():
            ended = self._written()
            waits = not self.begun and self.cancelled_within() is None
            if waits or (ended and ended.state == "done"):
                what = "queued" if waits else "done"
                raise GanimaError(f"job {self.id} is {what}: only one that failed or was cancelled runs again")
            for name in ("cancel.json", "outcome.json", "started.json"):
                (self.folder / name).unlink(missing_ok=True)
        queue.tend(self.folder.parent)
        return self

    def end(self, outcome: JobOutcome) -> None:
        """Tells how the job ended: what its process does last, or what is done for it. Raises GanimaError where even
        what was kept for this moment is not enough for a full disk.
        """
        said = {name: value for name, value in vars(outcome).items() if value not in (None, ())}
        event = {"kind": ENDS[outcome.state], **{name: said[name] for name in said if name != "state"}}
        for spare in (True, False):
            try:
                Writer(self.folder / "events.jsonl").write(event)
                atomic.write_text(self.folder / "outcome.json", json.dumps(said))
                break
            except GanimaError:
                if not spare:
                    raise
            finally:
                (self.folder / ".spare").unlink(missing_ok=True)

    def _written(self) -> JobOutcome | None:
        try:
            return msgspec.json.decode((self.folder / "outcome.json").read_bytes(), type=JobOutcome)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            return JobOutcome("failed", error=f"{self.folder / 'outcome.json'} is damaged")

    def _said(self) -> dict[str, Any]:
        try:
            said = json.loads((self.folder / "request.json").read_bytes())
        except (OSError, ValueError) as error:
            raise GanimaError(f"there is no job in {self.folder}, or it is damaged") from error
        return said if isinstance(said, dict) else {}

    def _pause(self, seconds: float) -> float:
        """Sleeps, and returns how long to sleep the next time; meanwhile the queue is looked after."""
        time.sleep(seconds)
        if seconds >= LOOK_SELDOM:
            queue.tend(self.folder.parent)
        return min(seconds * 1.5, LOOK_SELDOM)
