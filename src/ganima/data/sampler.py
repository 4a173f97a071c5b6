"""Which pictures a step sees: a pure function of the seed and of the position, so that resuming needs one number."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def indices(seed: int, start: int, count: int, size: int) -> NDArray[np.int64]:
    """Places number `start` to `start + count` of an endless shuffle of `size` pictures, a new order every epoch."""
    positions = np.arange(start, start + count)
    epochs = positions // size
    chosen = np.empty(count, dtype=np.int64)
    for epoch in np.unique(epochs):
        order = _order(seed, int(epoch), size)
        here = epochs == epoch
        chosen[here] = order[positions[here] % size]
    return chosen


@lru_cache(maxsize=2)
def _order(seed: int, epoch: int, size: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, epoch]).permutation(size)


def evenly(length: int, count: int) -> list[int]:
    """Numbers of at most `count` out of `length` things, the same distance apart."""
    return [int(i) for i in np.linspace(0, length - 1, min(count, length))]
