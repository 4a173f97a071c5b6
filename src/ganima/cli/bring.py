"""`ganima import` and `ganima export`: models from outside, and models for other programs."""

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganima.cli.values import HINT_IN_TEXT, Flag, ModelName, OutFile, path, text

Source = Annotated[Path, path("PICKLE", "PICKLE")]
OnnxFile = Annotated[Path, path("--onnx", "FILE")]


def import_model(
    pickle: Positional[Source],
    out: OutFile,
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    licence: Annotated[str | None, text("--licence", "TEXT"), HINT_IN_TEXT] = None,
    attribution: Annotated[str | None, text("--attribution", "TEXT"), HINT_IN_TEXT] = None,
    no_noise: Flag = False,
    force: Flag = False,
) -> int:
    """Make a model file of an official StyleGAN2 pickle (PyTorch); nothing in the pickle is executed.

    Args:
        pickle: Network snapshot of the StyleGAN2-ADA or StyleGAN3 repository.
        out: Model file to write, such as cats.safetensors.
        name: Name of the model; the file's unless given.
        licence: Licence of the weights, for the model's card.
        attribution: Whom the weights are by, for the model's card.
        no_noise: Leave the noise layers out.
        force: Replace the file if it exists.
    """
    from ganima.interchange.stylegan2 import import_stylegan2

    done = import_stylegan2(pickle, out, name, licence, attribution, noise=not no_noise, force=force)
    layout = done.generator
    classes = f", {layout.classes} classes" if layout.classes else ""
    print(f"StyleGAN2 generator, {layout.width}×{layout.height}, w of {layout.w_dim}{classes} (SHA-256 {done.sha256})")
    if not done.discriminator:
        print(f"without a discriminator, so training cannot go on where it ended: {done.reason}")
    if licence is None:
        print("the card says that the licence is not stated: give --licence when you know it")
    print(f"model: {out}")
    return 0


def export(model: Positional[ModelName], onnx: OnnxFile, from_w: Flag = False, force: Flag = False) -> int:
    """Write a model as an ONNX file, for programs without PyTorch, and compare their pictures.

    Args:
        model: A name, a file, or the folder of a run.
        onnx: File to write.
        from_w: Take one w for each layer (ws) instead of z, truncation and label.
        force: Replace the file if it exists.
    """
    from ganima.interchange.onnx import OPSET, export_onnx
    from ganima.models.library import find_model
    from ganima.picture.model import load_model

    difference = export_onnx(load_model(find_model(model)), onnx, from_w, force)
    print(
        f"{onnx}: opset {OPSET}, any batch; ONNX Runtime's pictures differ from PyTorch's by at most {difference:.1g}"
    )
    return 0
