"""How far generated pictures are from given ones, as something to descend on: pixels, and what a discriminator sees."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.layers.initial import SLOPE
from ganima.picture.build import AnyDiscriminator
from ganima.picture.discriminator import Discriminator

SCALES = 4
"""The pixels are compared at full size, at half of it, and so on, so many times in all."""
FEATURES = 0.3
"""Weight of the features, with the mean squared difference of the pixels as 1."""


class Likeness:
    """The distance to given pictures.

    The mean over the scales of the mean squared difference of the pixels, and, where the model has a discriminator, the
    squared difference of its features, each scaled to unit length as in LPIPS (Zhang et al. 2018, arXiv 1801.03924). A
    discriminator was trained on the model's own kind of pictures, and comes with it.
    """

    def __init__(
        self, goal: Tensor, discriminator: AnyDiscriminator | None, dtype: torch.dtype = torch.float32
    ) -> None:
        """`goal` [batch, channels, height, width] in [-1, 1]; `dtype` is the precision of the convolutions."""
        self.goal, self.dtype = goal, dtype
        self.discriminator = discriminator if isinstance(discriminator, Discriminator) else None
        with torch.no_grad():
            self.seen = self._see(goal)

    def __call__(self, pictures: Tensor) -> Tensor:
        """The distance [batch] of `pictures` [batch, channels, height, width], or of one, to the goal."""
        distance = pixels(pictures, self.goal)
        if self.seen:
            pairs = zip(self._see(pictures), self.seen, strict=True)
            features = torch.stack([(a - b).square().sum(1).mean((1, 2)) for a, b in pairs])
            distance = distance + FEATURES * features.mean(0)
        return distance

    def _see(self, pictures: Tensor) -> list[Tensor]:
        """The features of each level of the discriminator, one vector of unit length at each place."""
        if self.discriminator is None:
            return []
        x = pictures.to(self.dtype).contiguous(memory_format=torch.channels_last)
        x = F.leaky_relu_(self.discriminator.from_picture(x), SLOPE)
        seen = []
        for level in reversed(self.discriminator.levels):
            x = level(x)
            seen.append(F.normalize(x.float(), dim=1))
        return seen


def pixels(a: Tensor, b: Tensor) -> Tensor:
    """The mean squared difference [batch] of pictures [batch, channels, height, width], averaged over the scales."""
    differences = []
    for scale in range(SCALES):
        if scale:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        differences.append((a - b).square().mean((1, 2, 3)))
    return torch.stack(differences).mean(0)
