"""The file of an encoder: which latent space it is for, and where one is looked for."""

from pathlib import Path

import torch
from torch import Tensor

from ganima.latent.encoder.network import Encoder, EncoderConfig
from ganima.models.card import Facts, card_of
from ganima.models.file import load_network, save_model
from ganima.models.library import SUFFIX, find, path_beside
from ganima.picture.model import Model

KIND = "encoder"
"""What the card calls such a file, and the name of its part."""
ENDING = ".encoder" + SUFFIX
"""What follows the model's name in the name of its encoder's file."""


def encoder_path(model: Model) -> Path:
    """Where the encoder of `model` belongs: beside its file."""
    return path_beside(model.path, ENDING)


def save_encoder(path: Path, encoder: Encoder, space: str, about: Facts) -> None:
    """Writes an encoder (float16), whole or not at all; `space` is `Model.space` of the models it is for.

    Raises GanimaError when a weight is not finite or does not fit into float16, and when the file cannot be written.
    """
    said = {"name": path.name.removesuffix(ENDING), **about, "kind": KIND, "space": space}
    save_model(path, {KIND: encoder}, card_of(said))


def load_encoder(path: Path) -> tuple[Encoder, str]:
    """The encoder in a file, in evaluation mode, and the latent space that it is for.

    Raises GanimaError when the file is damaged, foreign, or made by a newer version.
    """
    encoder, file = load_network(path, KIND, KIND, EncoderConfig, Encoder)
    return encoder, file.space


def find_encoder(model: Model) -> Encoder | None:
    """The encoder of `model`: beside its file, else any of the same latent space, the user's own or bundled.

    Raises GanimaError when the file that belongs to the model is damaged.
    """
    for file in find(KIND, model.space, encoder_path(model)):
        encoder, _ = load_encoder(file.path)
        if fits(encoder, model):
            return encoder
    return None


def fits(encoder: Encoder, model: Model) -> bool:
    """Whether the encoder takes the pictures of the model, and gives its latents."""
    layout, own = model.generator.config, encoder.config
    size = (layout.height, layout.width, layout.channels, model.generator.layers, len(model.generator.w_mean))
    return (own.height, own.width, own.channels, own.layers, own.w_dim) == size


@torch.no_grad()
def encode(encoder: Encoder, picture: Tensor) -> Tensor:
    """ws [layers, w_dim] of a picture [1, channels, height, width] in [-1, 1]."""
    ws: Tensor = encoder(picture)[0]
    return ws
