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

from ganima.constant import constant
from ganima.data.mel import BANDS, CLAMP, FFT, RATE, bank, to_band
from ganima.nets.convnext import KERNEL, ConvNeXt, linear
from ganima.nets.excitation import noise, pulses
from ganima.nets.initial import init_normal
from ganima.nets.pitch import PitchConfig, PitchReader, read_pitch

LOG_AMPLITUDE_MAX = 6.0
"""Of a bin; a window of ones at full volume has 6.2."""
GAIN_MAX = 2.0
"""Most that a band is made louder or softer at a time, in nepers."""
BAND_TO_BIN = float(np.log(RATE / FFT))
"""By which a bin of flat spectra has a larger logarithm than the band over it, whose area in Hz is 1."""


@dataclass(frozen=True)
class VocoderConfig:
    """What a vocoder looks like."""

    channels: int = 256
    """Of every frame, inside."""
    hidden: int = 768
    """Of every frame, inside of a block."""
    blocks: int = 6
    bands: int = BANDS
    """Of the mel spectrogram."""
    fft: int = FFT
    """Samples under the window."""
    hop: int = 256
    """Samples from frame to frame."""
    passes: int = 3
    """How often the bands' amplitudes are set right, see `Vocoder.corrected`."""
    pitch: PitchConfig = PitchConfig()
    """What reads the pitch."""


class Vocoder(nn.Module):
    """Log-mel spectrograms [batch, bands, frames], see `data.mel`, to sound [batch, (frames - 1) * hop]."""

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
        self.spectrum = nn.Linear(config.channels, 3 * (1 + config.fft // 2))
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
        voice_gain, noise_gain, phase = shape.chunk(3, 1)
        smooth = torch.einsum("fb,nbt->nft", _bins(mel.device), mel) + BAND_TO_BIN
        voice_gain, noise_gain = (
            (smooth + gain).clamp_max(LOG_AMPLITUDE_MAX).exp() for gain in (voice_gain, noise_gain)
        )
        voice, breath = (self.transformed(part) for part in (source, self.breath(source, start)))
        spectrum = voice * torch.complex(voice_gain * phase.cos(), voice_gain * phase.sin()) + breath * noise_gain
        for number in range(self.config.passes):
            # Windows overlap: what is heard in one frame also depends on its neighbours, so the sound is made anew.
            spectrum = self.corrected(spectrum if number == 0 else self.transformed(self.sound(spectrum)), mel)
        return self.sound(spectrum)

    def corrected(self, spectrum: Tensor, mel: Tensor) -> Tensor:
        """A spectrum [batch, bins, frames] whose bands have the amplitudes that the mel spectrogram asks for.

        Pulses and noise beat with each other, and noise is louder here and softer there by chance: no network that sees
        neither can know. As in Griffin & Lim 1984 (10.1109/TASSP.1984.1164317) phases stay and amplitudes are replaced,
        but those of the bands, which are all that is known.
        """
        size = (spectrum.real.square() + spectrum.imag.square() + 1e-12).sqrt()
        bands = (bank(mel.device) @ size).clamp_min(CLAMP).log()
        gain = torch.einsum("fb,nbt->nft", _bins(mel.device), (mel - bands).clamp(-GAIN_MAX, GAIN_MAX))
        return spectrum * gain.exp()

    def transformed(self, samples: Tensor) -> Tensor:
        """Sound [batch, samples] to its spectrum [batch, bins, frames]."""
        window = torch.hann_window(self.config.fft, device=samples.device)
        found: Tensor = torch.stft(
            samples, self.config.fft, self.config.hop, window=window, pad_mode="constant", return_complex=True
        )
        return found

    def sound(self, spectrum: Tensor) -> Tensor:
        """A spectrum [batch, bins, frames] to sound [batch, samples]."""
        window = torch.hann_window(self.config.fft, device=spectrum.device)
        found: Tensor = torch.istft(spectrum, self.config.fft, self.config.hop, window=window)
        return found

    def breath(self, source: Tensor, start: int) -> Tensor:
        """Noise [1, samples] as long as `source`, from frame `start` on."""
        return noise(source.shape[1], start * self.config.hop, source.device)[None]

    @torch.no_grad()
    def source(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """The pulses [batch, (frames - 1) * hop] of the voice in a spectrogram."""
        return pulses(self.hz(mel, dtype))

    def hz(self, mel: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """The pitch of the voice in a spectrogram in Hz [batch, frames], 0 where it is unvoiced."""
        return read_pitch(self.pitch(mel, dtype))


@constant
def _bins(device: torch.device) -> Tensor:
    """[1 + fft // 2, bands]: what makes a spectrum of bins of a mel spectrum, in straight lines between the bands."""
    place = to_band(np.arange(1 + FFT // 2) * RATE / FFT)
    low = np.floor(place.clip(0, BANDS - 1 - 1e-6)).astype(int)
    share = (place - low).clip(0, 1)
    found = np.zeros((1 + FFT // 2, BANDS), np.float32)
    rows = np.arange(len(found))
    found[rows, low] = 1 - share
    found[rows, low + 1] += share
    return torch.from_numpy(found).to(device)
