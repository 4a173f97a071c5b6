"""The training of an acoustic model on sentences of one voice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.sampler import evenly
from ganima.files import typed_json
from ganima.gan.state import beginning
from ganima.models.card import Facts, card_of
from ganima.models.file import save_model
from ganima.signal.sheet import sheet
from ganima.speech.acoustic.charts import CHARTS
from ganima.speech.acoustic.discriminator import MelDiscriminator
from ganima.speech.acoustic.network import AcousticModel
from ganima.speech.acoustic.sentences import Utterance
from ganima.speech.acoustic.step import AcousticState, AcousticTraining, Batch, train_step
from ganima.speech.acoustic.voice import Voice, voice_of
from ganima.text.symbols import SYMBOLS
from ganima.training import distributed
from ganima.training.recipe import Preview, trained_card
from ganima.training.update import Measures
from ganima.training.watch import Watch

PREVIEWS = 4
"""Sentences in the preview."""
PREVIEW_FRAMES = 200
"""Frames of each that are shown."""


@dataclass(kw_only=True)
class AcousticRecipe:
    """One training of an acoustic model."""

    config: AcousticTraining
    data: list[list[Utterance]]
    """The sentences at every speed; see `speech.acoustic.sentences`."""
    held_out: list[Utterance]
    """Sentences that are only looked at."""
    card: Facts
    voice: Voice = field(init=False)

    examples = "sentences"
    caption = "Spectrograms of recordings (left) and AI-generated ones of the same sentences (right)"
    charts = CHARTS

    def __post_init__(self) -> None:
        self.voice = voice_of(self.data[0])
        self.groups = grouped([sentence.mel.shape[1] for sentence in self.data[0]], self.config.frames)

    @property
    def heard(self) -> list[str]:
        """The symbols of the sentences that are trained on."""
        return [SYMBOLS[number] for number in np.unique(np.concatenate([one.symbols for one in self.data[0]]))]

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> AcousticState:
        torch.manual_seed(seed)
        generator, discriminator = AcousticModel(self.config.generator), MelDiscriminator(self.config.discriminator)
        return beginning(generator, discriminator, self.config, seed, device)

    def step(self, state: AcousticState, progress: float, dtype: torch.dtype) -> Measures:
        return train_step(state, self.config, self.batch(state), progress, dtype)

    def batch(self, state: AcousticState) -> Batch:
        """This process's sentences of the next step, each at a speed of its own."""
        number = state.steps * distributed.world() + distributed.rank()
        epoch, place = divmod(number, len(self.groups))
        order = np.random.default_rng([state.seed, epoch]).permutation(len(self.groups))
        speeds = np.random.default_rng([state.seed, epoch, place]).integers(len(self.data), size=len(self.data[0]))
        chosen = self.groups[int(order[place])]
        return to_batch([self.data[int(speeds[i])][i] for i in chosen], self.voice, state.device)

    def preview(self, state: AcousticState) -> Preview:
        """Spectrograms [count, bands, frames] of held-out sentences, with durations, pitch and energy as predicted."""
        shown = self._shown()
        batch = to_batch(shown, self.voice, state.device)
        model = state.average
        with torch.no_grad():
            encoded, inside = model.encode(batch.symbols, batch.tuning)
            said = model.prosody(encoded, inside)
            durations = (torch.expm1(said.durations).round().clamp_min(1) * inside[:, 0]).long()
            decoded, _ = model.decode(encoded, durations, said.pitch, said.energy)
        cut = decoded[:, :, :PREVIEW_FRAMES].cpu()
        made = torch.nn.functional.pad(cut, (0, PREVIEW_FRAMES - cut.shape[2]))
        real = [torch.from_numpy(one.mel[:, :PREVIEW_FRAMES].astype(np.float32)) for one in shown]
        return Preview(made, lambda: sheet(list(zip(real, made, strict=True)), PREVIEW_FRAMES))

    def publish(self, state: AcousticState, path: Path) -> None:
        about = {"kind": "acoustic model", "voice": typed_json.dump(self.voice), "heard": self.heard}
        networks = {"generator": state.average, "discriminator": state.discriminator}
        save_model(path, networks, card_of(trained_card(self, state) | about))

    def watch(self, state: AcousticState) -> Watch:
        return Watch()

    def facts(self) -> dict[str, str]:
        return {
            "Sentences": f"{len(self.data[0]):,}, each at {len(self.data)} speeds",
            "Held out": f"{len(self.held_out):,} sentences",
            "Batch": f"about {self.config.frames * distributed.world():,} frames",
        }

    def notes(self, state: AcousticState, means: Mapping[str, float]) -> list[str]:
        return [f"spectrograms {means['mel']:.3f}"]

    def _shown(self) -> list[Utterance]:
        longest = sorted(self.held_out, key=lambda sentence: -sentence.mel.shape[1])[: len(self.held_out) // 2 + 1]
        return [longest[i] for i in evenly(len(longest), PREVIEWS)]


def grouped(frames: list[int], about: int) -> list[list[int]]:
    """Sentences of about the same length put together, so that each group has `about` frames, filled up."""
    groups: list[list[int]] = [[]]
    for number in sorted(range(len(frames)), key=lambda i: frames[i]):
        if groups[-1] and frames[number] * (len(groups[-1]) + 1) > about:
            groups.append([])
        groups[-1].append(number)
    return groups


def to_batch(found: list[Utterance], voice: Voice, device: torch.device) -> Batch:
    """Sentences as the model takes them."""
    pitches = [(sentence.pitch - voice.pitch) / voice.pitch_deviation for sentence in found]
    energies = [(sentence.energy - voice.energy) / voice.energy_deviation for sentence in found]
    return Batch(
        symbols=_filled([sentence.symbols for sentence in found]).to(device),
        mel=_filled([sentence.mel.T for sentence in found]).float().transpose(1, 2).contiguous().to(device),
        frames=torch.tensor([sentence.mel.shape[1] for sentence in found], device=device),
        pitch=_filled(pitches).to(device),
        energy=_filled(energies).to(device),
        tuning=torch.tensor([sentence.tuning for sentence in found], device=device),
    )


def _filled(rows: list[NDArray[Any]]) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence([torch.from_numpy(np.ascontiguousarray(row)) for row in rows], True)
