"""Grey, transparent and small pictures as a network for photographs sees them."""

import pytest
import torch

from ganima.gan.critics.view import DRAWS, backdrops, enlargement, view


def draws(count: int) -> torch.Tensor:
    return torch.rand(count, DRAWS, generator=torch.Generator().manual_seed(0))


def test_grey_is_repeated_and_colours_stay() -> None:
    grey, colour = torch.rand(2, 1, 8, 6), torch.rand(2, 3, 8, 6)
    assert torch.equal(view(grey, None, 8), grey.repeat(1, 3, 1, 1))
    assert torch.equal(view(colour, None, 8), colour)


@pytest.mark.parametrize(
    "height, width, factor", [(64, 48, 2), (48, 64, 2), (128, 96, 1), (256, 256, 1), (28, 28, 5), (65, 65, 2)]
)
def test_the_longer_side_is_enlarged_by_a_whole_number(height: int, width: int, factor: int) -> None:
    assert enlargement(height, width, 128) == factor
    assert view(torch.zeros(1, 3, height, width), None, 128).shape == (1, 3, factor * height, factor * width)


def test_opaque_pictures_hide_the_backdrop_and_clear_ones_show_nothing_else() -> None:
    u, colour = draws(8), torch.rand(8, 3, 16, 12) * 2 - 1
    opaque, clear, half = (torch.full((8, 1, 16, 12), alpha) for alpha in (1.0, -1.0, 0.0))
    behind = backdrops(u, 16, 12)
    torch.testing.assert_close(view(torch.cat([colour, opaque], 1), u, 16), colour)
    torch.testing.assert_close(view(torch.cat([colour, clear], 1), u, 16), behind)
    torch.testing.assert_close(view(torch.cat([colour, half], 1), u, 16), (colour + behind) / 2)


def test_haze_is_seen_and_can_be_taken_away() -> None:
    """What no eye sees before one colour, the network sees before others: gradients reach colours and alpha."""
    haze = torch.full((16, 4, 16, 12), -0.9)
    haze[:, :3] = backdrops(draws(16), 16, 12)[:, :, :1, :1]
    haze.requires_grad_()
    seen = view(haze, draws(16), 16)
    (gradient,) = torch.autograd.grad(seen.square().sum(), haze)
    assert (gradient[:, 3:].abs().amax((1, 2, 3)) > 0).any()
    assert (gradient[:, :3].abs().amax((1, 2, 3)) > 0).all()


def test_backdrops_are_of_one_colour_or_two() -> None:
    made = backdrops(draws(64), 32, 24)
    assert made.shape == (64, 3, 32, 24)
    assert made.abs().max() <= 1
    colours = [len(torch.unique(picture.flatten(1), dim=1).T) for picture in made]
    assert set(colours) == {1, 2}
    assert 16 < colours.count(1) < 48
    rows = made.diff(dim=2).abs().sum() + made.diff(dim=3).abs().sum()
    assert rows > 0
