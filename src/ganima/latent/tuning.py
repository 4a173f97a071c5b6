"""Pivotal tuning: the generator adapted to one picture around its latent (Roich et al. 2021, arXiv 2106.05744)."""

import copy

import torch
from torch import Tensor

from ganima.latent.likeness import Likeness
from ganima.latent.projection import decline
from ganima.picture.build import AnyGenerator
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter, counted

RATE = 3e-4
"""Highest learning rate."""
NEAR = (0.3, 1.0)
"""Where other pictures are kept: so far, as a share, on the way from the latent to that of a random picture."""
LOCAL = 1.0
"""Weight of keeping the other pictures as they are."""
EVERY = 2
"""They are looked at every so many steps."""
MAPPING = ("mapping_net.", "embed.")
"""Starts of the names of weights that make the latent space, which stays that of the parent."""


def tune(
    model: Model,
    likeness: Likeness,
    ws: Tensor,
    steps: int,
    seed: int = 0,
    report: Reporter = QUIET,
) -> AnyGenerator:
    """A copy of the model's generator whose picture of `ws` [layers, w_dim] is nearer to the goal of `likeness`.

    Its mapping network is the same, and so are, nearly, its pictures of other latents.
    """
    tuned = copy.deepcopy(model.generator)
    weights = [weight for name, weight in tuned.named_parameters() if not name.startswith(MAPPING)]
    for weight in weights:
        weight.requires_grad_(True)
    optimizer = torch.optim.Adam(weights, betas=(0.9, 0.99))
    rng = torch.Generator().manual_seed(seed)
    for step in counted(range(steps), "tuning", steps, report):
        optimizer.param_groups[0]["lr"] = RATE * decline(step / steps)
        loss = likeness(tuned.synthesis(ws[None])).mean()
        if step % EVERY == 0:
            loss = loss + LOCAL * _changed(model, tuned, ws, rng)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return tuned.requires_grad_(False)


def _changed(model: Model, tuned: AnyGenerator, ws: Tensor, rng: torch.Generator) -> Tensor:
    """How much the picture of a random latent has changed: its mean squared difference."""
    with torch.no_grad():
        z = torch.randn(1, model.generator.z_dim, generator=rng)
        labels = model.labels.draw(1, rng)
        low, high = NEAR
        share = low + (high - low) * float(torch.rand((), generator=rng))
        other = ws.lerp(model.generator.mapping(z, labels), share)[None]
        before = model.generator.synthesis(other)
    return (tuned.synthesis(other) - before).square().mean()
