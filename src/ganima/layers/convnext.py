"""Residual blocks over time (ConvNeXt, Liu et al. 2022, arXiv 2201.03545), for sound."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.initial import init_normal

KERNEL = 7
"""Frames that a block's first convolution looks at, unless it is said."""


class ConvNeXt(nn.Module):
    """Mixes over time channel by channel, then over channels frame by frame: [batch, channels, frames] to the same.

    The convolutions and products are done in `dtype`; the sum goes on in float32.
    """

    def __init__(self, channels: int, hidden: int, scale: float, kernel: int = KERNEL, dropout: float = 0.0) -> None:
        """`scale` is what the block's part of the sum is multiplied by at first, so that deep nets start out calm.

        `dropout` is the share of the hidden channels that are left out of a training step.
        """
        super().__init__()
        self.dropout = dropout
        self.time = nn.Conv1d(channels, channels, kernel, padding=kernel // 2, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.widen = nn.Linear(channels, hidden)
        self.narrow = nn.Linear(hidden, channels)
        self.scale = nn.Parameter(torch.full((channels,), scale))
        init_normal(self.time.weight, 0.1)
        init_normal(self.widen.weight, 0.02)
        init_normal(self.narrow.weight, 0.02)
        for bias in (self.time.bias, self.widen.bias, self.narrow.bias):
            assert bias is not None
            nn.init.zeros_(bias)

    def forward(self, x: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        h = self.norm(self.time(x).transpose(1, 2)).to(dtype)
        h = F.dropout(F.gelu(linear(h, self.widen)), self.dropout, self.training)
        h = linear(h, self.narrow).float() * self.scale
        return x + h.transpose(1, 2)


def linear(x: Tensor, layer: nn.Linear) -> Tensor:
    """`layer` in the precision of `x`; the weights stay in float32."""
    return F.linear(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype))
