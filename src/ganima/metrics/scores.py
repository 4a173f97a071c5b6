"""All scores of a model in one table."""

from dataclasses import asdict

import numpy as np

from ganima.metrics.coverage import coverage
from ganima.metrics.features import NAME, Features, Pictures, features, standardise
from ganima.metrics.frechet import frechet
from ganima.metrics.kid import kid
from ganima.metrics.memorisation import Memorisation, memorisation


def score(generated: Pictures, training: Pictures, held_out: Pictures, mirror: bool) -> dict[str, float]:
    """All scores by name: those of `compare`, and `nearest[random-v1]` and `nearest[pixels]` (see `Memorisation`).

    Pictures of one size; `mirror` says that the model saw the training pictures' mirror images too.
    """
    return compare(generated, training, held_out) | ratios(memorisation(generated, training, held_out, mirror))


def compare(generated: Pictures, training: Pictures, held_out: Pictures) -> dict[str, float]:
    """Scores of the distributions by name; the number of pictures stands in those that begin with `n`.

    - `kid[random-v1]` and so on: generated against held-out pictures.
    - `kid[random-v1] real`: training against held-out pictures at the same set sizes, as a perfect generator scores.
    - `kid[random-v1] training`: generated against training pictures, at larger set sizes.

    Features are standardised by the training pictures.
    """
    real = features(training)
    fake, held, train = (standardise(values, real) for values in (features(generated), features(held_out), real))
    return compare_features(fake, held, train, NAME)


def compare_features(generated: Features, held_out: Features, training: Features, extractor: str) -> dict[str, float]:
    """The scores of `compare` from features that distances can be taken of, with the extractor's name in theirs."""
    # Shuffled, since the first pictures of a folder may all be of one kind.
    rng = np.random.default_rng(0)
    fake, held, train = (rng.permutation(values) for values in (generated, held_out, training))
    # Distances and coverage depend on the sets' sizes, so equal ones are compared.
    n = min(len(fake), len(held), len(train))
    m = min(len(fake), len(train))
    scores = {"n": float(n), "n training": float(m), "n generated": float(len(fake))}
    scores |= _compare(fake[:n], held[:n], f"[{extractor}]")
    scores |= _compare(train[:n], held[:n], f"[{extractor}] real")
    scores |= _compare(fake[:m], train[:m], f"[{extractor}] training")
    for suffix, a, b in (("", fake, held), (" real", train, held), (" training", fake, train)):
        # The kernel distance is unbiased: it takes whatever there is.
        scores[f"kid[{extractor}]{suffix}"], scores[f"kid[{extractor}] ±{suffix}"] = kid(a, b)
    return scores


def ratios(found: Memorisation) -> dict[str, float]:
    """The nearest-neighbour ratios by name."""
    return {f"nearest[{NAME}]": found.features, "nearest[pixels]": found.pixels}


def _compare(generated: Features, real: Features, suffix: str) -> dict[str, float]:
    values = {"frechet": frechet(generated, real)} | asdict(coverage(real, generated))
    return {name + suffix: value for name, value in values.items()}
