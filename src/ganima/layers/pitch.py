"""How high a voice is, read from its mel spectrogram: what a vocoder's source goes by.

As CREPE does it (Kim et al. 2018, arXiv 1802.06182), the pitch is one of many classes, a third of a semitone apart, and
the mean of the likely ones near the best lies between them.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.convnext import KERNEL, ConvNeXt, linear
from ganima.layers.log_mel import standardised
from ganima.signal.constant import constant

LOWEST, HIGHEST = 58.0, 620.0
"""Range of the classes in Hz."""
CLASSES = 124
NEAR = 4
"""Classes on either side of the best one that its place is taken from."""
BLUR = 1.0
"""Deviation of the target, in classes."""


@dataclass(frozen=True)
class PitchConfig:
    """What such a network looks like."""

    channels: int = 96
    """Of every frame, inside."""
    hidden: int = 288
    """Inside of a block."""
    blocks: int = 3
    bands: int = 80
    """Of the mel spectrogram."""


class PitchReader(nn.Module):
    """Log-mel spectrograms [batch, bands, frames] to logits [batch, 1 + CLASSES, frames]; the first is "unvoiced"."""

    def __init__(self, config: PitchConfig) -> None:
        super().__init__()
        self.enter = nn.Conv1d(config.bands, config.channels, KERNEL, padding=KERNEL // 2)
        self.blocks = nn.ModuleList(
            ConvNeXt(config.channels, config.hidden, 1 / config.blocks) for _ in range(config.blocks)
        )
        self.norm = nn.LayerNorm(config.channels)
        self.logits = nn.Linear(config.channels, 1 + CLASSES)

    def forward(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        x = self.enter(standardised(mel))
        for block in self.blocks:
            x = block(x, dtype)
        return linear(self.norm(x.transpose(1, 2)), self.logits).transpose(1, 2)


def read_pitch(logits: Tensor) -> Tensor:
    """Fundamental frequencies in Hz [batch, frames], 0 where unvoiced, from logits [batch, classes, frames]."""
    likely = logits.float().softmax(1)
    voices = likely[:, 1:]
    best = voices.argmax(1, keepdim=True)
    near = (torch.arange(CLASSES, device=logits.device)[None, :, None] - best).abs() <= NEAR
    weights = voices * near
    place = (weights * _classes(logits.device)[None, :, None]).sum(1) / weights.sum(1).clamp_min(1e-9)
    return torch.where(likely[:, 0] < 0.5, place.exp(), torch.zeros_like(place))


def pitch_loss(logits: Tensor, hz: Tensor) -> Tensor:
    """Cross-entropy of logits [batch, classes, frames] with the pitch in Hz [batch, frames], 0 where it is unvoiced."""
    voiced = hz > 0
    place = (hz.clamp_min(1).log()[:, None] - _classes(hz.device)[None, :, None]) / (_step() * BLUR)
    near = torch.exp(-0.5 * place.square())
    target = torch.cat(
        [(~voiced)[:, None].float(), near / near.sum(1, keepdim=True).clamp_min(1e-9) * voiced[:, None]], 1
    )
    return -(target * F.log_softmax(logits.float(), 1)).sum(1).mean()


@constant
def _classes(device: torch.device) -> Tensor:
    return torch.linspace(float(np.log(LOWEST)), float(np.log(HIGHEST)), CLASSES, device=device)


def _step() -> float:
    return float(np.log(HIGHEST / LOWEST)) / (CLASSES - 1)
