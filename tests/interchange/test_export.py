"""ONNX: a program without PyTorch paints the same pictures."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.interchange.onnx import export_onnx
from ganima.picture.build import build_generator
from ganima.picture.classic import ClassicConfig
from ganima.picture.generator import GeneratorConfig
from ganima.picture.model import Model, load_model, save_picture_model
from ganima.picture.truncation import Centres, truncate

REASON = "the extra onnx is not installed"
TOLERANCE = 1e-3
PLAIN = GeneratorConfig(16, 12, 3, (8, 8, 8), z_dim=6, w_dim=8)
STYLEGAN2 = GeneratorConfig(
    16, 16, 3, (8, 8, 8), z_dim=6, w_dim=8, classes=3, noise=True, resample="fir", order="up-conv", clamp=1.0
)
ODD = GeneratorConfig(25, 18, 4, (8, 8, 8, 8), z_dim=6, w_dim=8, resample="fir")
CLASSIC = ClassicConfig(classes=2)


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def model_of(folder: Path, layout: GeneratorConfig | ClassicConfig = PLAIN, **card: Any) -> Model:
    generator = build_generator(layout).eval()
    with torch.no_grad():
        generator.w_mean.normal_()
        for name, parameter in generator.named_parameters():
            if name.endswith((".noise", "bias")):
                parameter.normal_(0.0, 0.3)
    names = [f"kind {number}" for number in range(layout.classes)]
    save_picture_model(folder / "m.safetensors", generator, None, {"name": "dots", "classes": names, **card})
    return load_model(folder / "m.safetensors")


def run(path: Path, **inputs: Tensor) -> Tensor:
    """What ONNX Runtime makes of the inputs."""
    onnxruntime = pytest.importorskip("onnxruntime", reason=REASON)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(["picture"], {name: tensor.numpy() for name, tensor in inputs.items()})
    return torch.from_numpy(found)


@pytest.mark.parametrize("layout", [PLAIN, STYLEGAN2, ODD, CLASSIC], ids=["plain", "stylegan2", "odd", "classic"])
def test_onnx_runtime_paints_the_same_pictures(layout: Any, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason=REASON)
    model = model_of(tmp_path, layout)
    assert export_onnx(model, tmp_path / "m.onnx") < TOLERANCE
    for count, truncation in ((1, 1.0), (5, 0.5)):
        inputs = {"z": torch.randn(count, layout.z_dim), "truncation": torch.tensor(truncation)}
        labels = torch.arange(count) % layout.classes if layout.classes else None
        with torch.inference_mode():
            w = model.generator.mapping(inputs["z"], labels)
            w = truncate(w, Centres(model.generator, "mean").of(w, labels), truncation)
            expected = model.generator.synthesis(w)
        found = run(tmp_path / "m.onnx", **inputs, **({} if labels is None else {"label": labels}))
        assert found.shape == expected.shape
        assert (found - expected).abs().max() < TOLERANCE


def test_from_w_takes_one_w_for_each_layer(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason=REASON)
    model = model_of(tmp_path, STYLEGAN2)
    export_onnx(model, tmp_path / "m.onnx", from_w=True)
    ws = torch.randn(3, model.generator.layers, 8)
    with torch.inference_mode():
        expected = model.generator.synthesis(ws)
    assert (run(tmp_path / "m.onnx", ws=ws) - expected).abs().max() < TOLERANCE


def test_the_file_says_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    onnx = pytest.importorskip("onnx", reason=REASON)
    model = model_of(tmp_path, STYLEGAN2, licence="CC0-1.0", consent="Ada, 2026-01-02")
    assert main(["model", "export", str(tmp_path / "m.safetensors"), "--out", str(tmp_path / "m.onnx")]) == 0
    assert "opset 18" in capsys.readouterr().out
    content = onnx.load(str(tmp_path / "m.onnx"))
    said = {entry.key: entry.value for entry in content.metadata_props}
    assert (said["name"], said["sha256"], said["licence"]) == ("dots", model.sha256, "CC0-1.0")
    assert said["consent"] == "Ada, 2026-01-02" and said["classes"] == '["kind 0", "kind 1", "kind 2"]'
    assert "AI-generated" in said["label"] and said["digital_source_type"].endswith("trainedAlgorithmicMedia")
    assert content.opset_import[0].version >= 17
    shapes = {
        value.name: [place.dim_value or place.dim_param for place in value.type.tensor_type.shape.dim]
        for value in (*content.graph.input, *content.graph.output)
    }
    assert shapes == {"z": ["batch", 6], "truncation": [], "label": ["batch"], "picture": ["batch", 3, 16, 16]}


def test_nothing_is_overwritten_unless_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason=REASON)
    model, path = model_of(tmp_path), tmp_path / "m.onnx"
    path.write_text("mine")
    with pytest.raises(GanimaError, match="exists already.*`force`"):
        export_onnx(model, path)
    assert path.read_text() == "mine"
    export_onnx(model, path, force=True)
    assert path.stat().st_size > 1000


def test_the_output_is_an_onnx_file(tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="such as m.onnx"):
        export_onnx(model_of(tmp_path), tmp_path / "m.pt")


def test_a_model_whose_pictures_would_differ_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx", reason=REASON)
    monkeypatch.setattr("ganima.interchange.onnx.TOLERANCE", -1.0)
    with pytest.raises(GanimaError, match="differ from PyTorch's.*nothing was written"):
        export_onnx(model_of(tmp_path), tmp_path / "m.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_without_the_extra_it_says_how_to_get_it(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(GanimaError, match=r'pip install "\.\[onnx\]"'):
        export_onnx(model_of(tmp_path), tmp_path / "m.onnx")
