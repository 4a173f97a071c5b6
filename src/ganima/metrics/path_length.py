"""How smoothly pictures change along paths in the latent space (Karras et al. 2019, arXiv 1812.04948, section 4.1)."""

from collections.abc import Iterable

import numpy as np
from torch import Tensor

from ganima.metrics.extractors import Extractor
from ganima.metrics.features import Features

EPSILON = 1e-3
"""Length of a step, as a share of the path between two latents: larger than the paper's, for features in float32."""
TRIMMED = 0.01
"""Share of the shortest and of the longest steps that is left out."""


def path_length(steps: Iterable[tuple[Tensor, Tensor]], extractor: Extractor, real: Features) -> float:
    """The mean squared distance of scaled features over ε², divided by the number of dimensions.

    `steps` are batches of pictures [batch, channels, height, width] in [-1, 1], not rounded to bytes, at a place of a
    path and ε further on; `real` are the features of real pictures. The paper measures with LPIPS: numbers of different
    extractors never compare.
    """
    spread = extractor.spread(real)
    lengths = [
        np.square((extractor.describe(after) - extractor.describe(before)) / spread).mean(1) / EPSILON**2
        for before, after in steps
    ]
    ordered = np.sort(np.concatenate(lengths))
    cut = int(len(ordered) * TRIMMED)
    return float(ordered[cut : len(ordered) - cut].mean())
