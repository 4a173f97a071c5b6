"""One model is one safetensors file: named parts, and a JSON card in its header. Data, never code.

A part is a network with its layout, or any other set of tensors with what there is to say about them. The header is
read first, and a part when it is asked for. Weights are kept in float16; those of imported models in float32, so that
their pictures stay what they were; those of bundled models of sound as whole numbers of 8 bits, with a scale for each
row.
"""

import hashlib
import json
import os
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor, nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from ganima.errors import GanimaError
from ganima.files import atomic, typed_json
from ganima.models.card import Card, card_of

FORMAT = 2
"""Version of the file's layout; a reader refuses a higher one."""
ROW_SCALE = "#scale"
"""Ends the name of the scales [rows] of a tensor that is kept in whole numbers."""
SMALL = 4096
"""Tensors with fewer weights, and vectors, are never kept in whole numbers."""
HEADER_MAX = 100_000_000
"""No header is longer than this many bytes: the limit of the safetensors format."""
SPACE_PART = "generator"
"""The part whose weights make a model's latent space."""

L = TypeVar("L")
N = TypeVar("N", bound=nn.Module)


@dataclass(frozen=True)
class Part:
    """What stands in a file under one name."""

    layout: Any
    """Plain JSON data that says what the tensors are: of a network, its configuration."""
    tensors: Mapping[str, Tensor]


@dataclass(frozen=True)
class ModelFile:
    """A model file whose header has been read, and nothing else yet."""

    path: Path
    card: Card
    layouts: Mapping[str, Any]
    """What is said about each part, by its name."""
    checksums: Mapping[str, str]
    """Of each part, see `checksum`."""

    @cached_property
    def sha256(self) -> str:
        """Of the whole file, in hexadecimal; it is read for that once."""
        with _open(self.path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def space(self) -> str:
        """The latent space that the card names, or that of the model's own generator: the checksum of its weights."""
        return self.card.space or self.checksums.get(SPACE_PART, "")

    def layout(self, part: str) -> Any:
        """What is said about a part. Raises GanimaError where the file has none of that name."""
        if part not in self.layouts:
            raise GanimaError(f"{self.path} holds no {part}, which is needed here")
        return self.layouts[part]

    def tensors(self, part: str) -> dict[str, Tensor]:
        """Reads the tensors of a part, each in the precision that it is kept in; 8 bits become float32.

        Raises GanimaError where the file is damaged, or has no such part.
        """
        self.layout(part)
        prefix = part + "."
        try:
            with safe_open(self.path, "pt") as file:
                kept = {n.removeprefix(prefix): file.get_tensor(n) for n in file.keys() if n.startswith(prefix)}
        except (OSError, SafetensorError, ValueError, RuntimeError) as error:
            raise GanimaError(f"{self.path} is damaged or cut off: get it again from where it came") from error
        if checksum(kept) != self.checksums[part]:
            raise GanimaError(f"{self.path} is damaged: its weights have changed; get it again from where it came")
        try:
            return _restored(kept)
        except (LookupError, ValueError) as error:
            raise GanimaError(f"{self.path} is damaged: its weights have no scale of their own") from error

    def require(self, kind: str) -> None:
        """Raises GanimaError where the model is of another kind."""
        if self.card.kind != kind:
            found = self.card.kind
            raise GanimaError(f"{self.path} is no {kind}, but a{'n' * found.startswith(('a', 'e'))} {found}")


def save_model(
    path: Path, parts: Mapping[str, nn.Module | Part | None], card: Card, dtype: torch.dtype = torch.float16
) -> None:
    """Writes a model file, whole or not at all; a part that is None is left out.

    `dtype` is the precision of the weights; int8 keeps matrices in whole numbers. Raises GanimaError when a weight is
    not finite or does not fit into it, and when the file cannot be written.
    """
    tensors: dict[str, Tensor] = {}
    about: dict[str, Any] = {}
    for name, value in parts.items():
        if value is None:
            continue
        part = _part_of(value) if isinstance(value, nn.Module) else value
        kept: dict[str, Tensor] = {}
        for tensor_name, tensor in part.tensors.items():
            for ending, numbers in _kept(tensor.detach().cpu(), dtype).items():
                if not torch.isfinite(numbers).all():
                    raise GanimaError(f"cannot write {path}: {name}.{tensor_name} holds values that are not finite")
                kept[tensor_name + ending] = numbers.contiguous()
        about[name] = {"layout": part.layout, "checksum": checksum(kept)}
        tensors |= {f"{name}.{tensor_name}": tensor for tensor_name, tensor in kept.items()}
    header = sealed({"format": FORMAT, "card": card.to_json(), "parts": about})
    content = save_tensors(tensors, {"ganima": json.dumps(header, ensure_ascii=False)})
    atomic.write(path, lambda beside: beside.write_bytes(content))


def open_model(path: Path) -> ModelFile:
    """Reads the header of a model file. Raises GanimaError when it is damaged, foreign, or made by a newer version."""
    with _open(path) as file:
        header = _header(path, file)
    try:
        card = card_of(header["card"])
    except (LookupError, TypeError, AttributeError) as error:
        raise GanimaError(f"the card of {path} is damaged ({error}): get the file again from where it came") from error
    try:
        layouts = {str(name): part["layout"] for name, part in header["parts"].items()}
        checksums = {str(name): str(part["checksum"]) for name, part in header["parts"].items()}
    except (LookupError, TypeError, AttributeError) as error:
        raise GanimaError(f"the header of {path} is damaged: get the file again from where it came") from error
    return ModelFile(path, card, layouts, checksums)


def read_network(
    file: ModelFile,
    part: str,
    parse: Callable[[Any], L],
    build: Callable[[L], N],
    memory_format: torch.memory_format = torch.contiguous_format,
) -> N:
    """Builds one network of a file, float32 on the CPU, with its weights; the file's other parts are not read.

    `parse` makes the network's configuration of plain JSON data, or raises TypeError or ValueError. Raises GanimaError
    when the part is missing or damaged.
    """
    weights = file.tensors(part)
    try:
        config = parse(file.layout(part))
        # Layout before memory: a header that asks for absurd sizes must not allocate them.
        with torch.device("meta"), _at_most(len(weights)):
            network = build(config)
        if _shapes(network.state_dict()) != _shapes(weights):
            raise ValueError("weights and layout differ")
        if not all(torch.isfinite(tensor).all() for tensor in weights.values()):
            raise ValueError("weights are not finite")
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RuntimeError) as error:
        raise GanimaError(f"{file.path} is damaged: its {part} does not fit its own description ({error})") from error
    network.to_empty(device="cpu")
    network.load_state_dict(weights)
    return network.to(memory_format=memory_format)  # type: ignore[call-overload, no-any-return]


