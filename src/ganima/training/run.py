"""One training in one folder: how long it goes on, where its files lie, and who is told of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from ganima.reporter import Reporter
from ganima.training.recipe import Preview, Recipe
from ganima.training.state import State
from ganima.training.update import Measures
from ganima.training.watch import Trouble

S = TypeVar("S", bound=State)
MODEL = "model.safetensors"
"""Name of the newest model's file."""


@dataclass(frozen=True)
class Budget:
    """How long to train: by the clock, or by the number of examples."""

    minutes: float | None = None
    """Minutes of training, pauses left out."""
    examples: int | None = None
    """Real examples to be seen: pictures, or pieces of sound."""

    @classmethod
    def of(cls, minutes: float | None, thousands: float | None, usual: float) -> "Budget":
        """So many `thousands` of examples where that is said, or else `minutes`; `usual` where nothing is."""
        return cls(examples=round(thousands * 1000)) if thousands is not None else cls(minutes=minutes or usual)

    def progress(self, state: State) -> float:
        """Share of the budget that is spent, from 0 to 1."""
        if self.examples is not None:
            return min(state.examples / max(self.examples, 1), 1.0)
        assert self.minutes is not None
        return min(state.seconds / max(self.minutes * 60, 1e-9), 1.0)

    def seconds_left(self, state: State, rate: float) -> float:
        """Seconds of training that it still holds, at `rate` examples a second."""
        if self.examples is not None:
            return (self.examples - state.examples) / rate
        assert self.minutes is not None
        return self.minutes * 60 - state.seconds


@dataclass(kw_only=True)
class Run(Generic[S]):
    """A recipe at work in a folder."""

    recipe: Recipe[S]
    out: Path
    budget: Budget
    seed: int
    report: Reporter
    newest: str = MODEL
    """Name of the newest model's file."""
    ended: bool = field(default=False, init=False)
    """Whether the training is over before its budget is spent."""

    def progress(self, state: S) -> float:
        """Share of the training that is done, from 0 to 1."""
        return 1.0 if self.ended else self.budget.progress(state)

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
        """Where the newest model lies."""
        return self.out / self.newest

    @property
    def metrics_path(self) -> Path:
        """Where the metrics lie, one JSON object a line."""
        return self.out / "metrics.jsonl"


@dataclass(frozen=True)
class Outcome:
    """How a training came to its end, which is a good one: everything is saved."""

    done: bool
    """Whether the budget is spent, or the training said that it is enough; otherwise it was stopped, and goes on."""
    model: Path
    """The newest model."""
    before: int
    """Examples that the run had seen when this began."""
    examples: int
    """Those that it has seen now."""


class Listener:
    """Is told of a training; only the first process of a group has one. A subclass hears what it defines."""

    def begin(self, run: Run[Any], state: Any) -> None:
        """The training begins, or goes on, from `state`; what was told of later examples is not true any more."""

    def step(self, state: Any, measures: Measures, progress: float) -> None:
        """A step was done. Reading a measure waits for the device, so not at every step."""

    def metrics(self, line: dict[str, float]) -> None:
        """A new line of metrics."""

    def trouble(self, trouble: Trouble, examples: int, back_to: int | None) -> None:
        """The watch saw something at `examples`; the run went back to `back_to`, or goes on as it is (None)."""

    def preview(self, preview: Preview, examples: int) -> None:
        """What the training makes now of the inputs that never change."""

    def end(self) -> None:
        """The training is over for now, whether it is done, was stopped or failed."""
