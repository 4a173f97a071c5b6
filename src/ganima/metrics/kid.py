"""Kernel distance (Bińkowski et al. 2018, arXiv 1801.01401)."""

import numpy as np
from numpy.typing import NDArray

from ganima.metrics.features import Features

WHOLE = 5000**2
"""A kernel with more entries is not kept as a whole: it would take more than 100 MB."""

Matrix = NDArray[np.float32]
Chosen = NDArray[np.int64]


def kid(a: Features, b: Features, subsets: int = 100, size: int = 500, seed: int = 0) -> tuple[float, float]:
    """1000 times the squared maximum mean discrepancy between `a` and `b`: mean and standard deviation over subsets.

    `MMD² = E k(x, x') + E k(y, y') - 2 E k(x, y)`, each mean over distinct pairs only (the unbiased estimate, which may
    fall below zero), with `k(x, y) = (x·y / d + 1)³`. Each of `subsets` random subsets holds `size` vectors of either
    set, fewer when a set is smaller. Give standardised features.
    """
    rng = np.random.default_rng(seed)
    size = min(size, len(a), len(b))
    aa, bb, ab = (_Kernel(*sets) for sets in ((a, a), (b, b), (a, b)))
    values = []
    for _ in range(subsets):
        i = rng.choice(len(a), size, replace=False)
        j = rng.choice(len(b), size, replace=False)
        cross = float(ab.of(i, j).mean(dtype=np.float64))
        values.append(_off_diagonal(aa.of(i, i)) + _off_diagonal(bb.of(j, j)) - 2 * cross)
    return 1000 * float(np.mean(values)), 1000 * float(np.std(values))


class _Kernel:
    """The kernel between all vectors of two sets, kept where that is cheap and computed for each subset where not."""

    def __init__(self, a: Features, b: Features) -> None:
        self.a, self.b = a, b
        self.whole = _kernel(a, b) if len(a) * len(b) <= WHOLE else None

    def of(self, i: Chosen, j: Chosen) -> Matrix:
        """Rows `i` and columns `j` of it."""
        return _kernel(self.a[i], self.b[j]) if self.whole is None else self.whole[np.ix_(i, j)]


def _kernel(a: Features, b: Features) -> Matrix:
    kernel: Matrix = (a @ b.T / np.float32(a.shape[1]) + 1) ** 3
    return kernel


def _off_diagonal(kernel: Matrix) -> float:
    """Mean of a square matrix without its diagonal."""
    n = len(kernel)
    total = kernel.sum(dtype=np.float64) - np.trace(kernel, dtype=np.float64)
    return float(total) / (n * (n - 1))