def load_network(
    path: Path,
    kind: str,
    part: str,
    config: type[L],
    build: Callable[[L], N],
    memory_format: torch.memory_format = torch.contiguous_format,
) -> tuple[N, ModelFile]:
    """One network of a model of the kind `kind`, in evaluation mode, and the file that it stands in.

    `config` is the type of the network's layout. Raises GanimaError when the file is damaged, foreign, made by a newer
    version, or of another kind.
    """
    file = open_model(path)
    file.require(kind)

    def parse(data: Any) -> L:
        layout: L = typed_json.parse(config, data)
        return layout

    return read_network(file, part, parse, build, memory_format).eval().requires_grad_(False), file


def checksum(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 in hexadecimal over names and bytes of the tensors, without which a flipped bit would go unseen."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def sealed(header: dict[str, Any]) -> dict[str, Any]:
    """A header with its own checksum: a name or a table that has changed would mislead as much as a weight."""
    said = json.dumps({key: value for key, value in header.items() if key != "checksum"}, sort_keys=True)
    return header | {"checksum": hashlib.sha256(said.encode()).hexdigest()}


def _part_of(network: nn.Module) -> Part:
    return Part(typed_json.dump(network.config), network.state_dict())


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


def _open(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise GanimaError(f"cannot read the model {path}: {error.strerror}") from error


def _header(path: Path, file: BufferedReader) -> dict[str, Any]:
    length = file.read(8)
    size = struct.unpack("<Q", length)[0] if len(length) == 8 else HEADER_MAX + 1
    if size > min(HEADER_MAX, os.fstat(file.fileno()).st_size - 8):
        # Only here, because the length of a sound header may begin with the same bytes.
        if length[:2] == b"PK" or length[:1] == b"\x80":
            raise GanimaError(
                f"{path} is a pickle: loading one can run any code that its author put in, so ganima reads safetensors "
                "files only"
            )
        raise GanimaError(
            f"{path} is no model file of ganima, or it is damaged or cut off: get it again from where it came"
        )
    damaged = f"the header of {path} is damaged: get the file again from where it came"
    try:
        raw = json.loads(file.read(size)).get("__metadata__", {}).get("ganima")
        header: dict[str, Any] = json.loads(raw) if raw is not None else {}
        if not isinstance(header, dict) or "format" not in header:
            raise GanimaError(f"{path} was not written by ganima: its header holds no ganima card")
        if not isinstance(header["format"], int) or header["format"] > FORMAT:
            raise GanimaError(f"{path} was written by a newer ganima: upgrade to use it")
        if header["format"] < FORMAT or header.get("checksum") != sealed(header)["checksum"]:
            raise GanimaError(damaged)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise GanimaError(damaged) from error
    return header


@contextmanager
def _at_most(weights: int) -> Iterator[None]:
    """Inside, whoever builds a network of clearly more parameters than `weights` gets a ValueError at once."""
    thread, built = threading.get_ident(), 0

    def count(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        nonlocal built
        built += threading.get_ident() == thread
        # Some are registered twice, as those of a normalised layer.
        if built > 4 * weights + 16:
            raise ValueError("it names more layers than it has weights")

    handle = register_module_parameter_registration_hook(count)
    try:
        yield
    finally:
        handle.remove()


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[torch.Size, bool]]:
    return {name: (tensor.shape, tensor.is_floating_point()) for name, tensor in tensors.items()}
