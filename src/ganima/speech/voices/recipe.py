"""The training of a converter on recordings of many voices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganima.data.sampler import evenly, indices
from ganima.models.file import save_model
from ganima.signal.mel import CLAMP
from ganima.signal.sheet import sheet
from ganima.speech.voices.charts import CHARTS
from ganima.speech.voices.discriminator import StyledDiscriminator
from ganima.speech.voices.network import PITCH, Converter, envelope, filters
from ganima.speech.voices.speaker import SpeakerEncoder
from ganima.speech.voices.step import Batch, ConverterTraining, train_step
from ganima.speech.voices.utterances import Utterance, disguises, mean_filter, styles
from ganima.training import distributed
from ganima.training.loop import Loop
from ganima.training.state import State, beginning
from ganima.training.update import Measures

PREVIEWS = 4
"""Recordings in the preview."""
PREVIEW_FRAMES = 200
"""Frames of each that are shown."""
SILENCE = float(np.log(CLAMP))
"""What fills up spectrograms."""


@dataclass(kw_only=True)
class ConverterRun(Loop[State]):
    """One training of a converter."""

    config: ConverterTraining
    speaker: SpeakerEncoder
    """The embedding of speakers; it stays as it is."""
    data: list[Utterance]
    held_out: list[Utterance]
    """Recordings that are only looked at."""

    EXAMPLES = "pieces"
    PREVIEW = "Spectrograms of recordings (left) and AI-generated ones of the same words in another voice (right)"
    CHARTS = CHARTS

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

    def new_state(self, device: torch.device) -> State:
        torch.manual_seed(self.seed)
        generator, discriminator = Converter(self.config.generator), StyledDiscriminator(self.config.discriminator)
        self.speaker.to(device)
        return beginning(generator, discriminator, self.config, self.seed, device)

    def advance(self, state: State, progress: float, dtype: torch.dtype) -> tuple[Measures, int]:
        batch = self.batch(state)
        return train_step(state, self.config, self.speaker, batch, progress, dtype), len(batch.mel)

    def batch(self, state: State) -> Batch:
        """This process's pieces of the next step."""
        count = self.config.batch * distributed.world()
        chosen = distributed.my_slice(torch.from_numpy(indices(self.seed, state.images, count, len(self.pieces))))
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

    def preview(self, state: State) -> Tensor:
        """Spectrograms [count, bands, frames] of held-out recordings, each in the voice of the next one."""
        shown = self._shown()
        theirs = torch.from_numpy(styles(self.speaker.cpu(), shown))
        found = []
        average: Any = state.average
        for number, one in enumerate(shown):
            mel = torch.from_numpy(one.mel[:, :PREVIEW_FRAMES].astype(np.float32))[None]
            speech = torch.from_numpy(one.speech[:PREVIEW_FRAMES].astype(np.float32))[None]
            target = shown[(number + 1) % len(shown)]
            pitch = torch.from_numpy(one.pitch[:PREVIEW_FRAMES])[None] + target.mean_pitch - one.mean_pitch
            voiced = torch.from_numpy(one.voiced[:PREVIEW_FRAMES].astype(np.float32))[None]
            style = theirs[(number + 1) % len(shown)][None]
            with torch.no_grad():
                parts = [part.to(state.device) for part in (filters(mel, speech), pitch, voiced, style)]
                made = average.say(average.read(parts[0]), *parts[1:])[0].cpu()
            found.append(torch.nn.functional.pad(made, (0, PREVIEW_FRAMES - made.shape[1]), value=SILENCE))
        self.speaker.to(state.device)
        return torch.stack(found)

    def sheet(self, preview: Tensor) -> Image.Image:
        real = [torch.from_numpy(one.mel[:, :PREVIEW_FRAMES].astype(np.float32)) for one in self._shown()]
        return sheet(list(zip(real, preview, strict=True)), PREVIEW_FRAMES)

    def save_model(self, state: State) -> None:
        card = self.card | {"kind": "converter"} | self.training_card(state)
        save_model(self.model_path, state.average, state.discriminator, card)

    def facts(self) -> dict[str, str]:
        people = len({one.who for one in self.data})
        return {
            "Recordings": f"{len(self.data):,}, {people} speakers",
            "Held out": f"{len(self.held_out):,} recordings",
            "Batch": f"{self.config.batch * distributed.world():,} {self.EXAMPLES}",
        }

    def notes(self, state: State, means: dict[str, float]) -> list[str]:
        found = [f"spectrograms {means['mel']:.3f}"]
        return found + ([f"style {means['style']:.2f} content {means['content']:.2f}"] if "style" in means else [])

    def _shown(self) -> list[Utterance]:
        longest = sorted(self.held_out, key=lambda one: -one.mel.shape[1])[: len(self.held_out) // 2 + 1]
        return [longest[i] for i in evenly(len(longest), PREVIEWS)]
