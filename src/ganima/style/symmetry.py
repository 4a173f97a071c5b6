"""Whether pictures may be mirrored: whether their mirror images could be among them."""

import numpy as np
from numpy.typing import NDArray

from ganima.metrics.distances import blocks
from ganima.metrics.features import Features, features, standardise
from ganima.metrics.memorisation import mirrored

ODD = 1.4
"""From here on mirror images are strangers: portraits lit from one side are at 1.3, faces turned to one side at 1.6."""


def one_sided(pictures: NDArray[np.uint8]) -> bool:
    """Whether [count, height, width, channels] all look one way, so that a mirror image is none of them."""
    return strangeness(pictures) > ODD


def strangeness(pictures: NDArray[np.uint8]) -> float:
    """Mean distance of a mirror image to the nearest of the other pictures, over that of the picture itself.

    Near 1 for subjects without a preferred side.
    """
    plain = features(pictures)
    base = standardise(plain, plain)
    return _to_others(standardise(features(mirrored(pictures)), plain), base) / max(_to_others(base, base), 1e-8)


def _to_others(some: Features, base: Features) -> float:
    """Mean distance of each row to the nearest row of `base` with another number."""
    total = 0.0
    for rows, squared in blocks(some, base):
        squared[np.arange(len(squared)), np.arange(rows.start, rows.stop)] = np.inf
        total += float(np.sqrt(squared.min(1)).sum())
    return total / len(some)
