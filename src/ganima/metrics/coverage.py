"""How much of the generated pictures looks real, and how much of the real variety is generated.

Precision and recall: Kynkäänniemi et al. 2019, arXiv 1904.06991. Density and coverage: Naeem et al. 2020, arXiv
2002.09797.
A vector's ball reaches to its k-th nearest neighbour in its own set.
"""

from dataclasses import dataclass

import numpy as np

from ganima.metrics.distances import blocks, radii
from ganima.metrics.features import Features


@dataclass(frozen=True)
class Coverage:
    """The four numbers; only those of equal set sizes compare."""

    precision: float
    """Share of generated vectors that lie in the ball of some real one."""
    recall: float
    """Share of real vectors that lie in the ball of some generated one."""
    density: float
    """Mean number of real balls around a generated vector, divided by k; 1 for equal distributions, may exceed it."""
    coverage: float
    """Share of real balls that hold a generated vector; 1 - 2^-k = 0.97 for equal distributions and set sizes."""


def coverage(real: Features, generated: Features, k_precision: int = 3, k: int = 5) -> Coverage:
    """Measures `generated` against `real`, with k-th neighbours as in the papers; give standardised features."""
    balls_3, balls_5 = radii(real, k_precision), radii(real, k)
    fake_balls = radii(generated, k_precision)
    in_real = np.zeros(len(generated), bool)
    inside = 0
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, squared in blocks(real, generated):
        in_real |= (squared <= balls_3[rows, None]).any(0)
        recalled[rows] = (squared <= fake_balls).any(1)
        within = squared <= balls_5[rows, None]
        covered[rows] = within.any(1)
        inside += int(within.sum())
    return Coverage(
        precision=float(in_real.mean()),
        recall=float(recalled.mean()),
        density=inside / (k * len(generated)),
        coverage=float(covered.mean()),
    )
