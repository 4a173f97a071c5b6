"""The acoustic model at work: the symbols of a sentence to its mel spectrogram, and how long each one lasts."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ganima.errors import GanimaError
from ganima.files import typed_json
from ganima.models.file import ModelFile, load_network
from ganima.picture.transfer import take_over
from ganima.signal.mel import CLAMP
from ganima.speech.acoustic.discriminator import MelDiscriminator, MelDiscriminatorConfig
from ganima.speech.acoustic.network import AcousticConfig, AcousticModel
from ganima.speech.acoustic.step import AcousticState
from ganima.speech.acoustic.voice import Voice
from ganima.text.symbols import BASES, BREAK, NUMBERS, PAUSES, SYMBOLS

KIND = "acoustic model"
"""What the card calls such a model."""
LONGEST = 60
"""Most frames of a symbol, 0.64 s: a model that is asked for what it never heard must not drone on."""
LONGEST_PAUSE = 90
SHORTEST_PAUSES = {",": 14, ";": 18, "…": 24, ".": 28, "?": 28, "!": 28}
"""Least frames of pauses: a voice that learned from single sentences would rush from one to the next."""
FIRST = BREAK
"""The symbol that every sentence of a training begins with: the silence before it."""
SEMITONE = np.log(2) / 12
"""As a difference of logarithms."""


@dataclass(frozen=True)
class Manner:
    """How something is to be said."""

    speed: float = 1.0
    """Times the usual speed."""
    pitch: float = 0.0
    """Semitones above the usual pitch."""
    expressive: float = 0.5
    """How far pitch and loudness move: 0 not at all, 0.5 as the voice does, 1 twice as far."""


@dataclass(frozen=True)
class Spectrogram:
    """What the acoustic model makes of a sentence."""

    mel: Tensor
    """Log-mel spectrogram [bands, frames]."""
    frames: tuple[int, ...]
    """Of each symbol."""


@dataclass(frozen=True)
class Speaker:
    """An acoustic model, with what is known about its voice."""

    model: AcousticModel
    voice: Voice
    file: ModelFile
    """Which it was read from."""
    heard: frozenset[str]
    """Symbols of the recordings that it learned from."""

    def sayable(self, symbols: tuple[str, ...]) -> tuple[str, ...]:
        """Symbols as the voice can say them: a vowel with another stress in place of one that it never heard.

        Raises GanimaError where it has heard nothing of that kind, as with Mandarin in a voice that speaks English.
        """
        found = []
        for symbol in symbols:
            base = SYMBOLS[BASES[NUMBERS[symbol]]]
            alike = [symbol, base, *(name for name in self.heard if SYMBOLS[BASES[NUMBERS[name]]] == base)]
            known = next((name for name in alike if name in self.heard), None)
            if known is None and symbol not in (BREAK, *PAUSES):
                language = "Mandarin" if symbol[0].islower() else "the sound " + symbol
                raise GanimaError(f"the voice {self.file.card.name} has never learned {language}: use one that has")
            found.append(known or symbol)
        return tuple(found)

    @torch.inference_mode()
    def say(self, symbols: tuple[str, ...], manner: Manner) -> Spectrogram:
        """The spectrogram of one sentence, whose symbols are those of `ganima.text.symbols`.

        In front of them stands a break: that is the silence before the first sound.
        """
        numbers = torch.tensor([[NUMBERS[symbol] for symbol in self.sayable(symbols)]])
        encoded, inside = self.model.encode(numbers, torch.zeros(1))
        said = self.model.prosody(encoded, inside)
        most = torch.tensor([LONGEST_PAUSE if symbol in PAUSES else LONGEST for symbol in symbols])
        usual = torch.expm1(said.durations[0]).clamp_min(1)
        least = torch.tensor([float(SHORTEST_PAUSES.get(symbol, 1)) for symbol in symbols])
        durations = (usual.minimum(most).maximum(least) / manner.speed).round().clamp_min(1).long()
        far = 2 * manner.expressive
        pitch = far * said.pitch + manner.pitch * SEMITONE / self.voice.pitch_deviation
        energy = said.energy.mean(1, keepdim=True) + far * (said.energy - said.energy.mean(1, keepdim=True))
        mel, _ = self.model.decode(encoded, durations[None], pitch, energy)
        return Spectrogram(mel[0].clamp_min(float(np.log(CLAMP))), tuple(durations.tolist()))


def load_speaker(path: Path) -> Speaker:
    """Reads an acoustic model. Raises GanimaError where the file is none, is damaged, or knows other symbols."""
    model, file = load_network(path, KIND, "generator", AcousticConfig, AcousticModel)
    if model.config.symbols != len(SYMBOLS) or model.config.bases not in ((), BASES):
        raise GanimaError(f"{path} knows other symbols than the {len(SYMBOLS)} of this version: train it anew")
    try:
        voice: Voice = typed_json.parse(Voice, file.card.facts["voice"])
        heard = frozenset(typed_json.parse(tuple[str, ...], file.card.facts.get("heard", SYMBOLS))) & frozenset(SYMBOLS)
    except (LookupError, TypeError, ValueError) as error:
        raise GanimaError(f"the card of {path} is damaged ({error}): get the file again from where it came") from error
    return Speaker(model, voice, file, heard)


def load_pair(path: Path) -> tuple[AcousticModel, MelDiscriminator]:
    """An acoustic model and what it was trained against. Raises GanimaError where either is missing, or damaged."""
    critic, _ = load_network(path, KIND, "discriminator", MelDiscriminatorConfig, MelDiscriminator)
    return load_speaker(path).model, critic


def start_from(state: AcousticState, path: Path) -> None:
    """Fills a new state with the weights of the model at `path`. Raises GanimaError where the layouts differ."""
    take_over(state, *load_pair(path), path)
