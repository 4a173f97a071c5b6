"""One model is one safetensors file: weights, and a JSON card in its header. Data, never code.

Weights are kept in float16; those of imported models in float32, so that their pictures stay what they were; those of
bundled models of sound as whole numbers of 8 bits, with a scale for each row.
"""

import hashlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from ganima._version import __version__
from ganima.errors import GanimaError
from ganima.files import atomic, typed_json

FORMAT = 1
"""Version of the file's layout; a reader refuses a higher one."""
ROW_SCALE = "#scale"
"""Ends the name of the scales [rows] of a tensor that is kept in whole numbers."""
SMALL = 4096
"""Tensors with fewer weights, and vectors, are never kept in whole numbers."""
HEADER_MAX = 100_000_000
"""No header is longer than this many bytes: the limit of the safetensors format."""

L = TypeVar("L")
N = TypeVar("N", bound=nn.Module)
Card = dict[str, Any]
"""What is said about a model: name, description, data, licence, attribution, training, metrics, date, version."""


def save_model(
    path: Path,
    generator: nn.Module,
    discriminator: nn.Module | None,
    card: Card,
    dtype: torch.dtype = torch.float16,
) -> None:
    """Writes a model file; the discriminator is kept for whoever wants to train on from here.

    `dtype` is the precision of the weights; int8 keeps matrices in whole numbers. Raises GanimaError when a weight is
    not finite or does not fit into it, and when the file cannot be written.
    """
    tensors: dict[str, Tensor] = {}
    header: dict[str, Any] = {"format": FORMAT, "card": {"version": __version__, **card}}
    for part, network in (("generator", generator), ("discriminator", discriminator)):
        if network is None:
            continue
        header[part] = typed_json.dump(network.config)
        for name, tensor in network.state_dict().items():
            for ending, kept in _kept(tensor.detach().cpu(), dtype).items():
                if not torch.isfinite(kept).all():
                    raise GanimaError(f"cannot write {path}: {part}.{name} holds values that are not finite")
                tensors[f"{part}.{name}{ending}"] = kept.contiguous()
    header["checksum"] = checksum(tensors)
    content = save_tensors(tensors, {"ganima": json.dumps(header, ensure_ascii=False)})
    atomic.write(path, lambda beside: beside.write_bytes(content))


def _kept(value: Tensor, dtype: torch.dtype) -> dict[str, Tensor]:
    """A tensor as it stands in the file, by the ending of its name."""
    if not value.is_floating_point():
        return {"": value}
    if dtype != torch.int8:
        return {"": value.to(dtype)}
    if value.ndim < 2 or value.numel() < SMALL:
        return {"": value.half()}
    rows = value.flatten(1)
    # Rounded up, so that the largest weight of a row is 127 at most; a weight that is not finite
    # makes a scale that is not.
    scales = (rows.abs().amax(1) / 127 * (1 + 2**-10)).clamp_min(1e-7).half()
    numbers = (rows / scales.float()[:, None]).nan_to_num().round().clamp(-127, 127)
    return {"": numbers.to(torch.int8).view_as(value), ROW_SCALE: scales}


