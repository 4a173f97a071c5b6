"""What became of a labelled set that was enlarged, and whether it helps a classifier."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ganima.evaluation.application import Marks, marks
from ganima.evaluation.labelled import Labelled
from ganima.metrics.classifier import Classifier


@dataclass(frozen=True)
class Class:
    """One class of the enlarged set."""

    name: str
    originals: int
    generated: int
    recognised: float | None
    """Share of the generated pictures that classifiers of real ones take for this class; None where there are none."""


@dataclass(frozen=True)
class Help:
    """Whether the generated pictures help a classifier."""

    real: Marks
    """Learned from real pictures alone, tested on other real ones."""
    both: Marks
    """Learned from the same ones and the generated ones."""
    gain: float
    """By how much the mean recall grows."""
    error: float
    """Standard error of the gain, from the pictures that are tested on and from the seeds."""

    @property
    def verdict(self) -> str:
        """`helped` or `hurt`, or `unclear` where the gain lies within two standard errors of none."""
        if abs(self.gain) <= 2 * self.error:
            return "unclear"
        return "helped" if self.gain > 0 else "hurt"


@dataclass(frozen=True)
class Enlarged:
    """What became of a labelled set."""

    by: str | None
    """The group of labels that was balanced; None for plain classes."""
    classes: tuple[Class, ...]
    model: str
    model_sha256: str
    size: tuple[int, int]
    """Height and width of the generated pictures."""
    unseen: bool
    """Whether the model was trained here, without the pictures that are tested on."""
    seen: bool
    """Whether the model's card says that it was trained on all of the pictures."""
    real: int
    """Real pictures that classifiers learn from."""
    validation: int
    """Real pictures that stop them in time."""
    test: int
    """Real pictures that they are tested on."""
    seeds: int
    help: Help
    skipped: tuple[tuple[str, str], ...]
    """Files of the folder that are not in the set, each with the reason."""

    @property
    def recognised(self) -> float:
        """Share of all generated pictures that are recognised as what they were asked to be."""
        filled = [entry for entry in self.classes if entry.recognised is not None]
        return sum((entry.recognised or 0) * entry.generated for entry in filled) / sum(e.generated for e in filled)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        data = asdict(self)
        data["help"]["verdict"] = self.help.verdict
        data["recognised"] = self.recognised
        return data


def helped(alone: Sequence[Classifier], both: Sequence[Classifier], test: Labelled) -> Help:
    """Compares classifiers, pair by pair of the same seed."""
    right = [[c.predict(test.pictures) == test.labels for c in kind] for kind in (alone, both)]
    gains = np.array(right[1], dtype=float) - np.array(right[0], dtype=float)
    # Every class counts alike, so a picture of a rare class counts more.
    counts = np.bincount(test.labels, minlength=len(test.names))
    weights = 1 / counts[test.labels] / np.count_nonzero(counts)
    by_seed = gains @ weights
    of_pictures = gains.mean(0).var() * np.square(weights).sum()
    of_seeds = by_seed.var(ddof=1) / len(by_seed) if len(by_seed) > 1 else 0.0
    error = float(np.sqrt(of_pictures + of_seeds))
    return Help(marks(alone, test), marks(both, test), float(by_seed.mean()), error)
