"""One latent, many pictures: the looks of one person, and a loop in which that person seems to live.

A look changes w in some of the generator's layers only. The first layers hold the pose and the shape of the face, and stay; the
last ones hold light and colour, the ones between them the features (style mixing, Karras et al. 2019, arXiv 1812.04948).
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ganima.nets.build import AnyGenerator

TRUNCATION = 0.7
"""How far from the mean w a character lies, as a share: nearer is more typical and has fewer flaws."""
DONORS = 24
"""People tried for the looks; the ones that keep the identity best give theirs."""
FRAMES = 64
"""Pictures of the loop."""
MILLISECONDS = 45
"""How long each is shown: 64 make 2.9 seconds."""


@dataclass(frozen=True)
class Latent:
    """Where a character lies in the generator's latent space."""

    z: Tensor
    """[z_dim], from the seed."""
    w: Tensor
    """[w_dim], truncated towards the mean."""
    label: int | None
    """Number of the class, None for a model without classes."""


def latent(generator: AnyGenerator, seed: int, label: int | None = None, truncation: float = TRUNCATION) -> Latent:
    """The latent of `seed`; a model with classes draws the class from the seed as well, unless `label` names one."""
    source = torch.Generator().manual_seed(seed)
    z = torch.randn(1, generator.z_dim, generator=source)
    classes = generator.config.classes
    if classes and label is None:
        label = int(torch.randint(classes, (1,), generator=source))
    with torch.inference_mode():
        w = generator.mapping(z, torch.tensor([label]) if classes else None)
        w = generator.w_mean + truncation * (w - generator.w_mean)
    return Latent(z[0], w[0], label if classes else None)
