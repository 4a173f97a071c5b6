"""Euclidean distances between many vectors, block by block, so that memory does not grow with their number."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ganima.metrics.features import Features

BLOCK = 512
"""Number of rows compared at a time."""


def blocks(a: Features, b: Features) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Yields slices of rows of `a` with their squared distances [rows, len(b)] to all of `b`."""
    squares = np.square(b).sum(1)
    for start in range(0, len(a), BLOCK):
        rows = slice(start, min(start + BLOCK, len(a)))
        squared = np.square(a[rows]).sum(1)[:, None] + squares - 2 * (a[rows] @ b.T)
        yield rows, np.maximum(squared, 0)


def radii(a: Features, k: int) -> NDArray[np.float32]:
    """Squared distance of each vector of `a` to its `k`-th nearest other one [len(a)]."""
    # The nearest one is the vector itself.
    return np.concatenate([np.partition(squared, k, axis=1)[:, k] for _, squared in blocks(a, a)])


def nearest(a: Features, b: Features) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Distance of each vector of `a` to the nearest one of `b`, and which one that is, [len(a)] each."""
    found = [(np.sqrt(squared.min(1)), squared.argmin(1)) for _, squared in blocks(a, b)]
    return np.concatenate([d for d, _ in found]), np.concatenate([i for _, i in found])
