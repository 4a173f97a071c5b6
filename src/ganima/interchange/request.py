"""What can be asked about models from outside, and for other programs."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated

from ganima.fields import File, Model, OutFile, Text
from ganima.request import Request


@dataclass(frozen=True)
class ImportModel(Request):
    """Make a model file of an official StyleGAN2 pickle (PyTorch); nothing in the pickle is executed."""

    pickle: Annotated[Path, File("PICKLE")]
    """Network snapshot of the StyleGAN2-ADA or StyleGAN3 repository."""
    out: OutFile
    """Model file to write, such as cats.safetensors."""
    _: KW_ONLY
    name: Annotated[str, Text("NAME")] | None = None
    """Name of the model; the file's unless given."""
    licence: Annotated[str, Text("TEXT")] | None = None
    """Licence of the weights, for the model's card."""
    attribution: Annotated[str, Text("TEXT")] | None = None
    """Whom the weights are by, for the model's card."""
    no_noise: bool = False
    """Leave the noise layers out."""
    force: bool = False
    """Replace the file if it exists."""


@dataclass(frozen=True)
class ExportModel(Request):
    """Write a model as an ONNX file, for programs without PyTorch, and compare their pictures."""

    model: Model
    """A name, a file, or the folder of a run."""
    out: OutFile
    """ONNX file to write, such as portrait.onnx."""
    _: KW_ONLY
    from_w: bool = False
    """Take one w for each layer (ws) instead of z, truncation and label."""
    force: bool = False
    """Replace the file if it exists."""
