"""How alike two pictures are: the peak signal-to-noise ratio, and the structural similarity."""

import numpy as np
from numpy.typing import NDArray

WINDOW, SIGMA = 11, 1.5
"""Side of the Gaussian window and its standard deviation, in pixels."""
K1, K2 = 0.01, 0.03
"""Shares of the largest value that keep the quotients stable."""

Bytes = NDArray[np.uint8]
"""[height, width] or [height, width, channels] in [0, 255]."""


def psnr(a: Bytes, b: Bytes) -> float:
    """The peak signal-to-noise ratio in dB, 10 log10(255² / mean squared error); infinite for equal pictures."""
    error = float(np.square(a.astype(np.float64) - b.astype(np.float64)).mean())
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(a: Bytes, b: Bytes) -> float:
    """The structural similarity in [-1, 1], 1 for equal pictures: Wang et al. 2004, "Image Quality Assessment: From
    Error Visibility to Structural Similarity".

    The mean over the channels, and over every place where the window lies inside the picture. The statistics inside
    the window are those of the paper, weighted by the Gaussian and with no correction for the sample's size. Equal to
    scikit-image's with `gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255`. Raises
    ValueError where a side is shorter than the window's 11 pixels.
    """
    if min(a.shape[:2]) < WINDOW:
        raise ValueError(f"the window has {WINDOW}×{WINDOW} pixels, and the picture {a.shape[1]}×{a.shape[0]}")
    x, y = (values.astype(np.float64) for values in (a, b))
    mean_x, mean_y = _blur(x), _blur(y)
    variances = _blur(x * x) - mean_x**2 + _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    c1, c2 = (K1 * 255) ** 2, (K2 * 255) ** 2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    return float((luminance * (2 * covariance + c2) / (variances + c2)).mean())


def _blur(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Gaussian mean over each window that lies inside the picture; both sides become ten pixels shorter."""
    taps = np.exp(-0.5 * ((np.arange(WINDOW) - WINDOW // 2) / SIGMA) ** 2)
    taps /= taps.sum()
    for axis in (0, 1):
        # One after the other, because the Gaussian of two variables is the product of two.
        windows = np.lib.stride_tricks.sliding_window_view(values, WINDOW, axis)
        values = windows @ taps
    return values
