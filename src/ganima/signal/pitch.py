"""How high a voice is and how loud, for every frame of the mel spectrogram.

The fundamental frequency is found as Boersma does it (Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound, 1993): the peaks of each frame's autocorrelation are candidates, and the
best path goes through them and through "unvoiced", where leaps cost. The autocorrelation is normalised as McLeod and
Wyvill do it (A smarter way to find pitch, 2005): it is 1 for whatever repeats itself exactly, however the window lies
on it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ganima.signal.mel import CLAMP, FFT, HOP, RATE
from ganima.signal.resampling import Samples, resampled

LOWEST, HIGHEST = 60.0, 600.0
"""Range of the pitch in Hz."""
HIGH = 300
"""From this pitch on, two periods have to be alike and not only one."""
SLOW = 8_000
"""Samples per second that the pitch is looked for at: what is above 4 kHz in a voice is mostly noise."""
RUMBLE = 50.0
"""Below this frequency in Hz nothing is a voice."""
WINDOW = 400
"""Samples under the Hann window: three periods of the lowest pitch."""
FINE = 2
"""The autocorrelation is interpolated to so many lags per sample, and between them by parabolas."""
LAGS = np.arange(int(FINE * SLOW / HIGHEST) - 1, int(FINE * SLOW / LOWEST) + 3)
"""The lags that are looked at, in parts of a sample."""
TRANSFORM = 512
"""Length of the Fourier transform: a few samples less than a window and the longest lag, but windows end in zeros."""
KNOTS = np.arange(0, 145, 8)
"""Lags in samples at which the power of what is compared is summed; it is linear between them, almost."""
BLOCK = 1024
"""Frames that are analysed at a time."""

CANDIDATES = 7
"""Peaks of a frame that are considered."""
OCTAVE = 0.02
"""What each octave below the highest pitch costs a candidate, as all multiples of a period are periods as well …"""
UNVOICED = 0.45
"""… what being unvoiced is worth, where being voiced is worth the autocorrelation …"""
QUIET = 0.05
"""… and more so in frames that are quieter than this share of the recording's loud parts."""
LEAP = 0.35
"""Cost of a leap of an octave between two frames …"""
SWITCH = 0.14
"""… and of a change between voiced and unvoiced."""


