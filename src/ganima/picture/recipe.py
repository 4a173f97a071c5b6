"""The training of a generator of pictures."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganima.data.folder import PictureSet
from ganima.data.pictures import CHANNELS
from ganima.data.sampler import indices
from ganima.files import typed_json
from ganima.models.card import Facts
from ganima.picture.build import AnyGenerator
from ganima.picture.charts import CHARTS
from ganima.picture.config import TrainConfig
from ganima.picture.grid import grid, to_images
from ganima.picture.model import save_picture_model
from ganima.picture.state import PictureState, new_state, on, update_w_mean
from ganima.picture.step import train_step
from ganima.picture.watch import PictureWatch
from ganima.training import distributed
from ganima.training.recipe import Preview, trained_card
from ganima.training.update import Measures

PREVIEWS = 32
"""Latents in the preview."""

PictureStep = Callable[[PictureState, TrainConfig, Tensor, Tensor | None, float, torch.dtype], Measures]
"""A step: state, configuration, pictures, labels, progress, precision; see `step.train_step`."""


@dataclass(kw_only=True)
class PictureRecipe:
    """One training on pictures."""

    config: TrainConfig
    data: PictureSet
    card: Facts
    train_step: PictureStep = train_step

    examples = "images"
    caption = "AI-generated pictures"
    charts = CHARTS

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> PictureState:
        return new_state(self.config, seed, device)

    def step(self, state: PictureState, progress: float, dtype: torch.dtype) -> Measures:
        real, labels = self.batch(state)
        return self.train_step(state, self.config, real, labels, progress, dtype)

    def batch(self, state: PictureState) -> tuple[Tensor, Tensor | None]:
        """This process's pictures of the next step, in [-1, 1], some of them mirrored, and their labels."""
        count = self.config.batch * distributed.world()
        chosen = torch.from_numpy(indices(state.seed, state.examples, count, len(self.data.pictures)))
        mirrored = torch.rand(count, generator=state.rng) < (0.5 if self.config.mirror else 0.0)
        mine = distributed.my_slice(chosen)
        pictures = self._pictures(mine.tolist(), state.device)
        flip = distributed.my_slice(mirrored).to(state.device)[:, None, None, None]
        pictures = torch.where(flip, pictures.flip(3), pictures)
        if self.data.labels is None:
            return pictures, None
        return pictures, torch.from_numpy(self.data.labels[mine.numpy()]).to(state.device)

    def _pictures(self, chosen: Any, device: torch.device) -> Tensor:
        raw = torch.from_numpy(self.data.pictures[list(chosen)]).to(device)
        return raw.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.channels_last) / 127.5 - 1

    def preview(self, state: PictureState) -> Preview:
        """The average's pictures [count, channels, height, width] of latents that stay the same for the whole run."""
        rng = torch.Generator().manual_seed(state.seed + 1)
        z = torch.randn(PREVIEWS, state.average.z_dim, generator=rng).to(state.device)
        labels = on(self.data.vocabulary.even(PREVIEWS), state.device)
        # Looking must not change what training draws, or the time of a preview would decide the result.
        devices = [state.device] if state.device.type == "cuda" else []
        with torch.no_grad(), torch.random.fork_rng(devices):
            torch.manual_seed(state.seed)
            pictures: Tensor = state.average(z, labels).cpu()
        return Preview(pictures, lambda: grid(to_images(pictures)))

    def publish(self, state: PictureState, path: Path) -> None:
        card = self.trained_card(state)
        save_picture_model(path, self.settled(state), state.discriminator, card, critics=state.critics)

    def settled(self, state: PictureState) -> AnyGenerator:
        """The average with its mean w, which is only computed when the average is written.

        A copy: that a model was written must not show in the state.
        """
        if self.config.frozen_mapping:
            return state.average
        average = copy.deepcopy(state.average)
        update_w_mean(average, self.data.vocabulary)
        return average

    def trained_card(self, state: PictureState) -> Facts:
        """The card of the model that the state holds."""
        return trained_card(self, state) | self.data.vocabulary.to_card()

    def watch(self, state: PictureState) -> PictureWatch:
        size = len(self.data.pictures)
        return PictureWatch(self._pictures(indices(state.seed, 0, min(64, size), size), state.device))

    def facts(self) -> dict[str, str]:
        layout, classes = self.config.generator, len(self.data.vocabulary.classes)
        count = f"{len(self.data.pictures):,}"
        return {
            "Pictures": f"{count}, {classes} classes" if classes else count,
            "Resolution": f"{layout.width}×{layout.height} {CHANNELS[layout.channels]}",
            "Preset": self.config.preset,
            "Batch": f"{self.config.batch * distributed.world():,} {self.examples}",
        }

    def notes(self, state: PictureState, means: Mapping[str, float]) -> list[str]:
        return [] if self.config.augment.mode == "off" else [f"augmentation {state.strength:.0%}"]
