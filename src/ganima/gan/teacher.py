"""A classifier as the generator's teacher: it says where a picture does not show what its labels ask for.

The auxiliary classifier of Odena et al. (2017, arXiv 1610.09585), trained beforehand on real pictures and then left as
it is: it can look at a part of the picture alone, such as a face's eyes, which are a hundredth of what a discriminator
has to judge. The discriminator goes on asking for pictures that look real, so that the teacher cannot be pleased with
signs that only a classifier sees.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.data.labels import UNKNOWN
from ganima.evaluate.classifier import Classifier, heads

JITTER = 4
"""Pixels by which the part that is seen is moved at most: what is learned must not hang on a single place."""


@dataclass(frozen=True)
class Teacher:
    """Part of a training step, see `gan.step.train_step`."""

    classifier: Classifier
    """Knows the labels of the pictures that are trained on, in their order; it sees `part` at its full size."""
    groups: tuple[str, ...]
    """The kinds of labels that it teaches; empty for all."""
    part: tuple[float, float, float, float]
    """Left, top, right and bottom of what it sees, as shares of the picture."""
    weight: float
    """Of its loss beside the game."""

    def __call__(self, pictures: Tensor, labels: Tensor, rng: torch.Generator) -> Tensor:
        """The classifier's mean cross-entropy, weighted, on `pictures` [batch, channels, height, width] in [-1, 1].

        `labels`, [batch] or [batch, groups], are those that were asked for; `rng` draws by how much the part is moved.
        """
        down, across = (torch.randint(2 * JITTER + 1, (2,), generator=rng) - JITTER).tolist()
        logits = self.classifier.net(on_white(cropped(pictures, self.part, down, across)))
        known = self.classifier.labels
        asked = labels.reshape(len(labels), -1)
        losses = [torch.zeros((), device=pictures.device)]
        for place, (group, numbers) in enumerate(zip(known.groups or ("",), heads(known), strict=True)):
            there = asked[:, place] != UNKNOWN
            if (not self.groups or group in self.groups) and there.any():
                within = torch.searchsorted(numbers, asked[there, place])
                losses.append(F.cross_entropy(logits[there][:, numbers], within))
        return self.weight * torch.stack(losses).sum() / max(len(losses) - 1, 1)


def cropped(pictures: Tensor, part: tuple[float, float, float, float], down: int = 0, across: int = 0) -> Tensor:
    """A part of pictures [batch, channels, height, width]: left, top, right and bottom as shares of their sides.

    It is moved by so many pixels `down` and `across`, as far as it stays inside.
    """
    height, width = pictures.shape[2:]
    left, top, right, bottom = (round(share * side) for share, side in zip(part, (width, height) * 2, strict=True))
    down = min(max(down, -top), height - bottom)
    across = min(max(across, -left), width - right)
    return pictures[:, :, top + down : bottom + down, left + across : right + across]


def on_white(pictures: Tensor) -> Tensor:
    """RGB pictures in [-1, 1]: what is transparent lies on white; grey is repeated."""
    if pictures.shape[1] < 4:
        return pictures.float().expand(-1, 3, -1, -1)
    x = pictures.float().clamp(-1, 1)
    alpha = (x[:, 3:] + 1) / 2
    return x[:, :3] * alpha + (1 - alpha)
