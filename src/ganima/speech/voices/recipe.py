"""The training of a converter on recordings of many voices."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.sampler import evenly, indices
from ganima.files import typed_json
from ganima.gan.state import beginning
from ganima.models.card import Facts, card_of
from ganima.models.file import save_model
from ganima.signal.mel import CLAMP
from ganima.signal.sheet import sheet
from ganima.speech.voices.charts import CHARTS
from ganima.speech.voices.discriminator import StyledDiscriminator
from ganima.speech.voices.network import PITCH, Converter, envelope, filters
from ganima.speech.voices.speaker import SpeakerEncoder
from ganima.speech.voices.step import Batch, ConverterState, ConverterTraining, train_step
from ganima.speech.voices.utterances import Utterance, disguises, mean_filter, styles
from ganima.training import distributed
from ganima.training.recipe import Preview, trained_card
from ganima.training.update import Measures
from ganima.training.watch import Watch

PREVIEWS = 4
"""Recordings in the preview."""
PREVIEW_FRAMES = 200
"""Frames of each that are shown."""
SILENCE = float(np.log(CLAMP))
"""What fills up spectrograms."""


@dataclass(kw_only=True)
class ConverterRecipe:
    """One training of a converter."""

    config: ConverterTraining
    speaker: SpeakerEncoder
    """The embedding of speakers; it stays as it is."""
    data: list[Utterance]
    held_out: list[Utterance]
    """Recordings that are only looked at."""
    card: Facts

    examples = "pieces"
    caption = "Spectrograms of recordings (left) and AI-generated ones of the same words in another voice (right)"
    charts = CHARTS

    def __post_init__(self) -> None:
        self.speaker.requires_grad_(False).eval()
        self.styles = styles(self.speaker, self.data)
        self.means = [mean_filter(one) for one in self.data]
        self.disguises = torch.from_numpy(disguises())
        length = self.config.frames
        self.pieces = [
            (number, start)
            for number, one in enumerate(self.data)
            for start in range(0, max(1, one.mel.shape[1] - length // 2), length)
        ]

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> ConverterState:
        torch.manual_seed(seed)
        generator, discriminator = Converter(self.config.generator), StyledDiscriminator(self.config.discriminator)
        self.speaker.to(device)
        return beginning(generator, discriminator, self.config, seed, device)

    def step(self, state: ConverterState, progress: float, dtype: torch.dtype) -> Measures:
        return train_step(state, self.config, self.speaker, self.batch(state), progress, dtype)

    def batch(self, state: ConverterState) -> Batch:
        """This process's pieces of the next step."""
        count = self.config.batch * distributed.world()
        chosen = distributed.my_slice(torch.from_numpy(indices(state.seed, state.examples, count, len(self.pieces))))
        shifts = distributed.my_slice(torch.rand(count, generator=state.rng))
        drawn = torch.randint(len(self.disguises), (count,), generator=state.rng)
        numbers, starts = [], []
        for place, shift in zip(chosen.tolist(), shifts.tolist(), strict=True):
            number, start = self.pieces[place]
            latest = max(0, self.data[number].mel.shape[1] - self.config.frames)
            numbers.append(number)
            starts.append(min(start + int(shift * self.config.frames), latest))
        rows = [self.data[number] for number in numbers]
        mel = self._cut([one.mel.astype(np.float32) for one in rows], starts, SILENCE)
        smooth = envelope(mel) - torch.from_numpy(np.stack([self.means[number] for number in numbers]))
        disguised = self.disguises[distributed.my_slice(drawn)] @ smooth
        return Batch(
            *(
                part.to(state.device)
                for part in (
                    mel,
                    disguised,
                    self._cut([one.pitch for one in rows], starts, PITCH),
                    self._cut([one.voiced.astype(np.float32) for one in rows], starts, 0.0),
                    self._cut([one.speech.astype(np.float32) for one in rows], starts, 0.0),
                    torch.tensor([one.bands for one in rows]),
                    torch.from_numpy(self.styles[numbers]),
                    torch.tensor([one.mean_pitch for one in rows]),
                )
            )
        )

    def _cut(self, rows: list[NDArray[Any]], starts: list[int], nothing: float) -> Tensor:
        """Pieces [batch, …, frames] of rows […, all frames]; `nothing` fills up what is shorter."""
        length = self.config.frames
        pieces = [row[..., start : start + length] for row, start in zip(rows, starts, strict=True)]
        padding = [[(0, 0)] * (piece.ndim - 1) + [(0, length - piece.shape[-1])] for piece in pieces]
        filled = [np.pad(piece, pad, constant_values=nothing) for piece, pad in zip(pieces, padding, strict=True)]
        return torch.from_numpy(np.stack(filled))

    def preview(self, state: ConverterState) -> Preview:
        """Spectrograms [count, bands, frames] of held-out recordings, each in the voice of the next one."""
        shown = self._shown()
        theirs = torch.from_numpy(styles(self.speaker.cpu(), shown))
        found = []
        average = state.average
        for number, one in enumerate(shown):
            mel = torch.from_numpy(one.mel[:, :PREVIEW_FRAMES].astype(np.float32))[None]
            speech = torch.from_numpy(one.speech[:PREVIEW_FRAMES].astype(np.float32))[None]
            target = shown[(number + 1) % len(shown)]
            pitch = torch.from_numpy(one.pitch[:PREVIEW_FRAMES])[None] + target.mean_pitch - one.mean_pitch
            voiced = torch.from_numpy(one.voiced[:PREVIEW_FRAMES].astype(np.float32))[None]
            style = theirs[(number + 1) % len(shown)][None]
            with torch.no_grad():
                heard, *how = (part.to(state.device) for part in (filters(mel, speech), pitch, voiced, style))
                said = average.say(average.read(heard), how[0], how[1], how[2])[0].cpu()
            found.append(torch.nn.functional.pad(said, (0, PREVIEW_FRAMES - said.shape[1]), value=SILENCE))
        self.speaker.to(state.device)
        made = torch.stack(found)
        real = [torch.from_numpy(one.mel[:, :PREVIEW_FRAMES].astype(np.float32)) for one in shown]
        return Preview(made, lambda: sheet(list(zip(real, made, strict=True)), PREVIEW_FRAMES))

    def publish(self, state: ConverterState, path: Path) -> None:
        networks = {"generator": state.average, "discriminator": state.discriminator}
        save_model(path, networks, card_of(trained_card(self, state) | {"kind": "converter"}))

    def watch(self, state: ConverterState) -> Watch:
        return Watch()

    def facts(self) -> dict[str, str]:
        people = len({one.who for one in self.data})
        return {
            "Recordings": f"{len(self.data):,}, {people} speakers",
            "Held out": f"{len(self.held_out):,} recordings",
            "Batch": f"{self.config.batch * distributed.world():,} {self.examples}",
        }

    def notes(self, state: ConverterState, means: Mapping[str, float]) -> list[str]:
        found = [f"spectrograms {means['mel']:.3f}"]
        return found + ([f"style {means['style']:.2f} content {means['content']:.2f}"] if "style" in means else [])

    def _shown(self) -> list[Utterance]:
        longest = sorted(self.held_out, key=lambda one: -one.mel.shape[1])[: len(self.held_out) // 2 + 1]
        return [longest[i] for i in evenly(len(longest), PREVIEWS)]
