"""A training on the terminal: a progress bar, plain lines where there is no terminal, or the classic line."""

import importlib.util
import time
from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from ganima.pages.words import amount, consequence, duration
from ganima.training.loop import Listener, Loop
from ganima.training.metrics import penalty_share
from ganima.training.record import RunFiles, TensorBoard
from ganima.training.state import State
from ganima.training.update import Measures
from ganima.training.watch import Trouble

BAR_SECONDS = 0.5
"""How often the bar is drawn anew."""
LINE_SECONDS = 10.0
"""How often a plain line is printed where there is no terminal."""


def listeners(run: Loop[Any], on_terminal: Listener | None = None) -> Sequence[Listener]:
    """Everything that shows a run: on the terminal (by a bar unless given), in its folder, and for TensorBoard where
    that is installed."""
    kept = [on_terminal or ProgressBar(run, Console()), RunFiles(run)]
    if importlib.util.find_spec("tensorboard") is not None:
        kept.append(TensorBoard(run))
    return kept


class ProgressBar(Listener):
    """A bar with the losses below it; on anything but a terminal a plain line every ten seconds."""

    def __init__(self, run: Loop[Any], console: Console) -> None:
        self.run, self.console = run, console
        self.every = BAR_SECONDS if console.is_interactive else LINE_SECONDS
        self.means: Measures = {}
        self.rate = 0.0
        bar = BarColumn(None, complete_style="cyan", finished_style="green")
        self.bar = Progress(TextColumn("{task.percentage:3.0f}%"), bar, TextColumn("{task.description}"))
        self.task = self.bar.add_task("", total=1.0)
        self.below = Text(style="dim", no_wrap=True, overflow="ellipsis")
        self.live = Live(Group(self.bar, self.below), console=console)

    def begin(self, state: State) -> None:
        self.state = state
        self._mark()
        if self.console.is_interactive:
            self.live.start()
        self._show()

    def step(self, state: State, measures: Measures, progress: float) -> None:
        for name, value in measures.items():
            self.means[name] = self.means[name].lerp(value, 0.1) if name in self.means else value
        if time.monotonic() - self.shown >= self.every:
            self._show()

    def trouble(self, trouble: Trouble, images: int, back_to: int | None) -> None:
        say_trouble(self.console, trouble, images, back_to, self.run.EXAMPLES)
        self.means = {}
        self._mark()

    def end(self) -> None:
        if self.state.images > self.images:
            self._show()
        self.live.stop()

    def _mark(self) -> None:
        self.shown = time.monotonic()
        self.images, self.seconds = self.state.images, self.state.seconds

    def _show(self) -> None:
        if self.state.images > self.images:
            rate = (self.state.images - self.images) / max(self.state.seconds - self.seconds, 1e-9)
            self.rate = 0.7 * self.rate + 0.3 * rate if self.rate else rate
        self._mark()
        progress = self.run.budget.progress(self.state)
        first, second = self._first(progress), self._second()
        if self.console.is_interactive:
            self.bar.update(self.task, completed=progress, description=first)
            self.below.plain = f"     {second}"
        else:
            say(self.console, " · ".join(part for part in (f"{progress:4.0%}", first, second) if part))

    def _first(self, progress: float) -> str:
        parts = [amount(self.state.images, self.run.EXAMPLES)]
        if self.rate:
            parts.append(f"{self.rate:.3g} {self.run.EXAMPLES}/s")
        if self.rate and progress < 1:
            parts.append(f"{duration(seconds_left(self.run, self.state, self.rate))} left")
        return " · ".join(parts)

    def _second(self) -> str:
        if not self.means:
            return ""
        means = {name: value.item() for name, value in self.means.items()}
        sides = [f"{side[-1].upper()} {means[side]:.3f}" for side in ("loss_d", "loss_g") if side in means]
        parts = ["loss " + " ".join(sides)] if sides else []
        if "penalty" in means:
            parts.append(f"penalty {penalty_share(means):.0%}")
        return " · ".join(parts + self.run.notes(self.state, means))


def seconds_left(run: Loop[Any], state: State, rate: float) -> float:
    """Seconds of training that the budget still holds, at `rate` images a second."""
    if run.budget.images is not None:
        return (run.budget.images - state.images) / rate
    assert run.budget.minutes is not None
    return run.budget.minutes * 60 - state.seconds


def say(console: Console, words: str, style: str | None = None) -> None:
    """One line as it stands: no markup, no wrapping."""
    console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


def say_trouble(console: Console, trouble: Trouble, images: int, back_to: int | None, examples: str) -> None:
    words = f"{amount(images, examples)}: {trouble.words}; {consequence(back_to, examples)}; {trouble.remedy}."
    say(console, words, style="yellow")
