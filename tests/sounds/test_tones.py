"""The vocoder of tones: what is in a spectrogram comes out, as high, as loud and as early as it was."""

import numpy as np
import pytest
import torch

from ganima.signal.mel import HOP, RATE, mel
from ganima.sounds.tones import partials, peaks, tones

FRAMES = 64


def struck(hz: float, at: float = 0.2, level: float = 0.3) -> np.ndarray:
    """A tone that begins suddenly after `at` seconds and rings away [samples]."""
    time = np.arange((FRAMES - 1) * HOP) / RATE - at
    return np.where(time >= 0, level * np.exp(-4 * np.maximum(time, 0)) * np.sin(2 * np.pi * hz * time), 0.0)


def copy_of(samples: np.ndarray) -> np.ndarray:
    return tones(mel(torch.from_numpy(samples.astype(np.float32))[None])[0])


def strongest(samples: np.ndarray) -> float:
    """The frequency of the loudest bin in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(spectrum.argmax()) * RATE / (1 << 18)


@pytest.mark.parametrize("hz", [233.0, 440.0, 1000.0, 1318.5, 2793.0, 5919.0, 9000.0])
def test_a_tone_keeps_its_pitch_its_level_and_its_beginning(hz: float) -> None:
    original = struck(hz)
    made = copy_of(original)
    assert len(made) == len(original) and np.isfinite(made).all()
    # Half a percent is a twelfth of a semitone.
    assert strongest(made) == pytest.approx(strongest(original), rel=0.005)
    assert np.sqrt(np.mean(made**2)) == pytest.approx(np.sqrt(np.mean(original**2)), rel=0.1)
    begins = [int(np.argmax(np.abs(each) > 0.1)) / RATE for each in (original, made)]
    assert begins[1] == pytest.approx(begins[0], abs=HOP / RATE)


def test_tones_that_sound_together_are_told_apart() -> None:
    both = struck(660, 0.1) + struck(1760, 0.3, 0.2)
    found = partials(*peaks(mel(torch.from_numpy(both)[None])[0].numpy()))
    longest = sorted(found, key=lambda each: -len(each.hz))[:2]
    assert sorted(round(float(np.median(each.hz))) for each in longest) == pytest.approx([660, 1760], rel=0.005)


def test_silence_stays_silence() -> None:
    assert not copy_of(np.zeros((FRAMES - 1) * HOP)).any()
