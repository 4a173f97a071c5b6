"""The style-based generator: a latent vector becomes a style, and the style steers every convolution.

The layout is StyleGAN2's (Karras et al. 2020, arXiv 1912.04958): mapping network, learned constant, modulated
convolutions with demodulation, and a picture summed up level by level. Sizes, widths and aspect ratio are free. Weights
are He-initialised and used as they are; the run-time gains of an equalised learning rate are folded into the weights
when such a model is loaded.
"""

import math
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.initial import SLOPE, init_normal, init_weight
from ganima.layers.labels import LabelEmbedding
from ganima.layers.resample import Resample, fir, pyramid, upsample

GAIN = math.sqrt(2.0)
"""Keeps the variance of the activations near one through a leaky ReLU; folded into the demodulation."""


@dataclass(frozen=True)
class GeneratorConfig:
    """What a style-based generator looks like."""

    height: int
    """Height of the picture in pixels."""
    width: int
    """Width of the picture in pixels."""
    channels: int
    """1 grey, 3 RGB, 4 RGBA."""
    widths: tuple[int, ...]
    """Number of feature channels of each level, smallest level first."""
    z_dim: int = 128
    """Length of the latent vector z, drawn from a standard normal distribution."""
    w_dim: int = 128
    """Length of the intermediate latent vector w."""
    mapping_layers: int = 2
    """Number of fully connected layers from z to w."""
    classes: int = 0
    """Number of classes, of all groups of labels together; 0 for a model without labels."""
    noise: bool = False
    """Adds learned amounts of Gaussian noise after each convolution: fresh noise in training, constant noise
    afterwards.
    """
    resample: Resample = "bilinear"
    """How a level is doubled."""
    order: Literal["conv-up", "up-conv"] = "conv-up"
    """Whether the first convolution of a level comes before the doubling (four times cheaper) or after it (StyleGAN2).
    """
    init: Literal["he", "orthogonal"] = "he"
    """Distribution of the initial convolution weights."""
    embed_dim: int = 0
    """Length of a label's embedding; 0 makes it as long as z."""
    clamp: float = 0.0
    """No feature and no addition to the picture is larger than this; 0 leaves them as they are."""


class Mapping(nn.Module):
    """z [batch, z_dim] and labels [batch] or [batch, groups] to w [batch, w_dim]."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        embed_dim = (config.embed_dim or config.z_dim) if config.classes else 0
        self.embed = LabelEmbedding(config.classes, embed_dim) if config.classes else None
        sizes = chain([config.z_dim + embed_dim], repeat(config.w_dim))
        # One after the other, so that a file which asks for too many is refused before there is memory for them.
        self.layers = nn.ModuleList(nn.Linear(next(sizes), config.w_dim) for _ in range(config.mapping_layers))
        for layer in self.layers:
            assert isinstance(layer, nn.Linear)
            init_weight(layer.weight, "he")
            nn.init.zeros_(layer.bias)

    def forward(self, z: Tensor, labels: Tensor | None) -> Tensor:
        x = normalize(z)
        if self.embed is not None:
            x = torch.cat([x, normalize(self.embed(labels))], dim=1)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)
        return x


def normalize(x: Tensor) -> Tensor:
    """Scales each row of `x` [batch, features] to a mean square of one."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


class StyledConv(nn.Module):
    """A 3×3 convolution whose input the style scales and whose output the demodulation scales, then noise, bias and
    leaky ReLU.

    One convolution with one shared weight serves the whole batch, which on a CPU is several times faster than a weight
    per sample and gives the same numbers.
    """

    def __init__(self, config: GeneratorConfig, c_in: int, c_out: int, size: tuple[int, int], up: bool = False) -> None:
        """`size` is the output's (height, width); `up` says that the input is half as large."""
        super().__init__()
        self.config, self.size, self.up = config, size, up
        self.affine = nn.Linear(config.w_dim, c_in)
        init_normal(self.affine.weight, 1 / math.sqrt(config.w_dim))
        nn.init.ones_(self.affine.bias)
        self.weight = nn.Parameter(init_weight(torch.empty(c_out, c_in, 3, 3), config.init))
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.noise = nn.Parameter(torch.zeros(())) if config.noise else None
        if config.noise:
            self.register_buffer("constant_noise", init_normal(torch.empty(1, 1, *size), 1.0))
            self.constant_noise: Tensor

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w)
        demodulation = GAIN * torch.rsqrt(style.square() @ self.weight.square().sum((2, 3)).t() + 1e-8)
        x = self.convolve(x * spread(style, x)) * spread(demodulation, x)
        if self.up and self.config.order == "conv-up":
            x = upsample(x, self.size, self.config.resample)
        if self.noise is not None:
            fresh = torch.randn(x.shape[0], 1, *self.size, device=x.device) if self.training else self.constant_noise
            x = x + (self.noise * fresh).to(x.dtype)
        return clamped(F.leaky_relu_(x + self.bias.to(x.dtype).view(1, -1, 1, 1), SLOPE), self.config.clamp)

    def convolve(self, x: Tensor) -> Tensor:
        """The convolution alone, after a doubling where the order is so."""
        weight = self.weight.to(x.dtype)
        if not self.up or self.config.order == "conv-up":
            return F.conv2d(x, weight, padding=1)
        # StyleGAN2 filters after its convolution, which therefore sees what the filter spreads beyond the border.
        if self.config.resample == "bilinear":
            return F.conv2d(upsample(x, self.size, "bilinear", margin=1), weight)
        # The two commute, and a transposed convolution, which mirrors its kernel, has a quarter of the work.
        x = F.conv_transpose2d(x, weight.flip(2, 3).transpose(0, 1), stride=2)
        return fir(F.pad(x, (1,) * 4), gain=4.0)[:, :, : self.size[0], : self.size[1]]


