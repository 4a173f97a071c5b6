"""The sliced Wasserstein distance between small patches of Laplacian pyramids (Karras et al. 2018, arXiv 1710.10196,
section 5): how far the details are from real ones, at each size of detail. No network takes part.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganima.metrics.features import Pictures, rgb

PATCH = 7
"""Side of a patch in pixels."""
SMALLEST = 16
"""Shorter side in pixels of the last level, or more."""
PATCHES = 2**15
"""Patches of each level, about, from all pictures together; at most PER_PICTURE from one."""
PER_PICTURE = 128
DIRECTIONS = 128
"""Random directions that the patches are projected on."""

Patches = dict[int, NDArray[np.float16]]
"""By the longer side of a level in pixels: [pictures, patches, 3 × 7 × 7], brightness in [-1, 1] and its changes."""


def patches(pictures: Pictures, total: int, first: int = 0) -> Patches:
    """Patches at random places of each level of the pyramids of pictures of one size.

    `total` is how many pictures there are in all, and `first` the number of the first of these: places follow from it.
    """
    rng = np.random.default_rng(first)
    count = min(PER_PICTURE, math.ceil(PATCHES / total))
    found: Patches = {}
    for level in pyramid(rgb(pictures)):
        n, _, height, width = level.shape
        rows, columns = (rng.integers(0, side - PATCH + 1, (n, count)) for side in (height, width))
        windows = level.unfold(2, PATCH, 1).unfold(3, PATCH, 1)
        # Beside two indices of one shape, the slice of channels comes last: [n, count, 3, 7, 7].
        chosen = windows[torch.arange(n)[:, None], :, torch.from_numpy(rows), torch.from_numpy(columns)]
        found[max(height, width)] = chosen.flatten(2).half().numpy()
    return found


def sliced_wasserstein(a: Patches, b: Patches, seed: int = 0) -> dict[int, float]:
    """1000 times the mean distance of the projected patches, by level; 0 for equal distributions.

    Each colour channel of either set is standardised first. As many patches are compared as the smaller set has: give
    sets of equally many pictures, because the distance of equal distributions is larger for fewer pictures.
    """
    return {side: 1000 * _distance(a[side], b[side], np.random.default_rng(seed)) for side in a}


def pyramid(x: Tensor) -> list[Tensor]:
    """The Laplacian pyramid of pictures [batch, 3, height, width], finest level first; the last one is what is left."""
    levels = []
    while min(x.shape[2:]) >= 2 * SMALLEST:
        smaller = _gauss(x)[:, :, ::2, ::2]
        spread = torch.zeros_like(x)
        spread[:, :, ::2, ::2] = smaller
        levels.append(x - 4 * _gauss(spread))
        x = smaller
    return [*levels, x]


def _gauss(x: Tensor) -> Tensor:
    taps = (torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16).expand(x.shape[1], 1, 1, -1)
    x = F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), taps, groups=x.shape[1])
    return F.conv2d(x, taps.transpose(2, 3), groups=x.shape[1])


def _distance(a: NDArray[np.float16], b: NDArray[np.float16], rng: np.random.Generator) -> float:
    rows = [_standardised(some).reshape(-1, some.shape[-1]) for some in (a, b)]
    count = min(len(some) for some in rows)
    directions = rng.standard_normal((a.shape[-1], DIRECTIONS), dtype=np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    projected = [np.sort(rng.permutation(some)[:count] @ directions, axis=0) for some in rows]
    return float(np.abs(projected[0] - projected[1]).mean())


def _standardised(values: NDArray[np.float16]) -> NDArray[np.float32]:
    channels = values.astype(np.float32).reshape(-1, 3, PATCH**2)
    mean, spread = channels.mean((0, 2), keepdims=True), channels.std((0, 2), keepdims=True)
    scaled: NDArray[np.float32] = (channels - mean) / np.maximum(spread, 1e-6)
    return scaled
