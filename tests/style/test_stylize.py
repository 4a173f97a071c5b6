"""The same latent in another style: seeds, characters and photos; one style picture; and what the commands say."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from reporters import Remembering
from small_models import TINY, child_file, model_file

import ganima
from ganima import provenance
from ganima.errors import GanimaError
from ganima.latent import latents
from ganima.latent.projection import axes_of
from ganima.models.file import open_model
from ganima.picture.generator import Generator
from ganima.picture.model import Model, load_model
from ganima.style.lineage import ancestor
from ganima.style.oneshot import OneShotConfig, adapt_to_one, renderings
from ganima.style.stylize import stylize
from ganima.style.usual import usual

QUICK = ("steps=3", "inversion_steps=2", "fine=8")


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(model_file(tmp_path_factory.mktemp("stylize") / "photo.safetensors"))


@pytest.fixture(scope="module")
def child(parent: Model) -> Model:
    return child_file(parent.path.with_name("cartoon.safetensors"), parent, consent="Bo, 2026")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    path = tmp_path / "me.png"
    Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    return path


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


# stylize


def test_a_seed_is_the_same_person_in_both(parent: Model, child: Model, tmp_path: Path) -> None:
    ours = stylize("7", str(child.path), tmp_path / "child.png")
    theirs = stylize("7", str(parent.path), tmp_path / "parent.png")
    first, second = (latents.read(str(path), parent, 1.0) for path in (ours, theirs))
    assert torch.equal(first.ws, second.ws)
    assert not np.array_equal(pixels(tmp_path / "child.png"), pixels(tmp_path / "parent.png"))


def test_a_latent_file_of_the_parent_and_what_the_files_say(parent: Model, child: Model, tmp_path: Path) -> None:
    latents.write(tmp_path / "ada.json", latents.of_seed(parent, 3), parent, "Ada, 2026")
    beside = stylize(str(tmp_path / "ada.json"), str(child.path), tmp_path / "styled.webp")
    content = json.loads(beside.read_text())
    assert content["model"] == {"name": "cartoon", "sha256": child.sha256, "space": parent.space}
    for path in (beside, tmp_path / "styled.webp"):
        verdict = provenance.verify(path)
        assert verdict.labelled and verdict.consent == "Bo, 2026; Ada, 2026"


def test_beside_shows_the_parent_to_the_left(parent: Model, child: Model, tmp_path: Path) -> None:
    stylize("7", str(child.path), tmp_path / "pair.png", parent=str(parent.path), beside=True)
    stylize("7", str(child.path), tmp_path / "one.png")
    pair, one = pixels(tmp_path / "pair.png"), pixels(tmp_path / "one.png")
    assert pair.shape[1] / pair.shape[0] == 2 and one.shape[1] / one.shape[0] == 1


def test_a_photo_is_inverted_in_the_parent(parent: Model, child: Model, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "styled.png"
    beside = stylize(str(picture), str(child.path), out, parent=str(parent.path), consent="Cy, 2026", steps=2)
    found = latents.read(str(beside), parent, 1.0)
    assert found.ws.shape == (parent.generator.layers, TINY.generator.z_dim)
    assert provenance.verify(out).consent == "Bo, 2026; Cy, 2026"


def test_a_photo_needs_consent(parent: Model, child: Model, picture: Path, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="`consent`"):
        stylize(str(picture), str(child.path), tmp_path / "out.png", parent=str(parent.path))
    assert not (tmp_path / "out.png").exists()


def test_options_for_photos_are_not_for_seeds(child: Model, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="no photo"):
        stylize("7", str(child.path), tmp_path / "out.png", consent="Cy")


def test_an_existing_picture_is_kept(child: Model, tmp_path: Path) -> None:
    (tmp_path / "out.png").write_text("mine")
    with pytest.raises(GanimaError, match="`force`"):
        stylize("7", str(child.path), tmp_path / "out.png")
    assert (tmp_path / "out.png").read_text() == "mine"


def test_the_parent_is_found_by_its_hash(
    parent: Model, child: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path))
    with pytest.raises(GanimaError, match="`parent`"):
        ancestor(child, None)
    (tmp_path / "anything.safetensors").write_bytes(parent.path.read_bytes())
    (tmp_path / "broken.safetensors").write_bytes(b"no model")
    assert ancestor(child, None).sha256 == parent.sha256
    assert ancestor(parent, None) is parent
    stranger = model_file(tmp_path / "stranger.safetensors", seed=5)
    with pytest.raises(GanimaError, match="different latent spaces"):
        ancestor(child, str(stranger))


# One picture


def test_one_picture_makes_a_model_of_the_same_space(parent: Model, picture: Path, tmp_path: Path) -> None:
    made = adapt_to_one(str(parent.path), picture, tmp_path / "run", settings=QUICK, card={"consent": "Di, 2026"})
    model = load_model(made)
    assert model.space == parent.space and model.card.consent == "Di, 2026"
    before, after = parent.generator.state_dict(), model.generator.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("mapping_net."))
    assert not torch.equal(before["levels.1.conv.weight"], after["levels.1.conv.weight"])
    assert provenance.verify(tmp_path / "run" / "preview.png").consent == "Di, 2026"


def test_everybody_takes_on_the_colours_of_the_picture(parent: Model, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), (230, 30, 90)).save(tmp_path / "red.png")
    settings = ("steps=60", "inversion_steps=2", "fine=8", "lr.start=0.01")
    report = Remembering()
    made = adapt_to_one(str(parent.path), tmp_path / "red.png", tmp_path / "run", settings=settings, report=report)
    red = torch.tensor([230.0, 30.0, 90.0]) / 127.5 - 1
    z = torch.randn(8, parent.generator.z_dim)
    before, after = (model.generator(z).mean((0, 2, 3)) for model in (parent, load_model(made)))
    assert (after - red).norm() < 0.6 * (before - red).norm()
    assert any(words.startswith("step 50 of 60") for words in report.said)
    assert report.told[-1] == ("learning", 60, 60)


def test_a_far_latent_becomes_a_usual_one(parent: Model) -> None:
    axes = axes_of(parent)
    far = axes.mean + 5 * torch.ones(3, len(axes.mean)) @ axes.axes
    near = axes.coordinates(usual(parent, far))
    assert near.square().mean().sqrt().item() == pytest.approx(0.9, rel=0.01)
    assert torch.equal(usual(parent, axes.mean[None]), axes.mean[None])


def test_renderings_keep_the_structure(parent: Model) -> None:
    generator = parent.generator
    assert isinstance(generator, Generator)
    w = torch.randn(1, generator.config.w_dim)
    ws = renderings(generator, w, OneShotConfig(batch=6, fine=16))
    # Three levels, six layers: those of 16 pixels are the fifth and sixth, with the convolution that doubles before.
    assert torch.equal(ws[:, :3], w.expand(3, 3, -1))
    assert not torch.equal(ws[0, 3:], ws[1, 3:])


def test_a_folder_that_holds_something_is_no_place(parent: Model, picture: Path, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="exists already"):
        adapt_to_one(str(parent.path), picture, tmp_path, settings=QUICK)


def test_what_is_no_picture(parent: Model, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(GanimaError, match="not a picture"):
        adapt_to_one(str(parent.path), tmp_path / "text.png", tmp_path / "run", settings=QUICK)
    assert not (tmp_path / "run").exists()


# The commands


def test_adapt_asks_whom_the_pictures_show(parent: Model, picture: Path, tmp_path: Path) -> None:
    model = str(parent.path)
    with pytest.raises(GanimaError, match="`no_real_person`") as caught:
        ganima.adapt(model, picture.parent, tmp_path / "run")
    assert "\n" not in str(caught.value) and not (tmp_path / "run").exists()
    with pytest.raises(GanimaError, match="not both"):
        ganima.adapt(model, picture.parent, tmp_path / "run", consent="Ada", no_real_person=True)


def test_adapt_takes_a_single_picture(parent: Model, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert ganima.adapt(str(parent.path), picture, out, no_real_person=True, settings=QUICK).done
    card = open_model(out / "model.safetensors").card.to_json()
    assert card["name"] == "run" and "consent" not in card and "real" in card["persons"]
    with pytest.raises(GanimaError, match="`minutes`"):
        ganima.adapt(str(parent.path), picture, tmp_path / "other", no_real_person=True, minutes=1)


def test_a_folder_that_is_missing(parent: Model, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="missing"):
        ganima.adapt(str(parent.path), tmp_path / "nothing", tmp_path / "run", consent="Ada")


def test_blend_and_stylize_in_words(parent: Model, child: Model, tmp_path: Path) -> None:
    half = tmp_path / "half.safetensors"
    ganima.blend(str(parent.path), str(child.path), half, at=8)
    ganima.stylize("7", tmp_path / "out.png", model=str(half))
    assert provenance.verify(tmp_path / "out.png").model == "half"
