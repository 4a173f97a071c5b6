"""Regression test for mode collapse: a grid of 25 Gaussians, learned with the project's own losses and penalties."""

import copy

import torch
from torch import Tensor, nn

from ganima.gan.losses import LOSSES
from ganima.gan.penalties import zero_centred
from ganima.training import ema
from ganima.training.schedule import Schedule
from ganima.training.update import update

CENTRES = 2.0 * torch.cartesian_prod(torch.arange(5.0) - 2, torch.arange(5.0) - 2)
"""[25, 2]."""
DEVIATION = 0.2
LATENT = 2
STEPS = 4000
BATCH = 256
EVERY = 4
"""The penalties are lazy, as in the presets."""


def points(rng: torch.Generator) -> Tensor:
    """A batch of the mixture, as pictures of one pixel and two channels [batch, 2, 1, 1]."""
    centres = CENTRES[torch.randint(25, (BATCH,), generator=rng)]
    return (centres + DEVIATION * torch.randn(BATCH, 2, generator=rng))[:, :, None, None]


def perceptron(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Flatten()]
    for size_in in (inputs, 64, 64):
        layers += [nn.Linear(size_in, 64), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(64, outputs))


def learned(seed: int) -> nn.Module:
    """The average of a generator that was trained on the mixture."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    loss, rate, gamma = LOSSES["relativistic"], Schedule(5e-3, 2e-4), Schedule(3.0, 0.03)
    generator, discriminator = perceptron(LATENT, 2), perceptron(2, 1)
    average = copy.deepcopy(generator)
    optimizer_g, optimizer_d = (
        torch.optim.Adam(network.parameters(), betas=(0.0, 0.9), fused=True) for network in (generator, discriminator)
    )

    def generated() -> Tensor:
        return generator(torch.randn(BATCH, LATENT, generator=rng))[:, :, None, None]

    for step in range(STEPS):
        progress, lazy = step / STEPS, step % EVERY == 0
        for optimizer in (optimizer_g, optimizer_d):
            optimizer.param_groups[0]["lr"] = rate(progress)
        real, fake = points(rng).requires_grad_(lazy), generated().detach().requires_grad_(lazy)
        real_logits, fake_logits = discriminator(real)[:, 0], discriminator(fake)[:, 0]
        total = loss.discriminator(real_logits, fake_logits)
        if lazy:
            penalty = zero_centred(real_logits, real) + zero_centred(fake_logits, fake)
            total = total + EVERY * gamma(progress) * penalty
        update(discriminator, optimizer_d, total, clip=0.0)
        discriminator.requires_grad_(False)
        with torch.no_grad():
            real_logits = discriminator(real)[:, 0]
        update(generator, optimizer_g, loss.generator(discriminator(generated())[:, 0], real_logits), clip=0.0)
        discriminator.requires_grad_(True)
        ema.update(average, generator, ema.decay(BATCH, (step + 1) * BATCH, 0.05, 1e9))
    return average


def test_all_twenty_five_modes_are_found() -> None:
    samples = learned(seed=0)(torch.randn(10_000, LATENT, generator=torch.Generator().manual_seed(1))).detach()
    distance, mode = torch.cdist(samples, CENTRES).min(dim=1)
    near = distance < 3 * DEVIATION
    # Points spread evenly over the square would be near with a probability of 0.28.
    assert near.float().mean() > 0.55
    counts = torch.bincount(mode[near], minlength=25)
    fair = len(samples) / 25
    assert counts.min() > fair / 4, f"a mode was dropped: {counts.tolist()}"
    assert counts.max() < 2 * fair, f"a mode took over: {counts.tolist()}"
