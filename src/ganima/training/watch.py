"""Sees a training go wrong, and says it in words with a remedy."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Trouble:
    """What went wrong with a training."""

    words: str
    """What was seen, in one sentence."""
    remedy: str
    """What helps, in one sentence."""
    fatal: bool = False
    """Whether going on makes no sense when going back did not help."""


class Watch:
    """Sees what can go wrong with any training; a subclass sees what can go wrong with its own."""

    def check_values(self, measures: dict[str, float]) -> Trouble | None:
        """Trouble when a loss is not finite."""
        bad = [name for name, value in measures.items() if not math.isfinite(value)]
        if not bad:
            return None
        return Trouble(
            f"{bad[0]} is not finite",
            "lower learning rates, a higher γ or clipped gradients help",
            fatal=True,
        )

    def check_weights(self, networks: Iterable[nn.Module]) -> Trouble | None:
        """Trouble when a weight is not finite or does not fit into the float16 of a model file."""
        for network in networks:
            for name, value in network.state_dict().items():
                if value.is_floating_point() and not torch.isfinite(value.half()).all():
                    words = f"the weights {name} have grown beyond all bounds"
                    return Trouble(words, "lower learning rates, a higher γ or clipped gradients help", fatal=True)
        return None

    def check_preview(self, made: Tensor, means: Mapping[str, float], progress: float) -> Trouble | None:
        """Trouble when `made`, what is made of the inputs that never change, is not finite.

        `means` are those of the latest line of metrics, none before the first one.
        """
        if torch.isfinite(made).all():
            return None
        words = "what the training makes holds values that are not finite"
        return Trouble(words, "lower learning rates, a higher γ or clipped gradients help", fatal=True)

    @property
    def calm(self) -> bool:
        """Whether the last check saw nothing that could be the beginning of trouble."""
        return True

    def reset(self) -> None:
        """Forgets the checks so far: the run went back."""
