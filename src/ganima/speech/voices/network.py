"""The converter: what is said, by one voice, as another voice says it.

A source and a filter, as in speech itself (Fant 1960): `sound source` is the comb of harmonics that a pitch has on the
mel scale, and known beforehand; the filter is learned. What is said is read from the spectrum's smooth envelope alone,
of which the recording's mean was taken away, so that neither pitch nor timbre get through; whose voice it becomes is a
style: a point in the space of `speech.voices.speaker`, of a person or drawn by the mapping network (StarGANv2-VC, Li
et al. 2021, arXiv 2107.10394).
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.convnext import KERNEL, ConvNeXt, linear
from ganima.layers.envelope import smoothing
from ganima.layers.initial import init_normal
from ganima.layers.log_mel import restored
from ganima.signal.constant import constant
from ganima.signal.mel import BANDS, FFT, RATE, bank
from ganima.speech.voices.speaker import AUDIBLE

SMOOTH = 18
"""Cosines that an envelope is made of: it follows formants, and not the harmonics of voices below 350 Hz."""
HEARD = 64
"""Bands of the envelope that what is said is read from, up to 6.3 kHz: equally good in every recording."""
PITCH, PITCH_SPREAD = 5.0, 0.35
"""Mean logarithm of the pitch of voices in Hz, and its deviation, about."""


@dataclass(frozen=True)
class ConverterConfig:
    """What a converter looks like."""

    channels: int = 144
    """Of every frame, inside."""
    hidden: int = 432
    """Inside of a block."""
    encoder: int = 3
    """Blocks that read what is said."""
    content: int = 40
    """Numbers that say what is said in a frame."""
    decoder: int = 5
    """Blocks that say it."""
    style: int = 64
    """Numbers that say whose voice it is."""
    latent: int = 16
    """Numbers that a new voice is drawn from."""
    mapping: int = 192
    """Channels of the mapping network."""


class Styled(nn.Module):
    """A block whose normalisation is set by the style (adaptive normalisation: Huang & Belongie 2017, arXiv
    1703.06868)."""

    def __init__(self, channels: int, hidden: int, style: int, scale: float) -> None:
        super().__init__()
        self.block = ConvNeXt(channels, hidden, scale)
        self.style = nn.Linear(style, 2 * channels)
        init_normal(self.style.weight, 0.1)

    def forward(self, x: Tensor, style: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        gain, offset = self.style(style)[..., None].chunk(2, 1)
        found: Tensor = self.block(x * (1 + gain) + offset, dtype)
        return found


class Converter(nn.Module):
    """Log-mel spectrograms to log-mel spectrograms of the same length."""

    def __init__(self, config: ConverterConfig) -> None:
        super().__init__()
        self.config = config
        c = config.channels
        self.enter = nn.Conv1d(HEARD, c, KERNEL, padding=KERNEL // 2)
        self.encoder = nn.ModuleList(ConvNeXt(c, config.hidden, 1 / config.encoder) for _ in range(config.encoder))
        self.encoder_norm = nn.LayerNorm(c)
        self.content = nn.Linear(c, config.content)
        self.begin = nn.Conv1d(config.content + BANDS + 1, c, KERNEL, padding=KERNEL // 2)
        self.decoder = nn.ModuleList(
            Styled(c, config.hidden, config.style, 1 / config.decoder) for _ in range(config.decoder)
        )
        self.decoder_norm = nn.LayerNorm(c)
        self.to_mel = nn.Conv1d(c, BANDS, KERNEL, padding=KERNEL // 2)
        self.mapping = nn.Sequential(
            nn.Linear(config.latent + 1, config.mapping),
            nn.LeakyReLU(0.2),
            nn.Linear(config.mapping, config.mapping),
            nn.LeakyReLU(0.2),
            nn.Linear(config.mapping, config.style),
        )

    def draw(self, latent: Tensor, pitch: Tensor) -> Tensor:
        """Styles [batch, style] of new voices, from `latent` [batch, latent] and mean log-pitches [batch]."""
        found: Tensor = F.normalize(self.mapping(torch.cat([latent, standard_pitch(pitch)[:, None]], 1)), dim=1)
        return found

    def read(self, filter_: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """What is said [batch, content, frames], from `filters` [batch, AUDIBLE, frames]."""
        x = self.enter(filter_[:, :HEARD])
        for block in self.encoder:
            x = block(x, dtype)
        return linear(self.encoder_norm(x.transpose(1, 2)), self.content).transpose(1, 2)

    def say(
        self, content: Tensor, pitch: Tensor, voiced: Tensor, style: Tensor, dtype: torch.dtype = torch.float32
    ) -> Tensor:
        """Spectrograms [batch, bands, frames], as loud as `speech.voices.speaker.level_free` has them.

        `pitch` is the logarithm of the fundamental frequency in Hz [batch, frames], carried on through what is
        unvoiced, `voiced` [batch, frames] is 1 where there is a pitch, and `style` [batch, style] says who speaks.
        """
        comb = source(pitch, voiced)
        x = self.begin(torch.cat([content, comb, (standard_pitch(pitch) * voiced)[:, None]], 1))
        for block in self.decoder:
            x = block(x, lengthened(style), dtype)
        spectrum: Tensor = self.to_mel(self.decoder_norm(x.transpose(1, 2)).transpose(1, 2))
        return restored(spectrum)


def standard_pitch(pitch: Tensor) -> Tensor:
    """Logarithms of frequencies in Hz with a mean near 0 and a deviation near 1."""
    return (pitch - PITCH) / PITCH_SPREAD


def lengthened(style: Tensor) -> Tensor:
    """Numbers of about 1, where a point on the sphere has smaller ones."""
    return style * math.sqrt(style.shape[1])


def envelope(mel: Tensor) -> Tensor:
    """The smooth part of spectrograms [batch, bands, frames]: [batch, AUDIBLE, frames]."""
    return torch.einsum("ab,nbf->naf", smoothing(AUDIBLE, SMOOTH, mel.device), mel[:, :AUDIBLE])


def filters(mel: Tensor, speech: Tensor) -> Tensor:
    """The envelope [batch, AUDIBLE, frames] without its mean over the frames that are `speech` [batch, frames].

    The mean says who speaks, and through which microphone (cepstral mean normalisation, Atal 1974, 10.1121/1.1914702).
    """
    smooth = envelope(mel)
    weights = speech[:, None] / speech.sum(1).clamp_min(1)[:, None, None]
    return smooth - (smooth * weights).sum(2, keepdim=True)


def speech_frames(mel: Tensor) -> Tensor:
    """1 for frames of spectrograms [batch, bands, frames] that are not much quieter than the loudest, else 0."""
    level = mel[:, :AUDIBLE].mean(1)
    return (level > level.amax(1, keepdim=True) - 3.5).float()


STEPS_PER_OCTAVE = 48
LOWEST_OCTAVE, OCTAVES = np.log2(50.0), 4.0


def source(pitch: Tensor, voiced: Tensor) -> Tensor:
    """The comb of harmonics [batch, bands, frames] of log-pitches [batch, frames] on the mel scale, about 0 +- 1.

    It is the log-mel spectrum of equally strong harmonics without its slow parts, and 0 where nothing is voiced.
    """
    table = _combs(pitch.device)
    place = ((pitch / np.log(2) - LOWEST_OCTAVE) * STEPS_PER_OCTAVE).round().long().clamp(0, len(table) - 1)
    return table[place].transpose(1, 2) * voiced[:, None]


@constant
def _combs(device: torch.device) -> Tensor:
    """[pitches, bands]"""
    hz = 2 ** (LOWEST_OCTAVE + np.arange(int(OCTAVES * STEPS_PER_OCTAVE)) / STEPS_PER_OCTAVE)
    bins = np.arange(1 + FFT // 2) * RATE / FFT
    rows = []
    for pitch in hz:
        harmonics = np.arange(pitch, RATE / 2, pitch)
        # The main lobe of a Hann window is four bins wide.
        apart = np.abs(bins[:, None] - harmonics) * FFT / RATE
        spectrum = np.where(apart < 2, np.cos(np.pi * apart / 4) ** 2, 0).sum(1)
        rows.append(np.log(bank(torch.device("cpu")).numpy() @ spectrum + 1e-3))
    table = np.array(rows)
    smooth = np.apply_along_axis(lambda row: np.convolve(np.pad(row, 8, "edge"), np.ones(17) / 17, "valid"), 1, table)
    return torch.from_numpy((table - smooth).clip(-2, 2).astype(np.float32)).to(device)