def spread(scale: Tensor, like: Tensor) -> Tensor:
    """`scale` [batch, channels] as [batch, channels, 1, 1] in the precision of `like`."""
    return scale.to(like.dtype)[:, :, None, None]


def clamped(x: Tensor, limit: float) -> Tensor:
    """`x` in [-limit, limit]; a limit of 0 is none."""
    return x.clamp(-limit, limit) if limit else x


class ToPicture(nn.Module):
    """A style-modulated 1×1 convolution without demodulation: features to picture channels, in float32."""

    def __init__(self, config: GeneratorConfig, c_in: int) -> None:
        super().__init__()
        self.clamp = config.clamp
        self.affine = nn.Linear(config.w_dim, c_in)
        init_normal(self.affine.weight, 1 / math.sqrt(config.w_dim))
        nn.init.ones_(self.affine.bias)
        self.weight = nn.Parameter(init_normal(torch.empty(config.channels, c_in), 1 / math.sqrt(c_in)))
        self.bias = nn.Parameter(torch.zeros(config.channels))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        # So few output channels are a matrix product a sample, with the style in the weight: no pass over the features.
        weight = (self.affine(w)[:, :, None] * self.weight.t()).to(x.dtype)
        batch, channels, height, width = x.shape
        picture: Tensor = x.permute(0, 2, 3, 1).reshape(batch, height * width, channels) @ weight
        picture = picture.view(batch, height, width, -1).permute(0, 3, 1, 2).float() + self.bias.view(1, -1, 1, 1)
        return clamped(picture, self.clamp)


class SynthesisLevel(nn.Module):
    """One resolution of the generator: doubling convolution, convolution, picture."""

    def __init__(self, config: GeneratorConfig, c_in: int, c_out: int, size: tuple[int, int]) -> None:
        super().__init__()
        self.up = StyledConv(config, c_in, c_out, size, up=True)
        self.conv = StyledConv(config, c_out, c_out, size)
        self.picture = ToPicture(config, c_out)
        self.size, self.resample = size, config.resample

    def forward(self, x: Tensor, picture: Tensor, ws: Tensor) -> tuple[Tensor, Tensor]:
        x = self.conv(self.up(x, ws[:, 0]), ws[:, 1])
        return x, upsample(picture, self.size, self.resample) + self.picture(x, ws[:, 2])


class Generator(nn.Module):
    """Latent vectors to pictures in [-1, 1] (not clamped)."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        sizes = pyramid(config.height, config.width, len(config.widths))
        self.mapping_net = Mapping(config)
        self.constant = nn.Parameter(init_normal(torch.empty(config.widths[0], *sizes[0]), 1.0))
        self.first = StyledConv(config, config.widths[0], config.widths[0], sizes[0])
        self.first_picture = ToPicture(config, config.widths[0])
        self.levels = nn.ModuleList(
            SynthesisLevel(config, c_in, c_out, size)
            for c_in, c_out, size in zip(config.widths[:-1], config.widths[1:], sizes[1:], strict=True)
        )
        self.register_buffer("w_mean", torch.zeros(config.w_dim))
        self.w_mean: Tensor

    @property
    def z_dim(self) -> int:
        """Length of the latent vector z."""
        return self.config.z_dim

    @property
    def layers(self) -> int:
        """Number of places that a w steers: two for the first level, and two for each further one.

        As in StyleGAN2, a level's picture layer shares its w with the next level's first convolution.
        """
        return 2 * len(self.config.widths)

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z [batch, z_dim] and, for a conditional model, labels (int64, see `LabelEmbedding`) to w [batch, w_dim]."""
        w: Tensor = self.mapping_net(z, labels)
        return w

    def synthesis(self, w: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """w [batch, w_dim], or one w a layer [batch, layers, w_dim], to pictures [batch, channels, height, width].

        `dtype` is the precision of the convolutions; styles, demodulation and the picture stay in float32.
        """
        ws = w[:, None].expand(-1, self.layers, -1) if w.ndim == 2 else w
        x = self.constant.to(dtype)[None].expand(ws.shape[0], -1, -1, -1).contiguous(memory_format=torch.channels_last)
        x = self.first(x, ws[:, 0])
        picture: Tensor = self.first_picture(x, ws[:, 1])
        for i, level in enumerate(self.levels):
            x, picture = level(x, picture, ws[:, 2 * i + 1 : 2 * i + 4])
        return picture

    def forward(self, z: Tensor, labels: Tensor | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
        """The whole way from z to pictures."""
        return self.synthesis(self.mapping(z, labels), dtype)


def without_noise(generator: Generator) -> Generator:
    """The same generator with its noise at 0, where a normal distribution has its middle: shapes without the grain.

    In a short training noise takes on all that is random in a picture, grain included; the rest is learned calmly.
    """
    calm = Generator(replace(generator.config, noise=False))
    calm.load_state_dict({name: value for name, value in generator.state_dict().items() if "noise" not in name})
    return calm.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
