"""The training of one run, for pictures and for sound: steps until the budget is spent, checkpoints, previews, metrics,
and the watch.
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import torch
from PIL import Image
from torch import Tensor

from ganima.errors import GanimaError
from ganima.files import atomic, typed_json
from ganima.files.lock import only_one
from ganima.models.file import Card
from ganima.pages.charts import Chart
from ganima.training import checkpoint, distributed
from ganima.training.metrics import Meter, read_metrics
from ganima.training.state import State
from ganima.training.timing import Alarm, interruptible
from ganima.training.update import Measures
from ganima.training.watch import Trouble, Watch

LOG_STEPS = 50
"""A line of metrics is written every so many steps."""
ROLLBACKS_MAX = 4
"""After so many returns to the last good state the run stops."""

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Budget:
    """How long to train: by the clock, or by the number of examples."""

    minutes: float | None = None
    """Minutes of training, pauses left out."""
    images: int | None = None
    """Real examples to be seen: images, or pieces of sound."""

    @classmethod
    def of(cls, minutes: float | None, thousands: float | None, usual: float) -> "Budget":
        """So many `thousands` of examples where that is said, or else `minutes`; `usual` where nothing is."""
        return cls(images=round(thousands * 1000)) if thousands is not None else cls(minutes=minutes or usual)

    def progress(self, state: State) -> float:
        """Share of the budget that is spent, from 0 to 1."""
        if self.images is not None:
            return min(state.images / max(self.images, 1), 1.0)
        assert self.minutes is not None
        return min(state.seconds / max(self.minutes * 60, 1e-9), 1.0)


class Interrupted(Exception):
    """The user stopped the training; everything is saved."""


class Listener:
    """Shows a training to somebody; only the first process of a group has one. A subclass shows what it defines.

    States are those of the loop that is listened to.
    """

    def begin(self, state: Any) -> None:
        """The training begins, or goes on, from `state`; what was told of later images is not true any more."""

    def step(self, state: Any, measures: Measures, progress: float) -> None:
        """A step was done. Reading a measure waits for the device, so not at every step."""

    def metrics(self, line: dict[str, float]) -> None:
        """A new line of metrics."""

    def trouble(self, trouble: Trouble, images: int, back_to: int | None) -> None:
        """The watch saw something at `images`; the run went back to `back_to` images, or goes on as it is (None)."""

    def preview(self, made: Tensor, images: int) -> None:
        """What the average makes now of the inputs that never change, see `Loop.preview`."""

    def end(self) -> None:
        """The training is over for now, whether it is done, was stopped or failed."""


@dataclass(kw_only=True)
class Loop(ABC, Generic[S]):
    """One training in one folder, whatever is trained: a subclass says what a state, a step and a preview are."""

    out: Path
    """The run's folder."""
    config: Any
    """Everything that decides what is trained, and how: a frozen dataclass that JSON can hold."""
    budget: Budget
    seed: int
    card: Card
    """What the model's card says besides what training adds."""
    listeners: list[Listener] = field(default_factory=list)
    checkpoint_seconds: float = 60.0
    preview_seconds: float = 60.0
    start_from: Callable[[S], None] | None = None
    """Fills a new state with weights from elsewhere."""
    enough: Callable[[S], bool] = lambda state: False
    """Looks at the state before every step, and in the end; True ends the training before the budget is spent."""
    newest: str = "model.safetensors"
    """Name of the newest averaged model's file."""
    ended: bool = field(default=False, init=False)
    """Whether the training is over before its budget is spent."""

    EXAMPLES: ClassVar[str] = "images"
    """What is counted, in the plural."""
    PREVIEW: ClassVar[str] = "AI-generated pictures"
    """What a preview shows, in words."""
    CHARTS: ClassVar[Sequence[Chart]]
    """What is drawn of the metrics, for the page of the run."""

    @abstractmethod
    def new_state(self, device: torch.device) -> S:
        """A state before the first step."""

    @abstractmethod
    def advance(self, state: S, progress: float, dtype: torch.dtype) -> tuple[Measures, int]:
        """Does one step; returns its measures and the number of this process's examples."""

    @abstractmethod
    def preview(self, state: S) -> Tensor:
        """What the average makes of inputs that stay the same for the whole run, on the CPU.

        Draws nothing from the state's random numbers: looking must not change the training.
        """

    @abstractmethod
    def sheet(self, preview: Tensor) -> Image.Image:
        """A preview as a picture."""

    def new_watch(self, state: S) -> Watch:
        """What sees this training go wrong."""
        return Watch()

    def settle(self, state: S) -> None:
        """Brings up to date what is only computed when the state is saved."""

    @abstractmethod
    def save_model(self, state: S) -> None:
        """Writes the average as a model."""

    @abstractmethod
    def facts(self) -> dict[str, str]:
        """What the run is, in words, by name."""

    def training_card(self, state: S) -> Card:
        """What training adds to the card."""
        return {
            "training": typed_json.dump(self.config),
            "images_seen": state.images,
            "training_seconds": round(state.seconds),
            "seed": self.seed,
        }

    def notes(self, state: S, means: dict[str, float]) -> list[str]:
        """What the progress bar says besides losses and penalty; `means` are those of the latest measures."""
        return []

    def train(self) -> Path:
        """Trains, or trains on, until the budget is spent; returns the path of the model.

        Raises Interrupted after Ctrl-C, and GanimaError when the disk is full, another training is at work in the
        folder, or the watch gives up.
        """
        device = distributed.start()
        torch.set_flush_denormal(True)
        with only_one(self.out) if distributed.rank() == 0 else nullcontext():
            state = self.new_state(device)
            if not checkpoint.load(state, self.checkpoint_path) and self.start_from is not None:
                self.start_from(state)
            self._train(state)
        return self.model_path

    def _train(self, state: S) -> None:
        """Steps until the budget is spent, and what has to be done between them."""
        dtype = fast_dtype(state.device)
        watch = self.new_watch(state)
        meter = Meter()
        checkpoint_due, preview_due = Alarm(self.checkpoint_seconds), Alarm(self.preview_seconds, at_once=True)
        if distributed.rank() == 0:
            atomic.sweep(self.out)
        self._drop_metrics_after(state.images)
        if not self.checkpoint_path.exists():
            self._save(state)
        with self._listening(state), interruptible() as stop:
            while not self._done(state):
                progress = self.budget.progress(state)
                self._step(state, meter, progress, dtype)
                done = self.budget.progress(state) >= 1
                asked = distributed.agree(stop.asked)
                save = checkpoint_due.rings() or asked
                log = state.steps % LOG_STEPS == 0 or done
                trouble = self._look(
                    state, watch, meter, progress, log=log, preview=preview_due.rings(), weights=save or done
                )
                # Processes may see different things: batch statistics are each one's own.
                back = distributed.agree(trouble is not None)
                if back:
                    self._roll_back(state, trouble or Trouble("another process is in trouble", "see its words", True))
                    watch.reset()
                    meter = Meter()
                if save or back:
                    # Also after going back: a crash must not resume from the state that was in trouble.
                    self._save(state)
                    if distributed.rank() == 0 and watch.calm:
                        checkpoint.link(self.checkpoint_path, self.good_path)
                if asked:
                    raise Interrupted
            fixed = self.preview(state)
            self._tell(lambda listener: listener.preview(fixed, state.images))
            self._save(state)

    def _done(self, state: S) -> bool:
        """Whether there is nothing left to do."""
        self.ended = self.enough(state)
        return self.ended or self.budget.progress(state) >= 1

    def progress(self, state: S) -> float:
        """Share of the training that is done, from 0 to 1."""
        return 1.0 if self.ended else self.budget.progress(state)

    def _step(self, state: S, meter: Meter, progress: float, dtype: torch.dtype) -> None:
        """One step of training, its time and its measures."""
        started = time.perf_counter()
        measures, count = self.advance(state, progress, dtype)
        elapsed = time.perf_counter() - started
        # One clock for all processes: budget and schedules follow it.
        clock = torch.tensor(state.seconds + elapsed, dtype=torch.float64, device=state.device)
        state.seconds = distributed.average(clock).item()
        meter.add(measures, elapsed, count * distributed.world())
        self._tell(lambda listener: listener.step(state, measures, progress))

    def _look(
        self, state: S, watch: Watch, meter: Meter, progress: float, *, log: bool, preview: bool, weights: bool
    ) -> Trouble | None:
        """Looks at what is due to be looked at, shows it, and returns the first trouble that the watch sees in it."""
        if log:
            line = meter.line(state, progress)
            if trouble := watch.check_values(line):
                return trouble
            self._log(line)
        if preview:
            fixed = self.preview(state)
            self._tell(lambda listener: listener.preview(fixed, state.images))
            if trouble := watch.check_preview(fixed, meter.last_sign, meter.last_loss, progress):
                return trouble
        # What is saved is what the run goes back to, or on from.
        return watch.check_weights((state.generator, state.discriminator, state.average)) if weights else None

    @property
    def checkpoint_path(self) -> Path:
        """Where the state lies."""
        return self.out / "checkpoint.safetensors"

    @property
    def good_path(self) -> Path:
        """The last checkpoint at which the watch had nothing to say."""
        return self.out / "checkpoint-good.safetensors"

    @property
    def model_path(self) -> Path:
        """Where the newest averaged model lies."""
        return self.out / self.newest

    def _save(self, state: S) -> None:
        """The checkpoint and the model; by the first process alone, while the others wait at their next message."""
        if distributed.rank() == 0:
            self.settle(state)
            checkpoint.save(state, self.checkpoint_path)
            self.save_model(state)

    def _roll_back(self, state: S, trouble: Trouble) -> None:
        """Goes back to the last good state, with halved learning rates and other random numbers.

        A run that has gone back often enough goes on as it is, or gives up where that makes no sense.
        """
        seen = state.images
        if state.rollbacks >= ROLLBACKS_MAX:
            self._tell(lambda listener: listener.trouble(trouble, seen, None))
            if trouble.fatal:
                raise GanimaError(
                    f"training gave up after going back {ROLLBACKS_MAX} times: {trouble.words}; {trouble.remedy}"
                )
            return
        rollbacks = state.rollbacks + 1
        checkpoint.load(state, self.good_path if self.good_path.exists() else self.checkpoint_path)
        state.rollbacks = rollbacks
        state.rng.manual_seed(self.seed + 1_000_003 * rollbacks)
        self._drop_metrics_after(state.images)
        self._tell(lambda listener: listener.trouble(trouble, seen, state.images))

    @contextmanager
    def _listening(self, state: S) -> Iterator[None]:
        self._tell(lambda listener: listener.begin(state))
        try:
            yield
        finally:
            self._tell(lambda listener: listener.end())

    def _tell(self, what: Callable[[Listener], None]) -> None:
        for listener in self.listeners if distributed.rank() == 0 else []:
            what(listener)

    @property
    def metrics_path(self) -> Path:
        """Where the metrics lie, one JSON object a line."""
        return self.out / "metrics.jsonl"

    def _log(self, line: dict[str, float]) -> None:
        if distributed.rank() == 0:
            try:
                with self.metrics_path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
            except OSError as error:
                raise GanimaError(
                    f"cannot write {self.metrics_path}: {error.strerror}; free some space and go on"
                ) from error
        self._tell(lambda listener: listener.metrics(line))

    def _drop_metrics_after(self, images: int) -> None:
        """Lines that a crash left beyond the checkpoint are written again by the steps that are done again."""
        if distributed.rank() > 0:
            return
        # Also where nothing is dropped: the next line must not be appended to one that was cut off.
        if self.metrics_path.exists():
            kept = [line for line in read_metrics(self.metrics_path) if line["images"] <= images]
            atomic.write_text(self.metrics_path, "".join(json.dumps(line) + "\n" for line in kept))


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the processor computes in it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
