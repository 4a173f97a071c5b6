"""What a training is, as the engine sees it: each capability has one recipe, and hands it to `loop.fit`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from PIL import Image
from torch import Tensor

from ganima.models.card import Facts
from ganima.pages.charts import Chart
from ganima.training.state import State
from ganima.training.update import Measures
from ganima.training.watch import Watch

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Preview:
    """What a training makes at some time of inputs that stay the same for the whole run."""

    made: Tensor
    """The thing itself, on the CPU; the watch looks at it."""
    image: Callable[[], Image.Image]
    """Draws it."""


class Recipe(Protocol[S]):
    """One training: what its state is, what a step does, and what it shows and leaves behind."""

    @property
    def card(self) -> Facts:
        """What the model's card says besides what training adds; its `name` at least."""

    @property
    def examples(self) -> str:
        """What is counted, in the plural."""

    @property
    def caption(self) -> str:
        """What a preview shows, in words."""

    @property
    def charts(self) -> Sequence[Chart]:
        """What the run's page shows of the metrics."""

    def configuration(self) -> dict[str, Any]:
        """Everything that decides what is trained, and how, as JSON holds it."""

    def begin(self, seed: int, device: torch.device) -> S:
        """A state before the first step."""

    def step(self, state: S, progress: float, dtype: torch.dtype) -> Measures:
        """One step, counted in `state`. `progress` in [0, 1] sets every schedule, `dtype` is the precision."""

    def preview(self, state: S) -> Preview:
        """What the training makes now.

        Draws nothing from the state's random numbers: looking must not change the training.
        """

    def publish(self, state: S, path: Path) -> None:
        """Writes the model."""

    def watch(self, state: S) -> Watch:
        """What sees this training go wrong."""

    def facts(self) -> dict[str, str]:
        """What the run is, in words, by name."""

    def notes(self, state: S, means: Mapping[str, float]) -> list[str]:
        """What is said of the progress besides losses; `means` are those of the latest measures."""


def trained_card(recipe: Recipe[S], state: S) -> Facts:
    """The card of a model: the recipe's, and what training adds."""
    return recipe.card | {
        "training": recipe.configuration(),
        "examples": state.examples,
        "training_seconds": round(state.seconds),
        "seed": state.seed,
    }
