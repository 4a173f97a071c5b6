"""The training of a generator of short sounds: pictures of their log-mel spectrograms, drawn from noise.

A mel spectrogram of one sound is a grey picture, and the networks are those of pictures (a GAN of spectrograms made
notes in Engel et al. 2019, arXiv 1902.08710, with phases of its own; here a vocoder finds them).
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganima.data.labels import Labels
from ganima.data.recordings import Recordings
from ganima.data.sampler import indices
from ganima.files import typed_json
from ganima.gan.augmentation import AugmentConfig
from ganima.layers.resample import depth
from ganima.models.card import Facts, card_of
from ganima.models.file import save_model
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.discriminator import DiscriminatorConfig
from ganima.picture.generator import GeneratorConfig
from ganima.picture.state import PictureState, new_state, update_w_mean
from ganima.picture.step import train_step
from ganima.picture.watch import PictureWatch
from ganima.signal.mel import BANDS, RATE
from ganima.signal.sheet import SCALE, sheet
from ganima.sounds.charts import CHARTS
from ganima.sounds.short import to_log_mel, to_pictures, window
from ganima.training import distributed
from ganima.training.recipe import Preview, trained_card
from ganima.training.schedule import Schedule
from ganima.training.update import Measures

PREVIEWS = 32
"""Latents in the preview."""
PREVIEW_WIDTH = 1400
"""Pixels that the preview is wide, about."""
SMALLEST = 8
"""Longer side of the networks' smallest level is at most this: 80 bands are 5 then, for sounds of up to a second."""
WIDTHS = (12, 24, 48, 96)
"""Channels of each level, largest level first; those that are smaller still have as many as the last one."""
KIND = "sound model"
"""What the card calls such a model."""


def usual(frames: int) -> TrainConfig:
    """The training on sounds in windows of so many frames: the recipe of pictures, for an hour of one core.

    A small batch at a low rate, for that is fewer than 100,000 sounds: the number of updates rules.
    """
    levels = depth(BANDS, frames, SMALLEST)
    widths = tuple(WIDTHS[min(level, len(WIDTHS) - 1)] for level in reversed(range(levels)))
    # As for pictures, the gradient's squared norm adds up over pixels.
    gamma = 0.8 * BANDS * frames / 64**2
    return TrainConfig(
        preset="sounds",
        generator=GeneratorConfig(BANDS, frames, 1, widths),
        discriminator=DiscriminatorConfig(BANDS, frames, 1, widths),
        penalties=PenaltyConfig(r1=Schedule(gamma, gamma / 2), r2=Schedule(gamma, gamma / 2)),
        batch=8,
        lr_generator=Schedule(5e-4, 1e-4),
        lr_discriminator=Schedule(5e-4, 1e-4),
        # Louder and softer than it is, a sound has no silence any more.
        augment=AugmentConfig(colour=False, adapt_images=50_000),
        # Silence is flatter than a generator can make it.
        saturate=True,
        instance_noise=0.03,
        # No sound is played backwards.
        mirror=False,
    )


@dataclass(kw_only=True)
class SoundRecipe:
    """One training on short sounds."""

    config: TrainConfig
    data: Recordings
    """Trimmed, see `sounds.short`."""
    card: Facts

    examples = "sounds"
    caption = "Spectrograms of AI-generated sounds"
    charts = CHARTS

    @property
    def frames(self) -> int:
        """Frames of the window."""
        return self.config.generator.width

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> PictureState:
        return new_state(self.config, seed, device)

    def step(self, state: PictureState, progress: float, dtype: torch.dtype) -> Measures:
        return train_step(state, self.config, self.batch(state), None, progress, dtype)

    def batch(self, state: PictureState) -> Tensor:
        """This process's pictures [batch, 1, 80, frames] of the next step."""
        count = self.config.batch * distributed.world()
        chosen = indices(state.seed, state.examples, count, len(self.data.names))
        shifts = distributed.my_slice(torch.rand(count, generator=state.rng)).tolist()
        mine = distributed.my_slice(torch.from_numpy(chosen)).tolist()
        return self._pictures(mine, shifts).to(state.device)

    def _pictures(self, numbers: list[int], shifts: list[float]) -> Tensor:
        found = [window(self.data.one(i), self.frames, s) for i, s in zip(numbers, shifts, strict=True)]
        return to_pictures(torch.from_numpy(np.stack(found))).contiguous(memory_format=torch.channels_last)

    def preview(self, state: PictureState) -> Preview:
        """The average's pictures [count, 1, 80, frames] of latents that stay the same for the whole run."""
        rng = torch.Generator().manual_seed(state.seed + 1)
        z = torch.randn(PREVIEWS, state.average.z_dim, generator=rng).to(state.device)
        with torch.no_grad():
            made: Tensor = state.average(z).cpu()
        return Preview(made, lambda: spectrograms(to_log_mel(made)))

    def publish(self, state: PictureState, path: Path) -> None:
        average = copy.deepcopy(state.average)
        update_w_mean(average, Labels())
        networks = {"generator": average, "discriminator": state.discriminator}
        save_model(path, networks, card_of(trained_card(self, state) | {"kind": KIND}))

    def watch(self, state: PictureState) -> PictureWatch:
        count = min(64, len(self.data.names))
        chosen = indices(state.seed, 0, count, len(self.data.names)).tolist()
        return PictureWatch(self._pictures(chosen, [0.0] * count))

    def facts(self) -> dict[str, str]:
        longest = int(np.diff(self.data.starts).max())
        return {
            "Sounds": f"{len(self.data.names):,}, {self.data.seconds:,.0f} s together",
            "Longest": f"{longest / RATE:.2f} s, in windows of {self.frames} frames",
            "Batch": f"{self.config.batch * distributed.world():,} {self.examples}",
        }

    def notes(self, state: PictureState, means: Mapping[str, float]) -> list[str]:
        return [] if self.config.augment.mode == "off" else [f"augmentation {state.strength:.0%}"]


def spectrograms(log_mel: Tensor) -> Image.Image:
    """Log-mel spectrograms [count, 80, frames] side by side in rows."""
    frames = log_mel.shape[2]
    columns = max(1, min(len(log_mel), PREVIEW_WIDTH // (SCALE * frames)))
    whole = log_mel[: len(log_mel) // columns * columns]
    rows = [tuple(whole[start : start + columns]) for start in range(0, len(whole), columns)]
    return sheet(rows, frames)
