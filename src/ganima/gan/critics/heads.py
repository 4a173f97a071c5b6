"""The part of the critics that learns: a small network on the features of each scale, to one logit each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.gan.critics.config import CriticsConfig
from ganima.gan.critics.efficientnet import STRIDES
from ganima.gan.critics.projection import MIXED
from ganima.gan.critics.view import enlargement
from ganima.layers.convolution import Conv
from ganima.layers.initial import SLOPE, init_normal
from ganima.layers.labels import LabelEmbedding
from ganima.layers.resample import depth


@dataclass(frozen=True)
class HeadsConfig:
    """What the heads look like."""

    height: int
    """Height in pixels of the picture that the frozen network sees."""
    width: int
    """Its width in pixels."""
    channels: int
    """Number of feature channels inside the heads."""
    classes: int = 0
    """Number of classes, of all groups of labels together; 0 for a model without labels."""


class Head(nn.Module):
    """Features [batch, c_in, h, w] to logits [batch]: halved down to four rows, and the mean over all places."""

    def __init__(self, c_in: int, height: int, width: int, config: HeadsConfig) -> None:
        super().__init__()
        channels = config.channels
        halvings = depth(height, width) - 1
        widths = [c_in] + halvings * [channels]
        self.halvings = nn.ModuleList(Conv(a, channels, 4, "he", stride=2) for a in widths[:-1])
        self.last_conv = Conv(widths[-1], channels, 3, "he")
        self.logit = nn.Linear(channels, 1)
        init_normal(self.logit.weight, 1 / math.sqrt(channels))
        nn.init.zeros_(self.logit.bias)
        self.embed = LabelEmbedding(config.classes, channels) if config.classes else None
        if self.embed is not None:
            init_normal(self.embed.weight, 0.1)

    def forward(self, features: Tensor, labels: Tensor | None, dtype: torch.dtype) -> Tensor:
        """In float32; with classes, the projection of the labels is added (Miyato & Koyama 2018)."""
        x = features.to(dtype)
        for conv in self.halvings:
            # Sizes are rounded up.
            x = F.leaky_relu_(conv(F.pad(x, (1, 1 + x.shape[3] % 2, 1, 1 + x.shape[2] % 2))), SLOPE)
        # 1×1 convolution and mean over the places: in either order they are the same.
        x = F.leaky_relu_(self.last_conv(x), SLOPE).float().mean((2, 3))
        logits: Tensor = self.logit(x)[:, 0]
        if self.embed is not None:
            logits = logits + (self.embed(labels) * x).sum(1) / math.sqrt(x.shape[1])
        return logits


class Heads(nn.Module):
    """One head for each scale of what `Perception` sees."""

    def __init__(self, config: HeadsConfig) -> None:
        super().__init__()
        self.config = config
        self.heads = nn.ModuleList(
            Head(c_in, -(-config.height // stride), -(-config.width // stride), config)
            for c_in, stride in zip(MIXED, STRIDES, strict=True)
        )

    def forward(
        self, features: Sequence[Tensor], labels: Tensor | None = None, dtype: torch.dtype = torch.float32
    ) -> list[Tensor]:
        """Logits [batch] of each head, in float32. `dtype` is the precision of the convolutions."""
        return [head(x, labels, dtype) for head, x in zip(self.heads, features, strict=True)]


def heads_for(config: CriticsConfig, height: int, width: int, classes: int) -> Heads:
    """Freshly initialised heads (from torch's global random generator) for pictures of a size."""
    factor = enlargement(height, width, config.side)
    return Heads(HeadsConfig(factor * height, factor * width, config.width, classes))
