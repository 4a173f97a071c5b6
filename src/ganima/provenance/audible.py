"""The mark that can be heard: the rhythm short, long, short, short, as GB 45438-2025 has it for sound."""

import numpy as np
from numpy.typing import NDArray

UNIT = 0.1
"""Seconds that a short tone lasts; a long one lasts three, as in Morse code (ITU-R M.1677-1)."""
TONES_AND_PAUSES = ((1, 1), (3, 3), (1, 1), (1, 5))
"""Units of each tone and of the pause after it: the letters A and I, and a pause before what follows."""
HZ = 880.0
LEVEL = 0.2
"""Amplitude: about as loud as speech."""
FADE = 0.01
"""Seconds in which a tone comes and goes, so that it does not click."""


def notice(rate: int) -> NDArray[np.float32]:
    """The mark [samples] at `rate` samples per second, 1.6 s with the pause after it, to put before generated sound."""
    parts = []
    for tone, pause in TONES_AND_PAUSES:
        parts += [_tone(tone * UNIT, rate), np.zeros(round(pause * UNIT * rate))]
    return np.concatenate(parts).astype(np.float32)


def _tone(seconds: float, rate: int) -> NDArray[np.float64]:
    time = np.arange(round(seconds * rate)) / rate
    edge = np.clip(np.minimum(time, seconds - time) / FADE, 0, 1)
    wave: NDArray[np.float64] = LEVEL * np.sin(2 * np.pi * HZ * time) * np.sin(np.pi / 2 * edge) ** 2
    return wave
