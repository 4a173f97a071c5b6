"""Edit directions by principal components of w (GANSpace, Härkönen et al. 2020, arXiv 2004.02546)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ganima.errors import GanimaError
from ganima.latent.directions import Directions
from ganima.picture.model import Model

DRAWN = 10_000
"""Number of w from which mean and covariance are taken."""


def components(model: Model, count: int, layers: Sequence[int], seed: int = 0) -> Directions:
    """The `count` directions in which w varies the most, strongest first, for `layers` of the generator alone.

    One unit is one standard deviation. Raises GanimaError when w has fewer dimensions than `count`.
    """
    values, axes = principal_axes(draw_w(model, DRAWN, seed))
    check_count(model, count)
    names = tuple(f"pca-{i + 1}" for i in range(count))
    shares = (values / values.sum())[:count].tolist()
    about = {
        "method": "principal components of w (GANSpace, Härkönen et al. 2020)",
        "layers": list(layers),
        "seed": seed,
        "does": {name: f"{share:.1%} of the variance of w" for name, share in zip(names, shares, strict=True)},
    }
    vectors = on_layers(axes[:count] * values[:count, None].sqrt(), layers, model.generator.layers)
    return Directions(names, vectors, model.space, about)


def draw_w(model: Model, count: int, seed: int) -> Tensor:
    """`count` places w [count, w_dim] of random latents; a conditional model's labels are drawn too."""
    source = torch.Generator().manual_seed(seed)
    z = torch.randn(count, model.generator.z_dim, generator=source)
    labels = model.labels.draw(count, source)
    with torch.inference_mode():
        return model.generator.mapping(z, labels)


def principal_axes(w: Tensor) -> tuple[Tensor, Tensor]:
    """Variances [w_dim], largest first, and the axes [w_dim, w_dim] that they lie on, one a row, of w [n, w_dim]."""
    values, axes = torch.linalg.eigh(torch.cov(w.t().double()))
    return values.flip(0).clamp_min(0).float(), towards_positive(axes.t().flip(0).float())


def towards_positive(rows: Tensor) -> Tensor:
    """`rows` [n, w_dim] with signs such that the largest component is positive: an axis has none of its own."""
    largest = rows.gather(1, rows.abs().argmax(1, keepdim=True))
    return rows * torch.where(largest < 0, -1.0, 1.0)


def on_layers(vectors: Tensor, layers: Sequence[int], total: int) -> Tensor:
    """Vectors [n, w_dim] for some layers as [n, total, w_dim], with zeros elsewhere."""
    spread = vectors.new_zeros(len(vectors), total, vectors.shape[1])
    spread[:, list(layers)] = vectors[:, None]
    return spread


def check_count(model: Model, count: int) -> None:
    """Raises GanimaError when w has fewer dimensions than `count`."""
    if count > (most := len(model.generator.w_mean)):
        raise GanimaError(
            f"`count` {count} is too many: the latent space of {model.name!r} has {most} dimensions", "count"
        )
