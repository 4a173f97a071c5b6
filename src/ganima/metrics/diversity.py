"""How different generated pictures are that lie near the same training picture."""

import numpy as np

from ganima.metrics.distances import blocks, nearest
from ganima.metrics.features import Features


def within_clusters(generated: Features, training: Features) -> float:
    """Mean distance of two generated vectors that have the same nearest training vector; 0 where no two have.

    Near 0 the generator repeats its few training pictures. Ojha et al. 2021, arXiv 2104.06820, section 4.2, with these
    features in the place of LPIPS, and every pair of vectors counted alike. Give standardised features.
    """
    _, cluster = nearest(generated, training)
    total, pairs = 0.0, 0
    for number in np.unique(cluster):
        members = generated[cluster == number]
        total += _sum_of_distances(members)
        pairs += len(members) * (len(members) - 1)
    return total / max(pairs, 1)


def spread(values: Features) -> float:
    """Mean distance of two different vectors."""
    return _sum_of_distances(values) / (len(values) * (len(values) - 1))


def _sum_of_distances(values: Features) -> float:
    """Over all ordered pairs."""
    # A vector's distance to itself is zero but for rounding, which the root would make visible.
    parts = (np.sqrt(squared).sum(dtype=np.float64) for _, squared in blocks(values, values))
    own = sum(
        float(np.sqrt(np.diagonal(squared[:, rows])).sum(dtype=np.float64)) for rows, squared in blocks(values, values)
    )
    return float(sum(parts)) - own
