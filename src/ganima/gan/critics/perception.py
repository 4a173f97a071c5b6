"""What the heads of the critics judge: pictures, seen through a frozen network and a fixed random mixture."""

import torch
from torch import Tensor, nn

from ganima.gan.critics import efficientnet
from ganima.gan.critics.config import CriticsConfig
from ganima.gan.critics.projection import Projection
from ganima.gan.critics.view import view


class Perception(nn.Module):
    """Pictures to features of four scales, differentiable by the pictures; it has nothing to train or to keep.

    Raises GanimaError where the package with the network is missing.
    """

    def __init__(self, config: CriticsConfig) -> None:
        super().__init__()
        self.side = config.side
        self.network = efficientnet.load()
        self.projection = Projection()

    def forward(self, pictures: Tensor, draws: Tensor | None, dtype: torch.dtype = torch.float32) -> list[Tensor]:
        """Features [batch, projection.MIXED, h, w] in float32 of pictures [batch, channels, height, width] in [-1, 1].

        `draws` [batch, view.DRAWS] decide the backdrops of transparent ones. `dtype` is the precision of the network.
        """
        seen = view(pictures, draws, self.side).to(dtype).contiguous(memory_format=torch.channels_last)
        mixed: list[Tensor] = self.projection(self.network(seen))
        return mixed
