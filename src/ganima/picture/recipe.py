"""The training of a generator of pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from ganima.data.folder import PictureSet
from ganima.data.pictures import CHANNELS
from ganima.data.sampler import indices
from ganima.models.file import Card, save_model
from ganima.picture.charts import CHARTS
from ganima.picture.config import TrainConfig
from ganima.picture.grid import grid, to_images
from ganima.picture.state import TrainState, new_state, on, update_w_mean
from ganima.picture.step import train_step
from ganima.picture.watch import PictureWatch
from ganima.training import distributed
from ganima.training.loop import Loop
from ganima.training.update import Measures

PREVIEWS = 32
"""Latents in the preview."""


@dataclass(kw_only=True)
class Run(Loop[TrainState]):
    """One training on pictures."""

    config: TrainConfig
    data: PictureSet
    step: Callable[..., Measures] = field(default_factory=lambda: train_step)
    """One step of training."""

    CHARTS = CHARTS

    def new_state(self, device: torch.device) -> TrainState:
        return new_state(self.config, self.seed, device)

    def advance(self, state: TrainState, progress: float, dtype: torch.dtype) -> tuple[Measures, int]:
        real, labels = self.batch(state)
        return self.step(state, self.config, real, labels, progress, dtype), len(real)

    def batch(self, state: TrainState) -> tuple[Tensor, Tensor | None]:
        """This process's pictures of the next step, in [-1, 1], some of them mirrored, and their labels."""
        count = self.config.batch * distributed.world()
        chosen = torch.from_numpy(indices(self.seed, state.images, count, len(self.data.pictures)))
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

    def preview(self, state: TrainState) -> Tensor:
        """The average's pictures [count, channels, height, width] of latents that stay the same for the whole run."""
        rng = torch.Generator().manual_seed(self.seed + 1)
        z = torch.randn(PREVIEWS, state.average.z_dim, generator=rng).to(state.device)
        labels = on(self.data.vocabulary.even(PREVIEWS), state.device)
        # Looking must not change what training draws, or the time of a preview would decide the result.
        devices = [state.device] if state.device.type == "cuda" else []
        with torch.no_grad(), torch.random.fork_rng(devices):
            torch.manual_seed(self.seed)
            pictures: Tensor = state.average(z, labels)
        return pictures.cpu()

    def sheet(self, preview: Tensor) -> Image.Image:
        return grid(to_images(preview))

    def new_watch(self, state: TrainState) -> PictureWatch:
        size = len(self.data.pictures)
        return PictureWatch(self._pictures(indices(self.seed, 0, min(64, size), size), state.device))

    def settle(self, state: TrainState) -> None:
        if not self.config.frozen_mapping:
            update_w_mean(state, self.data.vocabulary)

    def save_model(self, state: TrainState) -> None:
        save_model(self.model_path, state.average, state.discriminator, self.card | self.training_card(state))

    def training_card(self, state: TrainState) -> Card:
        return super().training_card(state) | self.data.vocabulary.to_card()

    def facts(self) -> dict[str, str]:
        layout, classes = self.config.generator, len(self.data.vocabulary.classes)
        count = f"{len(self.data.pictures):,}"
        return {
            "Pictures": f"{count}, {classes} classes" if classes else count,
            "Resolution": f"{layout.width}×{layout.height} {CHANNELS[layout.channels]}",
            "Preset": self.config.preset,
            "Batch": f"{self.config.batch * distributed.world():,} {self.EXAMPLES}",
        }

    def notes(self, state: TrainState, means: dict[str, float]) -> list[str]:
        return [] if self.config.augment.mode == "off" else [f"augmentation {state.strength:.0%}"]
