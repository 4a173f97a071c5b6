"""Penalties that keep the game stable, computed exactly by differentiating twice (also in bfloat16)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor


def gradient_norm_squared(logits: Tensor, pictures: Tensor) -> Tensor:
    """‖∇ₓ D(x)‖² for each sample [batch], differentiable. `pictures` must require a gradient and have led to `logits`.

    It has the precision of `pictures`: float32, whatever the networks compute in.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return gradient.square().sum((1, 2, 3))


def zero_centred(logits: Tensor, pictures: Tensor) -> Tensor:
    """½ E ‖∇ₓ D(x)‖²: R1 on real pictures, R2 on generated ones. Mescheder et al. 2018, arXiv 1801.04406."""
    return 0.5 * gradient_norm_squared(logits, pictures).mean()


def wgan_gp(discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """E (‖∇ D(x̂)‖ - 1)² on random mixtures x̂ of real and generated pictures. Gulrajani et al. 2017, arXiv 1704.00028.

    `mix` [batch, 1, 1, 1] is uniform in [0, 1].
    """
    between = (mix * real.detach() + (1 - mix) * fake.detach()).requires_grad_()
    norm = (gradient_norm_squared(discriminator(between), between) + 1e-12).sqrt()
    return (norm - 1).square().mean()


def path_length(pictures: Tensor, ws: Tensor, direction: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """(E (‖Jᵀy‖ - a)², new a): equal steps in w change the picture equally. Karras et al. 2020, arXiv 1912.04958,
    equation 4.

    `direction` y is standard normal noise shaped like `pictures`; `mean` a is the running mean of the path lengths (a
    scalar). `ws` is [batch, layers, w_dim]; the length is averaged over layers.
    """
    scaled = (pictures * direction).sum() / math.sqrt(pictures.shape[2] * pictures.shape[3])
    (gradient,) = torch.autograd.grad(scaled, ws, create_graph=True)
    lengths = gradient.square().sum(2).mean(1).sqrt()
    new_mean = mean.lerp(lengths.detach().mean(), 0.01)
    return (lengths - new_mean).square().mean(), new_mean
