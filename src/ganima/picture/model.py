"""A model of pictures: its networks, its labels and its card."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ganima.data.labels import Labels, labels_of_card
from ganima.errors import GanimaError
from ganima.models.file import Card, _network, _read, _tensors
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


@dataclass(frozen=True)
class Model:
    """A generator that is ready to sample from, with what is known about it."""

    generator: AnyGenerator
    """In evaluation mode, float32, on the CPU."""
    card: Card
    """The card, as it stands in the file."""
    sha256: str
    """Of the whole file, in hexadecimal."""
    path: Path
    """Where it was read from: what belongs to a model lies beside it."""

    @property
    def space(self) -> str:
        """SHA-256 of the model whose latent space this one has: its own, or that of the model it was made from."""
        return str(self.card.get("space") or self.sha256)

    @property
    def name(self) -> str:
        """The name in the card."""
        return str(self.card["name"])

    @cached_property
    def labels(self) -> Labels:
        """What its pictures can be asked to be; empty for a model without labels."""
        return labels_of_card(self.card)


def origin_of(model: Model, *consents: str) -> Origin:
    """Name and hash of the model, and who agreed to be shown, see `models.origin`."""
    return origin(model.card, model.sha256, *consents)


def load_model(path: Path) -> Model:
    """Reads a model file. Raises GanimaError when it is damaged, foreign, or made by a newer version."""
    content, header = _read(path)
    if "kind" in header["card"]:
        raise GanimaError(f"{path} holds a {header['card']['kind']}, which makes no pictures: give a model of pictures")
    tensors = _tensors(path, content, header)
    generator = _network(path, header, tensors, "generator", lambda data: build_generator(generator_config(data)))
    generator.eval().requires_grad_(False)
    model = Model(generator, header["card"], hashlib.sha256(content).hexdigest(), path)
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
    content, header = _read(path)
    if "discriminator" not in header:
        return None
    tensors = _tensors(path, content, header)
    network: AnyDiscriminator = _network(
        path, header, tensors, "discriminator", lambda data: build_discriminator(discriminator_config(data))
    )
    return network
