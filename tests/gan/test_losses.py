"""Each loss against its equation, worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from ganima.gan.losses import LOSSES, LossName

REAL = torch.tensor([2.0, -1.0])
FAKE = torch.tensor([0.5, -3.0])


def log_sigmoid(x: float) -> float:
    return math.log(1 / (1 + math.exp(-x)))


def log_one_minus_sigmoid(x: float) -> float:
    return math.log(1 - 1 / (1 + math.exp(-x)))


CROSS_ENTROPY_D = -(log_sigmoid(2) + log_sigmoid(-1)) / 2 - (log_one_minus_sigmoid(0.5) + log_one_minus_sigmoid(-3)) / 2

EXPECTED: dict[LossName, tuple[float, float]] = {
    "minimax": (CROSS_ENTROPY_D, (log_one_minus_sigmoid(0.5) + log_one_minus_sigmoid(-3)) / 2),
    "nonsaturating": (CROSS_ENTROPY_D, -(log_sigmoid(0.5) + log_sigmoid(-3)) / 2),
    # Means: real 0.5, fake -1.25.
    "wasserstein": (-1.25 - 0.5, 1.25),
    # Real: max(0, -1) and max(0, 2); fake: max(0, 1.5) and max(0, -2).
    "hinge": (2 / 2 + 1.5 / 2, 1.25),
    # Real: 1² and (-2)²; fake: 0.5² and 3²; generator: (-0.5)² and (-4)².
    "least-squares": (5 / 4 + 9.25 / 4, 16.25 / 4),
    # Pairs: real - fake is 1.5 and 2.
    "relativistic": (-(log_sigmoid(1.5) + log_sigmoid(2)) / 2, -(log_sigmoid(-1.5) + log_sigmoid(-2)) / 2),
}


def gradients(name: LossName, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """∂L_D/∂real, ∂L_D/∂fake and ∂L_G/∂fake."""
    real, fake = real.clone().requires_grad_(), fake.clone().requires_grad_()
    by_real, by_fake = torch.autograd.grad(LOSSES[name].discriminator(real, fake), (real, fake))
    (by_g,) = torch.autograd.grad(LOSSES[name].generator(fake, real), fake)
    return by_real, by_fake, by_g


def test_every_loss_is_checked() -> None:
    assert set(EXPECTED) == set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
def test_values_are_those_of_the_equations(name: LossName) -> None:
    discriminator, generator = EXPECTED[name]
    assert LOSSES[name].discriminator(REAL, FAKE).item() == pytest.approx(discriminator, rel=1e-5)
    assert LOSSES[name].generator(FAKE, REAL).item() == pytest.approx(generator, rel=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_d_pushes_real_up_and_fake_down_and_g_pushes_fake_up(name: LossName) -> None:
    """At an undecided discriminator; a descent goes against the gradient."""
    undecided = torch.full((4,), 0.5 if name == "least-squares" else 0.0)
    by_real, by_fake, by_g = gradients(name, undecided, undecided)
    assert (by_real < 0).all()
    assert (by_fake > 0).all()
    assert (by_g < 0).all()


def test_the_minimax_value_at_equilibrium_is_two_log_two() -> None:
    """Goodfellow et al. 2014, theorem 1: V = -log 4 where D is 1/2 everywhere."""
    zeros = torch.zeros(8)
    assert LOSSES["minimax"].discriminator(zeros, zeros).item() == pytest.approx(2 * math.log(2))
    assert LOSSES["minimax"].generator(zeros, zeros).item() == pytest.approx(-math.log(2))


def test_minimax_is_a_zero_sum_game_in_the_generated_pictures() -> None:
    _, by_fake, by_g = gradients("minimax", REAL, FAKE)
    torch.testing.assert_close(by_g, -by_fake)


def test_the_best_discriminator_of_the_cross_entropy_is_the_log_ratio_of_densities() -> None:
    """Goodfellow et al. 2014, proposition 1, at two places: 3 real to 1 generated at one, 1 to 3 at the other."""
    logits = torch.tensor([math.log(3.0), -math.log(3.0)], requires_grad=True)
    loss = LOSSES["minimax"].discriminator(logits[[0, 0, 0, 1]], logits[[0, 1, 1, 1]])
    (gradient,) = torch.autograd.grad(loss, logits)
    torch.testing.assert_close(gradient, torch.zeros(2))


def test_a_winning_discriminator_silences_minimax_but_not_the_non_saturating_loss() -> None:
    won = torch.full((1,), -20.0)
    real = torch.full((1,), 20.0)
    assert gradients("minimax", real, won)[2].abs().item() < 1e-8
    assert gradients("nonsaturating", real, won)[2].item() == pytest.approx(-1)
    assert gradients("wasserstein", real, won)[2].item() == pytest.approx(-1)
    assert gradients("hinge", real, won)[2].item() == pytest.approx(-1)
    assert gradients("relativistic", real, won)[2].item() == pytest.approx(-1)


def test_minimax_and_non_saturating_have_the_same_discriminator_and_gradient_at_equilibrium() -> None:
    zeros = torch.zeros(2)
    assert LOSSES["minimax"].discriminator is LOSSES["nonsaturating"].discriminator
    torch.testing.assert_close(gradients("minimax", zeros, zeros)[2], gradients("nonsaturating", zeros, zeros)[2])


def test_hinge_leaves_alone_what_is_beyond_the_margin() -> None:
    by_real, by_fake, by_g = gradients("hinge", torch.tensor([1.5, 0.5]), torch.tensor([-1.5, -0.5]))
    assert by_real.tolist() == [0, -0.5]
    assert by_fake.tolist() == [0, 0.5]
    assert by_g.tolist() == [-0.5, -0.5]


def test_least_squares_is_at_rest_where_real_is_one_and_fake_is_zero() -> None:
    by_real, by_fake, _ = gradients("least-squares", torch.ones(3), torch.zeros(3))
    assert by_real.abs().sum() == 0
    assert by_fake.abs().sum() == 0


@pytest.mark.parametrize("name", ["relativistic", "wasserstein"])
def test_only_differences_of_logits_count_in_relative_games(name: LossName) -> None:
    shifted = LOSSES[name].discriminator(REAL + 7, FAKE + 7)
    torch.testing.assert_close(shifted, LOSSES[name].discriminator(REAL, FAKE))


def test_the_relativistic_game_is_played_in_pairs() -> None:
    """Another order of the generated pictures is another game, and the two sides mirror each other."""
    loss = LOSSES["relativistic"]
    assert loss.discriminator(REAL, FAKE).item() != pytest.approx(loss.discriminator(REAL, FAKE.flip(0)).item())
    torch.testing.assert_close(loss.generator(FAKE, REAL), loss.discriminator(FAKE, REAL))


@pytest.mark.parametrize("name", LOSSES)
def test_extreme_logits_stay_finite(name: LossName) -> None:
    far = torch.tensor([1e4, -1e4])
    for value in (
        *gradients(name, far, -far),
        LOSSES[name].discriminator(far, -far),
        LOSSES[name].generator(-far, far),
    ):
        assert torch.isfinite(value).all()
