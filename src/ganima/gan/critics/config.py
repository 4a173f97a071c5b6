"""What frozen networks as critics are asked for."""

from dataclasses import dataclass
from typing import Literal

from ganima.training.schedule import Schedule, constant


@dataclass(frozen=True)
class CriticsConfig:
    """A frozen network that looks at the pictures beside the discriminator, and how the heads on its features learn.

    Heads that are there from the first step win at once, for such a network tells noise from pictures at a glance;
    begun late, and with a small weight, they teach.
    """

    network: Literal["lite0"] = "lite0"
    """Which network looks: EfficientNet-Lite0, see `critics.efficientnet`."""
    weight: Schedule = Schedule(0.0, 0.25, over=0.2, after=0.3)
    """Weight of what the heads say in the generator's loss, where the discriminator has 1; as long as it is 0, they
    neither learn nor cost anything.
    """
    gamma: Schedule = constant(30.0)
    """γ of the zero-centred penalties on the gradients of the heads by the features, as often as other penalties."""
    lr: Schedule = Schedule(4e-4, 4e-5)
    """Adam's learning rate of the heads."""
    width: int = 64
    """Number of feature channels inside the heads."""
    side: int = 128
    """Pictures whose longer side is smaller than this, in pixels, are enlarged by a whole number until it is not."""

    def __post_init__(self) -> None:
        """Raises ValueError for heads without channels, and pictures without pixels."""
        if self.width < 1 or self.side < 1:
            raise ValueError(f"width and side are 1 or more, not {self.width} and {self.side}")
