"""Sound as pictures: log-mel spectrograms, low frequencies at the bottom."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganima.data.mel import CLAMP, mel

SCALE = 2
"""Pixels a frame and band."""
LOUDEST = 1.5
"""Logarithm of the amplitude that is white."""
GAP = 4
"""Pixels between two spectrograms."""
COLOURS = np.array(
    [(4, 5, 24), (60, 18, 92), (140, 41, 104), (212, 72, 66), (246, 146, 32), (250, 230, 120), (255, 255, 240)],
    np.float64,
)
"""From silence to the loudest: dark to bright, so that grey prints show the same."""


def picture(log_mel: Tensor) -> NDArray[np.uint8]:
    """A log-mel spectrogram [bands, frames] as RGB pixels [height, width, 3]."""
    low = np.log(CLAMP)
    place = ((log_mel.numpy() - low) / (LOUDEST - low)).clip(0, 1)[::-1] * (len(COLOURS) - 1)
    steps = np.arange(len(COLOURS))
    rgb = np.stack([np.interp(place, steps, COLOURS[:, c]) for c in range(3)], -1).round().astype(np.uint8)
    return np.kron(rgb, np.ones((SCALE, SCALE, 1), np.uint8))


def pairs(real: Tensor, made: Tensor) -> Image.Image:
    """Recordings [count, samples] on the left, and what became of them on the right."""
    rows = []
    for pair in zip(mel(real), mel(made), strict=True):
        left, right = (picture(one) for one in pair)
        rows.append(np.concatenate([left, np.full((left.shape[0], GAP, 3), 255, np.uint8), right], 1))
    gap = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    sheet = np.concatenate([part for row in rows for part in (row, gap)][:-1], 0)
    return Image.fromarray(sheet)
