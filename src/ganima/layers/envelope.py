"""The smooth part of mel spectrograms, which a vocal tract makes, and that of a longer or a shorter one."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.signal.constant import constant
from ganima.signal.mel import BANDS, centres, to_band


@constant
def smoothing(bands: int, cosines: int, device: torch.device) -> Tensor:
    """[bands, bands]: the projection of a spectrum of so many bands onto so many of the slowest cosines."""
    places, numbers = np.arange(bands) + 0.5, np.arange(cosines)
    found = np.cos(np.pi * np.outer(numbers, places) / bands) * np.sqrt(2 / bands)
    found[0] /= np.sqrt(2)
    return torch.from_numpy((found.T @ found).astype(np.float32)).to(device)


def stretching(factor: float, bands: int = BANDS) -> NDArray[np.float32]:
    """[bands, bands]: what moves the lowest `bands` of an envelope up by `factor` in frequency."""
    place = to_band(centres()[:bands] / factor).clip(0, bands - 1)
    low = np.floor(place).astype(int).clip(0, bands - 2)
    found = np.zeros((bands, bands), np.float32)
    rows = np.arange(bands)
    found[rows, low] = 1 - (place - low)
    found[rows, low + 1] = place - low
    return found
