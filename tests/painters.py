"""Generators that know what they are asked for, or mix it up: what comes of their pictures is known beforehand."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from ganima.data.labels import Labels
from ganima.models.card import card_of
from ganima.picture.model import KIND, Model

COLOURS = torch.tensor([(0.8, -0.6, -0.6), (-0.6, 0.8, -0.6), (-0.6, -0.6, 0.8), (0.7, 0.7, -0.6)])
"""Of the classes, one after the other."""


class Painter(nn.Module):
    """Noise about the colour of the class that is asked for, in any light, or of the class `off` places further."""

    def __init__(self, off: int = 0, classes: int = 3, side: int = 16) -> None:
        super().__init__()
        self.off, self.classes, self.z_dim = off, classes, 8
        self.config = SimpleNamespace(height=side, width=side, channels=3, classes=classes)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """z [batch, z_dim] and labels [batch] or [batch, groups], of which the first one is painted."""
        shown = (labels.reshape(len(labels), -1)[:, 0] + self.off) % self.classes
        side = self.config.height
        grain = torch.stack([torch.randn(3, side, side, generator=_dice(one)) for one in z])
        light = z[:, :3, None, None]
        return (COLOURS[shown][:, :, None, None] + 0.5 * light + 0.2 * grain).clamp(-1, 1)


def _dice(z: Tensor) -> torch.Generator:
    return torch.Generator().manual_seed(int(z.double().abs().sum().item() * 1e9))


def painting(labels: Labels, off: int = 0, **card: Any) -> Model:
    """A model that paints; `labels` are what it can be asked for."""
    first = len(labels.of_group(labels.groups[0])) if labels.groups else len(labels.classes)
    said = {"name": "painter", "kind": KIND, **labels.to_card(), **card}
    return Model(Painter(off, first), card_of(said), "ab" * 32, "cd" * 32, Path("painter.safetensors"))  # type: ignore[arg-type]
