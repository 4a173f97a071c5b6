"""A fixed random mixture of a network's features, across channels and from deep to shallow scales.

A discriminator on plain features looks at those few that part real from generated pictures most easily; on a mixture it
has to use them all (Projected GAN, Sauer et al. 2021, arXiv 2111.01007). The numbers come from a seed, so that nothing
has to be kept.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.gan.critics.efficientnet import CHANNELS, DEVIATIONS

SEED = 20_211_101
MIXED = (32, 64, 128, 128)
"""Channels of each scale after mixing, from the shallow to the deep one."""


class Projection(nn.Module):
    """Features of each scale [batch, CHANNELS, h, w] to mixed ones [batch, MIXED, h, w], in float32."""

    def __init__(self) -> None:
        super().__init__()
        # Drawn by numpy, whose stream does not depend on the machine.
        rng = np.random.default_rng(SEED)
        for scale, (channels, mixed, deviation) in enumerate(zip(CHANNELS, MIXED, DEVIATIONS, strict=True)):
            self.register_buffer(f"across_{scale}", _random(rng, channels, mixed) / deviation)
            if scale:
                self.register_buffer(f"up_{scale}", _random(rng, mixed, MIXED[scale - 1]))

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Each scale across its channels, and with the next deeper one, enlarged."""
        mixed: list[Tensor] = []
        for scale in reversed(range(len(MIXED))):
            x = self._mix(f"across_{scale}", features[scale])
            if mixed:
                deeper = self._mix(f"up_{scale + 1}", mixed[0])
                deeper = F.interpolate(deeper, x.shape[2:], mode="bilinear", align_corners=False)
                x = (x + deeper) * 0.5**0.5
            mixed.insert(0, x)
        return [x.float() for x in mixed]

    def _mix(self, name: str, x: Tensor) -> Tensor:
        weight: Tensor = getattr(self, name)
        return F.conv2d(x, weight.to(x.dtype))


def _random(rng: np.random.Generator, c_in: int, c_out: int) -> Tensor:
    """A 1×1 convolution [c_out, c_in, 1, 1] that keeps the deviation."""
    numbers = rng.standard_normal((c_out, c_in, 1, 1), dtype=np.float32)
    return torch.from_numpy(numbers / np.float32(c_in**0.5))
