"""Labelled pictures for a classifier: one group of labels at a time, shares of them, and generated ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganima.data.folder import PictureSet
from ganima.data.labels import UNKNOWN, Labels
from ganima.errors import GanimaError
from ganima.evaluation.corruptions import Picture
from ganima.metrics.classifier import Numbers, Small, small
from ganima.picture.grid import to_images
from ganima.picture.model import Model
from ganima.picture.sample import BATCH

SIDE = 48
"""Longer side in pixels of the pictures that classifiers see here."""
TEST, VALIDATION = 0.25, 0.15
"""Shares of the real pictures that are held out to test on, and to stop a training in time."""


@dataclass(frozen=True)
class Labelled:
    """Pictures of one group of labels, or of plain classes, all of which are known."""

    pictures: Small
    labels: Numbers
    """[count], numbers through `names`."""
    names: tuple[str, ...]

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.pictures)

    def of(self, chosen: Numbers) -> "Labelled":
        """The pictures of these numbers."""
        return Labelled(self.pictures[chosen], self.labels[chosen], self.names)

    def and_(self, other: "Labelled") -> "Labelled":
        """Both, one after the other."""
        pictures = np.concatenate([self.pictures, other.pictures])
        return Labelled(pictures, np.concatenate([self.labels, other.labels]), self.names)

    @property
    def vocabulary(self) -> Labels:
        """The names as plain classes."""
        return Labels(self.names)


def one_group(labels: Labels, by: str | None) -> tuple[str, ...]:
    """The classes that are told apart: all plain ones, or those of the group `by`. Raises GanimaError where `by` is
    missing or wrong."""
    if not labels.groups:
        if by is not None:
            raise GanimaError(
                "`by` chooses among groups of labels, and these pictures have plain classes: leave it out", "by"
            )
        return labels.classes
    if by is None:
        raise GanimaError(
            f"these pictures have several groups of labels: say which one, `by`: {', '.join(labels.groups)}", "by"
        )
    if by not in labels.groups:
        raise GanimaError(f"there is no group of labels {by!r} to go by; there is: {', '.join(labels.groups)}", "by")
    return tuple(labels.classes[number] for number in labels.of_group(by))


def labels_of(data: PictureSet, by: str | None) -> tuple[Numbers, tuple[str, ...]]:
    """Each picture's label [count] in the group `by`, or its plain class, as a number through the names that come with
    them; -1 where it is not known."""
    names, known = one_group(data.vocabulary, by), data.vocabulary
    assert data.labels is not None
    rows = data.labels if by is None else data.labels[:, known.groups.index(by)]
    place = {known.classes.index(name): number for number, name in enumerate(names)}
    return np.array([place.get(int(row), UNKNOWN) for row in rows], dtype=np.int64), names


def labelled(data: PictureSet, by: str | None) -> Labelled:
    """The pictures whose label is known."""
    labels, names = labels_of(data, by)
    known = np.flatnonzero(labels != UNKNOWN)
    return Labelled(small(data.pictures, SIDE)[known], labels[known], names)


def split(labels: Numbers, shares: Sequence[float], seed: int) -> list[Numbers]:
    """For each of `shares`, the numbers of that share of every class's pictures, then those that are left.

    The first share and the rest have at least one picture of each class that has two.
    """
    rng = np.random.default_rng(seed)
    parts: list[list[Numbers]] = [[] for _ in range(len(shares) + 1)]
    for number in np.unique(labels[labels != UNKNOWN]):
        own = rng.permutation(np.flatnonzero(labels == number))
        taken = 0
        for place, share in enumerate(shares):
            wanted = max(round(share * len(own)), 1 if place == 0 else 0)
            count = min(wanted, len(own) - taken - 1)
            parts[place].append(own[taken : taken + count])
            taken += count
        parts[-1].append(own[taken:])
    return [np.sort(np.concatenate(part)) for part in parts]


def first_share(labels: Numbers, share: float, seed: int) -> Numbers:
    """The numbers of a share of each class's pictures, at least one; a smaller share is part of a larger one."""
    rng = np.random.default_rng(seed)
    chosen = []
    for number in np.unique(labels):
        own = rng.permutation(np.flatnonzero(labels == number))
        chosen.append(own[: max(1, round(share * len(own)))])
    return np.sort(np.concatenate(chosen))


def check_names(model: Model, names: Sequence[str]) -> list[int]:
    """The model's numbers of the classes `names`. Raises GanimaError where it has no labels, or other ones."""
    if not model.labels.classes:
        raise GanimaError(
            f"the model {model.name!r} has no labels, so it cannot be asked for pictures of a class: give a "
            "conditional model, one that learned the classes too",
            "model",
        )
    if missing := [name for name in names if name not in model.labels.classes]:
        raise GanimaError(
            f"the model {model.name!r} has no class {missing[0]!r}; it has: {', '.join(model.labels.classes)}; the "
            f"pictures have: {', '.join(names)}"
        )
    return [model.labels.classes.index(name) for name in names]


def draw(model: Model, labels: Tensor, seed: int) -> Iterator[Picture]:
    """One picture [height, width, channels] for each of `labels`, [count] or [count, groups] numbers of the model's."""
    rng = torch.Generator().manual_seed(seed)
    for start in range(0, len(labels), BATCH):
        asked = labels[start : start + BATCH]
        # Always as many, so that a picture does not depend on how many are asked for.
        filled = torch.cat([asked, asked[-1:].expand(BATCH - len(asked), *asked.shape[1:])])
        z = torch.randn(BATCH, model.generator.z_dim, generator=rng)
        with torch.inference_mode():
            images = to_images(model.generator(z, filled))
        for image in images[: len(asked)]:
            pixels = np.array(image)
            yield pixels if pixels.ndim == 3 else pixels[..., None]


def asked_for(model: Model, number: int, count: int, seed: int) -> Tensor:
    """Labels for `count` pictures of the model's class `number`; what else there is to them is drawn."""
    labels = model.labels.draw(count, torch.Generator().manual_seed(seed), [number])
    assert labels is not None
    return labels


def mirrored(model: Model) -> bool:
    """Whether the model's training showed mirrored pictures too, because left and right mean nothing in them."""
    training = model.card.facts.get("training")
    return isinstance(training, dict) and bool(training.get("mirror"))


def was_trained_on(model: Model, fingerprint: str) -> bool:
    """Whether the model's card says that it learned from the very pictures of this fingerprint."""
    about = model.card.facts.get("data")
    return isinstance(about, dict) and about.get("fingerprint") == fingerprint
