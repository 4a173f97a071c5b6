"""The latent whose picture comes nearest to a given one, found by descent (the projection of StyleGAN2, Karras et al.
2020, arXiv 1912.04958, appendix D; one w for each layer: Abdal et al. 2019, arXiv 1904.03189).

The descent goes along the axes along which w varies, each as long as one standard deviation: a step is then as likely
in one direction as in another, and the distance from the mean says how usual a latent is (Zhu et al. 2020, arXiv
2012.09036, who straighten the mapping's last activation too; here that was not better).
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ganima.latent.components import DRAWN, draw_w, principal_axes
from ganima.latent.likeness import Likeness
from ganima.picture.build import AnyGenerator
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter, counted

THINNEST = 1e-6
"""No axis has a smaller share of the largest one's variance than this."""
RATE = 0.2
"""Highest learning rate, in standard deviations a step."""
WARM_UP = 10
"""Steps over which the rate rises."""
USUAL, ALIKE = 3e-2, 3e-2
"""Weights that keep w near the mean, and the w of the layers near each other, both as mean squared standard deviations:
far out and far apart, edits do not do what they do elsewhere (Tov et al. 2021, arXiv 2102.02766). A tenth of it comes
about 2 dB nearer, but a wider smile then makes another person."""

Space = Literal["w", "w+"]
"""One w for all layers, or one for each."""


@dataclass(frozen=True)
class Axes:
    """How w is spread: `mean + v @ axes` has the distribution's mean and covariance for a standard normal v."""

    mean: Tensor
    """[w_dim]"""
    axes: Tensor
    """[w_dim, w_dim], one axis a row."""

    def coordinates(self, ws: Tensor) -> Tensor:
        """ws [..., w_dim] in standard deviations along each axis."""
        v: Tensor = (ws - self.mean) @ torch.linalg.inv(self.axes)
        return v


def axes_of(model: Model) -> Axes:
    """The axes of a model's w, over all of its classes; always the same."""
    w = draw_w(model, DRAWN, seed=0)
    variances, directions = principal_axes(w)
    deviations = variances.clamp_min(THINNEST * float(variances[0])).sqrt()
    # What was drawn for inference alone cannot be descended through.
    return Axes(w.mean(0).clone(), (directions * deviations[:, None]).clone())


def project(
    generator: AnyGenerator,
    likeness: Likeness,
    start: Tensor,
    axes: Axes,
    steps: int,
    space: Space = "w+",
    report: Reporter = QUIET,
) -> Tensor:
    """ws [layers, w_dim] whose picture is near the goal of `likeness`, which has one picture.

    `start` [layers, w_dim] is where the descent begins; in the space `w` it is the mean of its layers.
    """
    begin = axes.coordinates(start if space == "w+" else start.mean(0, keepdim=True))
    v = begin.clone().requires_grad_()
    optimizer = torch.optim.Adam([v], betas=(0.9, 0.99))
    for step in counted(range(steps), "refining", steps, report):
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / WARM_UP) * decline(step / steps)
        ws = (axes.mean + v @ axes.axes).expand(generator.layers, -1)
        apart = v - v.mean(0)
        loss = likeness(generator.synthesis(ws[None])).mean()
        loss = loss + USUAL * v.square().mean() + ALIKE * apart.square().mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return (axes.mean + v.detach() @ axes.axes).expand(generator.layers, -1).clone()


def decline(share: float) -> float:
    """Half a cosine, from 1 at the start to 0 at the end."""
    return 0.5 * (1 + math.cos(math.pi * share))
