"""Latents that lie far out, as those of photos and drawings do, moved to where people usually lie.

A child has been shown usual latents only: what lies beyond them it draws as a haze.
"""

from torch import Tensor

from ganima.latent.projection import axes_of
from ganima.picture.model import Model

LENGTH = 0.9
"""Of a usual w, in standard deviations along each axis, a root mean square."""


def usual(model: Model, ws: Tensor) -> Tensor:
    """`ws` [n, w_dim], of one picture, moved towards the mean until they are usual; the same where they are already."""
    axes = axes_of(model)
    coordinates = axes.coordinates(ws)
    length = float(coordinates.square().mean().sqrt())
    return ws if length <= LENGTH else axes.mean + coordinates * (LENGTH / length) @ axes.axes
