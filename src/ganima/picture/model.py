"""A model of pictures: its networks, its labels and its card."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from ganima.data.labels import Labels, labels_of_card
from ganima.errors import GanimaError
from ganima.files import typed_json
from ganima.gan.critics.heads import Heads, HeadsConfig
from ganima.models.card import Card, card_of
from ganima.models.file import open_model, read_network, save_model
from ganima.models.origin import origin
from ganima.picture.build import (
    AnyDiscriminator,
    AnyGenerator,
    build_discriminator,
    build_generator,
    discriminator_config,
    generator_config,
)
from ganima.provenance import Origin

KIND = "picture model"
"""What the card calls such a model."""


@dataclass(frozen=True)
class Model:
    """A generator that is ready to sample from, with what is known about it."""

    generator: AnyGenerator
    """In evaluation mode, float32, on the CPU."""
    card: Card
    """The card, as it stands in the file."""
    sha256: str
    """Of the whole file, in hexadecimal."""
    space: str
    """Which latent space it has, see `ModelFile.space`: that of the model it was made from, or its own."""
    path: Path
    """Where it was read from: what belongs to a model lies beside it."""

    @property
    def name(self) -> str:
        """The name in the card."""
        return self.card.name

    @cached_property
    def labels(self) -> Labels:
        """What its pictures can be asked to be; empty for a model without labels."""
        return labels_of_card(self.card.facts)


def origin_of(model: Model, *consents: str) -> Origin:
    """Name and hash of the model, and who agreed to be shown, see `models.origin`."""
    return origin(model.card, model.sha256, *consents)


def save_picture_model(
    path: Path,
    generator: AnyGenerator,
    discriminator: AnyDiscriminator | None,
    said: Mapping[str, Any],
    dtype: torch.dtype = torch.float16,
    critics: Heads | None = None,
) -> None:
    """Writes a model of pictures; discriminator and critics are kept for whoever wants to train on from here.

    `said` is what its card says, by name, but for the kind. Raises GanimaError as `models.file.save_model` does.
    """
    parts = {"generator": generator, "discriminator": discriminator, "critics": critics}
    save_model(path, parts, card_of({**said, "kind": KIND}), dtype)


def load_model(path: Path) -> Model:
    """Reads a model file. Raises GanimaError when it is damaged, foreign, of another kind, or made by a newer
    version.
    """
    file = open_model(path)
    file.require(KIND)
    generator = read_network(file, "generator", generator_config, build_generator, torch.channels_last)
    generator.eval().requires_grad_(False)
    model = Model(generator, file.card, file.sha256, file.space, path)
    try:
        sound = generator.config.classes == len(model.labels.classes)
    except (TypeError, ValueError) as error:
        raise GanimaError(f"the card of {path} is damaged ({error}): get the file again from where it came") from error
    if not sound:
        raise GanimaError(
            f"the card of {path} is damaged: it names other classes than the model's {generator.config.classes}"
        )
    return model


def load_discriminator(path: Path) -> AnyDiscriminator | None:
    """The discriminator that the generator was trained against, if the file holds it."""
    file = open_model(path)
    if "discriminator" not in file.layouts:
        return None
    return read_network(file, "discriminator", discriminator_config, build_discriminator, torch.channels_last)


def load_critics(path: Path) -> Heads | None:
    """The heads of the critics that the generator was trained against, if the file holds them."""
    file = open_model(path)
    if "critics" not in file.layouts:
        return None

    def parse(data: Any) -> HeadsConfig:
        layout: HeadsConfig = typed_json.parse(HeadsConfig, data)
        return layout

    return read_network(file, "critics", parse, Heads, torch.channels_last)
