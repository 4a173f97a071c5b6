"""The file of an encoder: which latent space it is for, and where one is looked for."""

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor

from ganima._version import __version__
from ganima.errors import GanimaError
from ganima.files import atomic, typed_json
from ganima.latent.encoder_network import Encoder, EncoderConfig
from ganima.models.file import Card, checksum
from ganima.models.library import SUFFIX, user_folder
from ganima.picture.model import Model

FORMAT = 1
"""Version of the file's layout; a reader refuses a higher one."""
ENDING = ".encoder" + SUFFIX
"""What follows the model's name in the name of its encoder's file."""


def encoder_path(model: Model) -> Path:
    """Where the encoder of `model` belongs: beside its file."""
    return model.path.with_name(model.path.name.removesuffix(SUFFIX) + ENDING)


def save_encoder(path: Path, encoder: Encoder, space: str, about: Card) -> None:
    """Writes an encoder (float16, safetensors), whole or not at all; `space` is `Model.space` of the models it is for.

    Raises GanimaError when a weight is not finite or does not fit into float16, and when the file cannot be written.
    """
    tensors = {name: tensor.detach().half().contiguous() for name, tensor in encoder.state_dict().items()}
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise GanimaError(f"cannot write {path}: the encoder holds values that are not finite")
    header = {
        "format": FORMAT,
        "space": space,
        "encoder": typed_json.dump(encoder.config),
        "about": {"version": __version__, **about},
    }
    header["checksum"] = _checksum(header, tensors)
    content = save_tensors(tensors, {"ganima": json.dumps(header, ensure_ascii=False)})
    atomic.write(path, lambda beside: beside.write_bytes(content))


def load_encoder(path: Path) -> tuple[Encoder, str]:
    """The encoder in a file, in evaluation mode, and the latent space that it is for.

    Raises GanimaError when the file is damaged, foreign, or made by a newer version.
    """
    header = _header(path)
    damaged = f"{path} is damaged: train it again, or get it again"
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        config: EncoderConfig = typed_json.parse(EncoderConfig, header["encoder"])
        if header.get("checksum") != _checksum(header, tensors) or len(config.widths) > len(tensors):
            raise GanimaError(damaged)
        # Layout before memory: a header that asks for absurd sizes must not allocate them.
        with torch.device("meta"):
            encoder = Encoder(config)
        if {n: t.shape for n, t in encoder.state_dict().items()} != {n: t.shape for n, t in tensors.items()}:
            raise GanimaError(damaged)
    except (SafetensorError, OSError, LookupError, TypeError, ValueError, ArithmeticError, RuntimeError) as error:
        raise GanimaError(damaged) from error
    encoder.to_empty(device="cpu").load_state_dict(tensors)
    return encoder.eval().requires_grad_(False), str(header["space"])


def find_encoder(model: Model) -> Encoder | None:
    """The encoder of `model`: beside its file, else any of the same latent space, bundled or the user's own.

    Raises GanimaError when the file that belongs to the model is damaged.
    """
    found = [encoder_path(model)]
    for folder in (Path(str(resources.files("ganima.models"))), user_folder()):
        found += sorted(folder.glob("*" + ENDING))
    for path in found:
        try:
            if not path.is_file() or _header(path)["space"] != model.space:
                continue
        except GanimaError:
            # Another model's file, which whoever uses that model will be told about.
            if path != found[0]:
                continue
            raise
        encoder, _ = load_encoder(path)
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


def _header(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, "pt") as file:
            raw = (file.metadata() or {}).get("ganima")
        header = json.loads(raw) if raw is not None else {}
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror or error}") from error
    except (SafetensorError, ValueError, RecursionError) as error:
        raise GanimaError(f"{path} is no encoder of ganima, or it is damaged") from error
    if not isinstance(header, dict) or "encoder" not in header or not isinstance(header.get("space"), str):
        raise GanimaError(f"{path} is no encoder: ganima did not write it, or it holds something else")
    if not isinstance(header.get("format"), int) or header["format"] > FORMAT:
        raise GanimaError(f"{path} was written by a newer ganima: upgrade to use it")
    return header


def _checksum(header: dict[str, Any], tensors: dict[str, Tensor]) -> str:
    said = json.dumps({key: value for key, value in header.items() if key != "checksum"}, sort_keys=True)
    return hashlib.sha256((said + checksum(tensors)).encode()).hexdigest()
