"""The one mel spectrogram: what every network that hears or speaks works with.

80 bands of 24 kHz sound, 93.75 frames per second, as natural logarithms of amplitudes clamped at 1e-5. Bands and their
normalisation are Slaney's (Auditory Toolbox, 1998), as librosa has them.
"""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganima.signal.constant import constant

RATE = 24_000
"""Samples per second."""
FFT = 1024
"""Samples under the Hann window."""
HOP = 256
"""Samples from frame to frame."""
BANDS = 80
LOW, HIGH = 0.0, RATE / 2
"""Edges of the lowest and the highest band in Hz."""
CLAMP = 1e-5
"""Least amplitude of a band."""

LINEAR_STEP = 200 / 3
"""Slaney's scale: so many Hz are one mel, up to 1 kHz …"""
LOG_FROM = 1000.0
"""… and from there on …"""
LOG_STEP = np.log(6.4) / 27
"""… it is logarithmic."""


def mel(samples: Tensor) -> Tensor:
    """Sound [batch, samples] at 24 kHz to its log-mel spectrogram [batch, 80, 1 + samples // 256].

    Frames are centred, with the sound mirrored at its ends, which takes 513 samples or more. In float32, bands that are
    10,000 times quieter than their neighbours are right to four digits; float64 is exact.
    """
    return torch.log((bank(samples.device).to(samples.dtype) @ amplitudes(samples)).clamp_min(CLAMP))


def amplitudes(samples: Tensor, fft: int = FFT, hop: int = HOP) -> Tensor:
    """Sound [batch, samples] to the amplitudes of its short-time Fourier transform [batch, 1 + fft // 2, frames]."""
    padded = F.pad(samples[:, None], (fft // 2, fft // 2), mode="reflect")[:, 0]
    window = torch.hann_window(fft, dtype=samples.dtype, device=samples.device)
    found = torch.stft(padded, fft, hop, window=window, center=False, return_complex=True)
    # The derivative of the absolute value is none at zero.
    return (found.real.square() + found.imag.square() + 1e-14).sqrt()


@constant
def bank(device: torch.device, bands: int = BANDS, fft: int = FFT) -> Tensor:
    """The weights of the bands [bands, 1 + fft // 2]: triangles that overlap by half, of unit area in Hz."""
    return torch.from_numpy(_bank(bands, fft)).to(device)


def _bank(bands: int, fft: int) -> NDArray[np.float32]:
    edges = to_hz(np.linspace(to_mel(np.array(LOW)), to_mel(np.array(HIGH)), bands + 2))
    bins = np.linspace(0, RATE / 2, 1 + fft // 2)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2 / (edges[2:] - edges[:-2])[:, None]
    return (np.maximum(0, np.minimum(rising, falling)) * area).astype(np.float32)


def centres() -> NDArray[np.float64]:
    """Where each band has its maximum, in Hz [bands]."""
    return to_hz(np.linspace(to_mel(np.array(LOW)), to_mel(np.array(HIGH)), BANDS + 2))[1:-1]


def to_band(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """The numbers of the bands whose centres frequencies are, and what lies between; -1 is the low edge."""
    low, high = to_mel(np.array(LOW)), to_mel(np.array(HIGH))
    return (to_mel(hz) - low) / (high - low) * (BANDS + 1) - 1


def to_mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies on Slaney's mel scale."""
    high = LOG_FROM / LINEAR_STEP + np.log(np.maximum(hz, LOG_FROM) / LOG_FROM) / LOG_STEP
    return np.where(hz < LOG_FROM, hz / LINEAR_STEP, high)


def to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The opposite of `to_mel`."""
    knee = LOG_FROM / LINEAR_STEP
    return np.where(mels < knee, mels * LINEAR_STEP, LOG_FROM * np.exp(LOG_STEP * (np.maximum(mels, knee) - knee)))
