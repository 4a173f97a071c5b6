"""The fixed random mixture: the same everywhere, from deep to shallow, and none of its scales outweighs the others."""

import pytest
import torch
from torch import Tensor

from ganima.gan.critics.efficientnet import CHANNELS, DEVIATIONS
from ganima.gan.critics.projection import MIXED, Projection

SIZES = ((32, 24), (16, 12), (8, 6), (4, 3))


def features() -> list[Tensor]:
    """Of the deviations that photographs have."""
    rng = torch.Generator().manual_seed(0)
    return [
        deviation * torch.randn(4, channels, *size, generator=rng)
        for channels, size, deviation in zip(CHANNELS, SIZES, DEVIATIONS, strict=True)
    ]


def test_every_scale_has_its_channels_and_about_unit_deviation() -> None:
    for mixed, channels, size in zip(Projection()(features()), MIXED, SIZES, strict=True):
        assert mixed.shape == (4, channels, *size)
        assert 0.6 < mixed.std() < 1.4


def test_it_comes_from_a_seed() -> None:
    torch.manual_seed(1)
    first = Projection()(features())
    torch.manual_seed(2)
    assert all(torch.equal(a, b) for a, b in zip(first, Projection()(features()), strict=True))
    # Heads in model files rely on these very numbers.
    numbers = [tensor.flatten()[0].item() for tensor in Projection().state_dict().values()]
    assert numbers == pytest.approx(PINNED, rel=1e-4)


PINNED = [-0.0324105, -0.0141712, 0.0511662, 0.0058526, 0.0117897, -0.0014461, -0.0346299]
"""The first number of each mixture."""


def test_deep_features_reach_the_shallow_ones_and_not_the_other_way_round() -> None:
    plain = Projection()(features())
    for changed in range(4):
        other = features()
        other[changed] += 1
        reached = [bool((a != b).any()) for a, b in zip(Projection()(other), plain, strict=True)]
        assert reached == [scale <= changed for scale in range(4)]
