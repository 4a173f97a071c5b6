"""What makes spectrograms of short sounds heard: a vocoder of voices, or one of tones."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.recordings import Recordings
from ganima.models.library import find_model
from ganima.signal.mel import amplitudes
from ganima.sounds.short import to_log_mel, to_pictures, window
from ganima.sounds.tones import tones
from ganima.vocoder.apply import VOCODER, load_vocoder, synthesise

TONES = "tones"
"""What stands for `sounds.tones` where a vocoder is named."""
JUDGED = 8
"""Sounds of a set by which one of both is chosen."""
FFT, HOP = 2048, 256
"""The judge's window: twice as long as that of the spectrograms, it sees what lies within a band."""
SOFTEST = 0.1
"""Amplitudes of bins below this are as good as silence."""

SoundVocoder = Callable[[Tensor], NDArray[np.float32]]
"""A log-mel spectrogram [80, frames] to sound [samples]."""


def sound_vocoder(name: str) -> SoundVocoder:
    """The one of that name: "tones", or the name, file or run of a vocoder. Raises GanimaError where there is none."""
    if name == TONES:
        return tones
    vocoder, _ = load_vocoder(find_model(name, "vocoder"))
    return partial(synthesise, vocoder)


def suited(data: Recordings, frames: int) -> str:
    """The name of the vocoder that gives back short sounds best, in windows of so many frames."""
    count = min(JUDGED, len(data.names))
    chosen = np.linspace(0, len(data.names) - 1, count).astype(int)
    sounds = [window(data.one(int(number)), frames, 0.5) for number in chosen]

    def distance(name: str) -> float:
        vocoder = sound_vocoder(name)
        return float(np.mean([difference(vocoder, samples) for samples in sounds]))

    return min((VOCODER, TONES), key=distance)


def difference(vocoder: SoundVocoder, samples: NDArray[np.float32]) -> float:
    """Mean difference of the spectra of a sound [samples] and of its copy, in nepers."""
    made = vocoder(to_log_mel(to_pictures(torch.from_numpy(samples)[None]))[0])
    spectra = amplitudes(torch.from_numpy(np.stack([samples, made])), FFT, HOP).clamp_min(SOFTEST).log()
    return (spectra[0] - spectra[1]).abs().mean().item()
