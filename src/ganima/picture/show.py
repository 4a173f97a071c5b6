"""The classic line: a training on pictures as small programs show it."""

import math
from collections.abc import Sequence

from rich.console import Console

from ganima import provenance
from ganima.picture.grid import grid, to_images
from ganima.picture.recipe import Run
from ganima.picture.state import TrainState
from ganima.training import distributed, show
from ganima.training.loop import Listener
from ganima.training.record import origin
from ganima.training.show import say, say_trouble
from ganima.training.update import Measures
from ganima.training.watch import Trouble

CLASSIC_STEPS = 100
"""Batches between two classic lines."""


def listeners(run: Run) -> Sequence[Listener]:
    """Everything that shows a training on pictures: on the terminal in the style of its preset."""
    return show.listeners(run, ClassicLine(run, Console()) if run.config.style == "classic" else None)


class ClassicLine(Listener):
    """`Epoch [e/E], Batch [b/B], real_loss=…, fake_loss=…` and a grid of samples, every hundred batches.

    When the run is planned in minutes, E is estimated from the speed so far.
    """

    def __init__(self, run: Run, console: Console) -> None:
        self.run, self.console = run, console
        self.origin = origin(run)

    def step(self, state: TrainState, measures: Measures, progress: float) -> None:
        if state.steps % CLASSIC_STEPS:
            return
        pictures, batch = len(self.run.data.pictures), self.run.config.batch * distributed.world()
        planned = state.images / self.run.budget.progress(state)
        # The last picture of this batch tells which epoch it belongs to.
        epoch, place = divmod(state.images - 1, pictures)
        epoch, number = epoch + 1, place // batch + 1
        # Without log-odds there is no cross-entropy of either kind.
        sides = ("real_loss", "fake_loss") if "real_loss" in measures else ("loss_d", "loss_g")
        losses = ", ".join(f"{side}={measures[side].item():.4f}" for side in sides)
        say(
            self.console,
            f"Epoch [{epoch}/{max(epoch, math.ceil(planned / pictures))}], "
            f"Batch [{number}/{math.ceil(pictures / batch)}], {losses}",
        )
        path = self.run.out / "samples" / f"epoch_{epoch:03d}_batch_{number:04d}.png"
        provenance.save_picture(grid(to_images(self.run.preview(state))), path, self.origin)

    def trouble(self, trouble: Trouble, images: int, back_to: int | None) -> None:
        say_trouble(self.console, trouble, images, back_to, self.run.EXAMPLES)
