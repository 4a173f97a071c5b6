"""Everything that another voice takes: who speaks, what is said, and whom the converter knows."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganima.speech.voices.network import Converter, ConverterConfig
from ganima.speech.voices.speaker import SpeakerConfig, SpeakerEncoder


@dataclass(frozen=True)
class VoicesConfig:
    """What such a model looks like."""

    converter: ConverterConfig
    speaker: SpeakerConfig
    people: int
    """Whose recordings it learned from."""


class Voices(nn.Module):
    """A converter, the embedding of speakers that its styles come from, and the people that it was trained on."""

    people: Tensor
    """The embedding of each of them [people, style], none of whom a new voice may be; and their pitch …"""
    pitches: Tensor
    """… as mean logarithms in Hz [people]."""

    def __init__(self, config: VoicesConfig) -> None:
        super().__init__()
        self.config = config
        self.converter = Converter(config.converter)
        self.speaker = SpeakerEncoder(config.speaker)
        self.register_buffer("people", torch.zeros(config.people, config.speaker.size))
        self.register_buffer("pitches", torch.zeros(config.people))
