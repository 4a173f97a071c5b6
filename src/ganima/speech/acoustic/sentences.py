"""Recordings with their transcripts, as an acoustic model learns from them: spectrograms, phonemes, pitch, loudness.

Every recording is there several times, faster and higher or slower and lower: resampling changes speed, pitch and
formants together, so one voice becomes several similar ones. The model is told by how much, and is asked for none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ganima.data.recordings import Recordings
from ganima.reporter import QUIET, Reporter, counted
from ganima.signal.mel import mel
from ganima.signal.pitch import pitch
from ganima.signal.resampling import resampled

FACTORS = ((1, 1), (20, 19), (19, 20), (10, 9), (9, 10))
"""By which recordings are sped up and raised; the first is the recording itself."""
FRAMES_MIN = 24
"""Shorter recordings are left out."""
EDGE = 12
"""Frames of silence that stay at either end, an eighth of a second."""
SILENCE = 5.0
"""In nepers below the loudest frame: what is quieter at the ends is cut off."""


@dataclass(frozen=True)
class Utterance:
    """One recording, at one of the speeds."""

    name: str
    symbols: NDArray[np.int64]
    """Numbers of its phonemes, breaks and pauses [phonemes]."""
    mel: NDArray[np.float16]
    """[bands, frames]"""
    pitch: NDArray[np.float32]
    """Logarithm of the fundamental frequency in Hz [frames], carried on through what is unvoiced."""
    energy: NDArray[np.float32]
    """Mean of the log-mel spectrogram over its bands [frames]."""
    tuning: float
    """Logarithm of the factor by which it was sped up and raised."""
    start: int = 0
    """Frame of the whole recording that it begins with."""


def sentences(
    data: Recordings,
    symbols: Sequence[Sequence[int]],
    factors: Sequence[tuple[int, int]] = FACTORS,
    report: Reporter = QUIET,
) -> list[list[Utterance]]:
    """The recordings at all speeds: for every factor a list with one sentence for each recording that can be used.

    `symbols` are the numbers of each recording's phonemes; recordings that have fewer frames than these, or no voiced
    frame, are left out.
    """
    found: list[list[Utterance]] = [[] for _ in factors]
    for number, name in enumerate(counted(data.names, "listening", len(data.names), report)):
        samples = data.one(number)
        numbers = np.array(symbols[number], np.int64)
        heard = log_pitch(samples)
        if heard is not None:
            for (up, down), place in zip(factors, found, strict=True):
                sentence = _sentence(name, samples, numbers, heard, up, down)
                if sentence is not None:
                    place.append(sentence)
    kept = set.intersection(*({sentence.name for sentence in place} for place in found))
    return [[sentence for sentence in place if sentence.name in kept] for place in found]


def log_pitch(samples: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Logarithm of the fundamental frequency for each frame, carried on through what is unvoiced; None without any."""
    hz = pitch(samples)
    voiced = np.flatnonzero(hz > 0)
    if len(voiced) < 3:
        return None
    return np.interp(np.arange(len(hz)), voiced, np.log(hz[voiced])).astype(np.float32)


def _sentence(
    name: str,
    samples: NDArray[np.float32],
    symbols: NDArray[np.int64],
    heard: NDArray[np.float32],
    up: int,
    down: int,
) -> Utterance | None:
    # A recording that is played `up / down` times as fast has so many samples fewer at the same rate.
    changed = resampled(samples, up, down) if up != down else samples
    if len(changed) < 1024:
        return None
    log_mel = mel(torch.from_numpy(changed)[None])[0].numpy()
    energy = log_mel.mean(0)
    loud = np.flatnonzero(energy > energy.max() - SILENCE)
    first, last = max(int(loud[0]) - EDGE, 0), min(int(loud[-1]) + EDGE + 1, len(energy))
    frames = last - first
    if frames < max(len(symbols), FRAMES_MIN):
        return None
    tuning = math.log(up / down)
    places = np.linspace(0, len(heard) - 1, len(energy))
    contour = np.interp(places, np.arange(len(heard)), heard) + tuning
    return Utterance(
        name=name,
        symbols=symbols,
        mel=log_mel[:, first:last].astype(np.float16),
        pitch=contour[first:last].astype(np.float32),
        energy=energy[first:last].astype(np.float32),
        tuning=tuning,
        start=first,
    )
