"""Discriminators of mel spectrograms: windows of several lengths, each judged by a small network of its own.

A spectrogram that minimises a distance is a mean, and means are smooth: what is heard is a buzz. Discriminators that
see windows of different lengths ask for the texture that is missing (Chen et al. 2020, arXiv 2009.01776; for mel
spectrograms, Ye et al. 2022, arXiv 2204.11792).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganima.layers.log_mel import standardised
from ganima.vocoder.discriminator import Layers, Verdict


@dataclass(frozen=True)
class MelDiscriminatorConfig:
    """What the discriminators look like."""

    lengths: tuple[int, ...] = (32, 64, 128)
    """Frames of each one's window."""
    widths: tuple[int, ...] = (16, 32, 64, 64)
    """Channels of each layer."""


class MelDiscriminator(nn.Module):
    """All of them, as one network."""

    def __init__(self, config: MelDiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        self.parts = nn.ModuleList(Layers(1, config.widths, (3, 3), (2, 2), first=(1, 2)) for _ in config.lengths)

    def forward(self, windows: list[Tensor], dtype: torch.dtype = torch.float32) -> list[Verdict]:
        """Verdicts on log-mel windows, [batch, bands, frames] for each of the lengths."""
        planes = [standardised(window).transpose(1, 2)[:, None].to(dtype) for window in windows]
        return [
            part(plane.contiguous(memory_format=torch.channels_last))
            for part, plane in zip(self.parts, planes, strict=True)
        ]
