"""The multi-scale structural similarity of many pairs of pictures: Wang et al. 2003, "Multiscale structural similarity
for image quality assessment".

Of pairs of generated pictures it says how alike they are (Odena et al. 2017, arXiv 1610.09585, section 4.2).
"""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganima.metrics.features import Pictures, rgb
from ganima.metrics.similarity import K1, K2, SIGMA, WINDOW

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the scales, largest picture first. Small pictures have fewer scales, whose weights are made to sum to one."""
BATCH = 32
"""Pairs that are compared at once."""


def ms_ssim(a: Pictures, b: Pictures) -> NDArray[np.float64]:
    """The similarity in [0, 1] of each picture of `a` and the one at its place in `b`, [pictures]; 1 for equal ones.

    As in `ssim`, statistics are weighted by the Gaussian of 11 pixels that lies inside the picture, and the mean goes
    over places and channels of RGB. From scale to scale the picture is halved by means of 2 × 2. Contrast and structure
    that contradict each other count as 0. Raises ValueError where a side is shorter than the window.
    """
    if min(_sides(a)) < WINDOW:
        raise ValueError(f"the window has {WINDOW}×{WINDOW} pixels, and the pictures {_sides(a)[1]}×{_sides(a)[0]}")
    parts = (slice(i, i + BATCH) for i in range(0, len(a), BATCH))
    return np.concatenate([_compare(*((rgb(some[part]).double() + 1) * 127.5 for some in (a, b))) for part in parts])


def scales(height: int, width: int) -> int:
    """At how many scales pictures of this size are compared, at most 5."""
    count = 1
    while count < len(WEIGHTS) and min(height, width) >> count >= WINDOW:
        count += 1
    return count


def _sides(pictures: Pictures) -> tuple[int, int]:
    height, width = pictures.shape[1:3] if isinstance(pictures, np.ndarray) else pictures.shape[2:]
    return height, width


def _compare(a: Tensor, b: Tensor) -> NDArray[np.float64]:
    count = scales(*a.shape[2:])
    weights = np.array(WEIGHTS[:count]) / sum(WEIGHTS[:count])
    total = torch.ones(a.shape[:2], dtype=torch.float64)
    for scale, weight in enumerate(weights):
        if scale:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        luminance, structure = _parts(a, b)
        similarity = luminance * structure if scale == count - 1 else structure
        total = total * similarity.mean((2, 3)).clamp_min(0) ** weight
    values: NDArray[np.float64] = total.mean(1).numpy()
    return values


def _parts(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Luminance, and contrast times structure, at every place."""
    mean_a, mean_b = _blur(a), _blur(b)
    variances = _blur(a * a) - mean_a**2 + _blur(b * b) - mean_b**2
    covariance = _blur(a * b) - mean_a * mean_b
    c1, c2 = (K1 * 255) ** 2, (K2 * 255) ** 2
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return luminance, (2 * covariance + c2) / (variances + c2)


def _blur(x: Tensor) -> Tensor:
    taps = torch.exp(-0.5 * ((torch.arange(WINDOW, dtype=x.dtype) - WINDOW // 2) / SIGMA) ** 2)
    taps = (taps / taps.sum()).expand(x.shape[1], 1, 1, -1)
    x = F.conv2d(x, taps, groups=x.shape[1])
    return F.conv2d(x, taps.transpose(2, 3), groups=x.shape[1])
