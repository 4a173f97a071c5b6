"""Extractors from files that the user gives: the Inception graph's weights, or a TorchScript program.

- `.safetensors`: weights of the Inception graph of December 2015 under torch-fidelity's names
  (`Conv2d_1a_3x3.conv.weight`, …, `Mixed_7c.branch_pool.bn.running_var`), in any floating-point precision; `fc.*` and
  counters are passed over.
- TorchScript: a program that takes pictures [batch, 3, height, width] in [0, 255] as float32 of any size and returns
  features [batch, dimensions]; one with an argument `return_features` is called with `return_features=True`.

A TorchScript file is a program. PyTorch runs it in an interpreter of its own, without Python and without unpickling
Python objects, but it may call any operation of PyTorch: give only one that you trust.
"""

import hashlib
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from ganima.errors import GanimaError
from ganima.metrics.extractors import Extractor
from ganima.metrics.features import Features, Pictures, rgb
from ganima.metrics.inception import Inception

BATCH = 16
KINDS = "an extractor is a TorchScript file, or Inception's weights as .safetensors with torch-fidelity's names"


def from_file(path: Path) -> Extractor:
    """The extractor in a file. Raises GanimaError where it is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GanimaError(f"cannot read the extractor {path}: {error.strerror}") from error
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(b"PK\x03\x04"):
        return _torchscript(path, digest)
    if content.startswith(b"\x80"):
        raise GanimaError(f"{path} is a pickle, which can run any code when it is loaded: {KINDS}")
    return _inception(path, content, digest)


def _inception(path: Path, content: bytes, digest: str) -> Extractor:
    try:
        tensors = load(content)
    except (SafetensorError, ValueError) as error:
        raise GanimaError(f"{path} is no extractor: {KINDS}") from error
    with torch.device("meta"):
        network = Inception()
    # Counters of the training's batches do not take part.
    wanted = {name: tensor.shape for name, tensor in network.state_dict().items() if "num_batches" not in name}
    for name, shape in wanted.items():
        if name not in tensors or tensors[name].shape != shape or not tensors[name].is_floating_point():
            raise GanimaError(f"{path} is no extractor, it has no {name} of shape {tuple(shape)}: {KINDS}")
        if not torch.isfinite(tensors[name]).all():
            raise GanimaError(f"{path} is damaged: {name} holds values that are not finite")
    network.to_empty(device="cpu")
    network.load_state_dict({name: tensors[name].float() for name in wanted}, strict=False)
    network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Extractor(
        "inception",
        f"inception:{digest}",
        f"The Inception graph that most papers use, with weights from {path.name} (SHA-256 {digest[:16]}…). It was "
        "trained on photographs of a thousand kinds of things: for drawings and crops of faces it is a rough judge.",
        lambda pictures: _in_batches(network, pictures),
        standardised=False,
    )


def _torchscript(path: Path, digest: str) -> Extractor:
    try:
        with zipfile.ZipFile(path) as archive:
            program = any("/code/" in name for name in archive.namelist())
    except (zipfile.BadZipFile, OSError) as error:
        raise GanimaError(f"{path} is no extractor, or it is cut off: {KINDS}") from error
    if not program:
        raise GanimaError(f"{path} is no extractor but an archive, perhaps a pickled checkpoint: {KINDS}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            module: Any = torch.jit.load(path, map_location="cpu").eval()  # type: ignore[no-untyped-call]
        named = any(argument.name == "return_features" for argument in module.forward.schema.arguments)
        options = {"return_features": True} if named else {}
        found = module(torch.zeros(2, 3, 32, 32), **options)
    # Whatever goes wrong inside a program of somebody else.
    except Exception as error:
        reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
        raise GanimaError(f"{path} is no extractor: it cannot take pictures [2, 3, 32, 32] ({reason[0]})") from error
    if not isinstance(found, Tensor) or found.ndim != 2 or len(found) != 2 or not found.is_floating_point():
        raise GanimaError(f"{path} is no extractor: it takes pictures, but gives no features [pictures, dimensions]")
    return Extractor(
        f"file:{path.stem}",
        f"torchscript:{digest}",
        f"The TorchScript program {path.name} (SHA-256 {digest[:16]}…), which you gave.",
        lambda pictures: _in_batches(lambda x: module(x, **options), pictures),
        standardised=False,
    )


@torch.no_grad()
def _in_batches(network: Any, pictures: Pictures) -> Features:
    """The features of pictures, which the network sees as RGB in [0, 255]."""
    rows = []
    for start in range(0, len(pictures), BATCH):
        x = (rgb(pictures[start : start + BATCH]) + 1) * 127.5
        # Bytes stay whole numbers, so that the result is that of other programs to the last digits.
        x = x.round() if isinstance(pictures, np.ndarray) else x
        rows.append(network(x.contiguous()).float().numpy())
    return np.concatenate(rows)
