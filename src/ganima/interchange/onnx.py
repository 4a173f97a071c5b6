"""A generator as an ONNX file, for programs without PyTorch."""

import importlib
import json
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from ganima import provenance
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.files.places import require_free
from ganima.picture.build import AnyGenerator
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter, go_on

OPSET = 18
"""Version of ONNX's operators."""
TOLERANCE = 1e-3
"""Largest difference from PyTorch's pictures, which lie in [-1, 1], that an exported model may show."""


MEAN_SAMPLES = 1024
"""Latents that the mean of a conditional model's labels is taken of."""


class FromZ(nn.Module):
    """z [batch, z_dim], truncation [] and, for a conditional model, labels [batch] to pictures."""

    def __init__(self, generator: AnyGenerator) -> None:
        super().__init__()
        self.generator = generator
        source = torch.Generator().manual_seed(0)
        self.register_buffer("samples", torch.randn(MEAN_SAMPLES, generator.z_dim, generator=source))
        self.samples: Tensor

    def forward(self, z: Tensor, truncation: Tensor, labels: Tensor | None = None) -> Tensor:
        w = self.generator.mapping(z, labels)
        return self.generator.synthesis(self.centre(labels).lerp(w, truncation))

    def centre(self, labels: Tensor | None) -> Tensor:
        """What truncation goes towards: the mean w, in a conditional model that of the labels."""
        if labels is None:
            return self.generator.w_mean
        count = len(self.samples)
        each = self.generator.mapping(self.samples.repeat(labels.shape[0], 1), labels.repeat_interleave(count, 0))
        return each.view(labels.shape[0], count, -1).mean(1)


class FromW(nn.Module):
    """One w for each layer, ws [batch, layers, w_dim], to pictures."""

    def __init__(self, generator: AnyGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, ws: Tensor) -> Tensor:
        return self.generator.synthesis(ws)


def export_onnx(model: Model, path: Path, from_w: bool = False, force: bool = False, report: Reporter = QUIET) -> float:
    """Writes `path`; returns the largest difference between ONNX Runtime's pictures and PyTorch's.

    Inputs are `z` [batch, z_dim], `truncation` [] and, for a conditional model, `label` (int64) [batch] or
    [batch, groups]; or, `from_w`, `ws` [batch, layers, w_dim]. The output is `picture` [batch, channels, height, width]
    in [-1, 1], not clamped. Constant noise is part of the model. The card's essentials stand in its metadata. Raises
    GanimaError when `path` exists and is not to be replaced (`force`), when it cannot be written, and when ONNX or ONNX
    Runtime is missing.
    """
    if path.suffix != ".onnx":
        raise GanimaError(f"`onnx` is the file to write, such as {path.stem or 'model'}.onnx, not {path}", "onnx")
    require_free([path], force, "onnx")
    try:
        import onnx

        importlib.import_module("onnxruntime")
    except ImportError as error:
        raise GanimaError(
            'writing ONNX needs the extra "onnx": run pip install ".[onnx]" in the folder of ganima\'s sources'
        ) from error
    network = (FromW if from_w else FromZ)(model.generator).eval()
    inputs = example(model, from_w, count=2)
    difference = 0.0

    def writer(beside: Path) -> None:
        nonlocal difference
        report.progress("exporting", 0, 0)
        trace(network, inputs, beside)
        go_on(report)
        content = onnx.load(str(beside))
        shape = content.graph.output[0].type.tensor_type.shape
        layout = model.generator.config
        for place, count in zip(shape.dim[1:], (layout.channels, layout.height, layout.width), strict=True):
            place.dim_value = count
        onnx.helper.set_model_props(content, properties(model))
        onnx.checker.check_model(content)
        onnx.save(content, str(beside))
        go_on(report)
        report.progress("comparing pictures", 0, 0)
        difference = compare(network, example(model, from_w, count=3), beside)

    atomic.write(path, writer)
    return difference


def example(model: Model, from_w: bool, count: int) -> dict[str, Tensor]:
    """Inputs for `count` pictures, by name."""
    generator = model.generator
    source = torch.Generator().manual_seed(0)
    if from_w:
        return {"ws": torch.randn(count, generator.layers, len(generator.w_mean), generator=source)}
    inputs = {"z": torch.randn(count, generator.z_dim, generator=source), "truncation": torch.tensor(0.8)}
    labels = model.labels.even(count)
    if labels is not None:
        inputs["label"] = labels
    return inputs


def trace(network: nn.Module, inputs: dict[str, Tensor], path: Path) -> None:
    """Writes the ONNX file of what `network` does with `inputs`, for any number of pictures."""
    batched = [name for name, tensor in inputs.items() if tensor.ndim]
    with warnings.catch_warnings():
        # The exporter that follows this one needs two more packages and takes fifteen times as long. Whatever it
        # wrongly takes for a constant shows in the comparison, which has another number of pictures.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=["picture"],
            dynamic_axes={name: {0: "batch"} for name in [*batched, "picture"]},
            opset_version=OPSET,
            # Half of it would be done, and every weight kept twice.
            do_constant_folding=False,
            dynamo=False,
        )


def properties(model: Model) -> dict[str, str]:
    """What the file says about the model."""
    card = model.card
    said = {"licence": card.licence, "attribution": card.attribution, "consent": card.consent}
    said = {name: words for name, words in said.items() if words}
    if model.labels.classes:
        said["classes"] = json.dumps(model.labels.classes, ensure_ascii=False)
        said["groups"] = json.dumps(model.labels.groups, ensure_ascii=False)
    return {
        "name": model.name,
        "sha256": model.sha256,
        **said,
        "tool": provenance.TOOL,
        "label": f"{provenance.WORDS}: what this model makes has to be labelled so",
        "digital_source_type": provenance.SOURCE_TYPE,
    }


def compare(network: nn.Module, inputs: dict[str, Tensor], path: Path) -> float:
    """Largest difference between the pictures of ONNX Runtime and PyTorch. Raises GanimaError when it is too large."""
    onnxruntime = importlib.import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})
    with torch.inference_mode():
        expected = network(*inputs.values())
    difference = float((torch.from_numpy(found) - expected).abs().max())
    if not difference <= TOLERANCE * max(1.0, float(expected.abs().max())):
        raise GanimaError(f"ONNX Runtime's pictures differ from PyTorch's by {difference:.1g}: nothing was written")
    return difference
