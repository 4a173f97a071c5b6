"""A training as its reporter is told of it: events that a terminal or a page can show."""

import math
import time
from typing import Any

from ganima.pages.words import amount, consequence
from ganima.training.run import Listener, Run
from ganima.training.state import State
from ganima.training.update import Measures
from ganima.training.watch import Trouble


class Told(Listener):
    """Tells the run's reporter of progress, metrics and troubles.

    An event of the kind `training` says where the run is: `progress` in [0, 1], `examples` seen and what they are
    called, `rate` a second and `seconds_left` where that is known, smoothed `measures`, and `notes` in words.
    """

    def __init__(self, every: float | None) -> None:
        """Progress is told `every` so many seconds, or not at all."""
        self.every = math.inf if every is None else every
        self.means: Measures = {}
        self.rate = 0.0

    def begin(self, run: Run[Any], state: State) -> None:
        self.run, self.state = run, state
        self._mark()
        self._progress()

    def step(self, state: State, measures: Measures, progress: float) -> None:
        for name, value in measures.items():
            self.means[name] = self.means[name].lerp(value, 0.1) if name in self.means else value
        if time.monotonic() - self.shown >= self.every:
            self._progress()

    def metrics(self, line: dict[str, float]) -> None:
        self.run.report.event({"kind": "metrics", **{k: v for k, v in line.items() if math.isfinite(v)}})

    def trouble(self, trouble: Trouble, examples: int, back_to: int | None) -> None:
        counted = self.run.recipe.examples
        words = f"{amount(examples, counted)}: {trouble.words}; {consequence(back_to, counted)}; {trouble.remedy}."
        self.run.report.event({"kind": "trouble", "words": words, "examples": examples, "back_to": back_to})
        self.run.report.say(words)
        self.means = {}
        self._mark()

    def end(self) -> None:
        if self.state.examples > self.examples:
            self._progress()

    def _mark(self) -> None:
        self.shown = time.monotonic()
        self.examples, self.seconds = self.state.examples, self.state.seconds

    def _progress(self) -> None:
        if self.every == math.inf:
            return
        run, state = self.run, self.state
        # Several processes set their clock now and then.
        if state.seconds > self.seconds:
            rate = (state.examples - self.examples) / (state.seconds - self.seconds)
            self.rate = 0.7 * self.rate + 0.3 * rate if self.rate else rate
            self.examples, self.seconds = state.examples, state.seconds
        self.shown = time.monotonic()
        progress = run.budget.progress(state)
        means = {name: value.item() for name, value in self.means.items()}
        left = max(run.budget.seconds_left(state, self.rate), 0.0) if self.rate and progress < 1 else None
        run.report.progress("training", progress, 1.0)
        run.report.event(
            {
                "kind": "training",
                "progress": progress,
                "examples": state.examples,
                "counted": run.recipe.examples,
                "rate": self.rate or None,
                "seconds_left": left,
                "measures": {name: value for name, value in means.items() if math.isfinite(value)},
                "notes": run.recipe.notes(state, means) if means else [],
            }
        )
