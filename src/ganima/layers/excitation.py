"""What comes from the vocal folds: pulses at the pitch of the voice, and noise; a vocoder shapes both."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.signal.constant import constant
from ganima.signal.mel import HOP, RATE

NOISE = 96_000
"""Samples after which the noise repeats itself, four seconds."""
NOISE_LEVEL = 0.051
"""Its deviation: a Hann window of 1024 samples sees a magnitude of 1."""


def pulses(hz: Tensor) -> Tensor:
    """Pulses [batch, (frames - 1) * HOP] at fundamental frequencies in Hz [batch, frames], 0 where nothing is voiced.

    They are sums of all cosines below half the sampling rate (Dirichlet's kernel), so nothing is mirrored, and a Hann
    window of 1024 samples sees a magnitude of about 1 in the mean over all bins, whatever the pitch is.
    """
    length = (hz.shape[1] - 1) * HOP
    voiced = (hz > 0).float()
    both = torch.stack([carried(hz), voiced], 1).float()
    at, there = F.interpolate(both, length + 1, mode="linear", align_corners=True)[..., :length].unbind(1)
    # In single precision the phase of a long sentence would tremble.
    phase = torch.remainder((at.double() * (2 * torch.pi / RATE)).cumsum(1), 2 * torch.pi).float()
    count = torch.floor(RATE / 2 / at.clamp_min(1))
    half = torch.sin(phase / 2)
    near = half.abs() < 1e-4
    kernel = torch.sin((count + 0.5) * phase) / (2 * torch.where(near, torch.ones_like(half), half)) - 0.5
    return torch.where(near, count, kernel) * there * at / (RATE / 2)


def carried(hz: Tensor) -> Tensor:
    """Frequencies [batch, frames] whose zeros are filled from their voiced neighbours, in a straight line; 100 Hz where
    there is none at all."""
    rows = []
    for row in hz.detach().cpu().numpy():
        voiced = np.flatnonzero(row > 0)
        rows.append(np.interp(np.arange(len(row)), voiced, row[voiced]) if len(voiced) else np.full(len(row), 100.0))
    return torch.from_numpy(np.stack(rows).astype(np.float32)).to(hz.device)


def noise(length: int, start: int, device: torch.device) -> Tensor:
    """White noise [length], the same for the same place in a sound: `start` is its first sample."""
    places = (torch.arange(length, device=device) + start) % NOISE
    return _noise(device)[places]


@constant
def _noise(device: torch.device) -> Tensor:
    return (torch.randn(NOISE, generator=torch.Generator().manual_seed(0)) * NOISE_LEVEL).to(device)
