"""Everything that a training has to remember, in one object: what is not in here starts anew on resume."""

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import nn


@dataclass(kw_only=True)
class State:
    """The networks, averages, optimisers, counters and the random generator of a run.

    A training with more to remember has a subclass, whose fields are named in COUNTERS or TENSORS.
    """

    networks: dict[str, nn.Module]
    """Those that are trained, by name."""
    averages: dict[str, nn.Module] = field(default_factory=dict)
    """Exponential moving averages, by the name of the network: what is previewed, sampled and shipped."""
    optimizers: dict[str, torch.optim.Optimizer]
    """By a name, each of parameters of `networks`."""
    rng: torch.Generator
    """Draws latents, mirrors and augmentations; on the CPU, and alike in every process."""
    seed: int
    steps: int = 0
    examples: int = 0
    """Real examples (pictures, or pieces of sound) seen; also the position of the sampler."""
    seconds: float = 0.0
    """Time spent training, pauses left out."""
    rollbacks: int = 0
    """How often the watch went back to the last good state; each time halves the learning rates."""

    COUNTERS: ClassVar[tuple[str, ...]] = ("seed", "steps", "examples", "seconds", "rollbacks")
    """Numbers that a checkpoint holds."""
    TENSORS: ClassVar[tuple[str, ...]] = ()
    """Tensors that a checkpoint holds besides those of networks and optimisers."""

    @property
    def device(self) -> torch.device:
        """Where the networks live."""
        return next(next(iter(self.networks.values())).parameters()).device