def pitch(samples: Samples) -> NDArray[np.float32]:
    """The fundamental frequency of speech [samples] at 24 kHz in Hz, 0 where it is unvoiced [1 + samples // 256].

    The frames are those of `signal.mel.mel`; values are 60 to 600 Hz. How loud the sound is as a whole makes no
    difference. Raises GanimaError where a package is missing.
    """
    count = 1 + len(samples) // HOP
    # Nothing is to be heard; all else is scaled, as the arithmetic below is in single precision.
    if not len(samples) or (peak := float(np.abs(samples).max())) < CLAMP:
        return np.zeros(count, np.float32)
    slow = _without_rumble(resampled(samples, RATE, SLOW) / np.float32(peak))
    padded = np.pad(slow, (WINDOW // 2, WINDOW))
    starts = np.round(np.arange(count) * (HOP * SLOW / RATE)).astype(np.int64)
    every = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    blocks = [_candidates(every[starts[i : i + BLOCK]]) for i in range(0, count, BLOCK)]
    hz, worth, level = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    loud = max(float(np.percentile(level, 95)), CLAMP)
    unvoiced = UNVOICED + np.maximum(0, 2 - level / (loud * QUIET / (1 + UNVOICED)))
    return _path(hz, np.column_stack([worth, unvoiced]))


def energy(samples: Samples) -> NDArray[np.float32]:
    """Root mean square of the sound [samples] at 24 kHz in each frame of its mel spectrogram [1 + samples // 256].

    As natural logarithms, at least log 1e-5, as in the mel spectrogram; the mean is weighted by the square of its Hann
    window, and what lies outside of the sound is silence.
    """
    count = 1 + len(samples) // HOP
    padded = np.zeros((count + FFT // HOP - 1) * HOP)
    padded[FFT // 2 : FFT // 2 + len(samples)] = samples
    weights = _hann(FFT) ** 2
    # A window is four hops long, and each hop of sound is under four windows.
    parts = padded.reshape(-1, HOP) ** 2 @ (weights / weights.sum()).reshape(-1, HOP).T
    power = np.sum([parts[i : i + count, i] for i in range(FFT // HOP)], 0)
    level: NDArray[np.float32] = np.log(np.maximum(np.sqrt(power), CLAMP)).astype(np.float32)
    return level


def _without_rumble(samples: Samples) -> Samples:
    from scipy import signal

    sections = signal.butter(2, RUMBLE, "highpass", fs=SLOW, output="sos")
    return np.asarray(signal.sosfilt(sections, samples - samples.mean()), np.float32)


def _candidates(
    frames: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """The pitches that each frame [frames, samples] may have in Hz, and what they are worth [frames, candidates], -inf
    where there are fewer; and how loud each frame is [frames]."""
    found, level = _autocorrelation(frames)
    before, here, after = found[:, :-2], found[:, 1:-1], found[:, 2:]
    worth = np.where((here > before) & (here >= after), here + _by_octave(), -np.inf)
    # Noise that went through a formant looks like a high voice for one period, but not for two.
    high = (FINE * SLOW // HIGH) - LAGS[1]
    twice = 2 * LAGS[1 : high + 1] - LAGS[0]
    worth[:, :high] += (np.max([found[:, twice + i] for i in (-1, 0, 1)], 0) - here[:, :high]) / 2
    best = np.argpartition(worth, -CANDIDATES, 1)[:, -CANDIDATES:]
    worth = np.take_along_axis(worth, best, 1)
    left, middle, right = (np.take_along_axis(found, best + i, 1) for i in range(3))
    bend = np.where(np.isfinite(worth), (left - middle) + (right - middle), -1)
    slope = (left - right) / 2
    worth -= slope**2 / (2 * bend)
    hz = FINE * SLOW / (LAGS[1:-1][best] + np.where(np.isfinite(worth), slope / bend, 0))
    return hz.clip(LOWEST, HIGHEST).astype(np.float32), worth.astype(np.float32), level


def _autocorrelation(frames: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How alike each frame [frames, samples] is to itself at each lag, -1 to 1 [frames, lags]; its level [frames]."""
    window, pairs, between = _weights()
    spectrum = np.fft.rfft(frames * window, TRANSFORM)
    alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, FINE * TRANSFORM)[:, LAGS[0] : LAGS[-1] + 1] * FINE
    # The most that it could be: the mean power of all pairs of samples, weighted as they are.
    power = frames**2 @ pairs
    level: NDArray[np.float32] = np.sqrt(power[:, 0] / pairs[:, 0].sum())
    return (alike / np.maximum(power @ between, 1e-9)).astype(np.float32, copy=False), level


@cache
def _weights() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """The window [samples]; how much each sample weighs in all pairs at the lags of KNOTS [samples, knots]; and how
    LAGS lie between these [knots, lags]."""
    window = _hann(WINDOW)
    around = np.pad(window, KNOTS[-1])
    places = np.arange(WINDOW)[:, None] + KNOTS[-1]
    pairs = window[:, None] * (around[places + KNOTS] + around[places - KNOTS]) / 2
    between = np.maximum(0, 1 - np.abs(LAGS / FINE - KNOTS[:, None]) / KNOTS[1])
    return window.astype(np.float32), pairs.astype(np.float32), between.astype(np.float32)


@cache
def _by_octave() -> NDArray[np.float32]:
    """What is added for the octaves that each lag is long."""
    costs: NDArray[np.float32] = (-OCTAVE * np.log2(LAGS[1:-1] / LAGS[1])).astype(np.float32)
    return costs


def _hann(length: int) -> NDArray[np.float64]:
    window: NDArray[np.float64] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return window


def _path(hz: NDArray[np.float32], worth: NDArray[np.float32]) -> NDArray[np.float32]:
    """The best way through the candidates [frames, candidates]; `worth` has a further one, which is to be unvoiced."""
    per_frame = 0.01 * RATE / HOP
    height = np.pad(np.log2(hz), ((0, 0), (0, 1)))
    states = np.arange(worth.shape[1])
    came = np.zeros(worth.shape, np.int64)
    total = worth[0]
    for start in range(1, len(worth), BLOCK):
        stop = min(start + BLOCK, len(worth))
        costs = per_frame * LEAP * np.abs(height[start - 1 : stop - 1, :, None] - height[start:stop, None, :])
        costs[:, -1, :] = costs[:, :, -1] = per_frame * SWITCH
        costs[:, -1, -1] = 0
        for i in range(start, stop):
            ways = total[:, None] - costs[i - start]
            came[i] = ways.argmax(0)
            total = ways[came[i], states] + worth[i]
    ways_back: list[list[int]] = came[:0:-1].tolist()
    state = int(total.argmax())
    chosen = [state]
    for way in ways_back:
        state = way[state]
        chosen.append(state)
    return np.pad(hz, ((0, 0), (0, 1)))[np.arange(len(hz)), chosen[::-1]]
