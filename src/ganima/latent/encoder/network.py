"""The encoder: a picture to the latent vectors that a generator makes it of (in the manner of pSp, Richardson et al.
2021, arXiv 2008.00951, and e4e, Tov et al. 2021, arXiv 2102.02766).

Its first part is that of the residual discriminator, so that it can start out with what that has learned to see.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.convolution import Conv
from ganima.layers.initial import SLOPE
from ganima.layers.resample import pyramid
from ganima.picture.discriminator import DiscriminatorConfig, Level


@dataclass(frozen=True)
class EncoderConfig:
    """What an encoder looks like."""

    height: int
    """Height of the picture in pixels."""
    width: int
    """Width of the picture in pixels."""
    channels: int
    """1 grey, 3 RGB, 4 RGBA."""
    widths: tuple[int, ...]
    """Number of feature channels of each level, smallest level first."""
    layers: int
    """Number of w that a picture is made of: one for each layer of the generator."""
    w_dim: int
    """Length of each w."""
    squeezed: int = 20
    """Number of channels of the smallest level that the latents are read from."""


class Encoder(nn.Module):
    """Pictures to one w for each layer of the generator: the mean w, and an offset along the axes along which w
    varies.
    """

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        height, width = pyramid(config.height, config.width, len(widths))[0]
        like = DiscriminatorConfig(config.height, config.width, config.channels, widths)
        self.from_picture = Conv(config.channels, widths[-1], 1, like.init)
        self.levels = nn.ModuleList(Level(like, widths[i], widths[i - 1]) for i in range(1, len(widths)))
        self.squeeze = Conv(widths[0], config.squeezed, 1, like.init)
        self.offset = nn.Linear(config.squeezed * height * width, config.layers * config.w_dim)
        # Untrained, it gives the mean w for every picture.
        nn.init.zeros_(self.offset.weight)
        nn.init.zeros_(self.offset.bias)
        # How the generator's w is spread, one axis a row.
        self.register_buffer("mean", torch.zeros(config.w_dim))
        self.mean: Tensor
        self.register_buffer("axes", torch.eye(config.w_dim))
        self.axes: Tensor

    def coordinates(self, pictures: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Pictures [batch, channels, height, width] in [-1, 1] to places along the axes [batch, layers, w_dim].

        `dtype` is the precision of the convolutions.
        """
        x = pictures.to(dtype).contiguous(memory_format=torch.channels_last)
        x = F.leaky_relu_(self.from_picture(x), SLOPE)
        for level in reversed(self.levels):
            x = level(x)
        x = F.leaky_relu_(self.squeeze(x), SLOPE).float()
        places: Tensor = self.offset(x.flatten(1))
        return places.view(-1, self.config.layers, self.config.w_dim)

    def forward(self, pictures: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Pictures [batch, channels, height, width] in [-1, 1] to ws [batch, layers, w_dim]."""
        ws: Tensor = self.mean + self.coordinates(pictures, dtype) @ self.axes
        return ws
