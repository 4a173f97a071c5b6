"""Initial weights."""

import math

import torch
from torch import Tensor, nn

SLOPE = 0.2
"""Negative slope of every leaky ReLU."""


def init_weight(weight: Tensor, how: str, gain: float = 1.0) -> Tensor:
    """Fills `weight` [out, in, ...] in place: He et al. 2015 for a leaky ReLU, or orthogonal (Saxe et al. 2014)."""
    if how == "orthogonal":
        return nn.init.orthogonal_(weight, gain * math.sqrt(2.0))
    return init_normal(weight, gain * math.sqrt(2.0 / (1 + SLOPE**2) / weight[0].numel()))


@torch.no_grad()
def init_normal(weight: Tensor, deviation: float) -> Tensor:
    """Fills `weight` in place from a normal distribution around zero."""
    # A weight without memory, as models are checked with, has nothing to fill; torch would take a second to see that.
    return weight if weight.is_meta else weight.normal_(0.0, deviation)
