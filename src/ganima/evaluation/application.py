"""What generated pictures are worth as teaching material: a classifier learns from them and is tested on real ones.

Training on generated pictures and testing on real ones is the classification accuracy score (Ravuri and Vinyals 2019,
arXiv 1905.10887).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganima.data.folder import PictureSet, load_folder
from ganima.data.labels import UNKNOWN
from ganima.errors import GanimaError
from ganima.evaluation.labelled import (
    SIDE,
    TEST,
    VALIDATION,
    Labelled,
    asked_for,
    check_names,
    draw,
    first_share,
    labelled,
    mirrored,
    split,
    was_trained_on,
)
from ganima.metrics.classifier import BATCH, Classifier, small, train_classifier
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter, go_on

SHARES = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Amounts of real data, as shares of what there is to train on."""
PER_CLASS, SEEDS = 200, 3
"""Generated pictures of each class, and classifiers that are averaged."""
STEPS_MIN, STEPS_MAX, EPOCHS = 300, 600, 10
"""A classifier goes so often over the pictures, within these numbers of steps."""


@dataclass(frozen=True)
class Marks:
    """What classifiers of several seeds get right on real pictures that none of them has seen."""

    accuracy: float
    accuracy_deviation: float
    mean_recall: float
    """Mean over the classes of the share of their pictures that is recognised: each class counts alike."""
    mean_recall_deviation: float
    recalls: dict[str, float]
    """That share for each class."""


@dataclass(frozen=True)
class Amount:
    """What comes of one amount of real data."""

    share: float
    """Of the real pictures that there are to train on."""
    pictures: int
    real: Marks
    """Learned from these alone."""
    both: Marks
    """Learned from these and the generated ones."""


