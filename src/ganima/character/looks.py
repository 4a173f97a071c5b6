"""One latent, many pictures: the looks of one person, and a loop in which that person looks about.

The looks are style mixes (Karras et al. 2019, arXiv 1812.04948): some of the generator's layers go part of the way to
the w of another seed. Which layers hold what differs from model to model, so a sample of mixes is measured: its light,
its colour, the movement of what it shows, and how much of the person is left. A regression over the sample then gives
the directions in which light, colour or pose change the most and the person the least.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ganima.latent.latents import Latent, of_seed
from ganima.picture.grid import to_images
from ganima.picture.model import Model
from ganima.picture.render import pictures
from ganima.picture.truncation import TRUNCATION

DONORS = 24
"""Seeds that each block of layers is mixed with."""
SAME_LIGHT = 0.9
"""Likeness that a change of light or colour must leave."""
SAME_FEATURES = (0.87, 0.95)
"""Likeness of a change of features: a different hour or year of the same person, and not the same picture again."""
SAME_LOOP = 0.95
"""Likeness that the loop keeps at its widest."""
FRAMES = 64
"""Pictures of the loop."""
MILLISECONDS = 45
"""How long each is shown: 64 make 2.9 seconds."""
BRIGHTNESS, WARMTH, CONTRAST, RIGHT, DOWN = range(5)
"""Columns of `Measures.values`."""
TONES = (
    (BRIGHTNESS, 1, 0.05, "Brighter", "brightness"),
    (BRIGHTNESS, -1, 0.05, "Darker", "brightness"),
    (WARMTH, 1, 0.06, "Warmer", "warmth"),
    (WARMTH, -1, 0.06, "Cooler", "warmth"),
    (CONTRAST, 1, 0.04, "More contrast", "contrast"),
    (CONTRAST, -1, 0.04, "Softer", "contrast"),
)
"""Changes of light and colour in the order in which they are tried: what is measured, which way, the most that is
neither burnt out nor murky (as a share of the full range), caption and detail."""
LIGHTS = 4
"""Looks in another light, at most."""
LEAST = 0.015
"""The smallest change of light or colour that is seen."""


@dataclass(frozen=True)
class Look:
    """One more picture of the same person."""

    caption: str
    """What is different, in a word or two."""
    detail: str
    """How it was made or measured."""
    image: Image.Image
    """At the model's own size."""


@dataclass(frozen=True)
class Measures:
    """What pictures show, beside the portrait."""

    values: Tensor
    """[n, 5]: change of brightness, warmth and contrast (shares of the full range), shift right and down in pixels."""
    structure: Tensor
    """[n, features], of length one: local contrast, which light and colour leave alone. A product is a likeness."""


