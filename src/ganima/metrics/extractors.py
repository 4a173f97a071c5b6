"""Extractors: what turns pictures into the vectors that scores rest on. Each has the name that stands in its scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganima.metrics.features import NAME, Features, Pictures, features, standardise


@dataclass(frozen=True)
class Extractor:
    """One way to describe pictures as vectors."""

    name: str
    """Stands in the name of every score that rests on it; numbers of different extractors never compare."""
    digest: str
    """Is another one whenever the features would be others: part of the key under which features are kept."""
    about: str
    """What it is, and what its numbers are worth, in a sentence or two."""
    describe: Callable[[Pictures], Features]
    """Feature vectors [pictures, dimensions] of grey, RGB or RGBA pictures of one size."""
    standardised: bool = True
    """Whether distances are taken between features that were standardised by real pictures, or as they are."""

    def scaled(self, values: Features, real: Features) -> Features:
        """`values` as distances take them; `real` are the features of the real pictures."""
        return standardise(values, real) if self.standardised else values

    def spread(self, real: Features) -> Features:
        """What differences of features are divided by, [dimensions], so that they are those of scaled features."""
        ends = np.stack([np.zeros(real.shape[1], np.float32), np.ones(real.shape[1], np.float32)])
        low, high = self.scaled(ends, real)
        scale: Features = 1 / (high - low)
        return scale


def random_v1() -> Extractor:
    """The frozen random network of `features.py`: no weights to fetch, and the same on every machine."""
    return Extractor(
        NAME,
        NAME,
        "A frozen network with seeded random weights. It needs no download and favours nobody, and it is sensitive to "
        "fine texture: it sees differences that people hardly notice.",
        features,
    )
