"""Moving a latent by what its picture will show, which a small network predicts from the latent.

In the latent space of a small generator, the way to a wider smile is another one for every person: no single direction
leads there, and the mean of all ways changes the person more than the smile. So a network of two hidden layers learns
what is measured on pictures (Hijack-GAN, Wang et al. 2021, arXiv 2011.14107, steers with such a proxy), and a latent is
moved in damped Gauss-Newton steps until the prediction shows the wanted change, and no other one.
"""

from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F
from torch import Tensor

STEPS = 8
"""Number of Gauss-Newton steps."""
RAMP = 6
"""The whole change is asked for from this step on: the way there is bent."""
DAMPING = 1.0
"""Price of a step of length one in whitened coordinates, where one is a standard deviation."""


@dataclass(frozen=True)
class Field:
    """The network, and the coordinates that it sees: w of each block of layers, whitened."""

    mean: Tensor
    """[w_dim], of w."""
    root: Tensor
    """[w_dim, w_dim]: whitened coordinates to w."""
    weight_1: Tensor
    """[hidden, blocks × w_dim]"""
    bias_1: Tensor
    weight_2: Tensor
    """[hidden, hidden]"""
    bias_2: Tensor
    weight_3: Tensor
    """[measures, hidden]: what the sliders are named after, and what else is seen and shall stay."""
    bias_3: Tensor
    importance: Tensor
    """[measures]: how much it matters that each one is as it shall be."""
    demand: Tensor
    """[named, measures]: the changes to ask for, for one unit of each slider: more than it shall be of what it names,
    as a part is always left undone, and the opposite of what would change along with it.
    """

    def steer(self, ws: Tensor, amounts: Tensor) -> Tensor:
        """ws [n, layers, w_dim] moved by `amounts` [n, named] of each slider. Deterministic on one thread."""
        start = self.whitened(ws)
        points, inputs = start, self.weight_1.shape[1]
        before = self.measures(start)
        wanted = amounts @ self.demand
        damping = DAMPING * torch.eye(len(self.importance))
        for step in range(1, STEPS + 1):
            slopes = self.slopes(points) * self.importance[:, None]
            missing = before + min(1.0, step / RAMP) * wanted - self.measures(points)
            shares = torch.linalg.solve(slopes @ slopes.mT + damping, missing * self.importance)
            points = points + torch.einsum("nm,nmi->ni", shares, slopes)
        blocks = (points - start).view(len(ws), inputs // len(self.mean), -1) @ self.root.t()
        return ws + blocks.repeat_interleave(ws.shape[1] // blocks.shape[1], dim=1)

    def whitened(self, ws: Tensor) -> Tensor:
        """ws [n, layers, w_dim] as the network's input [n, blocks × w_dim]: the mean w of each block."""
        blocks = self.weight_1.shape[1] // len(self.mean)
        means = ws.reshape(len(ws), blocks, -1, ws.shape[2]).mean(2)
        whitened: Tensor = (means - self.mean) @ torch.linalg.inv(self.root).t()
        return whitened.flatten(1)

    def measures(self, points: Tensor) -> Tensor:
        """Predictions [n, measures] in standard deviations."""
        hidden = F.silu(F.linear(points, self.weight_1, self.bias_1))
        hidden = F.silu(F.linear(hidden, self.weight_2, self.bias_2))
        return F.linear(hidden, self.weight_3, self.bias_3)

    def slopes(self, points: Tensor) -> Tensor:
        """Derivatives [n, measures, inputs] of the measures."""
        first = F.linear(points, self.weight_1, self.bias_1)
        second = F.linear(F.silu(first), self.weight_2, self.bias_2)
        outer = (self.weight_3 * _silu_slope(second)[:, None]) @ self.weight_2
        return (outer * _silu_slope(first)[:, None]) @ self.weight_1

    def tensors(self) -> dict[str, Tensor]:
        """All of it by name, for a file."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def field_from(tensors: dict[str, Tensor], named: int, w_dim: int, layers: int) -> Field:
    """A field from the tensors of a file. Raises ValueError when they do not belong together."""
    if set(tensors) != {part.name for part in fields(Field)}:
        raise ValueError("parts are missing")
    field = Field(**tensors)
    hidden, inputs = field.weight_1.shape
    measures = len(field.bias_3)
    shapes = {
        "mean": (w_dim,),
        "root": (w_dim, w_dim),
        "bias_1": (hidden,),
        "weight_2": (hidden, hidden),
        "bias_2": (hidden,),
        "weight_3": (measures, hidden),
        "importance": (measures,),
        "demand": (named, measures),
    }
    sound = inputs % w_dim == 0 and layers % (inputs // w_dim) == 0
    if not sound or any(tensors[name].shape != shape for name, shape in shapes.items()):
        raise ValueError("parts do not fit")
    return field


def _silu_slope(x: Tensor) -> Tensor:
    gate = torch.sigmoid(x)
    return gate * (1 + x * (1 - gate))
