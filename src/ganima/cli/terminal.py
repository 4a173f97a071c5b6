"""A terminal as a reporter: lines, a bar for each stage, and what a training is doing; Ctrl-C is its cancelled."""

import math
import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from types import FrameType, TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from ganima.pages.words import amount, duration

LINE_SECONDS = 10.0
"""How often a training prints a plain line where there is no terminal."""


class Terminal:
    """Shows what takes time, as a context; inside of it the first Ctrl-C or SIGTERM asks to stop, the second one stops
    at once.
    """

    def __init__(self, console: Console | None = None, line_seconds: float = LINE_SECONDS, waits: bool = False) -> None:
        """`console` is where lines and trainings are shown; the standard output unless given. What `waits` for input
        cannot look up whether to stop: the first Ctrl-C stops it.
        """
        self.waits = waits
        self.console = console or Console()
        self.line_seconds = line_seconds
        self.cancelled = False
        # Of several processes on one machine, one speaks.
        self.silent = os.environ.get("RANK", "0") != "0"
        self.stages: dict[str, StageBar] = {}
        self.training: TrainingBar | None = None
        self.stack = ExitStack()

    def __enter__(self) -> "Terminal":
        # Only the main thread may handle signals.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self.stack.callback(signal.signal, number, signal.signal(number, self._ask))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()
        self.stack.close()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        # In a group, torchrun hands the Ctrl-C on that the terminal has already sent to every process.
        if (self.cancelled or self.waits) and "WORLD_SIZE" not in os.environ:
            raise KeyboardInterrupt
        self.cancelled = True

    def say(self, words: str) -> None:
        """A line as it stands: no markup, no wrapping."""
        if not self.silent:
            self.console.print(words, markup=False, highlight=False, soft_wrap=True)
            # At once, also into a file or a pipe: a training takes long.
            self.console.file.flush()

    def progress(self, stage: str, done: float, total: float) -> None:
        """A bar on the standard error while that is a terminal, one for each stage; a training has its own."""
        if self.silent or stage == "training":
            return
        if stage not in self.stages:
            self._close()
            self.stages[stage] = StageBar(stage)
        self.stages[stage].show(done, total)

    def event(self, event: Mapping[str, Any]) -> None:
        """Where a training is."""
        if self.silent or event["kind"] != "training":
            return
        if self.training is None:
            # Everything is read.
            self._close()
            self.training = TrainingBar(self.console, self.line_seconds)
        self.training.show(event)

    def _close(self) -> None:
        for stage in self.stages.values():
            stage.bar.stop()
        # One that comes again gets a bar of its own.
        self.stages.clear()
        if self.training is not None:
            self.training.live.stop()
            self.training = None


class StageBar:
    """The bar of one stage."""

    def __init__(self, name: str) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.bar.add_task(name, total=None)
        self.bar.start()

    def show(self, done: float, total: float) -> None:
        """So much is done, of all that there is to do, where that is known."""
        self.bar.update(self.task, completed=done, total=total or None)


class TrainingBar:
    """A bar with the losses below it; on anything but a terminal a plain line every few seconds."""

    def __init__(self, console: Console, line_seconds: float) -> None:
        self.console, self.line_seconds = console, line_seconds
        bar = BarColumn(None, complete_style="cyan", finished_style="green")
        self.bar = Progress(TextColumn("{task.percentage:3.0f}%"), bar, TextColumn("{task.description}"))
        self.task = self.bar.add_task("", total=1.0)
        self.below = Text(style="dim", no_wrap=True, overflow="ellipsis")
        self.live = Live(Group(self.bar, self.below), console=console)
        self.shown = -math.inf
        if console.is_interactive:
            self.live.start()

    def show(self, event: Mapping[str, Any]) -> None:
        """Where the training is, see `training.told`."""
        progress, first, second = event["progress"], first_words(event), second_words(event)
        if self.console.is_interactive:
            self.bar.update(self.task, completed=progress, description=first)
            self.below.plain = f"     {second}"
        elif time.monotonic() - self.shown >= self.line_seconds or progress >= 1:
            self.shown = time.monotonic()
            line = " · ".join(part for part in (f"{progress:4.0%}", first, second) if part)
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)


def first_words(event: Mapping[str, Any]) -> str:
    """What was seen, how fast, and how long it takes."""
    parts = [amount(event["examples"], event["counted"])]
    if event["rate"] is not None:
        parts.append(f"{event['rate']:.3g} {event['counted']}/s")
    if event["seconds_left"] is not None:
        parts.append(f"{duration(event['seconds_left'])} left")
    return " · ".join(parts)


def second_words(event: Mapping[str, Any]) -> str:
    """Losses and penalty, and what the recipe says."""
    measures = event["measures"]
    sides = [f"{side[-1].upper()} {measures[side]:.3f}" for side in ("loss_d", "loss_g") if side in measures]
    parts = ["loss " + " ".join(sides)] if sides else []
    if "loss" in measures:
        parts.append(f"loss {measures['loss']:.3f}")
    if "penalty_share" in measures:
        parts.append(f"penalty {measures['penalty_share']:.0%}")
    return " · ".join([*parts, *event["notes"]])
