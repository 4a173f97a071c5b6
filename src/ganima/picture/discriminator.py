"""The residual discriminator (StyleGAN2's, Karras et al. 2020): pictures to one logit each."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.convolution import Conv
from ganima.layers.initial import SLOPE, init_normal, init_weight
from ganima.layers.labels import LabelEmbedding
from ganima.layers.resample import Resample, downsample, pyramid, smooth
from ganima.picture.generator import clamped


@dataclass(frozen=True)
class DiscriminatorConfig:
    """What a residual discriminator looks like."""

    height: int
    """Height of the picture in pixels."""
    width: int
    """Width of the picture in pixels."""
    channels: int
    """1 grey, 3 RGB, 4 RGBA."""
    widths: tuple[int, ...]
    """Number of feature channels of each level, smallest level first."""
    classes: int = 0
    """Number of classes, of all groups of labels together; 0 for a model without labels."""
    minibatch_std: int = 0
    """Size of the groups whose standard deviation becomes a feature (Karras et al. 2018); 0 leaves it out."""
    resample: Resample = "bilinear"
    """How a level is halved."""
    init: Literal["he", "orthogonal"] = "he"
    """Distribution of the initial convolution weights."""
    order: Literal["down-conv", "conv-down"] = "down-conv"
    """Whether the second convolution of a level comes after the halving (four times cheaper) or halves by itself, with
    stride two on filtered features (StyleGAN2).
    """
    class_bias: bool = False
    """Adds a learned number of its own to each class's logit."""
    clamp: float = 0.0
    """No feature of a 3×3 convolution or of the first layer is larger than this; 0 leaves them as they are."""


class Level(nn.Module):
    """A residual block that halves the resolution.

    Each branch starts out with half the variance, so that their sum needs no scaling at run time.
    """

    def __init__(self, config: DiscriminatorConfig, c_in: int, c_out: int) -> None:
        super().__init__()
        self.conv = Conv(c_in, c_in, 3, config.init)
        stride = 2 if config.order == "conv-down" else 1
        self.down = Conv(c_in, c_out, 3, config.init, math.sqrt(0.5), stride=stride)
        self.skip = Conv(c_in, c_out, 1, config.init, math.sqrt(0.5) * math.sqrt((1 + SLOPE**2) / 2), bias=False)
        self.resample, self.clamp = config.resample, config.clamp
        self.prepare = smooth if config.order == "conv-down" else downsample

    def forward(self, x: Tensor) -> Tensor:
        residual = self.prepare(clamped(F.leaky_relu_(self.conv(x), SLOPE), self.clamp), self.resample)
        residual = clamped(F.leaky_relu_(self.down(residual), SLOPE), math.sqrt(0.5) * self.clamp)
        features: Tensor = residual + self.skip(downsample(x, self.resample))
        return features


class Discriminator(nn.Module):
    """Pictures [batch, channels, height, width] in [-1, 1] to logits [batch]: how real each one looks."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        height, width = pyramid(config.height, config.width, len(widths))[0]
        self.from_picture = Conv(config.channels, widths[-1], 1, config.init)
        self.levels = nn.ModuleList(Level(config, widths[i], widths[i - 1]) for i in range(1, len(widths)))
        self.last_conv = Conv(widths[0] + (config.minibatch_std > 0), widths[0], 3, config.init)
        self.last_linear = nn.Linear(widths[0] * height * width, widths[0])
        self.logit = nn.Linear(widths[0], 1)
        init_weight(self.last_linear.weight, "he")
        init_normal(self.logit.weight, 1 / math.sqrt(widths[0]))
        nn.init.zeros_(self.last_linear.bias)
        nn.init.zeros_(self.logit.bias)
        self.embed = LabelEmbedding(config.classes, widths[0]) if config.classes else None
        if self.embed is not None:
            # Small, or labels would outvote the picture before anything is learned of them.
            init_normal(self.embed.weight, 0.1)
        self.class_bias = nn.Parameter(torch.zeros(config.classes)) if config.classes and config.class_bias else None

    def forward(self, pictures: Tensor, labels: Tensor | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
        """Logits [batch] in float32. `dtype` is the precision of the convolutions."""
        return self.judge(self.describe(pictures, dtype), labels)

    def describe(self, pictures: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Features [batch, widths[0]] of pictures, in float32."""
        x = pictures.to(dtype).contiguous(memory_format=torch.channels_last)
        x = clamped(F.leaky_relu_(self.from_picture(x), SLOPE), self.config.clamp)
        for level in reversed(self.levels):
            x = level(x)
        if self.config.minibatch_std:
            x = torch.cat([x, minibatch_std(x, self.config.minibatch_std)], dim=1)
        x = clamped(F.leaky_relu_(self.last_conv(x), SLOPE), self.config.clamp).float()
        return F.leaky_relu(self.last_linear(x.flatten(1)), SLOPE)

    def judge(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits [batch] of features; with classes, the projection of the labels (Miyato & Koyama 2018) is added."""
        logits: Tensor = self.logit(features)[:, 0]
        if self.embed is not None:
            logits = logits + (self.embed(labels) * features).sum(1) / math.sqrt(features.shape[1])
        if self.class_bias is not None:
            assert labels is not None
            logits = logits + (self.class_bias[labels.clamp_min(0)] * (labels >= 0)).reshape(len(logits), -1).sum(1)
        return logits


def minibatch_std(x: Tensor, group: int) -> Tensor:
    """One channel [batch, 1, h, w]: the mean standard deviation of the features inside groups of samples.

    A batch that is no multiple of `group` is one group.
    """
    batch, _, height, width = x.shape
    group = group if batch % group == 0 else batch
    grouped = x.float().reshape(group, batch // group, -1)
    std = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean(1)
    return std.repeat(group).view(batch, 1, 1, 1).expand(batch, 1, height, width).to(x.dtype)
