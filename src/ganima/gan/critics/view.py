"""Pictures of any kind as a network for photographs sees them: RGB, and not too small."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.gan.saturate import saturated

DRAWS = 10
"""Random numbers that one picture's backdrop needs."""


def view(pictures: Tensor, draws: Tensor | None, side: int) -> Tensor:
    """`pictures` [batch, channels, height, width] in [-1, 1] as RGB, enlarged to a longer side of `side` or more.

    Grey is repeated. RGBA is laid over backdrops that the uniform numbers `draws` [batch, DRAWS] decide, which a grey
    picture or an RGB one does not need: before plain white, haze around a white collar would not be seen.
    """
    if pictures.shape[1] == 4:
        assert draws is not None
        height, width = pictures.shape[2:]
        alpha = (saturated(pictures[:, 3:]) + 1) / 2
        pictures = alpha * pictures[:, :3] + (1 - alpha) * backdrops(draws.to(pictures.device), height, width)
    pictures = pictures.expand(-1, 3, -1, -1)
    factor = enlargement(pictures.shape[2], pictures.shape[3], side)
    if factor == 1:
        return pictures
    return F.interpolate(pictures, scale_factor=float(factor), mode="bilinear", align_corners=False)


def enlargement(height: int, width: int, side: int) -> int:
    """By what a picture is enlarged so that its longer side is `side` or more."""
    return max(1, -(-side // max(height, width)))


def backdrops(draws: Tensor, height: int, width: int) -> Tensor:
    """[batch, 3, height, width] in [-1, 1]: half of them of one colour, the others of stripes or checks of two.

    `draws` [batch, DRAWS] are uniform in [0, 1].
    """
    u = draws[:, :, None, None]
    one, other = (2 * u[:, i : i + 3, :, 0, None] - 1 for i in (0, 3))
    kind, angle, phase = u[:, 6], 2 * torch.pi * u[:, 7], u[:, 8]
    # From a sixteenth of the shorter side to half of it.
    period = min(height, width) / 16 * 8 ** u[:, 9]
    y, x = (torch.arange(n, device=draws.device, dtype=draws.dtype) for n in (height, width))
    along = torch.floor((x * angle.cos() + y[:, None] * angle.sin()) / period + phase)
    across = torch.floor((y[:, None] * angle.cos() - x * angle.sin()) / period + phase)
    stripes = torch.where(kind < 0.5, 0.0, torch.where(kind < 0.75, along, along + across) % 2)
    return one + (other - one) * stripes[:, None]
