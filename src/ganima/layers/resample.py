"""Resampling by two, in the two flavours that the networks use, and the sizes of a network's levels."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Resample = Literal["bilinear", "fir"]
"""`fir` is StyleGAN2's [1, 3, 3, 1] filter with zeros outside the picture. `bilinear` is the fast one: it doubles with
the same filter, but repeats the picture's border, and halves by the two-by-two mean."""


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
    """Number of levels such that the smallest one has a longer side of at most `smallest`, more than half of it."""
    levels, side = 1, max(height, width)
    while side > smallest:
        side, levels = -(-side // 2), levels + 1
    return levels


def upsample(x: Tensor, size: tuple[int, int], how: Resample, margin: int = 0) -> Tensor:
    """Doubles `x` [batch, channels, h, w] and crops it to `size` (height, width), at most (2h, 2w).

    `margin` pixels are added on every side: what the filter spreads there, or zeros.
    """
    if how == "bilinear":
        doubled = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)[:, :, : size[0], : size[1]]
        return F.pad(doubled, (margin,) * 4) if margin else doubled
    # Half-way between the pixels, bilinear interpolation has the weights of the filter; it would repeat the border.
    doubled = F.interpolate(F.pad(x, (1,) * 4), scale_factor=2.0, mode="bilinear", align_corners=False)
    start = 2 - margin
    return doubled[:, :, start : 2 + size[0] + margin, start : 2 + size[1] + margin]


def downsample(x: Tensor, how: Resample) -> Tensor:
    """Halves `x` [batch, channels, h, w], rounding the size up."""
    if how == "bilinear":
        # For an even size, bilinear sampling half-way between the pixels is the two-by-two mean.
        return F.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
    return fir(F.pad(x, (1, 2 + x.shape[3] % 2, 1, 2 + x.shape[2] % 2)))[:, :, ::2, ::2]


def smooth(x: Tensor, how: Resample) -> Tensor:
    """Filters `x` [batch, channels, h, w] for a 3×3 convolution with stride two and no padding, which then halves it,
    rounding the size up.
    """
    right, bottom = x.shape[3] % 2, x.shape[2] % 2
    if how == "bilinear":
        return F.avg_pool2d(F.pad(x, (1, 1 + right, 1, 1 + bottom)), 2, stride=1)
    return fir(F.pad(x, (2, 2 + right, 2, 2 + bottom)))


def fir(x: Tensor, gain: float = 1.0) -> Tensor:
    """Filters `x` [batch, channels, h, w] with [1, 3, 3, 1] both ways, and times `gain`; 3 pixels a side are lost."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype, device=x.device) * (gain**0.5 / 8)
    # A whole number even while the network is being traced.
    channels = int(x.shape[1])
    x = F.conv2d(x, taps.view(1, 1, 4, 1).expand(channels, 1, 4, 1), groups=channels)
    return F.conv2d(x, taps.view(1, 1, 1, 4).expand(channels, 1, 1, 4), groups=channels)
