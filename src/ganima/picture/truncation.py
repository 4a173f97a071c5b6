"""Truncation: a latent pulled towards a centre, the mean of all w or the nearest of many cluster centres.

Karras et al. 2019, arXiv 1812.04948, section 3.1; with many centres, for data of many kinds whose mean is nothing in
particular, Mokady et al. 2022, arXiv 2202.12211, section 3.3 (who cluster features of the pictures; here it is w).
"""

from typing import Literal

import torch
from torch import Tensor

from ganima.picture.build import AnyGenerator
from ganima.picture.render import one_thread

TRUNCATION = 0.7
"""How far from the centre a character lies, as a share: nearer is more typical and has fewer flaws."""
SAMPLES = 8192
"""Latents that are clustered."""
MEAN_SAMPLES = 1024
"""Latents that the mean of a conditional model's labels is taken of."""
CLUSTERS = 64
STEPS = 20
"""Of Lloyd's algorithm."""

Towards = Literal["mean", "cluster"]
"""What truncation pulls to: the mean of w, or the nearest cluster centre."""


def truncate(w: Tensor, centre: Tensor, truncation: float) -> Tensor:
    """w̄ + ψ (w - w̄): less diverse, more typical pictures."""
    return centre.lerp(w, truncation)


class Centres:
    """What the latents of one generator are truncated towards."""

    def __init__(self, generator: AnyGenerator, towards: Towards) -> None:
        self.generator, self.towards = generator, towards
        self._found: dict[str, Tensor] = {}

    def truncated(self, w: Tensor, labels: Tensor | None, truncation: float) -> Tensor:
        """w [n, w_dim] truncated, each towards its own centre."""
        # A centre takes a while to find.
        return w if truncation == 1 else truncate(w, self.of(w, labels), truncation)

    def of(self, w: Tensor, labels: Tensor | None) -> Tensor:
        """The centre for each w [n, w_dim], as [n, w_dim]. With labels [n] or [n, groups], it is that of its labels.

        The mean of all classes is a picture of nothing in particular.
        """
        if labels is None and self.towards == "mean":
            return self.generator.w_mean.expand(len(w), -1)
        each = [None] * len(w) if labels is None else list(labels)
        return torch.stack([self._nearest(one, label) for one, label in zip(w, each, strict=True)])

    def _nearest(self, w: Tensor, label: Tensor | None) -> Tensor:
        key = "" if label is None else str(label.tolist())
        if key not in self._found:
            find = clusters if self.towards == "cluster" else mean_of
            self._found[key] = find(self.generator, label)
        centres = self._found[key]
        return centres[torch.cdist(w[None], centres)[0].argmin()]


def drawn(generator: AnyGenerator, count: int, label: Tensor | None) -> Tensor:
    """w [count, w_dim] of random latents, with one label in a conditional model. Always the same ones."""
    z = torch.randn(count, generator.z_dim, generator=torch.Generator().manual_seed(0))
    return generator.mapping(z, None if label is None else label.expand(count, *label.shape))


def mean_of(generator: AnyGenerator, label: Tensor | None) -> Tensor:
    """[1, w_dim]: the mean of w, of one label in a conditional model."""
    with one_thread(), torch.inference_mode():
        return drawn(generator, MEAN_SAMPLES, label).mean(0, keepdim=True)


def clusters(generator: AnyGenerator, label: Tensor | None = None) -> Tensor:
    """[64, w_dim]: the centres of k-means (Lloyd 1982) over w, of one label in a conditional model. Always the same."""
    with one_thread(), torch.inference_mode():
        w = drawn(generator, SAMPLES, label)
        centres = w[:CLUSTERS].clone()
        for _ in range(STEPS):
            nearest = torch.cdist(w, centres).argmin(1)
            sums = torch.zeros_like(centres).index_add_(0, nearest, w)
            counts = nearest.bincount(minlength=CLUSTERS)[:, None]
            # A centre that nothing is nearest to stays where it is.
            centres = torch.where(counts > 0, sums / counts.clamp_min(1), centres)
    return centres
