"""What is the same in all sentences of a voice."""

from dataclasses import dataclass

import numpy as np

from ganima.speech.acoustic.sentences import Utterance


@dataclass(frozen=True)
class Voice:
    """What is the same in all sentences of a voice; the model works with deviations from it."""

    pitch: float
    """Mean logarithm of the fundamental frequency in Hz."""
    pitch_deviation: float
    energy: float
    """Mean of the log-mel spectrogram."""
    energy_deviation: float
    frames_per_symbol: float


def voice_of(found: list[Utterance]) -> Voice:
    """The voice of recordings as they are."""
    pitch = np.concatenate([sentence.pitch for sentence in found])
    energy = np.concatenate([sentence.energy for sentence in found])
    symbols = sum(len(sentence.symbols) for sentence in found)
    return Voice(
        pitch=round(float(pitch.mean()), 4),
        pitch_deviation=round(max(float(pitch.std()), 0.05), 4),
        energy=round(float(energy.mean()), 4),
        energy_deviation=round(max(float(energy.std()), 0.1), 4),
        frames_per_symbol=round(len(pitch) / symbols, 3),
    )
