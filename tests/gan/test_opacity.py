"""Colours over mid grey: by their opacity, and not at all where nothing is seen."""

import torch

from ganima.gan.opacity import over_grey


def test_colours_fade_to_grey_with_their_alpha() -> None:
    alpha = torch.tensor([-1.0, 0.0, 1.0]).view(1, 1, 1, 3)
    pictures = torch.cat([torch.full((1, 3, 1, 3), 0.8), alpha], dim=1).requires_grad_()
    seen = over_grey(pictures)
    torch.testing.assert_close(seen[:, :3].flatten(), torch.tensor([0.0, 0.4, 0.8] * 3))
    assert torch.equal(seen[:, 3:], alpha)
    seen[:, :3].sum().backward()
    assert pictures.grad is not None
    assert pictures.grad[0, :3, 0, 0].tolist() == [0, 0, 0], "what is not seen is not learned"


def test_alpha_beyond_its_range_may_stay_there() -> None:
    alpha = torch.tensor([-2.0, -0.5, 3.0]).view(1, 1, 1, 3)
    pictures = torch.cat([torch.zeros(1, 3, 1, 3), alpha], dim=1).requires_grad_()
    seen = over_grey(pictures)
    assert seen[0, 3, 0].tolist() == [-1, -0.5, 1]
    seen[:, 3].sum().backward()
    assert pictures.grad is not None and pictures.grad[0, 3, 0].tolist() == [0, 1, 0]
