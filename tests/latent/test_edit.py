"""Edits and mixes: new looks of a character, and latents that every command takes again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from untrained import change, generator, give_directions, saved

from ganima import provenance
from ganima.character import looks
from ganima.character.create import create_character
from ganima.cli.main import run
from ganima.errors import GanimaError
from ganima.latent import latents
from ganima.latent.directions import directions_path
from ganima.latent.edit import edit
from ganima.latent.latents import Latent, of_seed, read
from ganima.latent.mix import mix, mix_latents
from ganima.picture.grid import to_images
from ganima.picture.model import Model


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that has a name and two sliders."""
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    found = saved(tmp_path / "models" / "tiny.safetensors")
    give_directions(found, "smile", "age", does={"smile": "lifts the corners of the mouth"})
    return found


def command(name: str, *words: object) -> int:
    """One command, as the command line would run it."""
    return run(["character", name, *(str(word) for word in words)])


def test_an_edit_moves_the_slider_and_nothing_else(tmp_path: Path, model: Model) -> None:
    out = tmp_path / "new" / "smile.png"
    beside = edit("7", {"smile": 1.5, "age": -1.0}, out, model="tiny")
    assert beside == out.with_suffix(".json")
    before, after = of_seed(model, 7, 0.7).ws, read(str(beside), model, 0.7).ws
    expected = torch.zeros(16)
    expected[0], expected[1] = 1.5, -1.0
    assert torch.allclose(after - before, expected.expand(6, -1), atol=1e-5)
    with Image.open(out) as image:
        own = to_images(model.generator.synthesis(after[None]))[0]
        assert image.size == (378, 504)
        assert np.array_equal(np.asarray(image), np.asarray(own.resize(image.size, Image.Resampling.LANCZOS)))
    for path in (out, beside):
        verdict = provenance.verify(path)
        assert verdict.labelled and verdict.model_sha256 == model.sha256
    assert json.loads(beside.read_text("utf-8"))["edit"] == {"of": "7", "set": {"smile": 1.5, "age": -1.0}}
    assert str(tmp_path) not in beside.read_text("utf-8")


def test_edits_stack_and_can_be_taken_back(tmp_path: Path, model: Model) -> None:
    first = edit("7", {"smile": 1.0}, tmp_path / "1.png", model="tiny")
    second = edit(str(first), {"age": 2.0}, tmp_path / "2.png")
    both = edit("7", {"smile": 1.0, "age": 2.0}, tmp_path / "both.png", model="tiny")
    back = edit(str(second), {"smile": -1.0, "age": -2.0}, tmp_path / "back.png")
    found = {path.stem: read(str(path), model, 0.7).ws for path in (second, both, back)}
    assert torch.allclose(found["2"], found["both"], atol=1e-6)
    assert torch.allclose(found["back"], of_seed(model, 7, 0.7).ws, atol=1e-6)