class Person:
    """A character's portrait and the measured mixes around it."""

    def __init__(self, model: Model, place: Latent, seed: int) -> None:
        """`seed` decides whom `place` is mixed with."""
        self.model, self.generator = model, model.generator
        self.base = place.ws[None]
        self.portrait = pictures(self.generator, self.base)
        self.own = measure(self.portrait, self.portrait).structure[0]
        self.steps, self.names = self._mixes(place, seed)
        self.mixes = self._measure(self.base + self.steps)

    def image(self) -> Image.Image:
        """The portrait at the model's own size."""
        return to_images(self.portrait)[0]

    def looks(self, count: int = 8) -> list[Look]:
        """`count` looks: first those with another light or colour, then those with other features."""
        found: list[Look] = []
        for tone in TONES:
            look = self._light(*tone) if len(found) < min(count, LIGHTS) else None
            found += [look] if look is not None else []
        return found + (self._features(count - len(found)) if len(found) < count else [])

    def loop(self) -> list[Image.Image]:
        """A closed walk of `FRAMES` pictures around the portrait, along the directions in which the person moves."""
        sideways, upwards = (self._direction(column) for column in (RIGHT, DOWN))
        sideways, upwards = sideways * self._reach(sideways), upwards * self._reach(upwards)
        angle = torch.arange(FRAMES)[:, None, None] * (2 * math.pi / FRAMES)
        walk = torch.sin(angle) * sideways + 0.5 * torch.sin(2 * angle) * upwards
        return to_images(pictures(self.generator, self.base + walk))

    def _mixes(self, place: Latent, seed: int) -> tuple[Tensor, list[str]]:
        """Steps [n, layers, w_dim] from the portrait to its mixes, and what each one is."""
        layers = self.generator.layers
        length = max(1, layers // 2)
        # Half way is clean where the whole way is not; where one w steers everything it would still be another person.
        amount = 0.5 if layers > 1 else 0.3
        steps, names = [], []
        for i in range(DONORS):
            donor = (seed + 1 + i) % 2**32
            way = amount * (of_seed(self.model, donor, TRUNCATION, place.label).ws - place.ws)
            for first in sorted({0, layers // 4, layers - length}):
                step = torch.zeros_like(self.base[0])
                step[first : first + length] = way[first : first + length]
                steps.append(step)
                where = f"layers {first}-{first + length - 1}, " if layers > 1 else ""
                names.append(f"{where}{100 * amount:.0f} % towards seed {donor}")
        return torch.stack(steps), names

    def _measure(self, ws: Tensor) -> Measures:
        parts = [measure(pictures(self.generator, part), self.portrait) for part in torch.split(ws, 16)]
        return Measures(torch.cat([p.values for p in parts]), torch.cat([p.structure for p in parts]))

    def _direction(self, column: int) -> Tensor:
        """[layers, w_dim]: the way that raises one measure the most and changes structure and other measures the least.

        Ridge regression with the mixes as its basis, which stands for what the generator can do near the portrait.
        """
        values = self.mixes.values / self.mixes.values.std(0).clamp_min(1e-6)
        wanted, others = values[:, column], 0.3 * values[:, [c for c in range(values.shape[1]) if c != column]]
        change = self.mixes.structure - self.own
        change = change / change.norm(dim=1).mean().clamp_min(1e-6)
        unwanted = torch.cat([change, others], dim=1)
        gram = unwanted @ unwanted.t()
        ridge = 0.05 * gram.diagonal().mean() + 1e-6
        shares = torch.linalg.solve(gram + ridge * torch.eye(len(gram)), wanted)
        direction: Tensor = torch.einsum("n,nlw->lw", shares, self.steps)
        length = self.steps.flatten(1).norm(dim=1).mean() / direction.norm().clamp_min(1e-12)
        return direction * float(length)

    def _reach(self, direction: Tensor) -> float:
        """How far the loop may go both ways."""
        amounts = torch.tensor([0.05 * 1.5**i for i in range(9)])
        steps = amounts[:, None, None] * direction
        likeness = self._measure(torch.cat([self.base + steps, self.base - steps])).structure @ self.own
        return float(amounts[last_allowed(likeness.view(2, -1).amin(0) >= SAME_LOOP)])

    def _light(self, column: int, sign: int, most: float, caption: str, what: str) -> Look | None:
        """The strongest change of light or colour that leaves the person; None where the model has none to speak of."""
        direction = sign * self._direction(column)
        amounts = torch.tensor([0.1 * 1.35**i for i in range(10)])
        found = self._measure(self.base + amounts[:, None, None] * direction)
        changes = 100 * sign * found.values[:, column]
        allowed = ((found.structure @ self.own) >= SAME_LIGHT) & (changes <= 100 * most)
        # The prefix: what lies behind a change that is too large is another person by accident.
        best = int(torch.where(allowed.long().cumprod(0) == 1, changes, -math.inf).argmax())
        if changes[best] < 100 * LEAST or not allowed[best]:
            return None
        picture = pictures(self.generator, self.base + amounts[best] * direction)
        return Look(caption, f"{what} {sign * float(changes[best]):+.0f} %", to_images(picture)[0])

    def _features(self, count: int) -> list[Look]:
        """The mixes that differ the most from the portrait and from each other while the person stays."""
        likeness = self.mixes.structure @ self.own
        low, high = SAME_FEATURES
        outside = (low - likeness).clamp_min(0) + (likeness - high).clamp_min(0)
        difference = 1 - likeness
        chosen: list[int] = []
        for _ in range(count):
            # A mix outside of the range is taken only when none inside is left, the nearest first.
            score = difference - 100 * outside
            score[chosen] = -math.inf
            chosen.append(int(score.argmax()))
            difference = torch.minimum(difference, 1 - self.mixes.structure @ self.mixes.structure[chosen[-1]])
        images = to_images(pictures(self.generator, self.base + self.steps[chosen]))
        return [Look(f"Variation {i + 1}", self.names[n], images[i]) for i, n in enumerate(chosen)]


def last_allowed(allowed: Tensor) -> int:
    """Index of the last true value before the first false one; 0 where the first is false."""
    return max(int(allowed.long().cumprod(0).sum()) - 1, 0)


def measure(batch: Tensor, portrait: Tensor) -> Measures:
    """Compares pictures [n, channels, height, width] in [-1, 1] with the portrait [1, channels, height, width]."""
    colour, own = opaque(batch), opaque(portrait)
    grey, own_grey = colour.mean(1), own.mean(1)
    tone = torch.stack([grey.mean((1, 2)), (colour[:, 0] - colour[:, -1]).mean((1, 2)), grey.std((1, 2))], dim=1)
    own_tone = torch.stack([own.mean(), (own[0, 0] - own[0, -1]).mean(), own_grey.std()])
    return Measures(torch.cat([tone - own_tone, shift(grey, own_grey[0])], dim=1), structure(grey))


def opaque(batch: Tensor) -> Tensor:
    """Colours in [0, 1]; what is transparent counts as black."""
    colour = (batch + 1) / 2
    return colour[:, :3] * colour[:, 3:] if colour.shape[1] == 4 else colour


def shift(grey: Tensor, own: Tensor) -> Tensor:
    """[n, 2]: how many pixels [n, height, width] lie right of and below [height, width], to first order.

    One step of Lucas and Kanade 1981 over the whole picture.
    """
    down, right = torch.gradient(own)
    change = grey - own
    change = change - change.mean((1, 2), keepdim=True)
    gradients = torch.stack([right.flatten(), down.flatten()])
    normal = gradients @ gradients.t() + 1e-6 * torch.eye(2)
    moved: Tensor = torch.linalg.solve(normal, -gradients @ change.flatten(1).t())
    return moved.t()


def structure(grey: Tensor) -> Tensor:
    """[n, height, width] to [n, features] of length one: the local contrast at 32 pixels, equally strong everywhere."""
    height, width = grey.shape[1:]
    scale = min(1.0, 32 / max(height, width))
    small = F.adaptive_avg_pool2d(grey[:, None], (max(1, round(height * scale)), max(1, round(width * scale))))
    detail = small - blur(small)
    even = detail / (blur(detail.square()).sqrt() + 0.02)
    return F.normalize(even.flatten(1), dim=1)


def blur(x: Tensor) -> Tensor:
    """The mean over 9×9 pixels."""
    return F.avg_pool2d(x, 9, 1, 4, count_include_pad=False)
