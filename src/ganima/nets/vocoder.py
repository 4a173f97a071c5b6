"""The vocoder: mel spectrograms to sound, frame by frame in the frequency domain.

A ConvNeXt backbone at the frames' own rate predicts the short-time Fourier transform of the sound, and the inverse
transform does the rest (Vocos, Siuzdak 2023, arXiv 2306.00814): nothing runs at the rate of the samples, which makes it
tens of times faster than transposed convolutions.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganima.nets.convnext import KERNEL, ConvNeXt, linear
from ganima.nets.initial import init_normal

AMPLITUDE_MAX = 1e2
"""Of a bin; a window of ones at full volume has 512."""


@dataclass(frozen=True)
class VocoderConfig:
    """What a vocoder looks like."""

    channels: int = 256
    """Of every frame, inside."""
    hidden: int = 768
    """Of every frame, inside of a block."""
    blocks: int = 8
    bands: int = 80
    """Of the mel spectrogram."""
    fft: int = 1024
    """Samples under the window."""
    hop: int = 256
    """Samples from frame to frame."""


class Vocoder(nn.Module):
    """Log-mel spectrograms [batch, bands, frames], see `data.mel`, to sound [batch, (frames - 1) * hop]."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(config.bands, config.channels, KERNEL, padding=KERNEL // 2)
        self.enter_norm = nn.LayerNorm(config.channels, eps=1e-6)
        self.blocks = nn.ModuleList(
            ConvNeXt(config.channels, config.hidden, 1 / config.blocks) for _ in range(config.blocks)
        )
        self.leave_norm = nn.LayerNorm(config.channels, eps=1e-6)
        self.spectrum = nn.Linear(config.channels, 2 * (1 + config.fft // 2))
        init_normal(self.spectrum.weight, 0.02)

    def forward(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """`dtype` is the precision of the blocks; the spectrum and its transform are computed in float32."""
        x = self.enter_norm(self.enter(mel).transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x, dtype)
        log_amplitude, phase = linear(self.leave_norm(x.transpose(1, 2)), self.spectrum).transpose(1, 2).chunk(2, 1)
        amplitude = log_amplitude.exp().clamp_max(AMPLITUDE_MAX)
        # Vocos's phase: any number is one, and neighbours of π are neighbours.
        spectrum = torch.complex(amplitude * phase.cos(), amplitude * phase.sin())
        window = torch.hann_window(self.config.fft, device=mel.device)
        return torch.istft(spectrum, self.config.fft, self.config.hop, window=window)
