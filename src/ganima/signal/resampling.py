"""Samples of sound at another rate."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""[samples] of one channel in [-1, 1]"""


def resampled(samples: Samples, rate: int, to: int) -> Samples:
    """The same sound at another sample rate, band-limited (a Kaiser-windowed sinc)."""
    if rate == to or not len(samples):
        return samples
    from scipy.signal import resample_poly

    common = gcd(rate, to)
    found = resample_poly(samples, to // common, rate // common)
    return np.asarray(found, np.float32)
