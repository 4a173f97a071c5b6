"""The training of a vocoder on folders of recordings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.recordings import Pieces, Recordings
from ganima.data.sampler import evenly, indices
from ganima.files import typed_json
from ganima.gan.state import beginning
from ganima.models.card import Facts, card_of
from ganima.models.file import save_model
from ganima.signal.mel import CLAMP, HOP, mel
from ganima.signal.sheet import pairs
from ganima.training import distributed
from ganima.training.recipe import Preview, trained_card
from ganima.training.update import Measures
from ganima.training.watch import Watch
from ganima.vocoder.charts import CHARTS
from ganima.vocoder.discriminator import SoundDiscriminator
from ganima.vocoder.network import Vocoder
from ganima.vocoder.step import VocoderState, VocoderTraining, train_step

PREVIEWS = 4
"""Recordings in the preview."""
PREVIEW_FRAMES = 200
"""Frames of each."""


@dataclass(kw_only=True)
class VocoderRecipe:
    """One training of a vocoder."""

    config: VocoderTraining
    data: Recordings
    pitch: Sequence[NDArray[np.float32]]
    """Of each of them, the fundamental frequency in Hz for every frame, 0 where it is unvoiced."""
    held_out: Recordings
    """Recordings that are only looked at."""
    card: Facts
    spectra: Sequence[NDArray[np.float32]] | None = None
    """Of each of the recordings, the log-mel spectrogram [bands, frames] that is heard in place of its own."""

    examples = "pieces"
    caption = "Spectrograms of recordings (left) and of the AI-generated sound that became of them (right)"
    charts = CHARTS

    def __post_init__(self) -> None:
        self.pieces = Pieces(self.data, self.config.samples)
        self.shown = self._shown()

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> VocoderState:
        torch.manual_seed(seed)
        generator, discriminator = Vocoder(self.config.generator), SoundDiscriminator(self.config.discriminator)
        return beginning(generator, discriminator, self.config, seed, device)

    def step(self, state: VocoderState, progress: float, dtype: torch.dtype) -> Measures:
        real, pitch, given = self.batch(state)
        return train_step(state, self.config, real, pitch, given, progress, dtype)

    def batch(self, state: VocoderState) -> tuple[Tensor, Tensor, Tensor]:
        """This process's pieces [batch, samples] of the next step, each a little later and quieter than it was, their
        pitch [batch, frames], and their log-mel spectrograms [batch, bands, frames]."""
        count = self.config.batch * distributed.world()
        chosen = indices(state.seed, state.examples, count, len(self.pieces))
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

    def preview(self, state: VocoderState) -> Preview:
        """Held-out recordings [count, samples] through the vocoder and back."""
        with torch.no_grad():
            made: Tensor = state.average(mel(self.shown.to(state.device))).cpu()
        return Preview(made, lambda: pairs(self.shown, made))

    def publish(self, state: VocoderState, path: Path) -> None:
        networks = {"generator": state.average, "discriminator": state.discriminator}
        save_model(path, networks, card_of(trained_card(self, state) | {"kind": "vocoder"}))

    def watch(self, state: VocoderState) -> Watch:
        return Watch()

    def facts(self) -> dict[str, str]:
        people = len(set(self.data.speakers))
        return {
            "Recordings": f"{len(self.data.names):,}, {self.data.seconds / 60:.0f} minutes, {people} speakers",
            "Held out": f"{len(self.held_out.names):,} recordings",
            "Batch": f"{self.config.batch * distributed.world():,} {self.examples}",
        }

    def notes(self, state: VocoderState, means: Mapping[str, float]) -> list[str]:
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
