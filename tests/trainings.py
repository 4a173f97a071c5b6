"""Trainings as tests start them: on pictures, with everything at hand that is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from ganima.data.folder import PictureSet
from ganima.models.card import Facts
from ganima.picture.config import TrainConfig
from ganima.picture.recipe import PictureRecipe, PictureStep
from ganima.picture.state import PictureState
from ganima.picture.step import train_step
from ganima.reporter import Quiet
from ganima.training.loop import fit
from ganima.training.run import Budget, Listener, Outcome
from ganima.training.update import Measures


class Heard(Quiet):
    """Keeps what it is told, and is cancelled when a test says so."""

    cancelled = False

    def __init__(self) -> None:
        self.said: list[str] = []
        self.events: list[Mapping[str, Any]] = []

    def say(self, words: str) -> None:
        self.said.append(words)

    def event(self, event: Mapping[str, Any]) -> None:
        self.events.append(event)


class StopAt(Listener):
    """Asks a training to stop after a step."""

    def __init__(self, step: int, report: Heard) -> None:
        self.at, self.report = step, report

    def step(self, state: PictureState, measures: Measures, progress: float) -> None:
        self.report.cancelled = state.steps == self.at


@dataclass(kw_only=True)
class Training:
    """One training on pictures in one folder."""

    out: Path
    config: TrainConfig
    data: PictureSet
    budget: Budget
    seed: int = 0
    card: Facts = field(default_factory=lambda: {"name": "test"})
    step: PictureStep = train_step
    listeners: list[Listener] = field(default_factory=list)
    report: Heard = field(default_factory=Heard)
    options: dict[str, Any] = field(default_factory=dict)
    """Further arguments of `fit`."""

    @property
    def recipe(self) -> PictureRecipe:
        """What is trained."""
        return PictureRecipe(config=self.config, data=self.data, card=self.card, train_step=self.step)

    @property
    def model_path(self) -> Path:
        """The newest model."""
        return self.out / "model.safetensors"

    @property
    def metrics_path(self) -> Path:
        """The lines of metrics."""
        return self.out / "metrics.jsonl"

    def train(self) -> Outcome:
        """Trains, or trains on."""
        return fit(self.recipe, self.out, self.budget, self.seed, self.report, listeners=self.listeners, **self.options)


@dataclass(kw_only=True)
class Fitting:
    """A recipe in a folder."""

    recipe: Any
    out: Path
    budget: Budget

    @property
    def checkpoint_path(self) -> Path:
        """Where the state lies."""
        return self.out / "checkpoint.safetensors"

    def begin(self) -> Any:
        """A state before the first step."""
        return self.recipe.begin(0, torch.device("cpu"))

    def step(self, state: Any, progress: float) -> Measures:
        """One step in full precision."""
        measures: Measures = self.recipe.step(state, progress, torch.float32)
        return measures

    def train(self, until: int | None = None) -> Path:
        """Trains, or trains on, to the end of the budget or to a step; returns the path of the model."""
        self.out.mkdir(parents=True, exist_ok=True)
        ended = {} if until is None else {"enough": lambda state: state.steps == until}
        return fit(self.recipe, self.out, self.budget, checkpoint_seconds=3600.0, **ended).model
