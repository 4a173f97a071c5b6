"""What every step of every training does: one descent, the rates, the averages."""

import torch
from torch import Tensor, nn

from ganima.training import distributed, ema
from ganima.training.state import State

Measures = dict[str, Tensor]
"""What a step reports: scalars, still on the device."""


def move_on(state: State, count: int, average_share: float = 0.05, average_max: float = 10_000.0) -> int:
    """Counts a step on `count` examples of this process, and moves the averages; returns those of all processes.

    The averages' half-life is `average_share` of the examples seen so far, at most `average_max`.
    """
    examples = count * distributed.world()
    state.steps += 1
    state.examples += examples
    keep = ema.decay(examples, state.examples, average_share, average_max)
    for name, average in state.averages.items():
        ema.update(average, state.networks[name], keep)
    return examples


def update(network: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, clip: float) -> None:
    """One descent of `network` on `loss`, with the gradients averaged over the processes and, if asked, clipped."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.average_gradients(network)
    if clip > 0:
        nn.utils.clip_grad_norm_(network.parameters(), clip)
    optimizer.step()


def set_rate(state: State, optimizer: str, rate: float, betas: tuple[float, float] | None = None) -> None:
    """Writes learning rate and, where given, Adam's betas into an optimiser; every return halves the rate."""
    for group in state.optimizers[optimizer].param_groups:
        group["lr"] = rate * 0.5**state.rollbacks
        if betas is not None:
            group["betas"] = betas
