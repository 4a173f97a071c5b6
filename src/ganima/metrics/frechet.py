"""Fréchet distance between Gaussians fitted to features (Heusel et al. 2017, arXiv 1706.08500)."""

import numpy as np
from numpy.typing import NDArray

from ganima.metrics.features import Features

Matrix = NDArray[np.float64]


def frechet(a: Features, b: Features) -> float:
    """`|μa - μb|² + Tr(Sa + Sb - 2 (Sa Sb)^½)` of the means μ and covariances S of `a` and `b`.

    Give standardised features. Grows as the sets get smaller: compare numbers of equal set sizes only.
    """
    mean_a, root_a = _moments(a)
    mean_b, root_b = _moments(b)
    # With Sa = A'A and Sb = B'B, the eigenvalues of Sa Sb are the squared singular values of AB': no matrix root.
    cross = float(np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum())
    difference = float(np.square(mean_a - mean_b).sum())
    return difference + float(np.square(root_a).sum() + np.square(root_b).sum()) - 2 * cross


def _moments(values: Features) -> tuple[Matrix, Matrix]:
    """The mean, and a matrix A of few rows with A'A the covariance."""
    x = values.astype(np.float64)
    mean: Matrix = x.mean(0)
    # In place: of many pictures this is the largest array there is.
    x -= mean
    x /= np.sqrt(len(x) - 1)
    if len(x) > x.shape[1]:
        root: Matrix = np.linalg.qr(x, mode="r")  # type: ignore[assignment]
        return mean, root
    return mean, x
