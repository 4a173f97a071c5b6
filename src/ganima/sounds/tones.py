"""A vocoder of tones: mel spectrograms to sums of sines.

Bells and beeps have partials anywhere, high ones too, of which a vocoder of voices makes bands of noise. How loud
neighbouring bands are tells where between them a partial is, and sines that follow the partials from frame to frame are
the sound (McAulay & Quatieri 1986, 10.1109/TASSP.1986.1164910, with mel bands instead of a spectrum). Nothing is
trained.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.layers.bands import corrected, sound, transformed
from ganima.signal.mel import BANDS, FFT, HOP, RATE, bank

Floats = NDArray[np.float64]

LOWEST, HIGHEST, STEP = 60.0, 11_500.0, 4.0
"""Frequencies in Hz that a partial can have, and between those in the table."""
BELOW = 7.5
"""A partial is so many nepers softer than the loudest one of its frame at most."""
SOFTEST = 2e-4
"""Least amplitude of a partial."""
NEAR, NEAR_HZ = 0.04, 25.0
"""A partial goes on in the next frame so far away at most: a share of its frequency, or in Hz where that is more."""
SHORTEST = 3
"""Frames that a partial lasts at least."""
SMOOTH = 2
"""Frames on either side over which a partial's frequency is smoothed."""
RISE = 4
"""Frames over which an onset can be spread: the window sees a sound before it begins."""
ONSET = 96
"""Samples of an onset, 4 ms."""
PASSES = 2
"""How often the bands' amplitudes are set right in the end, see `layers.bands`."""


@dataclass
class Partial:
    """One partial from its first frame on."""

    start: int
    hz: list[float]
    amplitudes: list[float]


@torch.inference_mode()
def tones(log_mel: Tensor) -> NDArray[np.float32]:
    """Sound [(frames - 1) * 256] in [-1, 1] of a log-mel spectrogram [80, frames] whose partials lie apart."""
    frames = log_mel.shape[1]
    samples = np.zeros((frames - 1) * HOP)
    for partial in partials(*peaks(log_mel.double().numpy())):
        _add(samples, partial)
    found = torch.from_numpy(samples.astype(np.float32))[None]
    for _ in range(PASSES):
        found = sound(corrected(transformed(found), log_mel[None]))
    return found[0].clamp(-1, 1).numpy()


def peaks(log_mel: Floats) -> tuple[Floats, Floats]:
    """Frequencies in Hz and amplitudes [80, frames] of the partials in a log-mel spectrogram, each at the loudest of
    its bands; 0 elsewhere.
    """
    hz, seen = _table()
    loudest = seen.max(0)
    seen, heard = np.log(seen / loudest), log_mel - np.log(loudest)[:, None]
    nearest = seen.argmax(1)
    floor = np.maximum(heard.max(0) - BELOW, np.log(SOFTEST))
    places, amplitudes = np.zeros_like(heard), np.zeros_like(heard)
    for band in range(1, BANDS - 1):
        inside = np.flatnonzero(nearest == band)
        top = (heard[band] >= heard[band - 1]) & (heard[band] > heard[band + 1]) & (heard[band] > floor)
        if not top.any() or len(inside) < 2:
            continue
        # The further up a partial lies in its band, the louder is the band above and the softer the one below.
        tilts = seen[inside, band + 1] - seen[inside, band - 1]
        order = np.argsort(tilts)
        places[band, top] = np.interp(heard[band + 1, top] - heard[band - 1, top], tilts[order], hz[inside][order])
        amplitudes[band, top] = np.exp(heard[band, top] - np.interp(places[band, top], hz[inside], seen[inside, band]))
    return places, amplitudes


@lru_cache(maxsize=1)
def _table() -> tuple[Floats, Floats]:
    """Frequencies in Hz [count], and the bands' amplitudes [count, 80] that a sine of amplitude 1 at each has."""
    hz = np.arange(LOWEST, HIGHEST, STEP)
    time = (np.arange(FFT) - FFT / 2) / RATE
    window = np.sin(np.pi * np.arange(FFT) / FFT) ** 2
    spectra = np.abs(np.fft.rfft(np.cos(2 * np.pi * hz[:, None] * time) * window))
    return hz, spectra @ bank(torch.device("cpu")).double().numpy().T


def partials(hz: Floats, amplitudes: Floats) -> list[Partial]:
    """What `peaks` found, followed from frame to frame; the loudest chooses first."""
    ended: list[Partial] = []
    alive: list[Partial] = []
    for frame in range(hz.shape[1]):
        bands = np.flatnonzero(amplitudes[:, frame])
        free = {float(hz[band, frame]): float(amplitudes[band, frame]) for band in bands}
        going: list[Partial] = []
        for partial in sorted(alive, key=lambda each: -each.amplitudes[-1]):
            last = partial.hz[-1]
            nearest = min(free, key=lambda place: abs(place - last), default=None)
            if nearest is None or abs(nearest - last) > max(NEAR * last, NEAR_HZ):
                ended.append(partial)
                continue
            partial.hz.append(nearest)
            partial.amplitudes.append(free.pop(nearest))
            going.append(partial)
        alive = going + [Partial(frame, [place], [size]) for place, size in free.items()]
    return [partial for partial in ended + alive if len(partial.hz) >= SHORTEST]


def _add(samples: Floats, partial: Partial) -> None:
    """Adds a partial to sound [samples]."""
    amplitudes, hz = np.array(partial.amplitudes), np.array(partial.hz)
    # What is soft is uncertain, and follows what is loud.
    kernel = np.ones(2 * SMOOTH + 1)
    middle = slice(SMOOTH, SMOOTH + len(hz))
    hz = np.convolve(hz * amplitudes, kernel)[middle] / np.convolve(amplitudes, kernel)[middle]
    places = (partial.start + np.arange(len(hz))) * HOP
    ends, levels = _envelope(places, amplitudes)
    first, last = max(int(ends[0]), 0), min(int(ends[-1]) + 1, len(samples))
    at = np.arange(first, last)
    phase = np.cumsum(2 * np.pi / RATE * np.interp(at, places, hz))
    samples[first:last] += np.interp(at, ends, levels) * np.cos(phase)


def _envelope(places: NDArray[np.int64], amplitudes: Floats) -> tuple[Floats, Floats]:
    """Samples and amplitudes between which a partial's amplitude goes in straight lines, from 0 to 0.

    The window sees half of a sudden sound where that begins: there it begins, and at once.
    """
    top = 0
    while top < min(RISE, len(amplitudes) - 1) and amplitudes[top + 1] > amplitudes[top]:
        top += 1
    if top == 0:
        ends, levels = np.array([places[0] - HOP, places[0]]), np.array([0.0, amplitudes[0]])
    else:
        half = np.interp(amplitudes[top] / 2, amplitudes[: top + 1], places[: top + 1])
        ends, levels = np.array([half - ONSET / 2, half + ONSET / 2]), np.array([0.0, amplitudes[top]])
    later = places > ends[1]
    later[: top + 1] = False
    return (
        np.concatenate([ends, places[later], [places[-1] + HOP]]),
        np.concatenate([levels, amplitudes[later], [0.0]]),
    )
