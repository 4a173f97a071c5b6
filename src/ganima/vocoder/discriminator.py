"""Discriminators of sound: many small ones, each of which sees the same sound in its own way.

Those of periods fold the samples into rows of a prime length (HiFi-GAN, Kong et al. 2020, arXiv 2010.05646) and hear
pitch; those of resolutions look at complex spectrograms (Défossez et al. 2022, arXiv 2210.13438) and see noise, breaths
and phase. They are much slimmer than the papers', whose discriminators take 97 % of a training's time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.initial import SLOPE, init_weight

Pair = tuple[int, int]
Verdict = tuple[Tensor, list[Tensor]]
"""Logits [batch, places] of one discriminator, and its features on the way."""


@dataclass(frozen=True)
class SoundDiscriminatorConfig:
    """What the discriminators look like."""

    widths: tuple[int, ...] = (16, 32, 64, 64)
    """Channels of each layer."""
    periods: tuple[int, ...] = (2, 3, 5, 7, 11)
    """Lengths of the rows, in samples; one discriminator each."""
    ffts: tuple[int, ...] = (2048, 1024, 512)
    """Lengths of the windows, in samples, a quarter of which is the hop; one discriminator each."""


class WeightNormConv(nn.Module):
    """A convolution with a leaky ReLU, in the precision of its input; the weights stay in float32."""

    def __init__(self, c_in: int, c_out: int, kernel: Pair, stride: Pair) -> None:
        super().__init__()
        self.weight = nn.Parameter(init_weight(torch.empty(c_out, c_in, *kernel), "he"))
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.stride, self.padding = stride, (kernel[0] // 2, kernel[1] // 2)

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu_(self.raw(x), SLOPE)

    def raw(self, x: Tensor) -> Tensor:
        """Without the leaky ReLU."""
        return F.conv2d(x, self.weight.to(x.dtype), self.bias.to(x.dtype), self.stride, self.padding)


class Layers(nn.Module):
    """Convolutions one after the other, and a last one for the logits."""

    def __init__(self, c_in: int, widths: tuple[int, ...], kernel: Pair, stride: Pair, first: Pair) -> None:
        super().__init__()
        sizes = (c_in, *widths)
        strides = [first, *[stride] * (len(widths) - 1)]
        self.convs = nn.ModuleList(
            WeightNormConv(a, b, kernel, s) for a, b, s in zip(sizes, widths, strides, strict=False)
        )
        self.logits = WeightNormConv(widths[-1], 1, (3, 1 if kernel[1] == 1 else 3), (1, 1))

    def forward(self, x: Tensor) -> Verdict:
        features = []
        for conv in self.convs:
            x = conv(x)
            features.append(x)
        return self.logits.raw(x).flatten(1).float(), features


class PeriodDiscriminator(nn.Module):
    """Samples [batch, samples], folded into rows of `period`, looked at along the columns."""

    def __init__(self, period: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.period = period
        self.layers = Layers(1, widths, (5, 1), (3, 1), first=(3, 1))

    def forward(self, samples: Tensor, dtype: torch.dtype) -> Verdict:
        padded = F.pad(samples[:, None], (0, -samples.shape[1] % self.period), mode="reflect")
        rows = padded.reshape(len(samples), 1, -1, self.period).to(dtype)
        verdict: Verdict = self.layers(rows.contiguous(memory_format=torch.channels_last))
        return verdict


class SpectrumDiscriminator(nn.Module):
    """Samples [batch, samples] as a complex spectrogram: real and imaginary parts are two channels."""

    def __init__(self, fft: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.fft = fft
        # Windows overlap by three quarters: every other one is enough from the first layer on.
        self.layers = Layers(2, widths, (3, 5), (2, 2), first=(2, 2))

    def forward(self, samples: Tensor, dtype: torch.dtype) -> Verdict:
        window, hop = torch.hann_window(self.fft, device=samples.device), self.fft // 4
        spectrum = torch.stft(samples, self.fft, hop, window=window, normalized=True, return_complex=True)
        planes = torch.view_as_real(spectrum).permute(0, 3, 2, 1).to(dtype)
        verdict: Verdict = self.layers(planes.contiguous(memory_format=torch.channels_last))
        return verdict


class SoundDiscriminator(nn.Module):
    """All of them, as one network."""

    def __init__(self, config: SoundDiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        self.parts = nn.ModuleList(
            [
                *(PeriodDiscriminator(period, config.widths) for period in config.periods),
                *(SpectrumDiscriminator(fft, config.widths) for fft in config.ffts),
            ]
        )

    def forward(self, pieces: Sequence[Tensor], dtype: torch.dtype = torch.float32) -> list[Verdict]:
        """Verdicts on sound in [-1, 1], [batch, samples] for each of the discriminators.

        `dtype` is the precision of the convolutions.
        """
        return [part(samples, dtype) for part, samples in zip(self.parts, pieces, strict=True)]
