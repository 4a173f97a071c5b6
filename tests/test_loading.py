"""One way to load a model of any kind."""

import pytest

import ganima
from ganima.latent.directions import Directions
from ganima.latent.encoder.network import Encoder
from ganima.models.file import open_model
from ganima.models.library import bundled_folder, find
from ganima.picture.generator import Generator
from ganima.picture.model import KIND, Model, load_model
from ganima.speech.acoustic.apply import Speaker
from ganima.speech.voices.model import Voices
from ganima.vocoder.network import Vocoder

KINDS = {
    "portrait": Model,
    "cartoon": Model,
    "outfit": Model,
    "callie": Speaker,
    "vocoder": Vocoder,
    "voices": Voices,
    "jingles": Generator,
    "portrait.directions": Directions,
    "portrait.encoder": Encoder,
}


def test_every_bundled_file_is_of_a_kind_that_is_known() -> None:
    assert {path.stem for path in bundled_folder().glob("*.safetensors")} == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_a_model_of_every_kind_is_loaded(name: str) -> None:
    path = bundled_folder() / f"{name}.safetensors"
    assert isinstance(ganima.load(path if "." in name else name), KINDS[name])


def test_what_belongs_to_a_latent_space_is_found_by_headers_alone() -> None:
    portrait = load_model(bundled_folder() / "portrait.safetensors")
    assert [file.path for file in find(KIND, portrait.space)] == [portrait.path]
    for kind in ("directions", "encoder"):
        (file,) = find(kind, portrait.space)
        assert file.space == portrait.space == open_model(portrait.path).space
