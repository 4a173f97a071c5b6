"""Differentiable augmentation: what happens, when, and to what."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ganima.gan.augmentation import DRAWS, STRENGTH_MAX, AugmentConfig, adapt, augment, draw

ALL = AugmentConfig(mode="fixed", strength=0.5)
NONE = replace(ALL, colour=False, translation=False, cutout=False)
COLOUR, TRANSLATION, CUTOUT = (replace(NONE, **{name: True}) for name in ("colour", "translation", "cutout"))
EACH = pytest.mark.parametrize("config", [COLOUR, TRANSLATION, CUTOUT], ids=["colour", "translation", "cutout"])


def draws(count: int = 16, seed: int = 0) -> Tensor:
    return draw(count, torch.Generator().manual_seed(seed))


def pictures(channels: int = 3, count: int = 16, height: int = 16, width: int = 24) -> Tensor:
    return torch.rand(count, channels, height, width, generator=torch.Generator().manual_seed(1)) * 2 - 1


def changed(before: Tensor, after: Tensor) -> Tensor:
    return ((before - after).abs() > 1e-5).flatten(1).any(1)


@EACH
def test_active_above_zero_and_off_at_zero(config: AugmentConfig) -> None:
    x = pictures()
    # A shift may go nowhere.
    assert changed(x, augment(x, draws(), 1.0, config)).float().mean() > 0.8
    assert augment(x, draws(), 0.0, config) is x
    assert augment(x, draws(), 1.0, replace(config, mode="off")) is x


def test_nothing_chosen_changes_nothing() -> None:
    torch.testing.assert_close(augment(pictures(), draws(), 1.0, NONE), pictures(), rtol=0, atol=0)


@EACH
@pytest.mark.parametrize("strength", [0.2, 0.7])
def test_strength_is_the_probability_of_each_transformation(config: AugmentConfig, strength: float) -> None:
    x = pictures(count=1000, height=16, width=16)
    share = changed(x, augment(x, draws(1000), strength, config)).float().mean().item()
    # One shift in 25 goes nowhere.
    assert share == pytest.approx(strength, abs=0.06)


@EACH
def test_the_rest_of_the_pictures_is_left_exactly_alone(config: AugmentConfig) -> None:
    """Where a transformation does not happen, rounding apart, the picture is the same."""
    x, u = pictures(), draws()
    u[:, [0, 4, 7]] = 0.9
    torch.testing.assert_close(augment(x, u, 0.8, config), x, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_differentiable_for_every_number_of_channels(channels: int) -> None:
    x = pictures(channels).requires_grad_()
    y = augment(x, draws(), 0.8, ALL)
    assert y.shape == x.shape
    weights = torch.randn(y.shape, generator=torch.Generator().manual_seed(2))
    (gradient,) = torch.autograd.grad((y * weights).sum(), x)
    assert torch.isfinite(gradient).all()
    assert (gradient.flatten(1).abs().sum(1) > 0).all()


def test_gradients_agree_with_finite_differences() -> None:
    x = pictures(count=4, height=8, width=8).double().requires_grad_()
    u = draws(4).double()
    colour_and_cutout = replace(ALL, translation=False)
    assert torch.autograd.gradcheck(lambda p: augment(p, u, 0.8, colour_and_cutout), x, fast_mode=True)


def test_the_same_draws_transform_real_and_generated_pictures_alike() -> None:
    """Translation and cutout are linear in the picture, so a sum shows that the same was done to both parts."""
    first, second, u = pictures(), pictures().flip(0), draws()
    together = augment(torch.cat([first, second]), torch.cat([u, u]), 0.8, ALL)
    torch.testing.assert_close(together[:16], augment(first, u, 0.8, ALL))
    torch.testing.assert_close(together[16:], augment(second, u, 0.8, ALL))
    still = replace(ALL, colour=False)
    total = augment(first, u, 0.8, still) + augment(second, u, 0.8, still)
    torch.testing.assert_close(total, augment(first + second, u, 0.8, still))


def test_colour_leaves_alpha_alone() -> None:
    x = pictures(4)
    y = augment(x, draws(), 1.0, COLOUR)
    torch.testing.assert_close(y[:, 3], x[:, 3], rtol=0, atol=0)
    assert changed(x[:, :3], y[:, :3]).all()


def test_colour_is_brightness_then_saturation_then_contrast() -> None:
    x = pictures(count=1)
    u = torch.zeros(1, DRAWS)
    u[0, 1:4] = torch.tensor([0.5, 0.5, 0.5])
    torch.testing.assert_close(augment(x, u, 0.8, COLOUR), x, rtol=1e-5, atol=1e-5)
    brighter = u.clone()
    brighter[0, 1] = 0.9
    torch.testing.assert_close(augment(x, brighter, 0.8, COLOUR), x + 0.4, rtol=1e-5, atol=1e-5)
    grey = u.clone()
    grey[0, 2] = 0.0
    torch.testing.assert_close(
        augment(x, grey, 0.8, COLOUR), x.mean(1, keepdim=True).expand_as(x), rtol=1e-5, atol=1e-5
    )
    flat = u.clone()
    flat[0, 3] = 0.0
    torch.testing.assert_close(augment(x, flat, 0.8, COLOUR), x.mean() + (x - x.mean()) / 2, rtol=1e-5, atol=1e-5)


def test_grey_pictures_change_in_brightness_and_contrast() -> None:
    x = pictures(1)
    assert changed(x, augment(x, draws(), 1.0, COLOUR)).all()


def test_translation_shifts_by_whole_pixels_up_to_an_eighth_and_lets_zeros_in() -> None:
    x = pictures(count=200, height=16, width=24)
    y = augment(x, draws(200), 1.0, TRANSLATION)
    shifts = set()
    for before, after in zip(x, y, strict=True):
        for down in range(-2, 3):
            for right in range(-3, 4):
                moved = torch.zeros_like(before)
                moved[:, max(down, 0) : 16 + min(down, 0), max(right, 0) : 24 + min(right, 0)] = before[
                    :, max(-down, 0) : 16 + min(-down, 0), max(-right, 0) : 24 + min(-right, 0)
                ]
                if torch.equal(moved, after):
                    shifts.add((down, right))
                    break
            else:
                continue
            break
        else:
            pytest.fail("a picture was not shifted by whole pixels within an eighth of its sides")
    assert len(shifts) == 5 * 7


def test_cutout_is_one_box_of_half_the_sides() -> None:
    y = augment(torch.ones(64, 3, 16, 24), draws(64), 1.0, CUTOUT)
    assert set(y.unique().tolist()) == {0.0, 1.0}
    zero = y[:, 0] == 0
    assert (y[:, :1] == y).all(), "every channel loses the same box"
    rows, columns = zero.any(2).sum(1), zero.any(1).sum(1)
    assert (zero.sum((1, 2)) == rows * columns).all(), "the box is a rectangle"
    assert rows.max() == 8
    assert columns.max() == 12


def test_draws_for_a_group_are_those_of_one_process_cut_in_slices() -> None:
    """So that the transformations do not depend on how many processes share the batch."""
    x, u = pictures(), draws()
    assert u.shape == (16, DRAWS)
    halves = [augment(x[half], u[half], 0.8, ALL) for half in (slice(0, 8), slice(8, 16))]
    torch.testing.assert_close(torch.cat(halves), augment(x, u, 0.8, ALL))


def test_the_adaptive_strength_moves_towards_the_target_and_is_clamped() -> None:
    config = AugmentConfig(mode="adaptive", target=0.6, adapt_images=1000)
    assert adapt(0.3, 0.9, 100, config) == pytest.approx(0.4)
    assert adapt(0.3, 0.2, 100, config) == pytest.approx(0.2)
    assert adapt(0.0, -1.0, 100, config) == 0.0
    assert adapt(STRENGTH_MAX, 1.0, 100, config) == STRENGTH_MAX == 0.8
    strength = 0.0
    for _ in range(100):
        strength = adapt(strength, 1.0, 100, config)
        assert 0 <= strength <= 0.8
    assert strength == 0.8


def test_the_adaptive_strength_needs_the_stated_images() -> None:
    config, strength = AugmentConfig(adapt_images=800), 0.0
    for _ in range(40):
        strength = adapt(strength, 1.0, 8, config)
    assert strength == pytest.approx(0.4)
