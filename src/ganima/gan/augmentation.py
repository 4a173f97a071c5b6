"""Differentiable augmentation (Zhao et al. 2020, arXiv 2006.10738), fixed or adaptive (Karras et al. 2020, arXiv
2006.06676).

Real and generated pictures pass through random transformations of one distribution before the discriminator sees them,
so that it cannot learn a small data set by heart. Each transformation happens to a picture with probability `strength`;
while that stays at 0.8 or below, the generator learns the untransformed distribution.
"""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

STRENGTH_MAX = 0.8
DRAWS = 10
"""Random numbers that one picture's augmentation needs."""


@dataclass(frozen=True)
class AugmentConfig:
    """Which transformations there are and how their strength is ruled."""

    mode: Literal["off", "fixed", "adaptive"] = "adaptive"
    """`fixed` uses `strength`; `adaptive` raises and lowers it by how certain the discriminator is of the training
    pictures.
    """
    strength: float = 0.0
    """Probability of each transformation in [0, 0.8]; the starting value when adaptive."""
    colour: bool = True
    """Brightness, saturation and contrast."""
    translation: bool = True
    """Shifts by up to an eighth of the side; zeros come in."""
    cutout: bool = True
    """A square of half the side becomes zero."""
    target: float = 0.6
    """Mean sign of the discriminator's verdict on real pictures that the adaptive mode aims at."""
    adapt_images: int = 100_000
    """Images over which the adaptive strength could go from 0 to 1 at the fastest."""

    def __post_init__(self) -> None:
        """Raises ValueError for a strength with which the generator would learn the transformations."""
        if not 0 <= self.strength <= STRENGTH_MAX:
            raise ValueError(f"strength is in [0, {STRENGTH_MAX}], not {self.strength}")
        if self.adapt_images < 1:
            raise ValueError(f"adapt_images is 1 or more, not {self.adapt_images}")


def draw(count: int, generator: torch.Generator) -> Tensor:
    """Uniform random numbers [count, DRAWS] for `augment`, drawn apart so that every process of a group can draw all of
    them.
    """
    return torch.rand(count, DRAWS, generator=generator)


def augment(pictures: Tensor, draws: Tensor, strength: float, config: AugmentConfig) -> Tensor:
    """Transformed `pictures` [batch, channels, height, width], differentiable; `draws` comes from `draw`."""
    if config.mode == "off" or strength <= 0:
        return pictures
    u = draws.to(pictures.device)
    if config.colour:
        pictures = _colour(pictures, u, strength)
    if config.translation:
        pictures = _translate(pictures, u[:, 4] < strength, u[:, 5:7])
    if config.cutout:
        pictures = pictures * _cutout_mask(pictures, u[:, 7] < strength, u[:, 8:10])
    return pictures


def adapt(strength: float, mean_sign: float, images: int, config: AugmentConfig) -> float:
    """The next adaptive strength: up when the discriminator is surer of real pictures than the target, else down;
    clamped.
    """
    step = images / config.adapt_images
    return min(max(strength + (step if mean_sign > config.target else -step), 0.0), STRENGTH_MAX)


def _colour(x: Tensor, u: Tensor, strength: float) -> Tensor:
    """Brightness ± 0.5, saturation × [0, 2], contrast × [0.5, 1.5]; an alpha channel is left alone."""
    colour, alpha = (x[:, :3], x[:, 3:]) if x.shape[1] == 4 else (x, None)
    active = (u[:, 0] < strength).float()
    brightness, saturation, contrast = (v[:, None, None, None] for v in (u[:, 1] - 0.5, 2 * u[:, 2] - 1, u[:, 3] - 0.5))
    on = active[:, None, None, None]
    colour = colour + on * brightness
    if colour.shape[1] == 3:
        grey = colour.mean(1, keepdim=True)
        colour = (colour - grey) * (1 + on * saturation) + grey
    mean = colour.mean((1, 2, 3), keepdim=True)
    colour = (colour - mean) * (1 + on * contrast) + mean
    return colour if alpha is None else torch.cat([colour, alpha], dim=1)


def _translate(x: Tensor, active: Tensor, u: Tensor) -> Tensor:
    """Whole-pixel shifts through a sampling grid; what comes in from outside is zero."""
    batch, _, height, width = x.shape
    size = torch.tensor([width, height], device=x.device)
    limit = size // 8
    shift = torch.floor(u * (2 * limit + 1)) - limit
    shift = shift * active[:, None]
    theta = torch.zeros(batch, 2, 3, device=x.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, :, 2] = 2 * shift / size
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, mode="nearest", padding_mode="zeros", align_corners=False)


def _cutout_mask(x: Tensor, active: Tensor, u: Tensor) -> Tensor:
    """[batch, 1, height, width], zero inside a box of half the height and width around a random point."""
    inside = active[:, None, None]
    for axis, side in ((0, x.shape[2]), (1, x.shape[3])):
        place = torch.arange(side, device=x.device) + 0.5
        near = (place[None] - u[:, axis, None] * side).abs() < side / 4
        inside = inside & (near[:, :, None] if axis == 0 else near[:, None, :])
    return (~inside)[:, None].to(x.dtype)
