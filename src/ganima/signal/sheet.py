"""Sound as pictures: log-mel spectrograms, low frequencies at the bottom."""

from collections.abc import Sequence

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganima.signal.mel import CLAMP, mel

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
    found = list(zip(mel(real), mel(made), strict=True))
    return sheet(found, found[0][0].shape[1])


def sheet(rows: Sequence[tuple[Tensor, ...]], frames: int) -> Image.Image:
    """Log-mel spectrograms [bands, frames], row by row; silence fills up those that are shorter than `frames`."""
    lines = []
    for row in rows:
        filled = [F.pad(one, (0, frames - one.shape[1]), value=float(np.log(CLAMP))) for one in row]
        parts = [part for one in filled for part in (picture(one), _white(SCALE * one.shape[0], GAP))]
        lines += [np.concatenate(parts[:-1], 1), _white(GAP, (SCALE * frames + GAP) * len(row) - GAP)]
    return Image.fromarray(np.concatenate(lines[:-1], 0))


def _white(height: int, width: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 255, np.uint8)
