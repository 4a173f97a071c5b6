"""What every step of every training does: one descent, the rates, the average."""

import torch
from torch import Tensor, nn

from ganima.training import distributed, ema
from ganima.training.config import Pace
from ganima.training.state import State

Measures = dict[str, Tensor]
"""What a step reports: scalars, still on the device."""


def move_on(state: State, config: Pace, count: int) -> int:
    """Counts a step on `count` examples of this process, and moves the average; returns those of all processes."""
    images = count * distributed.world()
    state.steps += 1
    state.images += images
    keep = ema.decay(images, state.images, config.average_share, config.average_max)
    ema.update(state.average, state.generator, keep)
    return images


def only(state: State, network: nn.Module) -> None:
    """Lets `network` alone learn, G or D, without those of its weights that are frozen."""
    for each in (state.generator, state.discriminator):
        each.requires_grad_(each is network)
    for weight in state.frozen:
        weight.requires_grad_(False)


def update(network: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, clip: float) -> None:
    """One descent of `network` on `loss`, with the gradients averaged over the processes and, if asked, clipped."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.average_gradients(network)
    if clip > 0:
        nn.utils.clip_grad_norm_(network.parameters(), clip)
    optimizer.step()


def set_rates(state: State, config: Pace, progress: float) -> None:
    """Writes the schedules' values into both optimisers."""
    backoff = 0.5**state.rollbacks
    rates = ((state.optimizer_g, config.lr_generator), (state.optimizer_d, config.lr_discriminator))
    for optimizer, rate in rates:
        for group in optimizer.param_groups:
            group["lr"] = rate(progress) * backoff
            group["betas"] = (config.beta1, config.beta2(progress))
