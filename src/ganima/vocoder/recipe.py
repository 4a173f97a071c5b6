"""The training of a vocoder on folders of recordings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganima.data.recordings import Pieces, Recordings
from ganima.data.sampler import evenly, indices
from ganima.models.file import save_model
from ganima.signal.mel import CLAMP, HOP, mel
from ganima.signal.sheet import pairs
from ganima.training import distributed
from ganima.training.loop import Loop
from ganima.training.state import State, beginning
from ganima.training.update import Measures
from ganima.vocoder.charts import CHARTS
from ganima.vocoder.discriminator import SoundDiscriminator
from ganima.vocoder.network import Vocoder
from ganima.vocoder.step import VocoderTraining, train_step

PREVIEWS = 4
"""Recordings in the preview."""
PREVIEW_FRAMES = 200
"""Frames of each."""


@dataclass(kw_only=True)
class VocoderRun(Loop[State]):
    """One training of a vocoder."""

    config: VocoderTraining
    data: Recordings
    pitch: Sequence[NDArray[np.float32]]
    """Of each of them, the fundamental frequency in Hz for every frame, 0 where it is unvoiced."""
    held_out: Recordings
    """Recordings that are only looked at."""
    spectra: Sequence[NDArray[np.float32]] | None = None
    """Of each of the recordings, the log-mel spectrogram [bands, frames] that is heard in place of its own."""

    EXAMPLES = "pieces"
    PREVIEW = "Spectrograms of recordings (left) and of the AI-generated sound that became of them (right)"
    CHARTS = CHARTS

    def __post_init__(self) -> None:
        self.pieces = Pieces(self.data, self.config.samples)
        self.shown = self._shown()

    def new_state(self, device: torch.device) -> State:
        torch.manual_seed(self.seed)
        generator, discriminator = Vocoder(self.config.generator), SoundDiscriminator(self.config.discriminator)
        return beginning(generator, discriminator, self.config, self.seed, device)

    def advance(self, state: State, progress: float, dtype: torch.dtype) -> tuple[Measures, int]:
        real, pitch, given = self.batch(state)
        return train_step(state, self.config, real, pitch, given, progress, dtype), len(real)

    def batch(self, state: State) -> tuple[Tensor, Tensor, Tensor]:
        """This process's pieces [batch, samples] of the next step, each a little later and quieter than it was, their
        pitch [batch, frames], and their log-mel spectrograms [batch, bands, frames]."""
        count = self.config.batch * distributed.world()
        chosen = indices(self.seed, state.images, count, len(self.pieces))
        shifts, gains = torch.rand(2, count, generator=state.rng)
        gains = self.config.quietest**gains
        places = [self.pieces.begin(int(i), s) for i, s in zip(chosen, shifts.tolist(), strict=True)]
        sound = torch.from_numpy(np.stack([self.pieces.piece(*place) for place in places])) * gains[:, None]
        frames = 1 + self.config.samples // HOP
        rows = [self.pitch[recording][start // HOP :][:frames] for recording, start in places]
        pitch = torch.from_numpy(np.stack([np.pad(row, (0, frames - len(row))) for row in rows]))
        real, heard = (distributed.my_slice(part).to(state.device) for part in (sound, pitch))
        if self.spectra is None:
            return real, heard, mel(real)
        found = [self.spectra[recording][:, start // HOP :][:, :frames] for recording, start in places]
        low = float(np.log(CLAMP))
        filled = np.stack([np.pad(one, ((0, 0), (0, frames - one.shape[1])), constant_values=low) for one in found])
        given = (torch.from_numpy(filled) + gains[:, None, None].log()).clamp_min(low)
        return real, heard, distributed.my_slice(given).to(state.device)

    def preview(self, state: State) -> Tensor:
        """Held-out recordings [count, samples] through the vocoder and back."""
        with torch.no_grad():
            made: Tensor = state.average(mel(self.shown.to(state.device)))
        return made.cpu()

    def sheet(self, preview: Tensor) -> Image.Image:
        return pairs(self.shown, preview)

    def save_model(self, state: State) -> None:
        card = self.card | {"kind": "vocoder"} | self.training_card(state)
        save_model(self.model_path, state.average, state.discriminator, card)

    def facts(self) -> dict[str, str]:
        people = len(set(self.data.speakers))
        return {
            "Recordings": f"{len(self.data.names):,}, {self.data.seconds / 60:.0f} minutes, {people} speakers",
            "Held out": f"{len(self.held_out.names):,} recordings",
            "Batch": f"{self.config.batch * distributed.world():,} {self.EXAMPLES}",
        }

    def notes(self, state: State, means: dict[str, float]) -> list[str]:
        return [f"spectrograms {means['mel']:.3f}"]

    def _shown(self) -> Tensor:
        """The loudest stretches of some of the longer held-out recordings [count, samples]."""
        length = PREVIEW_FRAMES * HOP
        found = []
        longest = np.argsort(-np.diff(self.held_out.starts), kind="stable")[: len(self.held_out.names) // 2 + 1]
        for number in longest[evenly(len(longest), PREVIEWS)]:
            samples = self.held_out.one(number)
            padded = np.pad(samples, (0, max(0, length - len(samples))))
            energy = np.cumsum(np.concatenate([[0.0], padded.astype(np.float64) ** 2]))
            start = int((energy[length:] - energy[:-length]).argmax())
            found.append(padded[start : start + length])
        return torch.from_numpy(np.stack(found))
