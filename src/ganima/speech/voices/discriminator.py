"""Discriminators of a converter: whether a spectrogram is real speech of the voice whose style is given.

As in `speech.acoustic.discriminator`, windows of several lengths are judged by small networks; each also sees the
style, as a second plane. One more judges new styles, with the pitch that they belong to, without any spectrogram.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ganima.layers.log_mel import standardised
from ganima.speech.voices.network import lengthened, standard_pitch
from ganima.speech.voices.speaker import AUDIBLE
from ganima.vocoder.discriminator import Layers, Verdict


@dataclass(frozen=True)
class StyledDiscriminatorConfig:
    """What the discriminators look like."""

    lengths: tuple[int, ...] = (32, 64, 96)
    """Frames of each one's window."""
    widths: tuple[int, ...] = (16, 32, 64, 64)
    """Channels of each layer."""
    style: int = 64
    """Numbers that say whose voice it is."""
    critic: int = 128
    """Channels of the one that judges styles."""


class JudgedSpeech(NamedTuple):
    """What they judge."""

    windows: list[Tensor]
    """Log-mel windows [batch, bands, length] for each of the lengths."""
    style: Tensor
    """Whose voice they are said to be [batch, style]."""
    voices: Tensor
    """Styles by themselves [voices, style] …"""
    pitch: Tensor
    """… and their mean log-pitches [voices]."""


class StyledDiscriminator(nn.Module):
    """All of them, as one network."""

    def __init__(self, config: StyledDiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        self.parts = nn.ModuleList(Layers(2, config.widths, (3, 3), (2, 2), first=(1, 2)) for _ in config.lengths)
        self.planes = nn.ModuleList(nn.Linear(config.style, AUDIBLE) for _ in config.lengths)
        self.critic = nn.Sequential(
            nn.Linear(config.style + 1, config.critic),
            nn.LeakyReLU(0.2),
            nn.Linear(config.critic, config.critic),
            nn.LeakyReLU(0.2),
            nn.Linear(config.critic, 1),
        )

    def forward(self, spoken: JudgedSpeech, dtype: torch.dtype = torch.float32) -> list[Verdict]:
        """A verdict for each length, and one on the styles, which has no features."""
        verdicts: list[Verdict] = []
        for part, plane, window in zip(self.parts, self.planes, spoken.windows, strict=True):
            heard = standardised(window[:, :AUDIBLE]).transpose(1, 2)
            style = plane(lengthened(spoken.style))[:, None].expand_as(heard)
            verdicts.append(
                part(torch.stack([heard, style], 1).to(dtype).contiguous(memory_format=torch.channels_last))
            )
        voices = torch.cat([lengthened(spoken.voices), standard_pitch(spoken.pitch)[:, None]], 1)
        verdicts.append((self.critic(voices), []))
        return verdicts
