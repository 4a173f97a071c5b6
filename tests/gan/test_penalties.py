"""Penalties against discriminators and generators whose gradients are known, and their own gradients."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from ganima.gan.penalties import gradient_norm_squared, path_length, wgan_gp, zero_centred
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.picture.generator import Generator, GeneratorConfig


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


def pictures(batch: int = 4) -> Tensor:
    return torch.randn(batch, 3, 4, 5, dtype=torch.float64)


def linear(weight: Tensor) -> Callable[[Tensor], Tensor]:
    """D(x) = <w, x>, whose gradient is w everywhere."""
    return lambda x: (x * weight).sum((1, 2, 3))


def test_zero_centred_penalty_of_a_linear_discriminator_is_half_its_squared_norm() -> None:
    weight = torch.randn(3, 4, 5, dtype=torch.float64)
    x = pictures().requires_grad_()
    torch.testing.assert_close(gradient_norm_squared(linear(weight)(x), x), weight.square().sum().expand(4))
    torch.testing.assert_close(zero_centred(linear(weight)(x), x), 0.5 * weight.square().sum())


def test_zero_centred_penalty_of_a_quadratic_discriminator() -> None:
    """D(x) = a/2 ‖x‖² has the gradient a x, and the penalty grows with a²."""
    x = pictures().requires_grad_()
    a = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    penalty = zero_centred(0.5 * a * x.square().sum((1, 2, 3)), x)
    mean_norm = x.detach().square().sum((1, 2, 3)).mean()
    torch.testing.assert_close(penalty, 0.5 * 9 * mean_norm)
    torch.testing.assert_close(torch.autograd.grad(penalty, a)[0], 3 * mean_norm)


def test_samples_are_penalised_one_by_one() -> None:
    """The mean over samples of the squared norm, not the squared norm of a mean."""
    x = pictures(2).requires_grad_()
    scale = torch.tensor([1.0, 3.0], dtype=torch.float64)
    logits = scale * linear(torch.ones(3, 4, 5, dtype=torch.float64))(x)
    torch.testing.assert_close(gradient_norm_squared(logits, x), 60 * scale.square())


@pytest.mark.parametrize("norm", [0.5, 1.0, 3.0])
def test_wgan_gp_of_a_linear_discriminator(norm: float) -> None:
    weight = torch.randn(3, 4, 5, dtype=torch.float64)
    weight = (norm * weight / weight.norm()).requires_grad_()
    penalty = wgan_gp(linear(weight), pictures(), pictures(), torch.rand(4, 1, 1, 1, dtype=torch.float64))
    assert penalty.item() == pytest.approx((norm - 1) ** 2, abs=1e-6)
    (gradient,) = torch.autograd.grad(penalty, weight)
    # It pulls the norm towards one: along w where it is too long, against it where it is too short.
    torch.testing.assert_close(gradient, 2 * (norm - 1) * weight.detach() / norm, rtol=1e-5, atol=1e-8)


def test_wgan_gp_looks_between_real_and_generated_pictures() -> None:
    real, fake, seen = torch.zeros(3, 1, 2, 2), torch.ones(3, 1, 2, 2), []

    def discriminator(x: Tensor) -> Tensor:
        seen.append(x.detach())
        return x.sum((1, 2, 3))

    wgan_gp(discriminator, real, fake, torch.tensor([0.0, 0.25, 1.0]).view(3, 1, 1, 1))
    assert seen[0][:, 0, 0, 0].tolist() == [1.0, 0.75, 0.0]


class Analytic(nn.Module):
    """A smooth discriminator with few parameters, for finite differences."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, dtype=torch.float64)
        self.last = nn.Linear(4 * 2 * 3, 1, dtype=torch.float64)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.tanh(self.first(x)).flatten(1))[:, 0]


