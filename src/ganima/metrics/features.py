"""The extractor `random-v1`: a frozen random convolutional network, whose activations describe pictures.

Random networks keep the distances between pictures well enough to compare training runs (Naeem et al. 2020,
arXiv 2002.09797), and need no download; their numbers say nothing beside numbers of another extractor.
"""

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

NAME = "random-v1"
"""Stands in the name of every score that rests on these features."""
WIDTHS = (16, 24, 32, 48)
"""Number of channels of each level; the picture is halved from level to level."""
GRID = 4
"""Each level is averaged to GRID × GRID cells."""
BRIGHTNESS = 4
"""One in so many channels sees its input's level, the others only its changes from pixel to pixel."""
DIMENSIONS = sum(WIDTHS) * GRID**2
"""Length of a feature vector."""

Features = NDArray[np.float32]
"""[pictures, dimensions]"""
Pictures = Tensor | NDArray[np.uint8]
"""Either a tensor [pictures, channels, height, width] in [-1, 1], or bytes [pictures, height, width, channels]."""


def features(pictures: Pictures, batch: int = 64) -> Features:
    """Feature vectors [pictures, 1920] of grey, RGB or RGBA pictures of any one size, at least 8×8.

    Scales differ from dimension to dimension: standardise by the real pictures (`standardise`) before taking distances.
    """
    rows = [_describe(rgb(pictures[i : i + batch])) for i in range(0, len(pictures), batch)]
    return np.concatenate(rows)


def standardise(values: Features, real: Features) -> Features:
    """`values` with the mean of `real` taken off and divided by its standard deviation, dimension by dimension."""
    # A dimension that hardly varies among real pictures must not outweigh all others when a generated one leaves it.
    spread = real.std(0)
    scaled: Features = (values - real.mean(0)) / np.maximum(spread, 0.05 * spread.mean() + 1e-8)
    return scaled


def rgb(pictures: Pictures) -> Tensor:
    """Pictures as a tensor [pictures, 3, height, width] in [-1, 1]: grey repeated, RGBA on white."""
    if isinstance(pictures, np.ndarray):
        x = torch.from_numpy(np.array(pictures, order="C")).permute(0, 3, 1, 2).float() / 127.5 - 1
    else:
        x = pictures.detach().cpu().float().clamp(-1, 1)
    if x.shape[1] == 4:
        alpha = (x[:, 3:] + 1) / 2
        return x[:, :3] * alpha + (1 - alpha)
    return x.expand(-1, 3, -1, -1)


@cache
def _weights() -> tuple[tuple[Tensor, Tensor], ...]:
    """He-scaled kernels and small biases; drawn by numpy, whose stream does not depend on the machine."""
    rng = np.random.default_rng(20_250_101)
    layers = []
    for c_in, c_out in zip((3, *WIDTHS[:-1]), WIDTHS, strict=True):
        kernel = rng.standard_normal((c_out, c_in, 3, 3), dtype=np.float32) * np.float32((2 / (9 * c_in)) ** 0.5)
        # Without this, brightness drowns everything: blurred pictures would score like sharp ones.
        blind = kernel[c_out // BRIGHTNESS :]
        blind -= blind.mean((2, 3), keepdims=True)
        bias = rng.standard_normal(c_out, dtype=np.float32) * np.float32(0.1)
        layers.append((torch.from_numpy(kernel), torch.from_numpy(bias)))
    return tuple(layers)


@torch.no_grad()
def _describe(x: Tensor) -> Features:
    cells = []
    for level, (kernel, bias) in enumerate(_weights()):
        if level:
            x = F.avg_pool2d(x, 2)
        x = F.leaky_relu_(F.conv2d(x, kernel, bias, padding=1), 0.2)
        cells.append(F.adaptive_avg_pool2d(x, GRID).flatten(1))
    rows: Features = torch.cat(cells, dim=1).numpy()
    return rows
