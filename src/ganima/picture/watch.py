"""Sees a training on pictures go wrong."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from ganima.training.watch import Trouble, Watch

COLLAPSED = 0.15
"""Generated pictures that differ less than this share of what the training pictures differ by are one picture."""
SATURATED, LOSS_MIN = 0.995, 0.05
"""A discriminator that sorts more than this share of the real pictures rightly has won where its loss is below this:
drawings are always sorted rightly, and a generator learns from it as long as there is something to argue about."""
PATIENCE = 3
"""Checks in a row that must agree before a slow trouble is believed."""
WARM_UP = 0.05
"""Progress before which pictures are allowed to look alike."""


def diversity(pictures: Tensor) -> float:
    """Mean distance of each picture [batch, channels, height, width] from the mean picture, a pixel's root mean square.

    Taken on 8×8 means, so that noise does not count as diversity.
    """
    small = torch.nn.functional.adaptive_avg_pool2d(pictures.float(), 8)
    return float((small - small.mean(0)).square().mean((1, 2, 3)).sqrt().mean())


class PictureWatch(Watch):
    """Remembers the last checks of one run."""

    def __init__(self, real: Tensor, warm_up: float = WARM_UP) -> None:
        """`real` is a batch of training pictures, the measure of how diverse generated ones should be.

        Before the progress `warm_up` they are allowed to look alike.
        """
        self.warm_up = warm_up
        self.real_diversity = diversity(real)
        self.alike = 0
        self.saturated = 0

    def check_preview(self, made: Tensor, means: Mapping[str, float], progress: float) -> Trouble | None:
        """Trouble also when all latents' pictures have become one picture, or the discriminator has won for good."""
        if trouble := super().check_preview(made, means, progress):
            return trouble
        warm = progress > self.warm_up
        sign, loss = means.get("sign", 0.0), means.get("loss_d", math.inf)
        alike = warm and diversity(made) < COLLAPSED * self.real_diversity
        self.alike = self.alike + 1 if alike else 0
        saturated = warm and (1 + sign) / 2 > SATURATED and loss < LOSS_MIN
        self.saturated = self.saturated + 1 if saturated else 0
        if self.alike >= PATIENCE:
            return Trouble(
                "mode collapse: all latents give nearly the same picture",
                "more augmentation, a higher γ or more pictures help",
            )
        if self.saturated >= PATIENCE:
            return Trouble(
                "the discriminator sorts every picture rightly and teaches the generator nothing any more",
                "a lower learning rate for D, a higher γ or more augmentation help",
            )
        return None

    @property
    def calm(self) -> bool:
        """Whether the last check saw nothing that could be the beginning of trouble."""
        return self.alike == self.saturated == 0

    def reset(self) -> None:
        """Forgets the checks so far: the run went back."""
        self.alike = self.saturated = 0