@pytest.mark.parametrize("kind", ["zero-centred", "wgan-gp"])
def test_second_order_gradients_agree_with_finite_differences(kind: str) -> None:
    network, x, other, mix = Analytic(), pictures(), pictures(), torch.rand(4, 1, 1, 1, dtype=torch.float64)

    def penalty() -> Tensor:
        if kind == "wgan-gp":
            return wgan_gp(network, x, other, mix)
        seen = x.clone().requires_grad_()
        return zero_centred(network(seen), seen)

    # The last bias moves no gradient of D.
    parameters = [p for name, p in network.named_parameters() if name != "last.bias"]
    exact = torch.autograd.grad(penalty(), parameters)
    step = 1e-5
    for parameter, gradient in zip(parameters, exact, strict=True):
        direction = torch.randn_like(parameter)
        with torch.no_grad():
            parameter += step * direction
        above = penalty().item()
        with torch.no_grad():
            parameter -= 2 * step * direction
        below = penalty().item()
        with torch.no_grad():
            parameter += step * direction
        assert (gradient * direction).sum().item() == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-9)


def test_r1_in_bfloat16_is_as_in_float32() -> None:
    discriminator = Discriminator(DiscriminatorConfig(32, 32, 3, (32, 32, 32, 16)))
    x = torch.randn(16, 3, 32, 32)
    values, gradients = {}, {}
    for dtype in (torch.float32, torch.bfloat16):
        seen = x.clone().requires_grad_()
        penalty = zero_centred(discriminator(seen, dtype=dtype), seen)
        discriminator.zero_grad()
        penalty.backward()
        values[dtype] = penalty.item()
        gradients[dtype] = torch.cat([p.grad.flatten() for p in discriminator.parameters() if p.grad is not None])
    assert values[torch.bfloat16] / values[torch.float32] == pytest.approx(1, abs=0.03)
    likeness = torch.nn.functional.cosine_similarity(gradients[torch.float32], gradients[torch.bfloat16], dim=0)
    assert likeness > 0.99


# Path length


def linear_pictures(ws: Tensor, jacobian: Tensor) -> Tensor:
    """G(w) = J w with w the sum over layers, [batch, 3, 4, 5]."""
    return torch.einsum("chwd,bd->bchw", jacobian, ws.sum(1))


def test_path_length_of_a_linear_generator() -> None:
    ws = torch.randn(4, 2, 6, dtype=torch.float64, requires_grad=True)
    jacobian = torch.randn(3, 4, 5, 6, dtype=torch.float64)
    direction = torch.randn(4, 3, 4, 5, dtype=torch.float64)
    mean = torch.tensor(2.0, dtype=torch.float64)
    # ‖Jᵀy‖ with y scaled by the number of pixels; both layers have the same gradient.
    lengths = torch.einsum("chwd,bchw->bd", jacobian, direction / math.sqrt(20)).norm(dim=1)
    penalty, new_mean = path_length(linear_pictures(ws, jacobian), ws, direction, mean)
    torch.testing.assert_close(new_mean, mean + 0.01 * (lengths.mean() - mean))
    torch.testing.assert_close(penalty, (lengths - new_mean).square().mean())


def test_path_length_is_zero_where_every_step_has_the_mean_length_and_drives_towards_it() -> None:
    ws = torch.randn(1, 1, 6, dtype=torch.float64, requires_grad=True)
    jacobian = torch.randn(3, 4, 5, 6, dtype=torch.float64, requires_grad=True)
    direction = torch.randn(1, 3, 4, 5, dtype=torch.float64)
    own = (
        path_length(linear_pictures(ws, jacobian), ws, direction, torch.zeros((), dtype=torch.float64))[0].sqrt() / 0.99
    )
    penalty, _ = path_length(linear_pictures(ws, jacobian), ws, direction, own.detach())
    assert penalty.item() == pytest.approx(0, abs=1e-12)
    too_long, _ = path_length(linear_pictures(ws, jacobian), ws, direction, 0.5 * own.detach())
    (gradient,) = torch.autograd.grad(too_long, jacobian)
    assert (gradient * jacobian).sum() > 0


def test_path_length_reaches_the_weights_of_a_real_generator() -> None:
    generator = Generator(GeneratorConfig(16, 16, 3, (8, 8, 8), z_dim=8, w_dim=8))
    ws = generator.mapping(torch.randn(4, 8))[:, None].expand(-1, generator.layers, -1)
    made = generator.synthesis(ws)
    penalty, mean = path_length(made, ws, torch.randn_like(made), torch.zeros(()))
    penalty.backward()
    assert mean > 0
    assert generator.levels[0].conv.weight.grad.abs().sum() > 0
    assert generator.mapping_net.layers[0].weight.grad.abs().sum() > 0
