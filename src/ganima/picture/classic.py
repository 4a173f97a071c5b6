"""The classic pair for 28×28 grey pictures: fully connected to convolutions, and three strided convolutions.

The discriminator's output is σ(logit); the logistic function is folded into the cross-entropy (see `gan.losses`), and
`probability` applies it for whoever wants the value between 0 and 1.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.labels import LabelEmbedding


@dataclass(frozen=True)
class ClassicConfig:
    """What the classic pair looks like; both networks share it."""

    height: int = 28
    """Height of the picture in pixels, a multiple of 4."""
    width: int = 28
    """Width of the picture in pixels, a multiple of 4."""
    channels: int = 1
    """1 grey, 3 RGB, 4 RGBA."""
    z_dim: int = 100
    """Length of the latent vector z."""
    classes: int = 0
    """Number of classes, of all groups of labels together; 0 for a model without labels."""


class ClassicGenerator(nn.Module):
    """z to a 7×7×128 block, then two doublings by transposed convolution, tanh at the end.

    There is no intermediate latent space: w is z (with the label's embedding added), and one w steers the whole
    picture.
    """

    layers = 1

    def __init__(self, config: ClassicConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = LabelEmbedding(config.classes, config.z_dim) if config.classes else None
        self.project = nn.Linear(config.z_dim, 128 * (config.height // 4) * (config.width // 4), bias=False)
        self.norm_0 = nn.BatchNorm1d(self.project.out_features)
        self.up_1 = nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1, bias=False)
        self.norm_1 = nn.BatchNorm2d(64)
        self.up_2 = nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1, bias=False)
        self.norm_2 = nn.BatchNorm2d(32)
        self.picture = nn.Conv2d(32, config.channels, 3, padding=1)
        self.register_buffer("w_mean", torch.zeros(config.z_dim))
        self.w_mean: Tensor

    @property
    def z_dim(self) -> int:
        """Length of the latent vector z."""
        return self.config.z_dim

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z [batch, z_dim] plus the embedding of the labels."""
        return z if self.embed is None else z + self.embed(labels)

    def synthesis(self, w: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """w [batch, z_dim] or [batch, 1, z_dim] to pictures [batch, channels, height, width] in (-1, 1), always in
        float32.
        """
        x = F.leaky_relu(self.norm_0(self.project(w.flatten(1))), 0.2)
        x = x.view(w.shape[0], 128, self.config.height // 4, self.config.width // 4)
        x = F.leaky_relu(self.norm_1(self.up_1(x)), 0.2)
        x = F.leaky_relu(self.norm_2(self.up_2(x)), 0.2)
        return torch.tanh(self.picture(x))

    def forward(self, z: Tensor, labels: Tensor | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
        """The whole way from z to pictures."""
        return self.synthesis(self.mapping(z, labels), dtype)


class ClassicDiscriminator(nn.Module):
    """Three strided convolutions of 32, 64 and 128 channels with leaky ReLU, and one fully connected output."""

    def __init__(self, config: ClassicConfig) -> None:
        super().__init__()
        self.config = config
        self.conv_1 = nn.Conv2d(config.channels, 32, 3, stride=2, padding=1)
        self.conv_2 = nn.Conv2d(32, 64, 3, stride=2, padding=1)
        self.conv_3 = nn.Conv2d(64, 128, 3, stride=2, padding=1)
        side = [-(-(n // 4) // 2) for n in (config.height, config.width)]
        self.logit = nn.Linear(128 * side[0] * side[1], 1)
        self.embed = LabelEmbedding(config.classes, self.logit.in_features) if config.classes else None

    def forward(self, pictures: Tensor, labels: Tensor | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
        """Pictures [batch, channels, height, width] in [-1, 1] to logits [batch], always in float32."""
        return self.judge(self.describe(pictures), labels)

    def describe(self, pictures: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Features [batch, dimensions] of pictures, always in float32."""
        x = pictures
        for conv in (self.conv_1, self.conv_2, self.conv_3):
            x = F.leaky_relu(conv(x), 0.2)
        return x.flatten(1)

    def judge(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits [batch] of features; with classes, the projection of the labels is added."""
        logits: Tensor = self.logit(features)[:, 0]
        if self.embed is not None:
            logits = logits + (self.embed(labels) * features).sum(1) / features.shape[1] ** 0.5
        return logits

    def probability(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """The sigmoid output [batch]: how probable it is that each picture is real."""
        return torch.sigmoid(self(pictures, labels))
