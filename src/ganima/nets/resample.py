"""Resampling by two, in the two flavours that the networks use, and the sizes of a network's levels."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Resample = Literal["bilinear", "fir"]
"""`bilinear` is the fast one; `fir` is StyleGAN2's [1, 3, 3, 1] filter with zeros outside the picture (no antialiasing
difference inside the picture, only at its border)."""


def pyramid(height: int, width: int, levels: int) -> list[tuple[int, int]]:
    """Sizes (height, width) of each level, smallest first; every level is half the next one, rounded up.

    Rounding up lets any size be generated: a level is doubled and then cropped to the size of the next.
    """
    sizes = [(height, width)]
    for _ in range(levels - 1):
        height, width = -(-height // 2), -(-width // 2)
        sizes.append((height, width))
    return sizes[::-1]


def depth(height: int, width: int, smallest: int = 4) -> int:
    """Number of levels such that the longer side of the smallest level is `smallest` pixels or just above half of it."""
    levels, side = 1, max(height, width)
    while side > smallest:
        side, levels = -(-side // 2), levels + 1
    return levels


def upsample(x: Tensor, size: tuple[int, int], how: Resample) -> Tensor:
    """Doubles `x` [batch, channels, h, w] and crops it to `size` (height, width), at most (2h, 2w)."""
    if how == "bilinear":
        doubled = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
    else:
        batch, channels, height, width = x.shape
        spread = x.new_zeros(batch, channels, height, 2, width, 2)
        spread[:, :, :, 0, :, 0] = x
        doubled = _fir(F.pad(spread.reshape(batch, channels, 2 * height, 2 * width), (2, 1, 2, 1)), gain=4.0)
    return doubled[:, :, : size[0], : size[1]]


def downsample(x: Tensor, how: Resample) -> Tensor:
    """Halves `x` [batch, channels, h, w], rounding the size up."""
    if how == "bilinear":
        # The two-by-two mean is the adjoint of a nearest doubling and, for an even size, the antialiased bilinear halving.
        return F.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
    return _fir(F.pad(x, (1, 2 + x.shape[3] % 2, 1, 2 + x.shape[2] % 2)), gain=1.0)[:, :, ::2, ::2]


def _fir(x: Tensor, gain: float) -> Tensor:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype, device=x.device) * (gain**0.5 / 8)
    channels = x.shape[1]
    x = F.conv2d(x, taps.view(1, 1, 4, 1).expand(channels, 1, 4, 1), groups=channels)
    return F.conv2d(x, taps.view(1, 1, 1, 4).expand(channels, 1, 1, 4), groups=channels)
