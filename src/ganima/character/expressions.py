"""The same character with other expressions, from a model that was trained with labels for mouth and eyes."""

import math

import torch
from torch import Tensor

from ganima.appearance.latents import Latent, of_z
from ganima.appearance.render import pictures
from ganima.appearance.truncation import TRUNCATION, mean_of
from ganima.character.looks import FRAMES, Look
from ganima.gan.grid import to_images
from ganima.models.file import Model

EXPRESSIONS = {
    "Neutral": ("mouth=neutral", "eyes=open"),
    "Happy": ("mouth=smile", "eyes=open"),
    "Laughing": ("mouth=laugh", "eyes=happy"),
    "Sad": ("mouth=sad", "eyes=sad"),
    "Angry": ("mouth=sad", "eyes=angry"),
    "Surprised": ("mouth=surprised", "eyes=wide"),
    "Wink": ("mouth=smile", "eyes=wink"),
    "Sleepy": ("mouth=neutral", "eyes=closed"),
}
"""What each expression looks like, in the labels of the model."""
USUAL = EXPRESSIONS["Happy"]
"""How a character looks where nothing else is asked for."""
SCENES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ()),
    (8, ()),
    (11, ("eyes=closed",)),
    (14, ()),
    (24, ()),
    (30, EXPRESSIONS["Laughing"]),
    (38, EXPRESSIONS["Laughing"]),
    (44, ()),
    (50, ("eyes=wink",)),
    (55, ("eyes=wink",)),
    (60, ()),
)
"""Frames of the loop, and what is asked for there beside the character's own labels; in between it changes smoothly."""


def has_expressions(model: Model) -> bool:
    """Whether the model can draw all of them."""
    return {name for names in EXPRESSIONS.values() for name in names} <= set(model.labels.classes)


def expressions(model: Model, latent: Latent) -> list[Look]:
    """Every expression, of the character at `latent`."""
    ws = torch.stack([expressed(model, latent, names) for names in EXPRESSIONS.values()])
    images = to_images(pictures(model.generator, ws))
    captions = zip(EXPRESSIONS.items(), images, strict=True)
    return [Look(caption, " ".join(names), image) for (caption, names), image in captions]


def loop(model: Model, latent: Latent) -> Tensor:
    """ws [64, layers, w_dim] of a closed walk through a blink, a laugh and a wink."""
    places = [(frame, expressed(model, latent, names)) for frame, names in SCENES]
    places.append((FRAMES, places[0][1]))
    frames = []
    for (first, here), (last, there) in zip(places[:-1], places[1:], strict=True):
        for frame in range(first, last):
            frames.append(here.lerp(there, 0.5 - 0.5 * math.cos(math.pi * (frame - first) / (last - first))))
    return torch.stack(frames)


def expressed(model: Model, latent: Latent, names: tuple[str, ...]) -> Tensor:
    """ws [layers, w_dim] of the character at `latent` with other labels.

    Where a single z led to the latent and nothing has been moved since, that z with the labels leads on; otherwise it
    is moved as the mean of all pictures with its labels moves.
    """
    assert latent.label is not None
    label = model.labels.replaced(latent.label, model.labels.numbers(names))
    if latent.z is not None:
        own = of_z(model, latent.z, TRUNCATION, latent.label)
        return latent.ws + of_z(model, latent.z, TRUNCATION, label).ws - own.ws
    generator = model.generator
    return latent.ws + TRUNCATION * (mean_of(generator, label) - mean_of(generator, latent.label))
