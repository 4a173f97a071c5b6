"""The acoustic model: phonemes to a mel spectrogram, all frames at once.

As in FastPitch (Łańcucki 2021, arXiv 2006.06873): an encoder reads the phonemes, predictors say how long each one is
spoken, how high and how loud, and a decoder turns the phonemes, each as often as it has frames, into a spectrogram. All
parts are convolutions over time, which need less data than attention does.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.convnext import KERNEL, ConvNeXt, linear
from ganima.layers.initial import init_normal
from ganima.layers.log_mel import restored


@dataclass(frozen=True)
class AcousticConfig:
    """What an acoustic model looks like."""

    symbols: int
    """Phonemes, breaks and pauses that it knows; number 0 fills up short sentences."""
    bases: tuple[int, ...] = ()
    """For each symbol the number of the one that it is a variant of, such as the same vowel without stress."""
    channels: int = 224
    """Of every phoneme and frame, inside."""
    hidden: int = 672
    """Inside of a block."""
    encoder: int = 3
    """Blocks over phonemes."""
    context: int = 5
    """Phonemes that such a block looks at: one that sees whole sentences learns them by heart."""
    dropout: float = 0.2
    """Share of the hidden channels that a step of training goes without, for the same reason."""
    decoder: int = 7
    """Blocks over frames."""
    predictor: int = 128
    """Channels of the predictors."""
    bands: int = 80
    """Of the mel spectrogram."""


class Prosody(NamedTuple):
    """How phonemes are spoken, each [batch, phonemes]."""

    durations: Tensor
    """Logarithm of the frames, plus one."""
    pitch: Tensor
    """Mean logarithm of the fundamental frequency, in deviations from the voice's own mean."""
    energy: Tensor
    """Mean logarithm of the loudness, in deviations from the voice's own mean."""


class Predictor(nn.Module):
    """One number for each phoneme: [batch, channels, phonemes] to [batch, phonemes]."""

    def __init__(self, channels: int, inside: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(channels, inside, 3, padding=1)
        self.second = nn.Conv1d(inside, inside, 3, padding=1)
        self.norms = nn.ModuleList(nn.LayerNorm(inside) for _ in range(2))
        self.last = nn.Linear(inside, 1)
        init_normal(self.last.weight, 0.01)

    def forward(self, x: Tensor, inside: Tensor) -> Tensor:
        for conv, norm in zip((self.first, self.second), self.norms, strict=True):
            x = norm(F.relu(conv(x * inside)).transpose(1, 2)).transpose(1, 2)
            x = F.dropout(x, 0.3, self.training)
        found: Tensor = self.last(x.transpose(1, 2))[..., 0]
        return found * inside[:, 0]


class AcousticModel(nn.Module):
    """Numbers of symbols [batch, phonemes] to log-mel spectrograms."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.config = config
        c = config.channels
        # Of each symbol by itself, and what it shares with its variants. (A layer would draw them with slower code.)
        self.embedding = nn.Parameter(init_normal(torch.empty(config.symbols, c), 0.1))
        self.base = nn.Parameter(init_normal(torch.empty(config.symbols, c), 0.3))
        self.tuning = nn.Linear(1, c)
        self.encoder = nn.ModuleList(
            ConvNeXt(c, config.hidden, 1 / config.encoder, config.context, config.dropout)
            for _ in range(config.encoder)
        )
        self.encoder_norm = nn.LayerNorm(c)
        self.means = nn.Linear(c, config.bands)
        self.duration, self.pitch, self.energy = (Predictor(c, config.predictor) for _ in range(3))
        self.from_pitch, self.from_energy = (nn.Conv1d(1, c, 3, padding=1) for _ in range(2))
        self.place = nn.Linear(3, c)
        self.decoder = nn.ModuleList(
            ConvNeXt(c, config.hidden, 1 / config.decoder, dropout=config.dropout) for _ in range(config.decoder)
        )
        self.decoder_norm = nn.LayerNorm(c)
        self.to_mel = nn.Conv1d(c, config.bands, KERNEL, padding=KERNEL // 2)
        init_normal(self.means.weight, 0.02)

    def encode(self, symbols: Tensor, tuning: Tensor, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
        """Phonemes in their surroundings [batch, channels, phonemes], and which are there [batch, 1, phonemes].

        `tuning` [batch] says by what logarithm of a factor a recording was sped up and raised, 0 for none.
        """
        inside = (symbols > 0)[:, None].float()
        bases = torch.tensor(self.config.bases or range(self.config.symbols), device=symbols.device)
        own, shared = F.embedding(symbols, self.embedding), F.embedding(bases[symbols], self.base)
        x = (own + shared).transpose(1, 2) + self.tuning(tuning[:, None])[..., None]
        for block in self.encoder:
            x = block(x * inside, dtype)
        return self.encoder_norm(x.transpose(1, 2)).transpose(1, 2) * inside, inside

    def mean_mel(self, encoded: Tensor) -> Tensor:
        """The spectrum that each phoneme has by itself [batch, bands, phonemes]: what alignment goes by."""
        return restored(linear(encoded.transpose(1, 2), self.means).transpose(1, 2))

    def prosody(self, encoded: Tensor, inside: Tensor) -> Prosody:
        """What the predictors say. They do not teach the encoder: it would learn their few numbers by heart."""
        x = encoded.detach()
        return Prosody(self.duration(x, inside), self.pitch(x, inside), self.energy(x, inside))

    def decode(
        self, encoded: Tensor, durations: Tensor, pitch: Tensor, energy: Tensor, dtype: torch.dtype = torch.float32
    ) -> tuple[Tensor, Tensor]:
        """Log-mel spectrograms [batch, bands, frames], and which frames are there [batch, 1, frames].

        `durations` [batch, phonemes] are in frames, `pitch` and `energy` as `Prosody` has them.
        """
        x = encoded + self.from_pitch(pitch[:, None]) + self.from_energy(energy[:, None])
        numbers, places, inside = stretched(durations)
        x = x.gather(2, numbers[:, None].expand(-1, x.shape[1], -1))
        x = (x + self.place(places).transpose(1, 2)) * inside
        for block in self.decoder:
            x = block(x, dtype) * inside
        mel = restored(self.to_mel(self.decoder_norm(x.transpose(1, 2)).transpose(1, 2) * inside))
        return mel * inside, inside


def stretched(durations: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For every frame: the number of its phoneme [batch, frames], where in that it lies [batch, frames, 3], and whether
    it is there at all [batch, 1, frames].

    Where it lies is said as the share of the phoneme that is over, and how many frames it has before and behind it
    (as 1 / (1 + frames)).
    """
    ends = durations.cumsum(1)
    total = ends[:, -1]
    frames = torch.arange(int(total.max()), device=durations.device)
    numbers = torch.searchsorted(ends, frames.expand(len(ends), -1).contiguous(), right=True)
    inside = (frames[None] < total[:, None])[:, None].float()
    numbers = numbers.clamp_max(durations.shape[1] - 1)
    length = durations.gather(1, numbers).clamp_min(1).float()
    since = frames[None] - (ends - durations).gather(1, numbers).float()
    places = torch.stack([(since + 0.5) / length, 1 / (1 + since.clamp_min(0)), 1 / (length - since).clamp_min(1)], 2)
    return numbers, places, inside
