"""The same character with other expressions, from a model that was trained with labels for mouth and eyes."""

import math

import torch
from torch import Tensor

from ganima.character.looks import FRAMES, Look
from ganima.latent.latents import Latent
from ganima.latent.relabel import relabelled
from ganima.picture.grid import to_images
from ganima.picture.model import Model
from ganima.picture.render import pictures

EXPRESSIONS = {
    "Neutral": ("mouth=neutral", "eyes=open"),
    "Happy": ("mouth=smile", "eyes=open"),
    "Laughing": ("mouth=laugh", "eyes=happy"),
    "Sad": ("mouth=sad", "eyes=closed"),
    "Angry": ("mouth=sad", "eyes=angry"),
    "Surprised": ("mouth=surprised", "eyes=wide"),
    "Wink": ("mouth=smile", "eyes=wink"),
    "Sleepy": ("mouth=neutral", "eyes=closed"),
}
"""What each expression looks like, in the labels of the model.

Eyes cast down tell sad from angry in every style; sad eyes differ from angry ones by the slant of two brows.
"""
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
    ws = torch.stack([relabelled(latent, model, names).ws for names in EXPRESSIONS.values()])
    images = to_images(pictures(model.generator, ws))
    captions = zip(EXPRESSIONS.items(), images, strict=True)
    return [Look(caption, " ".join(names), image) for (caption, names), image in captions]


def loop(model: Model, latent: Latent) -> Tensor:
    """ws [64, layers, w_dim] of a closed walk through a blink, a laugh and a wink."""
    places = [(frame, relabelled(latent, model, names).ws) for frame, names in SCENES]
    places.append((FRAMES, places[0][1]))
    frames = []
    for (first, here), (last, there) in zip(places[:-1], places[1:], strict=True):
        for frame in range(first, last):
            frames.append(here.lerp(there, 0.5 - 0.5 * math.cos(math.pi * (frame - first) / (last - first))))
    return torch.stack(frames)
