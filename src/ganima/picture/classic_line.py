"""The classic line: a training on pictures as small programs show it."""

import math

from ganima import provenance
from ganima.picture.recipe import PictureRecipe
from ganima.picture.state import PictureState
from ganima.training import distributed
from ganima.training.record import origin
from ganima.training.run import Listener, Run
from ganima.training.update import Measures

CLASSIC_STEPS = 100
"""Batches between two classic lines."""


class ClassicLine(Listener):
    """`Epoch [e/E], Batch [b/B], real_loss=…, fake_loss=…` and a grid of samples, every hundred batches.

    When the run is planned in minutes, E is estimated from the speed so far.
    """

    def __init__(self, recipe: PictureRecipe, every: int = CLASSIC_STEPS) -> None:
        """`every` so many batches."""
        self.recipe, self.every = recipe, every

    def begin(self, run: Run[PictureState], state: PictureState) -> None:
        self.run, self.origin = run, origin(run)

    def step(self, state: PictureState, measures: Measures, progress: float) -> None:
        if state.steps % self.every:
            return
        pictures, batch = len(self.recipe.data.pictures), self.recipe.config.batch * distributed.world()
        planned = state.examples / max(self.run.budget.progress(state), 1e-9)
        # The last picture of this batch tells which epoch it belongs to.
        epoch, place = divmod(state.examples - 1, pictures)
        epoch, number = epoch + 1, place // batch + 1
        # Without log-odds there is no cross-entropy of either kind.
        sides = ("real_loss", "fake_loss") if "real_loss" in measures else ("loss_d", "loss_g")
        self.run.report.say(
            f"Epoch [{epoch}/{max(epoch, math.ceil(planned / pictures))}], "
            f"Batch [{number}/{math.ceil(pictures / batch)}], "
            + ", ".join(f"{side}={measures[side].item():.4f}" for side in sides)
        )
        path = self.run.out / "samples" / f"epoch_{epoch:03d}_batch_{number:04d}.png"
        provenance.save_picture(self.recipe.preview(state).image(), path, self.origin)
