"""The exponential moving average of a network: what is shipped (Yazıcı et al. 2019, arXiv 1806.04498)."""

import torch
from torch import nn


def decay(batch: int, examples_seen: int, half_life_share: float, half_life_max: float) -> float:
    """Share of the old average that one step of `batch` examples keeps.

    The half-life is `half_life_share` of the examples seen so far, at most `half_life_max`: a young run forgets its bad
    start.
    """
    half_life = min(half_life_share * examples_seen, half_life_max)
    return float(0.5 ** (batch / max(half_life, 1e-8)))


@torch.no_grad()
def update(average: nn.Module, current: nn.Module, keep: float) -> None:
    """average ← keep · average + (1 - keep) · current, for every parameter; buffers are copied."""
    torch._foreach_lerp_(list(average.parameters()), list(current.parameters()), 1 - keep)
    for a, c in zip(average.buffers(), current.buffers(), strict=True):
        a.copy_(c)
