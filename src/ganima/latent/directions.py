"""Named edit directions of a latent space: a file of them beside the model, and moving a latent along them."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.latent.field import Field, field_from
from ganima.latent.latents import Latent
from ganima.models.file import checksum
from ganima.models.library import SUFFIX, user_folder
from ganima.picture.model import Model

FORMAT = 1
"""Version of the file's layout; a reader refuses a higher one."""
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
    return model.path.with_name(model.path.name.removesuffix(SUFFIX) + ENDING)


def save_directions(path: Path, directions: Directions) -> None:
    """Writes a directions file (float16, safetensors), whole or not at all.

    Raises GanimaError when a value is not finite or does not fit into float16, and when the file cannot be written.
    """
    tensors = {"vectors": directions.vectors}
    if directions.field is not None:
        tensors |= {FIELD + name: tensor for name, tensor in directions.field.tensors().items()}
    tensors = {name: tensor.half().contiguous() for name, tensor in tensors.items()}
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise GanimaError(f"cannot write {path}: a direction holds values that are not finite")
    header = {
        "format": FORMAT,
        "directions": list(directions.names),
        "space": directions.space,
        "about": directions.about,
    }
    header["checksum"] = _checksum(header, tensors)
    content = save_tensors(tensors, {"ganima": json.dumps(header, ensure_ascii=False)})
    atomic.write(path, lambda beside: beside.write_bytes(content))


def load_directions(path: Path) -> Directions:
    """Reads a directions file. Raises GanimaError when it is damaged, foreign, or made by a newer version."""
    if not path.is_file():
        raise GanimaError(f"there is no directions file {path}")
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {}).get("ganima", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror or error}") from error
    except (SafetensorError, ValueError, RecursionError) as error:
        raise GanimaError(f"{path} is no directions file of ganima, or it is damaged") from error
    if not isinstance(header, dict) or not isinstance(header.get("directions"), list):
        raise GanimaError(f"{path} is no directions file: ganima did not write it, or it holds something else")
    if not isinstance(header.get("format"), int) or header["format"] > FORMAT:
        raise GanimaError(f"{path} was written by a newer ganima: upgrade to use it")
    try:
        if header.get("checksum") != _checksum(header, tensors):
            raise ValueError("it has changed")
        return _directions(header, tensors)
    except (LookupError, TypeError, ValueError, RuntimeError) as error:
        raise GanimaError(f"{path} is damaged ({error}): find the directions again") from error


class NoDirections(GanimaError):
    """Nobody has found directions of this model yet."""


def find_directions(model: Model) -> Directions:
    """The directions of `model`: beside its file, else any of the same latent space that are the user's own or bundled.

    For a bundled model the user's own come first. Raises NoDirections when there are none, and GanimaError when the
    file beside the model is damaged.
    """
    beside = directions_path(model)
    bundled = Path(str(resources.files("ganima.models")))
    if beside.parent != bundled and beside.is_file() and _fit(found := load_directions(beside), model):
        return found
    for folder in (user_folder(), bundled):
        for path in sorted(folder.glob("*" + ENDING)):
            try:
                found = load_directions(path)
            except GanimaError:
                # Another model's file, which whoever uses that model will be told about.
                if path == beside:
                    raise
                continue
            if _fit(found, model):
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


def _directions(header: dict[str, Any], tensors: dict[str, Tensor]) -> Directions:
    """Raises LookupError, TypeError, ValueError or GanimaError when the file contradicts itself."""
    names, vectors, about = header["directions"], tensors["vectors"], header["about"]
    if vectors.ndim != 3 or len(vectors) != len(names) or len(set(names)) < len(names) or not isinstance(about, dict):
        raise ValueError("names and directions differ")
    if not all(tensor.dtype == torch.float16 and torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise ValueError("values are not finite")
    parts = {name.removeprefix(FIELD): t.float() for name, t in tensors.items() if name.startswith(FIELD)}
    _, layers, w_dim = vectors.shape
    field = field_from(parts, len(names), w_dim, layers) if parts else None
    return Directions(tuple(check_name(str(name)) for name in names), vectors.float(), header["space"], about, field)


def _fit(directions: Directions, model: Model) -> bool:
    layout = (model.generator.layers, len(model.generator.w_mean))
    return directions.space == model.space and directions.vectors.shape[1:] == layout


def _checksum(header: dict[str, Any], tensors: dict[str, Tensor]) -> str:
    """Over all that the file says: a name or a table that has changed would mislead as much as a number."""
    said = json.dumps({key: value for key, value in header.items() if key != "checksum"}, sort_keys=True)
    return hashlib.sha256((said + checksum(tensors)).encode()).hexdigest()
