"""Scores of the averaged generator while it is being trained; the best one so far is kept as a model of its own.

Training does not notice: nothing here draws from its random numbers or changes its state.
"""

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganima.files import atomic
from ganima.metrics.coverage import coverage
from ganima.metrics.features import NAME, Features, features, standardise
from ganima.metrics.frechet import frechet
from ganima.metrics.kid import kid
from ganima.pages.run import BEST, EVALUATIONS, best_so_far, read_lines
from ganima.picture.model import save_picture_model
from ganima.picture.recipe import PictureRecipe
from ganima.picture.state import PictureState
from ganima.training.run import Listener, Run
from ganima.training.update import Measures
from ganima.training.watch import Trouble

SAMPLES = 1000
"""Pictures that are generated each time, always of the same latents."""
REAL = 2000
"""Training pictures that they are compared with, at most."""
AT_ONCE = 16
"""Pictures that are drawn in one go."""


class EvaluationListener(Listener):
    """Scores the average every so many images into `evaluations.jsonl`, and keeps the best as `best.safetensors`.

    The best has the lowest kernel distance to the training pictures. No picture is held out for this, because that
    would change the training: the scores compare stages of one run, and an evaluation judges its outcome.
    """

    def __init__(self, recipe: PictureRecipe, every: int) -> None:
        """`every` is a number of images."""
        self.recipe, self.every = recipe, every
        pictures = len(recipe.data.pictures)
        self.chosen = np.linspace(0, pictures - 1, min(pictures, REAL)).astype(int)
        self.real: Features | None = None
        self.done = 0

    def begin(self, run: Run[PictureState], state: PictureState) -> None:
        self.run, self.path, self.best = run, run.out / EVALUATIONS, run.out / BEST
        # A crash may have left scores that the checkpoint knows nothing of. The best model stays: it was that good.
        self._drop_after(state.examples)

    def step(self, state: PictureState, measures: Measures, progress: float) -> None:
        over = self.run.budget.progress(state) >= 1
        if state.examples // self.every > self.done // self.every or (over and state.examples > self.done):
            self._evaluate(state)

    def trouble(self, trouble: Trouble, examples: int, back_to: int | None) -> None:
        if back_to is not None:
            self._drop_after(back_to)

    def _drop_after(self, examples: int) -> None:
        kept = [line for line in read_lines(self.path) if line["examples"] <= examples]
        if self.path.exists():
            atomic.write_text(self.path, "".join(json.dumps(line) + "\n" for line in kept))
        self.done = int(kept[-1]["examples"]) if kept else 0

    def _evaluate(self, state: PictureState) -> None:
        self.done = state.examples
        scores = self._scores(state)
        # Weights that are not finite any more are the watch's business.
        if not all(math.isfinite(value) for value in scores.values()):
            return
        lines = [*read_lines(self.path), {"examples": state.examples, **scores}]
        best = best_so_far(self.best)
        if best is None or scores["kid"] < best[0]:
            self._keep(state, scores)
        atomic.write_text(self.path, "".join(json.dumps(line) + "\n" for line in lines))

    def _scores(self, state: PictureState) -> dict[str, float]:
        if self.real is None:
            self.real = features(self.recipe.data.pictures[self.chosen])
        real = standardise(self.real, self.real)
        fake = standardise(self._features(state), self.real)
        # Distances depend on the number of pictures, so equally many are compared.
        n = min(len(fake), len(real))
        rng = np.random.default_rng(0)
        one, other = rng.permutation(fake)[:n], rng.permutation(real)[:n]
        found = {"kid": kid(fake, real)[0], "frechet": frechet(one, other), **asdict(coverage(other, one))}
        return {name: round(float(value), 6) for name, value in found.items()}

    @torch.no_grad()
    def _features(self, state: PictureState) -> Features:
        """Of the average's pictures, which are looked at in bytes, as those are that are written."""
        z = torch.randn(SAMPLES, state.average.z_dim, generator=torch.Generator().manual_seed(state.seed + 2))
        labels = self._labels()
        rows = []
        devices = [state.device] if state.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            for start in range(0, SAMPLES, AT_ONCE):
                part = slice(start, start + AT_ONCE)
                wanted = None if labels is None else labels[part].to(state.device)
                pictures = state.average(z[part].to(state.device), wanted).float().cpu().clamp(-1, 1)
                rows.append(features(((pictures + 1) * 127.5).round() / 127.5 - 1))
        return np.concatenate(rows)

    def _labels(self) -> Tensor | None:
        """Those of the training pictures that are compared with, as often as they come up."""
        if self.recipe.data.labels is None:
            return None
        return torch.from_numpy(
            self.recipe.data.labels[np.resize(np.random.default_rng(0).permutation(self.chosen), SAMPLES)]
        )

    def _keep(self, state: PictureState, scores: dict[str, float]) -> None:
        """Writes the best model, whose card says how good it is."""
        said: dict[str, Any] = {"extractor": NAME, "pictures": SAMPLES, "against": "training pictures", **scores}
        card = self.recipe.trained_card(state) | {"evaluation": said}
        save_picture_model(self.best, self.recipe.settled(state), state.discriminator, card, critics=state.critics)
