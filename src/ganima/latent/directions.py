"""Named edit directions of a latent space: a file of them beside the model, and moving a latent along them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganima.errors import GanimaError
from ganima.latent.field import Field, field_from
from ganima.latent.latents import Latent
from ganima.models.card import Facts, card_of
from ganima.models.file import ModelFile, Part, open_model, save_model
from ganima.models.library import SUFFIX, find, path_beside
from ganima.picture.model import Model

KIND = "directions"
"""What the card calls such a file, and the name of its part."""
ENDING = ".directions" + SUFFIX
"""What follows the model's name in the name of its directions file."""
FIELD = "field."
"""What the names of the field's tensors begin with."""
AMOUNT_MAX = 5.0
"""How far a slider goes both ways."""
NAME_MAX = 40
"""Longest name of a direction in characters."""


@dataclass(frozen=True)
class Directions:
    """Sliders for the latents of one model, and of those that share its latent space."""

    names: tuple[str, ...]
    """What each one changes, or `direction-1` and so on where nobody has looked yet."""
    vectors: Tensor
    """[n, layers, w_dim], float32: one unit of a slider is about one standard deviation of what it changes."""
    space: str
    """`Model.space` of the models that they are for."""
    about: dict[str, Any]
    """How they were found, and what was measured."""
    field: Field | None = None
    """Where the way depends on the latent, and `vectors` are its mean. None where it is the same one everywhere."""


def directions_path(model: Model) -> Path:
    """Where the directions of `model` belong: beside its file."""
    return path_beside(model.path, ENDING)


def save_directions(path: Path, directions: Directions) -> None:
    """Writes a directions file (float16), whole or not at all.

    Raises GanimaError when a value is not finite or does not fit into float16, and when the file cannot be written.
    """
    tensors = {"vectors": directions.vectors}
    if directions.field is not None:
        tensors |= {FIELD + name: tensor for name, tensor in directions.field.tensors().items()}
    said = {**directions.about, "name": path.name.removesuffix(ENDING), "kind": KIND, "space": directions.space}
    save_model(path, {KIND: Part({"names": list(directions.names)}, tensors)}, card_of(said))


def load_directions(path: Path) -> Directions:
    """Reads a directions file. Raises GanimaError when it is damaged, foreign, or made by a newer version."""
    if not path.is_file():
        raise GanimaError(f"there is no directions file {path}")
    return _read(open_model(path))


class NoDirections(GanimaError):
    """Nobody has found directions of this model yet."""


def find_directions(model: Model) -> Directions:
    """The directions of `model`: beside its file, else any of the same latent space that are the user's own or bundled.

    For a bundled model the user's own come first. Raises NoDirections when there are none, and GanimaError when the
    file beside the model is damaged.
    """
    beside = directions_path(model)
    for file in find(KIND, model.space, beside):
        if _fit(found := _read(file), model):
            return found
    stale = f" (those in {beside.name} are for another model)" if beside.is_file() else ""
    raise NoDirections(f"the model {model.name!r} has no directions{stale}: find some first")


def move(latent: Latent, directions: Directions, settings: Mapping[str, float]) -> Latent:
    """`latent` moved along named directions by amounts in [-5, 5]; one is a clear change, three a strong one.

    Raises GanimaError for a name that is not there, which lists those that are, and for an amount out of range.
    """
    amounts = torch.zeros(len(directions.names))
    for name, amount in settings.items():
        if name not in directions.names:
            raise GanimaError(f"there is no direction {name!r}: choose from {', '.join(directions.names)}")
        if not (math.isfinite(amount) and abs(amount) <= AMOUNT_MAX):
            raise GanimaError(f"{name}={amount:g} is out of range: choose from {-AMOUNT_MAX:g} to {AMOUNT_MAX:g}")
        amounts[directions.names.index(name)] = amount
    if not settings:
        return latent
    return Latent(steer(latent.ws[None], directions, amounts[None])[0], latent.label)


def steer(ws: Tensor, directions: Directions, amounts: Tensor) -> Tensor:
    """ws [n, layers, w_dim] moved by `amounts` [n, directions] of each direction."""
    if directions.field is not None:
        return directions.field.steer(ws, amounts)
    return ws + torch.einsum("nd,dlw->nlw", amounts, directions.vectors)


def check_name(name: str) -> str:
    """`name`, if a direction can be called that. Raises GanimaError otherwise."""
    if not name or len(name) > NAME_MAX or not name.isprintable() or re.search(r"[\s=,]", name):
        raise GanimaError(f"{name!r} cannot be a direction's name: take a word without spaces, commas and =")
    return name


def _read(file: ModelFile) -> Directions:
    file.require(KIND)
    layout, tensors = file.layout(KIND), file.tensors(KIND)
    try:
        return _directions(file, layout["names"], tensors)
    except (LookupError, TypeError, ValueError, RuntimeError) as error:
        raise GanimaError(f"{file.path} is damaged ({error}): make it again, or get it again") from error


def _directions(file: ModelFile, names: Any, tensors: dict[str, Tensor]) -> Directions:
    """Raises LookupError, TypeError, ValueError or GanimaError when the file contradicts itself."""
    vectors = tensors["vectors"]
    if vectors.ndim != 3 or len(vectors) != len(names) or len(set(names)) < len(names):
        raise ValueError("names and directions differ")
    if not all(tensor.dtype == torch.float16 and torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise ValueError("values are not finite")
    parts = {name.removeprefix(FIELD): t.float() for name, t in tensors.items() if name.startswith(FIELD)}
    _, layers, w_dim = vectors.shape
    field = field_from(parts, len(names), w_dim, layers) if parts else None
    words = tuple(check_name(str(name)) for name in names)
    return Directions(words, vectors.float(), file.space, _about(file), field)


def _about(file: ModelFile) -> Facts:
    """What the card says of how they were found: all but what says which file it is."""
    return {
        name: said for name, said in file.card.to_json().items() if name not in ("name", "kind", "space", "version")
    }


def _fit(directions: Directions, model: Model) -> bool:
    layout = (model.generator.layers, len(model.generator.w_mean))
    return directions.space == model.space and directions.vectors.shape[1:] == layout
