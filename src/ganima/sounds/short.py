"""Short sounds as pictures of one size: trimmed, put at the beginning of a window, and shown as log-mel spectrograms.

All sounds of a set begin at the same frame, as faces are aligned by their eyes; silence fills up what is shorter than
the window.
"""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.recordings import Recordings
from ganima.signal.mel import CLAMP, HOP, RATE, mel

SECONDS_MAX = 4.0
"""Longest sound."""
FRAMES_MIN, FRAMES_STEP = 32, 16
"""Fewest frames of a window; and all windows are multiples of so many, which a network can halve."""
EDGE = 2 * HOP
"""Samples of silence before a sound, and at least so many after it."""
BLOCK = 120
"""Samples whose level is taken at once, 5 ms."""
SILENT, BELOW = -60.0, 50.0
"""Blocks below this level in dB are silence, and so are those so many dB below the loudest one: a sound that rings away
is kept for longer than a recording's noise is below its speech."""
BEFORE, AFTER = 240, 720
"""Samples that are kept before the first block that is heard, and after the last one."""
LOUD = 0.8
"""Amplitude of the loudest sound of a set, which scales all of them: quiet recordings would make a quiet model."""
FADE = 120
"""Samples over which what is cut off comes and goes."""
FLOOR, LOUDEST = float(np.log(1e-4)), 1.5
"""Logarithms of the amplitudes that are -1 and 1 in a picture. What is quieter, 80 dB below full volume, is not heard,
and a network would spend itself on its noise."""
GATE = -0.97
"""Values of a picture that stand for silence: a generator comes no nearer to -1."""


def trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound [samples] at 24 kHz without the silence before and after it; empty where nothing is heard."""
    blocks = -(-len(samples) // BLOCK)
    filled = np.pad(samples.astype(np.float64), (0, blocks * BLOCK - len(samples)))
    power = np.square(filled).reshape(blocks, BLOCK).mean(1)
    levels = 10 * np.log10(np.maximum(power, 1e-12))
    heard = np.flatnonzero(levels > max(SILENT, levels.max(initial=SILENT) - BELOW))
    if not len(heard):
        return np.zeros(0, np.float32)
    start = max(int(heard[0]) * BLOCK - BEFORE, 0)
    end = min((int(heard[-1]) + 1) * BLOCK + AFTER, len(samples))
    found = samples[start:end].copy()
    count = min(FADE, len(found) // 2)
    edge = np.linspace(0, 1, count, dtype=np.float32)
    if start > 0:
        found[:count] *= edge
    if end < len(samples):
        found[len(found) - count :] *= edge[::-1]
    return found


def short_sounds(data: Recordings) -> Recordings:
    """The recordings trimmed, without those in which nothing is heard, or for longer than four seconds.

    The latter are not cut: a model would learn sounds that break off. All are made louder or quieter by one factor, so
    that the loudest one is as loud as a sound should be.
    """
    sounds: list[NDArray[np.float32]] = []
    kept: list[int] = []
    skipped = list(data.skipped)
    for number, name in enumerate(data.names):
        sound = trimmed(data.one(number))
        if not len(sound):
            skipped.append((name, "nothing is heard in it"))
        elif len(sound) > SECONDS_MAX * RATE:
            seconds = len(sound) / RATE
            skipped.append((name, f"{seconds:.1f} s, longer than {SECONDS_MAX:g} s; cut single sounds out of it"))
        else:
            sounds.append(sound)
            kept.append(number)
    gain = 32767 * LOUD / max((float(np.abs(sound).max()) for sound in sounds), default=LOUD)
    parts = [np.zeros(0, np.int16), *((sound * gain).round().astype(np.int16) for sound in sounds)]
    chosen = data.only(kept)
    starts = np.cumsum([len(part) for part in parts])
    return replace(chosen, samples=np.concatenate(parts), starts=starts, skipped=tuple(skipped))


def frames_for(length: int) -> int:
    """Frames of the window for sounds of at most `length` samples."""
    frames = 1 + -(-(EDGE + HOP + length + EDGE) // HOP)
    return max(FRAMES_MIN, -(-frames // FRAMES_STEP) * FRAMES_STEP)


def window(sound: NDArray[np.float32], frames: int, shift: float) -> NDArray[np.float32]:
    """The sound in a window [(frames - 1) * 256], `shift` (0 to 1) of a frame later than usual.

    Shifted by less than a frame, a sound is the same to the ear and another one to a discriminator.
    """
    found = np.zeros((frames - 1) * HOP, np.float32)
    start = EDGE + int(shift * HOP)
    found[start : start + len(sound)] = sound
    return found


def to_pictures(samples: Tensor) -> Tensor:
    """Windows [batch, samples] to pictures [batch, 1, 80, frames] of their spectrograms, in [-1, 1] or about."""
    return ((mel(samples).clamp_min(FLOOR) - FLOOR) * (2 / (LOUDEST - FLOOR)) - 1)[:, None]


def to_log_mel(pictures: Tensor) -> Tensor:
    """The opposite of `to_pictures`, for what a generator makes: log-mel spectrograms [batch, 80, frames]."""
    found = (pictures[:, 0].clamp_max(1.0) + 1) * ((LOUDEST - FLOOR) / 2) + FLOOR
    return torch.where(pictures[:, 0] < GATE, float(np.log(CLAMP)), found)
