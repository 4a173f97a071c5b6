"""Edit directions by closed-form factorisation of the style weights (SeFa, Shen & Zhou 2021, arXiv 2007.06600)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ganima.errors import GanimaError
from ganima.latent.components import DRAWN, check_count, draw_w, on_layers, towards_positive
from ganima.latent.directions import Directions
from ganima.picture.build import AnyGenerator
from ganima.picture.classic import ClassicGenerator
from ganima.picture.generator import SynthesisLevel
from ganima.picture.model import Model


def factorise(model: Model, count: int, layers: Sequence[int], seed: int = 0) -> Directions:
    """The `count` directions of w that change the styles of `layers` the most for their length, strongest first.

    They are the eigenvectors of AᵀA, where A [styles, w_dim] stacks the affine maps from w to the styles. One unit is
    one standard deviation of w along the direction, and no less than the mean one; `seed` draws the w for it. Raises
    GanimaError for a generator without styles, and when w has fewer dimensions than `count`.
    """
    check_count(model, count)
    stacked = torch.cat([weight for layer in layers for weight in style_weights(model.generator)[layer]]).double()
    values, axes = torch.linalg.eigh(stacked.t() @ stacked)
    directions = towards_positive(axes.t().flip(0)[:count].float())
    w = draw_w(model, DRAWN, seed)
    # Along many a direction w hardly varies at all, and one deviation would be too little to see.
    lengths = (w @ directions.t()).std(0).clamp_min(float(w.std(0).square().mean().sqrt()))
    names = tuple(f"sefa-{i + 1}" for i in range(count))
    about = {
        "method": "closed-form factorisation of the style weights (SeFa, Shen & Zhou 2021)",
        "layers": list(layers),
        "seed": seed,
        "does": {name: f"eigenvalue {value:.3g}" for name, value in zip(names, values.flip(0).tolist(), strict=False)},
    }
    vectors = on_layers(directions * lengths[:, None], layers, model.generator.layers)
    return Directions(names, vectors, model.space, about)


def style_weights(generator: AnyGenerator) -> list[list[Tensor]]:
    """For each of the generator's layers, the weights [styles, w_dim] of the affine maps that its w goes through."""
    if isinstance(generator, ClassicGenerator):
        raise GanimaError("a model of the classic kind has no styles to factorise: choose `method` pca", "method")
    weights = [[generator.first.affine.weight], [generator.first_picture.affine.weight]]
    for level in generator.levels:
        assert isinstance(level, SynthesisLevel)
        # The picture layer of one level and the first convolution of the next one share their w.
        weights[-1].append(level.up.affine.weight)
        weights += [[level.conv.affine.weight], [level.picture.affine.weight]]
    return weights
