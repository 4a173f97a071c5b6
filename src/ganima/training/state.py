"""Everything that a training has to remember, in one object: what is not in here starts anew on resume."""

import copy
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from ganima.training import distributed
from ganima.training.config import Pace


@dataclass(kw_only=True)
class State:
    """The networks, the average, the optimisers, the counters and the random generator of a run."""

    generator: nn.Module
    """G, as it is being trained."""
    discriminator: nn.Module
    """D."""
    average: nn.Module
    """The exponential moving average of G: what is previewed, sampled and shipped."""
    optimizer_g: torch.optim.Adam
    optimizer_d: torch.optim.Adam
    rng: torch.Generator
    """Draws latents, mirrors and augmentations; on the CPU, and alike in every process."""
    seed: int
    steps: int = 0
    images: int = 0
    """Real images (or pieces of sound) seen; also the position of the sampler."""
    seconds: float = 0.0
    """Time spent training, pauses left out."""
    rollbacks: int = 0
    """How often the watch went back to the last good state; each time halves the learning rates."""
    frozen: tuple[nn.Parameter, ...] = ()
    """Weights of G and D that stay as they are."""

    COUNTERS: ClassVar[tuple[str, ...]] = ("seed", "steps", "images", "seconds", "rollbacks")
    """Numbers that a checkpoint holds."""
    TENSORS: ClassVar[tuple[str, ...]] = ()
    """Tensors that a checkpoint holds besides those of networks and optimisers."""

    @property
    def device(self) -> torch.device:
        """Where the networks live."""
        return next(self.generator.parameters()).device


def beginning(generator: nn.Module, discriminator: nn.Module, config: Pace, seed: int, device: torch.device) -> State:
    """The state of two networks that were just built, before the first step."""
    for network in (generator, discriminator):
        network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        distributed.broadcast(network.state_dict().values())
    return State(
        generator=generator,
        discriminator=discriminator,
        average=copy.deepcopy(generator).requires_grad_(False).eval(),
        optimizer_g=_adam(generator, config),
        optimizer_d=_adam(discriminator, config),
        rng=torch.Generator().manual_seed(seed),
        seed=seed,
    )


def _adam(network: nn.Module, config: Pace) -> torch.optim.Adam:
    return torch.optim.Adam(network.parameters(), lr=0.0, betas=(config.beta1, config.beta2(0.0)), eps=1e-8, fused=True)
