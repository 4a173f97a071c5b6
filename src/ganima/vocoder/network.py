"""The vocoder: mel spectrograms to sound, frame by frame in the frequency domain.

As in Vocos (Siuzdak 2023, arXiv 2306.00814), a ConvNeXt backbone works at the frames' own rate, and the inverse
short-time Fourier transform does the rest: nothing runs at the rate of the samples, which makes it tens of times faster
than transposed convolutions. What Vocos makes of nothing, a spectrum whose phases agree from frame to frame, is not
asked of it: it shapes the spectrum of pulses and of noise (as neural source-filter models do, Wang et al. 2019, arXiv
1810.11946; with an inverse transform, Li et al. 2023, arXiv 2309.09493), whose phases agree by themselves.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganima.layers.bands import corrected, over_bins, sound, transformed
from ganima.layers.convnext import KERNEL, ConvNeXt, linear
from ganima.layers.excitation import noise, pulses
from ganima.layers.initial import init_normal
from ganima.layers.pitch import PitchConfig, PitchReader, read_pitch
from ganima.signal.mel import BANDS, FFT, HOP, RATE

LOG_AMPLITUDE_MAX = 6.0
"""Of a bin; a window of ones at full volume has 6.2."""
BAND_TO_BIN = float(np.log(RATE / FFT))
"""By which a bin of flat spectra has a larger logarithm than the band over it, whose area in Hz is 1."""


@dataclass(frozen=True)
class VocoderConfig:
    """What a vocoder looks like."""

    channels: int = 256
    """Of every frame, inside."""
    hidden: int = 768
    """Of every frame, inside of a block."""
    blocks: int = 3
    bands: int = BANDS
    """Of the mel spectrogram."""
    passes: int = 3
    """How often the bands' amplitudes are set right, see `layers.bands`."""
    pitch: PitchConfig = PitchConfig()
    """What reads the pitch."""


class Vocoder(nn.Module):
    """Log-mel spectrograms [batch, bands, frames], see `signal.mel`, to sound [batch, (frames - 1) * HOP]."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.pitch = PitchReader(config.pitch)
        self.enter = nn.Conv1d(config.bands, config.channels, KERNEL, padding=KERNEL // 2)
        self.enter_norm = nn.LayerNorm(config.channels, eps=1e-6)
        self.blocks = nn.ModuleList(
            ConvNeXt(config.channels, config.hidden, 1 / config.blocks) for _ in range(config.blocks)
        )
        self.leave_norm = nn.LayerNorm(config.channels, eps=1e-6)
        bins = 1 + FFT // 2
        # Noise gets a gain for each band alone: where single bins are louder than their neighbours, a hiss rings.
        self.sizes = [bins, bins, config.bands]
        self.spectrum = nn.Linear(config.channels, sum(self.sizes))
        init_normal(self.spectrum.weight, 0.02)

    def forward(
        self, mel: Tensor, source: Tensor | None = None, start: int = 0, dtype: torch.dtype = torch.float32
    ) -> Tensor:
        """`source` is `self.source(mel)`, and `start` the number of its first frame, where the spectrogram is a part of
        a longer one. `dtype` is the precision of the blocks; spectra and transforms are computed in float32.
        """
        if source is None:
            source = self.source(mel, dtype)
        x = self.enter_norm(self.enter(mel).transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x, dtype)
        shape = linear(self.leave_norm(x.transpose(1, 2)), self.spectrum).transpose(1, 2)
        voiced, phase, noisy = torch.split(shape, self.sizes, 1)
        voiced, noisy = (
            (logs + BAND_TO_BIN).clamp_max(LOG_AMPLITUDE_MAX).exp()
            for logs in (over_bins(mel) + voiced, over_bins(mel + noisy))
        )
        voice, breath = (transformed(part) for part in (source, self.breath(source, start)))
        spectrum = voice * torch.complex(voiced * phase.cos(), voiced * phase.sin()) + breath * noisy
        for number in range(self.config.passes):
            spectrum = corrected(spectrum if number == 0 else transformed(sound(spectrum)), mel)
        return sound(spectrum)

    def breath(self, source: Tensor, start: int) -> Tensor:
        """Noise [1, samples] as long as `source`, from frame `start` on."""
        return noise(source.shape[1], start * HOP, source.device)[None]

    @torch.no_grad()
    def source(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """The pulses [batch, (frames - 1) * HOP] of the voice in a spectrogram."""
        return pulses(self.hz(mel, dtype))

    def hz(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """The pitch of the voice in a spectrogram in Hz [batch, frames], 0 where it is unvoiced."""
        return read_pitch(self.pitch(mel, dtype))