def test_the_same_edit_gives_the_same_bytes(tmp_path: Path, model: Model) -> None:
    for name in "ab":
        edit("7", {"smile": 1.0}, tmp_path / name / "x.png", model="tiny")
        edit("7", {"smile": 1.0}, tmp_path / name / "y.webp", model="tiny")
    for file in ("x.png", "x.json", "y.webp", "y.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_label_and_a_consent_survive_edits_and_mixes(tmp_path: Path) -> None:
    model = saved(
        tmp_path / "zoo.safetensors", generator(classes=2), classes=["cat", "dog"], consent="Ann agreed for all"
    )
    give_directions(model, "smile")
    dog = Latent(of_seed(model, 7, 0.7, label=torch.tensor(1)).ws, torch.tensor(1))
    latents.write(tmp_path / "dog.json", dog, model, consent="Bob agreed for this")
    edited = edit(str(tmp_path / "dog.json"), {"smile": 1.0}, tmp_path / "edited.png", model=str(model.path))
    mixed = mix(str(edited), "3", [0, 1], tmp_path / "mixed.webp", model=str(model.path))
    for path in (edited, mixed):
        assert read(str(path), model, 0.7).label == 1
        assert json.loads(path.read_text("utf-8"))["class"] == "dog"
    for path in (edited, tmp_path / "edited.png", mixed, tmp_path / "mixed.webp"):
        assert provenance.verify(path).consent == "Ann agreed for all; Bob agreed for this"


def test_a_mix_takes_the_layers_of_the_second_and_the_others_of_the_first(tmp_path: Path, model: Model) -> None:
    a, b = of_seed(model, 7, 0.7).ws, of_seed(model, 8, 0.7).ws
    path = mix("7", "8", [0, 1, 4], tmp_path / "mix.png", model="tiny")
    found = read(str(path), model, 0.7).ws
    assert torch.equal(found[[0, 1, 4]], b[[0, 1, 4]]) and torch.equal(found[[2, 3, 5]], a[[2, 3, 5]])
    half = read(str(mix("7", "8", range(6), tmp_path / "half.png", amount=0.5, model="tiny")), model, 0.7).ws
    assert torch.allclose(half, (a + b) / 2, atol=1e-6)
    assert torch.equal(mix_latents(Latent(a), Latent(b), range(6), 0.0).ws, a)
    with Image.open(tmp_path / "mix.png") as mixed, Image.open(tmp_path / "half.png") as other:
        assert mixed.tobytes() != other.tobytes()


@pytest.mark.parametrize("layers", [[6], [-1], [0, 7]])
def test_a_layer_that_is_not_there_is_refused(tmp_path: Path, model: Model, layers: list[int]) -> None:
    with pytest.raises(GanimaError, match="layers 0 to 5"):
        mix("7", "8", layers, tmp_path / "mix.png", model="tiny")
    assert not (tmp_path / "mix.png").exists()


def test_an_edit_of_a_seed_is_the_portrait_that_create_makes_with_the_same_sliders(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "FRAMES", 2)
    folder = create_character(tmp_path / "ada", "Ada", 7, "tiny", settings={"smile": 1.0}).folder
    edit("7", {"smile": 1.0}, tmp_path / "edit.png", model="tiny")
    with Image.open(tmp_path / "edit.png") as edited, Image.open(folder / "portrait.png") as portrait:
        assert edited.tobytes() == portrait.tobytes()
    # And a character is a word like any other.
    edit(str(folder), {"smile": -1.0}, tmp_path / "back.png")
    assert torch.allclose(read(str(tmp_path / "back.json"), model, 0.7).ws, of_seed(model, 7, 0.7).ws, atol=1e-6)


def test_without_settings_the_sliders_are_listed(
    tmp_path: Path, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("edit", "7", "--model", "tiny") == 0
    shown = capsys.readouterr().out
    assert "smile  lifts the corners of the mouth\n" in shown and "age\n" in shown
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    assert command("edit", tmp_path / "a.json") == 0
    assert capsys.readouterr().out == shown


def test_the_commands_say_where_things_are(tmp_path: Path, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.png"
    assert command("edit", 7, "--set", "smile=1.5", "--set", "age=-1", "--out", out, "--model", "tiny") == 0
    assert command("mix", out.with_suffix(".json"), 8, "--layers", "0-2,5", "--out", tmp_path / "y.webp") == 0
    shown = capsys.readouterr().out
    assert all(str(tmp_path / name) in shown for name in ("x.png", "x.json", "y.webp", "y.json"))
    assert json.loads((tmp_path / "y.json").read_text("utf-8"))["mix"]["layers"] == [0, 1, 2, 5]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["edit", "7", "--set", "smile=nan"], "NAME=AMOUNT"),
        (["edit", "7", "--set", "smile=inf"], "NAME=AMOUNT"),
        (["edit", "7", "--set", "smile"], "NAME=AMOUNT"),
        (["edit", "7", "--set", "=1"], "NAME=AMOUNT"),
        (["edit", "7", "--set", "smile=5.1"], "from -5 to 5"),
        (["edit", "7", "--set", "smile=1", "--set", "smile=2"], "twice"),
        (["edit", "7", "--set", "simle=1"], "choose from smile, age"),
        (["edit", "7"], "say --set or --label"),
        (["edit", "nobody", "--set", "smile=1"], "no character"),
        (["edit", "7", "--set", "smile=1", "--truncation", "nan"], "--truncation"),
        (["mix", "7", "8", "--layers", "5-2"], "such as 0-4"),
        (["mix", "7", "8", "--layers", "0-99999999999"], "such as 0-4"),
        (["mix", "7", "8", "--layers", "two"], "such as 0-4"),
        (["mix", "7", "8", "--layers", ""], "such as 0-4"),
        (["mix", "7", "8", "--layers", "0-6"], "layers 0 to 5"),
        (["mix", "7", "8", "--layers", "0", "--amount", "1.5"], "--amount"),
        (["mix", "7", "nobody", "--layers", "0"], "no character"),
    ],
)
def test_bad_input_is_one_clear_line_and_nothing_is_written(
    tmp_path: Path, model: Model, words: list[str], message: str
) -> None:
    with pytest.raises(GanimaError, match=message) as caught:
        command(*words, "--model", "tiny", "--out", tmp_path / "out" / "x.png")
    assert "\n" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {"models"}


