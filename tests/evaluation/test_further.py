"""What `ganima model evaluate` says on demand: robustness and application value."""

import json
from functools import partial
from pathlib import Path

import pytest
from painters import painting
from PIL import Image
from small_models import TINY, child_file, model_file
from test_application import CLASSES, NAMES, real

import ganima
from ganima.errors import GanimaError
from ganima.evaluation import application
from ganima.evaluation import further as asking
from ganima.evaluation.further import further
from ganima.latent.encoder.model import encoder_path, save_encoder
from ganima.latent.encoder.network import Encoder, EncoderConfig
from ganima.picture.model import Model, load_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = real(24)
    assert data.labels is not None
    for number, (picture, label) in enumerate(zip(data.pictures, data.labels, strict=True)):
        path = tmp_path / "real" / NAMES[label] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    return tmp_path / "real"


def wished(model: Model, folder: Path, **wishes: object) -> dict[str, object]:
    asked = {"robust": False, "applied": False, "by": None, "seed": 0} | wishes
    made = further(model, folder, None, **asked)  # type: ignore[arg-type]
    assert len(made.sections) == len(made.data) == sum((asked["robust"] is True, asked["applied"] is True))
    json.dumps(made.data, allow_nan=False)
    return made.data


def test_nothing_is_said_that_was_not_asked_for(folder: Path) -> None:
    assert wished(painting(CLASSES), folder) == {}


def test_a_model_with_an_encoder_is_looked_at_by_itself(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PICTURES", 3)
    model = load_model(model_file(tmp_path / "photo.safetensors"))
    with pytest.raises(GanimaError, match="no encoder"):
        wished(model, folder, robust=True)
    layout, layers = TINY.generator, model.generator.layers
    config = EncoderConfig(layout.height, layout.width, 3, (8, 8), layers, len(model.generator.w_mean))
    encoder = Encoder(config)
    encoder.offset.weight.data.normal_(0, 0.1)
    save_encoder(encoder_path(model), encoder, model.space, {})
    data = wished(model, folder, robust=True)["robustness"]
    assert data["what"] == "inversion into photo" and data["pictures"] == 3  # type: ignore[index]


def test_a_model_made_from_another_is_looked_at_through_it(folder: Path, tmp_path: Path) -> None:
    model = load_model(model_file(tmp_path / "photo.safetensors"))
    child = child_file(tmp_path / "drawn.safetensors", model)
    with pytest.raises(GanimaError, match="`parent`|no encoder"):
        wished(child, folder, robust=True)


def test_application_value_of_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = partial(application.application_value, per_class=4, shares=(1.0,), seeds=1, steps=3)
    monkeypatch.setattr(application, "application_value", quick)
    data = wished(painting(CLASSES), folder, applied=True)["application value"]
    assert data["names"] == NAMES and data["test"] == 6  # type: ignore[index]
    with pytest.raises(GanimaError, match="no labels"):
        wished(painting(type(CLASSES)()), folder, applied=True)
    with pytest.raises(GanimaError, match="no classes"):
        wished(painting(CLASSES), folder / NAMES[0], applied=True)


def test_a_group_without_its_use(folder: Path) -> None:
    with pytest.raises(GanimaError, match="`application`"):
        ganima.evaluate("portrait", folder, by="style")
