"""How loud a recording is, where it is silent, and whether it is clipped."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganima.signal.resampling import Samples

FRAME = 0.02
"""Seconds of sound whose level is taken at once."""
FLOOR = -96.0
"""Level of digital silence in dB: that of 16 bits."""
SILENT = -60.0
"""A frame below this level in dB is silent …"""
BELOW = 40.0
"""… and so is one that is so many dB below the loud parts of its recording."""
FULL = 0.985
"""A sample of this amplitude may be clipped …"""
RUN = 3
"""… where so many follow each other, all the same."""


@dataclass(frozen=True)
class Loudness:
    """Levels are in dB, where 0 is as loud as a file can hold."""

    peak: float
    """Largest amplitude."""
    loud: float
    """Level of the loud parts: 95 % of the frames are quieter."""
    noise: float
    """Level of the quiet parts: 5 % of the frames are quieter."""
    clipped: int
    """Samples that were cut off at the largest amplitude."""
    before: float
    """Seconds of silence before the first sound."""
    after: float
    """Seconds of silence after the last."""
    silence: float
    """Share of the recording that is silent; 1 where nothing is to be heard."""


def loudness(samples: Samples, rate: int) -> Loudness:
    """Measures a recording of one sample or more."""
    levels = frame_levels(samples, rate)
    loud, noise = (float(level) for level in np.percentile(levels, (95, 5)))
    heard = np.flatnonzero(levels > max(SILENT, loud - BELOW))
    seconds = len(samples) / rate
    each = seconds / len(levels)
    first, last = (int(heard[0]), int(heard[-1])) if len(heard) else (len(levels), -1)
    return Loudness(
        peak=float(np.abs(samples).max()),
        loud=loud,
        noise=noise,
        clipped=clipped(samples),
        before=first * each,
        after=(len(levels) - 1 - last) * each if len(heard) else 0.0,
        silence=1 - len(heard) / len(levels),
    )


def frame_levels(samples: Samples, rate: int) -> NDArray[np.float64]:
    """The level of each 20 ms in dB, at least -96."""
    frame = max(1, min(round(FRAME * rate), len(samples)))
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    power: NDArray[np.float64] = np.square(frames, dtype=np.float64).mean(1)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (FLOOR / 10)))
    return levels


def clipped(samples: Samples) -> int:
    """How many samples stand in rows of three or more that are all the same, and as loud as can be."""
    full = np.abs(samples) >= FULL
    if not full.any():
        return 0
    same = full[1:] & full[:-1] & (np.abs(np.diff(samples)) < 1e-4)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(np.int8), [0]])))
    lengths = ends[1::2] - ends[::2] + 1
    return int(lengths[lengths >= RUN].sum())