def test_an_edit_needs_somewhere_to_go(model: Model) -> None:
    with pytest.raises(GanimaError, match="--out"):
        command("edit", 7, "--set", "smile=1", "--model", "tiny")


def test_a_model_without_sliders_says_how_to_find_some(tmp_path: Path) -> None:
    saved(tmp_path / "plain.safetensors")
    with pytest.raises(GanimaError, match="find some first"):
        command("edit", 7, "--model", tmp_path / "plain.safetensors")


def test_a_damaged_file_of_sliders_is_told_of_also_where_labels_can_be_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = saved(tmp_path / "drawn.safetensors", generator(classes=2), classes=["calm", "glad"])
    assert command("edit", 7, "--model", model.path) == 0
    assert capsys.readouterr().out == "--label calm, glad\n"
    directions_path(model).write_bytes(b"no sliders")
    with pytest.raises(GanimaError, match="drawn.directions"):
        command("edit", 7, "--model", model.path)


def test_a_latent_so_far_out_that_nothing_can_be_drawn_is_refused(tmp_path: Path, model: Model) -> None:
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    far: dict[str, Any] = {"w": [3e38] * 16}
    with pytest.raises(GanimaError, match="so far out"):
        edit(str(change(tmp_path / "a.json", latent=far)), {"smile": 1.0}, tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("there", ["x.png", "x.json"])
def test_what_exists_is_left_alone_unless_forced(tmp_path: Path, model: Model, there: str) -> None:
    (tmp_path / there).write_text("mine")
    for write in (
        lambda force: edit("7", {"smile": 1.0}, tmp_path / "x.png", model="tiny", force=force),
        lambda force: mix("7", "8", [0], tmp_path / "x.png", model="tiny", force=force),
    ):
        (tmp_path / there).write_text("mine")
        with pytest.raises(GanimaError, match="`force`"):
            write(False)
        assert (tmp_path / there).read_text() == "mine"
        write(True)
        assert provenance.verify(tmp_path / there).labelled
    (tmp_path / there).unlink()
    (tmp_path / there).mkdir()
    with pytest.raises(GanimaError, match="folder"):
        edit("7", {"smile": 1.0}, tmp_path / "x.png", model="tiny", force=True)


@pytest.mark.parametrize("name", ["x.jpg", "x", "x.json", "x.mp4"])
def test_a_name_that_is_no_pictures_is_refused(tmp_path: Path, model: Model, name: str) -> None:
    with pytest.raises(GanimaError, match=r"\.png or \.webp"):
        edit("7", {"smile": 1.0}, tmp_path / name, model="tiny")


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path, model: Model) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(GanimaError, match="cannot write"):
        edit("7", {"smile": 1.0}, tmp_path / "file" / "x.png", model="tiny")
