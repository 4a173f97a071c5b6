"""When a training does what it does now and then, alike in all processes of a group."""

import math
import time
from collections.abc import Sequence

import torch
import torch.distributed as dist

from ganima.training import distributed


class Alarm:
    """Rings every so many seconds of one process's clock."""

    def __init__(self, seconds: float, at_once: bool = False) -> None:
        """`at_once` lets it ring the first time that it is asked."""
        self.seconds = seconds
        self.last = -math.inf if at_once else time.monotonic()

    @property
    def rings(self) -> bool:
        """Whether it is time."""
        return time.monotonic() - self.last > self.seconds

    def set(self) -> None:
        """The next ring is `seconds` away."""
        self.last = time.monotonic()


def agree(votes: Sequence[bool], seconds: float) -> tuple[list[bool], float]:
    """Of each vote whether any process says so, and the mean of all their `seconds`: one message for everything.

    Decisions that end or change a loop must be everybody's, and so must be the clock, which schedules follow.
    """
    if distributed.world() == 1:
        return list(votes), seconds
    # On the CPU: no device has to be waited for.
    message = torch.tensor([*map(float, votes), seconds], dtype=torch.float64)
    dist.all_reduce(message)
    *said, together = message.tolist()
    return [vote > 0 for vote in said], together / distributed.world()
