"""Values that change while training goes on, as functions of progress (0 at the start, 1 at the end)."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """Goes from `start` to `end` along half a cosine, beginning at the progress `after`, and stays there."""

    start: float
    """Value at progress 0, and until `after`."""
    end: float
    """Value from the progress `after` + `over` on."""
    over: float = 1.0
    """Share of the training that the change takes; above 1 it is not completed."""
    after: float = 0.0
    """Share of the training that has passed when the change begins."""

    def __post_init__(self) -> None:
        """Raises ValueError where the change would take no time, or begin before the training."""
        if self.over <= 0:
            raise ValueError(f"over is a share of the training above 0, not {self.over}")
        if self.after < 0:
            raise ValueError(f"after is a share of the training, 0 or more, not {self.after}")

    def __call__(self, progress: float) -> float:
        """The value at `progress` in [0, 1]."""
        share = min(max((progress - self.after) / self.over, 0.0), 1.0)
        return self.end + (self.start - self.end) * 0.5 * (1 + math.cos(math.pi * share))


def constant(value: float) -> Schedule:
    """A schedule that does not change."""
    return Schedule(value, value)
