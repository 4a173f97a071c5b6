"""The pitch of tones that are known, of speech, and of what has none; and how loud a frame is."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganima.data.sound import read_sound
from ganima.signal import mel
from ganima.signal.pitch import HIGHEST, LOWEST, energy, pitch

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
RATE, HOP = mel.RATE, mel.HOP
INSIDE = slice(4, -4)
"""Frames whose whole window is inside the sound."""


def glide(hz: NDArray[np.float64], overtones: dict[int, float]) -> NDArray[np.float32]:
    """A voice whose pitch is `hz` [samples], with these amplitudes of its overtones; 1 is the fundamental itself."""
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    # None of them above half the sample rate.
    heard = {number: loud for number, loud in overtones.items() if number * hz.max() < RATE / 2}
    return np.asarray(sum(loud * np.sin(number * phase + number) for number, loud in heard.items()), np.float32)


def vibrato(hz: float, seconds: float = 1.0) -> NDArray[np.float64]:
    """A pitch that goes up and down by half a semitone, five times a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    return hz * 2 ** (np.sin(2 * np.pi * 5 * time) / 24)


def at_frames(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    return hz[np.arange(1 + len(hz) // HOP).clip(0, (len(hz) - 1) // HOP) * HOP]


def gross(found: NDArray[np.float32], hz: NDArray[np.float64]) -> float:
    """Largest error as a share of the pitch."""
    return float(np.abs(found[INSIDE] / at_frames(hz)[INSIDE] - 1).max())


@pytest.mark.parametrize("hz", [60.5, 75.0, 100.0, 131.3, 220.0, 311.1, 440.0, 523.0, 599.0])
@pytest.mark.parametrize("scale", [1e-3, 0.9])
def test_tones_are_found(hz: float, scale: float) -> None:
    steady = np.full(RATE // 2, hz)
    assert gross(pitch(scale * glide(steady, {1: 1.0})), steady) < 0.01
    assert gross(pitch(scale * glide(steady, {n: 1 / n for n in range(1, 20)})), steady) < 0.01


@pytest.mark.parametrize("hz", [65.0, 110.0, 180.0, 260.0, 400.0, 560.0])
@pytest.mark.parametrize("loudest", [1, 2, 3, 5])
def test_a_voice_with_vibrato_is_followed_whichever_overtone_is_loudest(hz: float, loudest: int) -> None:
    moving = vibrato(hz)
    overtones = {n: 1 / (1 + (n - loudest) ** 2) for n in range(1, 16)}
    assert gross(pitch(0.1 * glide(moving, overtones)), moving) < 0.01


@pytest.mark.parametrize("hz", [80.0, 120.0, 210.0, 350.0])
@pytest.mark.parametrize("missing", [{1}, {1, 2}, {1, 3, 5}])
def test_a_missing_fundamental_is_heard(hz: float, missing: set[int]) -> None:
    moving = vibrato(hz)
    overtones = {n: 1 / n for n in range(1, 12) if n not in missing}
    assert gross(pitch(0.1 * glide(moving, overtones)), moving) < 0.01


def test_a_glide_over_two_octaves_has_no_leaps() -> None:
    rising = 100 * 4 ** (np.arange(2 * RATE) / (2 * RATE))
    assert gross(pitch(glide(rising, {n: 1 / n for n in range(1, 12)})), rising) < 0.01


def test_noise_does_not_hide_a_voice_and_rumble_is_none() -> None:
    moving = vibrato(150.0, 2.0)
    voice = 0.1 * glide(moving, {n: 1 / n for n in range(1, 20)})
    noise = np.random.default_rng(0).normal(0, 0.03, len(voice))
    rumble = 0.2 * np.sin(2 * np.pi * 12 * np.arange(len(voice)) / RATE)
    found = pitch((voice + noise + rumble + 0.1).astype(np.float32))
    assert (found[INSIDE] > 0).mean() > 0.98
    voiced = found > 0
    assert np.median(np.abs(found[voiced] / at_frames(moving)[voiced] - 1)) < 0.01


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", [1e-4, 0.1, 1.0])
def test_noise_is_unvoiced(seed: int, level: float) -> None:
    noise = np.random.default_rng(seed).normal(0, level, 2 * RATE).astype(np.float32)
    assert (pitch(noise) > 0).mean() < 0.01


@pytest.mark.parametrize("level", [0.0, 1e-7, 0.3])
def test_silence_is_unvoiced(level: float) -> None:
    assert not pitch(np.full(RATE, level, np.float32)).any()


def test_voice_and_silence_are_told_apart() -> None:
    steady = np.full(RATE // 2, 200.0)
    voice = glide(steady, {n: 1 / n for n in range(1, 10)})
    hiss = np.random.default_rng(0).normal(0, 0.001, RATE // 2)
    found = pitch(np.concatenate([hiss, voice, hiss]).astype(np.float32)) > 0
    third = RATE // 2 / HOP
    expected = np.abs(np.arange(len(found)) / third - 1.5) < 0.5
    # Half a window at either end may go either way.
    assert (found != expected).sum() <= 8 and found[round(third) + 4 : round(2 * third) - 4].all()


@pytest.mark.parametrize("scale", [1e-3, 0.03, 30.0])
def test_how_loud_a_voice_is_makes_no_difference(scale: float) -> None:
    rng = np.random.default_rng(1)
    voice = glide(vibrato(170.0), {n: 1 / n for n in range(1, 20)}) * np.linspace(0, 0.3, RATE)
    voice = (voice + rng.normal(0, 0.01, RATE)).astype(np.float32)
    plain, scaled = pitch(voice), pitch(voice * np.float32(scale))
    np.testing.assert_allclose(scaled, plain, rtol=1e-3)


def test_every_length_has_the_frames_of_the_mel_spectrogram() -> None:
    voice = glide(vibrato(200.0), {1: 0.5, 2: 0.3})
    for length in [*range(0, 20), *range(20, 2001, 17), 255, 256, 257, 511, 512, 513, 767, 768, 2000]:
        found, loud = pitch(voice[:length]), energy(voice[:length])
        assert found.shape == loud.shape == (1 + length // HOP,)
        assert found.dtype == loud.dtype == np.float32
        assert np.isfinite(found).all() and np.isfinite(loud).all()
        assert ((found == 0) | ((found >= LOWEST) & (found <= HIGHEST))).all()
    for length in (513, 2000, 9999):
        assert mel.mel(torch.from_numpy(voice[None, :length])).shape[-1] == len(pitch(voice[:length]))


def test_more_frames_than_are_analysed_at_a_time() -> None:
    moving = vibrato(140.0, 14.0)
    assert gross(pitch(glide(moving, {1: 0.2, 2: 0.2, 3: 0.1})), moving) < 0.01


def test_energy_is_the_level_of_each_frame() -> None:
    sine = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)
    assert energy(sine)[INSIDE] == pytest.approx(np.log(np.sqrt(0.5)), abs=1e-3)
    assert energy(0.1 * sine)[INSIDE] == pytest.approx(np.log(0.1 * np.sqrt(0.5)), abs=1e-3)
    assert energy(np.zeros(1000, np.float32)) == pytest.approx(np.log(mel.CLAMP))
    # A click is heard in the four frames whose windows it is under, most in the one that it is in the middle of.
    click = np.zeros(RATE, np.float32)
    click[20 * HOP] = 1
    loud = np.flatnonzero(energy(click) > -9)
    assert loud.tolist() == [19, 20, 21] and energy(click).argmax() == 20


def test_energy_goes_with_the_mel_spectrogram() -> None:
    rng = np.random.default_rng(0)
    noise = (rng.normal(0, 1, 2 * RATE) * np.linspace(1e-3, 0.5, 2 * RATE)).astype(np.float32)
    power = mel.amplitudes(torch.from_numpy(noise[None]))[0].square().sum(0).sqrt().log().numpy()
    both = np.stack([energy(noise), power])[:, INSIDE]
    assert np.ptp(both[0] - both[1]) < 0.1


def speech(folder: str) -> list[Path]:
    if not (DATA / folder).is_dir():
        pytest.skip("needs ../shared/data")
    return sorted((DATA / folder).iterdir())


@pytest.mark.parametrize(
    ("folder", "name", "low", "high"),
    [
        # The median as two other programs have it, and 5 % to either side.
        ("speech-en/wavs", "ivr-ivr-founder_of_freesource", 223, 248),
        ("speech-speakers/flac", "460-172357-0000", 100, 111),
        ("speech-speakers/flac", "5703-47198-0000", 76, 85),
    ],
)
def test_real_voices(folder: str, name: str, low: float, high: float) -> None:
    path = next(path for path in speech(folder) if path.stem == name)
    found = pitch(read_sound(path, RATE).samples)
    voiced = found[found > 0]
    assert low < np.median(voiced) < high and 0.3 < len(voiced) / len(found) < 0.8
    # No octave errors: from frame to frame a voice moves little, …
    both = (found[1:] > 0) & (found[:-1] > 0)
    leaps = np.abs(np.log2(found[1:][both] / found[:-1][both])) > 0.5
    assert leaps.mean() < 0.01
    # … and hardly ever leaves two octaves.
    assert (np.abs(np.log2(voiced / np.median(voiced))) < 1).mean() > 0.98
