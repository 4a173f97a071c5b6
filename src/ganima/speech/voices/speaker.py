"""Who speaks: a spectrogram of any length to a point on a sphere, near to others of the same voice.

Statistics of features over time are all that is kept, so that words do not matter (x-vectors, Snyder et al. 2018,
10.1109/ICASSP.2018.8461375); the points are those of a cosine classifier (Deng et al. 2019, arXiv 1801.07698).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.convnext import KERNEL, ConvNeXt, linear
from ganima.layers.log_mel import standardised

AUDIBLE = 70
"""Bands of the mel spectrogram below 7.9 kHz: recordings at 16 kHz, of which there are most, have no others."""


@dataclass(frozen=True)
class SpeakerConfig:
    """What an embedding of speakers looks like."""

    channels: int = 128
    """Of every frame, inside."""
    hidden: int = 384
    """Inside of a block."""
    blocks: int = 3
    size: int = 64
    """Numbers that say whose voice it is."""


class SpeakerEncoder(nn.Module):
    """Log-mel spectrograms [batch, bands, frames] to embeddings [batch, size] of length 1."""

    def __init__(self, config: SpeakerConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(AUDIBLE, config.channels, KERNEL, padding=KERNEL // 2)
        self.blocks = nn.ModuleList(
            ConvNeXt(config.channels, config.hidden, 1 / config.blocks) for _ in range(config.blocks)
        )
        self.norm = nn.LayerNorm(config.channels)
        self.embed = nn.Linear(2 * config.channels, config.size)

    def forward(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """How loud the voice is makes no difference."""
        x = level_free(mel[:, :AUDIBLE])
        x = self.enter(standardised(x))
        for block in self.blocks:
            x = block(x, dtype)
        x = self.norm(x.transpose(1, 2))
        moments = torch.cat([x.mean(1), (x.var(1, unbiased=False) + 1e-5).sqrt()], 1)
        return F.normalize(linear(moments, self.embed), dim=1)


def level_free(mel: Tensor) -> Tensor:
    """Spectrograms [batch, bands, frames] whose mean is that of speech, about."""
    return mel - mel.mean((1, 2), keepdim=True) - 6.0
