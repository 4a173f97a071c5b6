"""When a training does what it does now and then, and when it stops."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ganima.training import distributed


class Alarm:
    """Rings every so many seconds, in all processes of a group at the same step."""

    def __init__(self, seconds: float, at_once: bool = False) -> None:
        """`at_once` lets it ring the first time that it is asked."""
        self.seconds = seconds
        self.last = -math.inf if at_once else time.monotonic()

    def rings(self) -> bool:
        """Whether it is time; the next ring is then `seconds` away."""
        now = time.monotonic()
        ringing = distributed.agree(now - self.last > self.seconds)
        if ringing:
            self.last = now
        return ringing


class Stop:
    """Whether the user asked to stop."""

    asked = False


@contextmanager
def interruptible() -> Iterator[Stop]:
    """Turns the first Ctrl-C or SIGTERM into a wish that the loop looks at between steps; the second one interrupts at
    once.
    """
    stop = Stop()

    def ask(number: int, frame: object) -> None:
        # In a group, torchrun hands the Ctrl-C on that the terminal has already sent to every process.
        if stop.asked and distributed.world() == 1:
            raise KeyboardInterrupt
        stop.asked = True

    # Only the main thread may handle signals; a training in another thread is stopped by whoever started it.
    numbers = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