def _restored(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights themselves, of tensors as they stand in the file. Raises ValueError where rows and scales differ."""
    found = {name: tensor for name, tensor in tensors.items() if not name.endswith(ROW_SCALE)}
    for name in tensors.keys() - found.keys():
        whole, scales = found[name.removesuffix(ROW_SCALE)], tensors[name].float()
        if whole.ndim < 2 or scales.shape != whole.shape[:1]:
            raise ValueError("scales and rows differ")
        found[name.removesuffix(ROW_SCALE)] = (whole.flatten(1) * scales[:, None]).view_as(whole)
    return found


def checksum(tensors: dict[str, Tensor]) -> str:
    """SHA-256 in hexadecimal over names and bytes of the tensors, without which a flipped bit would go unseen."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def read_card(path: Path) -> Card:
    """The card alone, without reading the weights."""
    with _open(path) as file:
        card: Card = _header(path, file)["card"]
    return card


def load_sound_network(path: Path, kind: str, part: str, config: type[L], build: Callable[[L], N]) -> tuple[N, Card]:
    """One network of a model of sound, in evaluation mode, and the model's card.

    `kind` is what the card has to call the model, `config` the type of the network's layout. Raises GanimaError when
    the file is damaged, foreign, made by a newer version, or of another kind.
    """
    content, header = _read(path)
    found = header["card"].get("kind", "model of pictures")
    if found != kind:
        raise GanimaError(f"{path} is no {kind}, but a {found}")
    if part not in header:
        raise GanimaError(f"{path} holds no {part}, which is needed here")
    tensors = _tensors(path, content, header)
    network: N = _network(path, header, tensors, part, lambda data: build(typed_json.parse(config, data)))
    return network.eval().requires_grad_(False), header["card"]


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise GanimaError(f"cannot read the model {path}: {error.strerror}") from error


def _read(path: Path) -> tuple[bytes, dict[str, Any]]:
    with _open(path) as file:
        header = _header(path, file)
        file.seek(0)
        return file.read(), header


def _header(path: Path, file: BinaryIO) -> dict[str, Any]:
    length = file.read(8)
    size = struct.unpack("<Q", length)[0] if len(length) == 8 else HEADER_MAX + 1
    if size > min(HEADER_MAX, os.fstat(file.fileno()).st_size - 8):
        # Only here, because the length of a sound header may begin with the same bytes.
        if length[:2] == b"PK" or length[:1] == b"\x80":
            raise GanimaError(
                f"{path} is a pickle: loading one can run any code that its author put in, so ganima reads safetensors "
                "files only"
            )
        raise GanimaError(f"{path} is no model file of ganima, or it is cut off: get it again from where it came")
    try:
        raw = json.loads(file.read(size)).get("__metadata__", {}).get("ganima")
        header: dict[str, Any] = json.loads(raw) if raw is not None else {}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise GanimaError(f"the header of {path} is damaged: get the file again from where it came") from error
    if not isinstance(header, dict) or "format" not in header:
        raise GanimaError(f"{path} was not written by ganima: its header holds no ganima card")
    if not isinstance(header["format"], int) or header["format"] > FORMAT:
        raise GanimaError(f"{path} was written by a newer ganima: upgrade to use it")
    if not isinstance(header.get("card"), dict) or not isinstance(header["card"].get("name"), str):
        raise GanimaError(f"the card of {path} is damaged: get the file again from where it came")
    return header


def _tensors(path: Path, content: bytes, header: dict[str, Any]) -> dict[str, Tensor]:
    try:
        tensors = load_tensors(content)
    except (SafetensorError, ValueError) as error:
        raise GanimaError(f"{path} is damaged or cut off: get it again from where it came") from error
    if checksum(tensors) != header.get("checksum"):
        raise GanimaError(f"{path} is damaged: its weights have changed; get it again from where it came")
    try:
        return _restored(tensors)
    except (LookupError, ValueError) as error:
        raise GanimaError(f"{path} is damaged: its weights have no scale of their own") from error


def _network(
    path: Path, header: dict[str, Any], tensors: dict[str, Tensor], part: str, build: Callable[[Any], Any]
) -> Any:
    prefix = part + "."
    weights = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
    try:
        # Layout before memory: a header that asks for absurd sizes must not allocate them.
        layout = header[part]
        if max(layout.get("mapping_layers", 0), len(layout.get("widths", ()))) > len(weights):
            raise ValueError("it names more layers than it has weights")
        with torch.device("meta"):
            network = build(layout)
        if _shapes(network.state_dict()) != _shapes(weights):
            raise ValueError("weights and layout differ")
        if not all(torch.isfinite(t).all() for t in weights.values()):
            raise ValueError("weights are not finite")
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RuntimeError) as error:
        raise GanimaError(f"{path} is damaged: its {part} does not fit its own description ({error})") from error
    network.to_empty(device="cpu")
    network.load_state_dict(weights)
    return network.to(memory_format=torch.channels_last)


def _shapes(tensors: dict[str, Tensor]) -> dict[str, tuple[torch.Size, bool]]:
    return {name: (tensor.shape, tensor.is_floating_point()) for name, tensor in tensors.items()}