@dataclass(frozen=True)
class Application:
    """The worth of a model's pictures for a classifier."""

    names: tuple[str, ...]
    """The classes."""
    real: int
    """Real pictures to train on, at most."""
    validation: int
    test: int
    generated: int
    """Generated pictures, equally many of each class."""
    seeds: int
    chance: float
    """Share that guessing gets right, every class alike."""
    seen: bool
    """Whether the model's card says that it was trained on the very pictures that are tested on."""
    held_out: bool
    """Whether these were given as pictures that it has not seen."""
    generated_alone: Marks
    amounts: tuple[Amount, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def application_value(
    model: Model,
    data: PictureSet,
    *,
    held_out: PictureSet | None = None,
    by: str | None = None,
    per_class: int = PER_CLASS,
    shares: Sequence[float] = SHARES,
    seeds: int = SEEDS,
    steps: int | None = None,
    seed: int = 0,
    report: Reporter = QUIET,
) -> Application:
    """Trains classifiers on generated pictures, on several `shares` of the real `data`, and on both.

    `data` is loaded with its labels at the model's size; `by` names the group of labels where there are several. They
    are tested on the pictures of `held_out`, or on a quarter of `data`, which none of them sees. `per_class` pictures
    of each class are generated. Each number is the mean of `seeds` classifiers of at most `steps` steps, which follow
    from the number of pictures unless given; the same arguments give the same numbers. Raises GanimaError for a model
    without labels or with other ones than the pictures, and for classes with fewer than two pictures.
    """
    real = labelled(data, by)
    numbers = check_names(model, real.names)
    require_two_of_each(real)
    if held_out is None:
        test_at, validation_at, train_at = split(real.labels, (TEST, VALIDATION), seed)
        test = real.of(test_at)
    else:
        validation_at, train_at = split(real.labels, (VALIDATION,), seed)
        test = renamed(labelled(held_out, by), real.names)
    training, validation, mirror = real.of(train_at), real.of(validation_at), mirrored(model)
    made = generated(model, real.names, numbers, per_class, seed)
    # No real picture helps the classifier of generated ones, not even to stop in time.
    own_validation, own_training = (made.of(part) for part in split(made.labels, (VALIDATION,), seed))

    # As long for each of them, or what is compared would be the steps.
    steps = steps or steps_for(len(training) + len(made), STEPS_MAX)
    total = seeds * (1 + 2 * len(shares))
    done = 0

    def learn(pictures: Labelled, checked: Labelled, number: int) -> Classifier:
        nonlocal done
        go_on(report)
        found = learned(pictures, checked, mirror, seed + number, steps)
        done += 1
        report.progress("training classifiers", done, total)
        return found

    alone = [learn(own_training, own_validation, number) for number in range(seeds)]
    amounts = []
    for share in shares:
        parts = [training.of(first_share(training.labels, share, seed + number)) for number in range(seeds)]
        without = [learn(part, validation, number) for number, part in enumerate(parts)]
        with_ = [learn(part.and_(made), validation, number) for number, part in enumerate(parts)]
        amounts.append(Amount(share, len(parts[0]), marks(without, test), marks(with_, test)))
    return Application(
        names=real.names,
        real=len(training),
        validation=len(validation),
        test=len(test),
        generated=len(made),
        seeds=seeds,
        chance=1 / len(real.names),
        seen=was_trained_on(model, (held_out or data).fingerprint),
        held_out=held_out is not None,
        generated_alone=marks(alone, test),
        amounts=tuple(amounts),
    )


def application_of(
    model: Model,
    folder: Path,
    held_out: Path | None = None,
    *,
    by: str | None = None,
    seed: int = 0,
    report: Reporter = QUIET,
) -> Application:
    """`application_value` by the labelled pictures of `folder`, tested on those of `held_out` where it is given."""
    check_names(model, ())
    layout = model.generator.config
    data, others = (
        None
        if place is None
        else load_folder(place, layout.height, layout.width, layout.channels, conditional=True, report=report)
        for place in (folder, held_out)
    )
    assert data is not None
    return application_value(model, data, held_out=others, by=by, seed=seed, report=report)


def steps_for(count: int, most: int) -> int:
    """Steps of a classifier of `count` pictures."""
    return max(STEPS_MIN, min(most, EPOCHS * count // BATCH))


def learned(pictures: Labelled, validation: Labelled, mirror: bool, seed: int, steps: int) -> Classifier:
    """A classifier of these pictures."""
    checked = (validation.pictures, validation.labels) if len(validation) else None
    return train_classifier(
        pictures.pictures,
        pictures.labels,
        pictures.vocabulary,
        validation=checked,
        mirror=mirror,
        seed=seed,
        steps=steps,
    )


def generated(model: Model, names: tuple[str, ...], numbers: Sequence[int], per_class: int, seed: int) -> Labelled:
    """`per_class` generated pictures of each class, as the classifier sees them; `numbers` are the model's own."""
    rows = []
    for place, number in enumerate(numbers):
        pictures = draw(model, asked_for(model, number, per_class, seed + place), seed + place)
        rows += [small(picture[None], SIDE) for picture in pictures]
    labels = np.repeat(np.arange(len(names)), per_class)
    return Labelled(np.concatenate(rows), labels, names)


def marks(classifiers: Sequence[Classifier], test: Labelled) -> Marks:
    """What they get right, averaged."""
    scores = [classifier.score(test.pictures, test.labels)[""] for classifier in classifiers]
    accuracies = [score.accuracy for score in scores]
    means = [score.mean_recall for score in scores]
    recalls = {name: float(np.mean([score.recalls[name] for score in scores])) for name in scores[0].recalls}
    return Marks(float(np.mean(accuracies)), _deviation(accuracies), float(np.mean(means)), _deviation(means), recalls)


def require_two_of_each(pictures: Labelled) -> None:
    """Raises GanimaError where a class has too few pictures to learn from some and be tested on others."""
    counts = np.bincount(pictures.labels, minlength=len(pictures.names))
    if few := [name for name, count in zip(pictures.names, counts, strict=True) if count < 2]:
        count = int(counts[pictures.names.index(few[0])])
        raise GanimaError(
            f"the class {few[0]!r} has {count} usable picture{'s' * (count != 1)}; two or more are needed, to learn "
            "from and to test on: add some, or take the class out"
        )


def renamed(pictures: Labelled, names: tuple[str, ...]) -> Labelled:
    """The pictures of classes that are among `names`, numbered through these. Raises GanimaError where none are."""
    place = [names.index(name) if name in names else UNKNOWN for name in pictures.names]
    labels = np.array(place)[pictures.labels]
    known = np.flatnonzero(labels != UNKNOWN)
    if not len(known):
        raise GanimaError(
            f"the held-out pictures have other classes ({', '.join(pictures.names)}) than the rest ({', '.join(names)})"
        )
    return Labelled(pictures.pictures[known], labels[known], names)


def _deviation(values: list[float]) -> float:
    """The standard deviation between seeds; 0 where there is one."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
