"""Which of an adaptation's models is kept: the best one on held-out pictures, before diversity falls."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from ganima.data.folder import PictureSet
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.metrics.diversity import spread, within_clusters
from ganima.metrics.features import NAME, Features, features, standardise
from ganima.metrics.kid import kid
from ganima.metrics.memorisation import mirrored
from ganima.picture.state import PictureState

BATCH = 16
"""Pictures made at once."""
SCORE, DIVERSITY = f"kid[{NAME}]", f"diversity[{NAME}]"
"""Names of the two numbers."""
Line = dict[str, float]


@dataclass
class Selection:
    """Looks at a training every so many images, and keeps the best model of it in a file."""

    log: Path
    """JSON, one line a look."""
    training: PictureSet
    held_out: PictureSet
    mirror: bool
    """Whether the training pictures' mirror images are seen too."""
    every: int
    """Images between two looks."""
    samples: int
    """Pictures that a look takes."""
    share: float
    """The least diversity."""
    patience: int
    """Looks without a better model after which the training ends."""
    finished: Callable[[PictureState], bool]
    """Whether the training is over anyway: the last look is at its end."""
    keep: Callable[[PictureState, Line], None]
    """Writes the model, which is the best one so far."""
    say: Callable[[str], None]
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = read_lines(self.log)
        self.plain = features(self.training.pictures)
        both = np.concatenate([self.plain, features(mirrored(self.training.pictures))]) if self.mirror else self.plain
        self.real = standardise(both, self.plain)
        self.goal = standardise(features(self.held_out.pictures), self.plain)
        self.usual = spread(standardise(self.plain, self.plain))

    def enough(self, state: PictureState) -> bool:
        """Looks if it is time to; True when no better model is to be expected."""
        # What lies ahead of the state was written before a crash or a return to a good state, and is done again.
        self.lines = [line for line in self.lines if line["examples"] <= state.examples]
        last = self.lines[-1]["examples"] if self.lines else -1
        new_part = last < 0 or state.examples // self.every > last // self.every
        if new_part or (self.finished(state) and state.examples > last):
            self._look(state)
        return self.verdict() is not None

    def verdict(self) -> str | None:
        """Why the training should end, None while it should go on."""
        low = [line[DIVERSITY] < self.share for line in self.lines[-2:]]
        if len(low) == 2 and all(low) and len(self.lines) > 2:
            return f"pictures grow alike: diversity is below {self.share:.0%} of that of the training pictures"
        waited = sum(line["examples"] > self.best["examples"] for line in self.lines) if self.lines else 0
        return f"no better model in the last {waited} looks" if waited >= self.patience else None

    @property
    def best(self) -> Line:
        """The look with the best score of those with enough diversity; of all where none has."""
        varied = [line for line in self.lines if line[DIVERSITY] >= self.share]
        return min(varied or self.lines, key=lambda line: line[SCORE])

    def _look(self, state: PictureState) -> None:
        made = standardise(self._features(state), self.plain)
        score, _ = kid(made, self.goal)
        line: Line = {
            "examples": state.examples,
            SCORE: round(score, 3),
            DIVERSITY: round(within_clusters(made, self.real) / self.usual, 4),
        }
        if not math.isfinite(score):
            raise GanimaError(
                "the model makes pictures that cannot be measured: lower the learning rates in `settings`", "settings"
            )
        self.lines.append(line)
        is_best = self.best is line
        # The model first: a crash in between must not leave a line that stands for no model.
        if is_best:
            self.keep(state, line)
        atomic.write_text(self.log, "".join(json.dumps(each) + "\n" for each in self.lines))
        if state.examples:
            words = "the best so far" if is_best else "kept: the one before"
            self.say(f"{state.examples:,} pictures seen: {shown(line)}, {words}")

    def _features(self, state: PictureState) -> Features:
        """Of pictures of latents that stay the same for the whole run."""
        rng = torch.Generator().manual_seed(state.seed + 2)
        parts = []
        with torch.no_grad():
            for start in range(0, self.samples, BATCH):
                z = torch.randn(min(BATCH, self.samples - start), state.average.z_dim, generator=rng)
                parts.append(features(state.average(z.to(state.device))))
        return np.concatenate(parts)


def shown(line: Line) -> str:
    """The two numbers in words."""
    return f"{SCORE} {line[SCORE]:,.0f} (held-out), diversity {line[DIVERSITY]:.0%}"


def read_lines(path: Path) -> list[Line]:
    """The looks so far; none where the file is missing or damaged."""
    try:
        return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []
