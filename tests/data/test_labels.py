"""Labels in groups, from the table beside the pictures to a character with expressions."""

import json
import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from untrained import generator

from ganima.character.create import create_character
from ganima.character.expressions import EXPRESSIONS, expressions, has_expressions, loop
from ganima.cli.character import same_command
from ganima.cli.main import main
from ganima.data.folder import load_folder
from ganima.data.labels import Labels, labels_of_card, vocabulary
from ganima.errors import GanimaError
from ganima.gan.mismatch import mismatch
from ganima.latent.latents import of_seed, read, write
from ganima.latent.relabel import relabelled
from ganima.layers.labels import LabelEmbedding
from ganima.picture.model import Model, load_model, save_picture_model
from ganima.picture.presets import tiny
from ganima.picture.sample import sample
from ganima.picture.state import PictureState, new_state
from ganima.picture.step import train_step

SHAPES = Labels(
    ("shape=disc", "shape=square", "colour=blue", "colour=red"), ("shape", "colour"), ((0, 2), (0, 3), (1, 3), (1, -1))
)


def drawings(folder: Path, count: int = 16) -> Path:
    """Squares, red or blue, and discs that are red, with a table of two groups; the last picture has no label."""
    folder.mkdir()
    rows = ["file,shape,colour"]
    for i in range(count):
        picture = np.full((16, 16, 3), 20, dtype=np.uint8)
        square, red = i % 2 == 0, i % 4 > 0
        inside = np.hypot(*(np.mgrid[:16, :16] - 7.5)) < 5 if not square else np.ones((16, 16), bool)
        picture[2:-2, 2:-2][inside[2:-2, 2:-2]] = (220, 30 + i, 30) if red else (30, 30 + i, 220)
        Image.fromarray(picture).save(folder / f"{i:02}.png")
        colour = "" if i == 2 else "red" if red else "blue"
        rows.append(f"{i:02}.png,{'square' if square else 'disc'},{colour}")
    (folder / "labels.csv").write_text("\n".join(rows[:-1]))
    return folder


def model_with(labels: Labels, path: Path) -> Model:
    """An untrained model that knows `labels`."""
    net = generator(classes=len(labels.classes))
    save_picture_model(path, net, None, {"name": "labelled", "licence": "CC0 1.0", **labels.to_card()})
    return load_model(path)


def expressive() -> Labels:
    """All labels of the expressions, and hair."""
    names = dict.fromkeys(name for pair in EXPRESSIONS.values() for name in pair)
    labels = Labels((*names, "hair=long", "hair=short"), ("mouth", "eyes", "hair"))
    rows = product(*(labels.of_group(group) for group in labels.groups))
    return replace(labels, combinations=tuple(rows))


def test_a_table_with_a_column_for_each_group(tmp_path: Path) -> None:
    data = load_folder(drawings(tmp_path / "d"), 16, 16, 3, True)
    known = data.vocabulary
    assert known.groups == ("shape", "colour")
    assert known.classes == ("shape=disc", "shape=square", "colour=blue", "colour=red")
    assert data.labels is not None and data.labels[:4].tolist() == [[1, 2], [0, 3], [1, -1], [0, 3]]
    assert data.skipped == (("15.png", "has no label"),)
    assert set(known.combinations) == {(1, 2), (0, 3), (1, 3), (1, -1)}
    (tmp_path / "d" / "labels.csv").write_text("file,shape\n" + "".join(f"{i:02}.png,kind {i}\n" for i in range(16)))
    with pytest.raises(GanimaError, match="shape has 16 different values"):
        load_folder(tmp_path / "d", 16, 16, 3, True)


def test_a_column_without_values_is_no_group(tmp_path: Path) -> None:
    rows = [f"{i:02}.png,{'disc' if i % 2 else 'square'},,{i % 3}" for i in range(16)]
    (drawings(tmp_path / "d") / "labels.csv").write_text("\n".join(["file,shape,notes,third", *rows]))
    data = load_folder(tmp_path / "d", 16, 16, 3, True)
    assert data.vocabulary.groups == ("shape", "third")
    assert data.labels is not None and data.labels[:2].tolist() == [[1, 2], [0, 3]]


def test_a_class_of_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    for name in (b"caf\xe9", b"tea"):
        place = os.fsencode(tmp_path) + b"/" + name
        try:
            os.mkdir(place)
        except OSError:
            pytest.skip("this file system takes names in UTF-8 only")
        for i in range(6):
            Image.fromarray(np.full((16, 16, 3), 40 * i, dtype=np.uint8)).save(place + b"/%d.png" % i)
    assert load_folder(tmp_path, 16, 16, 3, True).vocabulary.classes == (r"caf\udce9", "tea")


def test_combinations_are_as_many_as_are_kept() -> None:
    assigned = [(f"a={i % 7}", f"b={i % 5}") for i in range(5000)]
    labels, numbers = vocabulary(("a", "b"), assigned)
    assert numbers.shape == (5000, 2) and len(labels.combinations) == 512
    assert labels_of_card(json.loads(json.dumps(labels.to_card()))) == labels


def test_asking_for_labels() -> None:
    assert SHAPES.numbers(["colour=red", "shape=disc"]) == [3, 0]
    assert SHAPES.numbers(["shape=disc", "shape=disc"]) == [0]
    for names, words in (
        (["colour=green"], "colour can be: blue, red"),
        (["size=big"], "there is: shape, colour"),
        (["disc"], "shape=disc, for example"),
        (["shape=disc", "shape=square"], "choose one"),
    ):
        with pytest.raises(GanimaError, match=words):
            SHAPES.numbers(names)
    with pytest.raises(GanimaError, match="there are: cat, dog"):
        Labels(("cat", "dog")).numbers(["cow"])
    with pytest.raises(GanimaError, match="without labels"):
        Labels().numbers(["cow"])


def test_what_is_not_asked_for_is_drawn_to_go_with_it() -> None:
    rng = torch.Generator().manual_seed(0)
    drawn = SHAPES.draw(200, rng)
    assert drawn is not None and {tuple(row) for row in drawn.tolist()} == set(SHAPES.combinations)
    blue = SHAPES.draw(50, rng, SHAPES.numbers(["colour=blue"]))
    assert blue is not None and {tuple(row) for row in blue.tolist()} == {(0, 2)}
    # No square was blue: one is drawn all the same, for whoever asks.
    odd = SHAPES.draw(50, rng, SHAPES.numbers(["colour=blue", "shape=square"]))
    assert odd is not None and {tuple(row) for row in odd.tolist()} == {(1, 2)}
    assert Labels().draw(3, rng) is None
    plain = Labels(("cat", "dog")).draw(3, rng, [1])
    assert plain is not None and plain.tolist() == [1, 1, 1]


def test_an_embedding_is_the_sum_of_what_is_known() -> None:
    embed = LabelEmbedding(4, 8)
    rows = embed.weight
    labels = torch.tensor([[0, 2], [1, -1], [-1, -1]])
    expected = torch.stack([rows[0] + rows[2], rows[1], torch.zeros(8)])
    assert torch.allclose(embed(labels), expected)
    assert torch.equal(embed(torch.tensor([3, 1])), rows[[3, 1]])


def test_a_card_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    net = generator(classes=4)
    card = SHAPES.to_card()
    for wrong in (
        card | {"combinations": [[0, 9]]},
        card | {"combinations": [[2, 0]]},
        card | {"combinations": [[0, float("inf")]]},
        card | {"combinations": []},
        card | {"groups": ["shape"]},
        card | {"groups": ["shape", "size"]},
        card | {"classes": card["classes"][:3]},
        card | {"combinations": "many"},
        card | {"classes": [*card["classes"], "colour=\x1b[31m"]},
        {},
    ):
        save_picture_model(tmp_path / "m.safetensors", net, None, {"name": "m", **wrong})
        with pytest.raises(GanimaError, match="card of .* is damaged"):
            load_model(tmp_path / "m.safetensors")


def test_samples_of_a_seed_and_latents_agree(tmp_path: Path) -> None:
    model = model_with(SHAPES, tmp_path / "m.safetensors")
    (first,) = sample(model, 1, seed=5, truncation=0.6)
    latent = of_seed(model, 5, 0.6)
    assert latent.label is not None and latent.label.shape == (2,)
    write(tmp_path / "latent.json", latent, model)
    again = read(str(tmp_path / "latent.json"), model, 1.0)
    assert again.label is not None and torch.equal(again.label, latent.label) and torch.equal(again.ws, latent.ws)
    with torch.inference_mode():
        drawn = model.generator.synthesis(again.ws[None])[0]
    pixels = ((drawn.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    assert np.abs(pixels.astype(int) - np.asarray(first, int)).max() <= 1
    told = json.loads((tmp_path / "latent.json").read_text())
    (tmp_path / "latent.json").write_text(json.dumps(told | {"labels": {"shape": "star"}}))
    with pytest.raises(GanimaError, match="no class"):
        read(str(tmp_path / "latent.json"), model, 1.0)


# Training.


def state_with(groups: bool) -> PictureState:
    return new_state(tiny(16, 16, 3, 4 if groups else 2), 0, torch.device("cpu"))


def test_each_kind_of_label_is_told_from_those_of_the_batch() -> None:
    critic = state_with(groups=True).discriminator
    features = torch.randn(5, 16)
    labels = torch.tensor([[0, 2], [1, 3], [0, 3], [1, -1], [0, 2]])
    expected = []
    for kind, choices in ((0, (0, 1)), (1, (2, 3))):
        for picture, own in enumerate(labels.tolist()):
            if own[kind] >= 0:
                tried = torch.tensor([[*own[:kind], choice, *own[kind + 1 :]] for choice in choices])
                logits = critic.judge(features[picture].expand(2, -1), tried)
                expected.append(-logits.log_softmax(0)[choices.index(own[kind])] / (5 if kind == 0 else 4) / 2)
    assert torch.allclose(mismatch(critic.judge, features, labels), torch.stack(expected).sum())
    # A kind with nothing to choose from teaches nothing.
    alike = torch.tensor([[0, 2], [1, 2], [0, 2], [1, -1], [0, 2]])
    only = mismatch(critic.judge, features, torch.where(torch.tensor([True, False]), alike, -1))
    assert torch.allclose(mismatch(critic.judge, features, alike), only)
    assert float(mismatch(critic.judge, features, torch.full((5, 2), -1))) == 0


def test_plain_classes_are_told_from_each_other() -> None:
    critic = state_with(groups=False).discriminator
    features, labels = torch.randn(4, 16), torch.tensor([0, 1, 1, 0])
    logits = torch.stack([critic.judge(features, torch.full((4,), label)) for label in (0, 1)], 1)
    expected = torch.nn.functional.cross_entropy(logits, labels)
    assert torch.allclose(mismatch(critic.judge, features, labels), expected)


def test_telling_labels_apart_trains_the_discriminator_alone() -> None:
    """Its loss falls on fixed pictures whose labels are what they show."""
    state = state_with(groups=True)
    config = replace(tiny(16, 16, 3, 4), mismatch=4.0, batch=8)
    labels = torch.tensor([[0, 2], [1, 3], [0, 3], [1, 2]] * 4)
    real = torch.full((16, 3, 16, 16), -1.0)
    real[labels[:, 0] == 1, :, :8] = 0.5
    real[labels[:, 1] == 3, 0] += 0.5
    found = [float(train_step(state, config, real, labels, 0.0)["mismatch"]) for _ in range(60)]
    assert np.mean(found[-10:]) < 0.8 * np.mean(found[:10])
    quiet = train_step(state_with(groups=True), replace(config, mismatch=0.0), real, labels, 0.0)
    assert "mismatch" not in quiet


def test_from_a_folder_to_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, run = drawings(tmp_path / "d"), tmp_path / "run"
    words = ["train", folder, "--out", run, "--preset", "tiny", "--resolution", "16", "--kimg", "0.05", "--conditional"]
    assert main([str(word) for word in [*words, "--set", "mismatch=1"]]) == 0
    assert load_model(run / "model.safetensors").labels.groups == ("shape", "colour")
    out = tmp_path / "out"
    words = ["sample", run, "--out", out, "--count", 3, "--label", "shape=disc", "--label", "colour=red", "--grid"]
    assert main([str(word) for word in words]) == 0
    assert len(list(out.iterdir())) == 4
    capsys.readouterr()
    assert main(["sample", str(run), "--out", str(tmp_path / "no"), "--label", "colour=green"]) == 2
    assert "colour can be: blue, red" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


# Characters with expressions.


def test_a_character_with_expressions(tmp_path: Path) -> None:
    model = model_with(expressive(), tmp_path / "m.safetensors")
    assert has_expressions(model) and not has_expressions(model_with(SHAPES, tmp_path / "other.safetensors"))
    made = create_character(tmp_path / "a", seed=3, model=str(model.path), labels=["hair=long"], again=same_command)
    told = json.loads((made.folder / "character.json").read_text())
    assert told["labels"] == {"mouth": "smile", "eyes": "open", "hair": "long"}
    assert [look["caption"] for look in told["looks"]] == list(EXPRESSIONS)
    assert "--label hair=long" in made.page.read_text()
    create_character(tmp_path / "b", seed=3, model=str(model.path), labels=["hair=long"])
    for name in ("portrait.png", "sheet.png", "idle.webp", "character.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    create_character(tmp_path / "c", start_from=str(tmp_path / "a"), model=str(model.path), labels=["mouth=sad"])
    told = json.loads((tmp_path / "c" / "character.json").read_text())
    assert told["labels"] == {"mouth": "sad", "eyes": "open", "hair": "long"}
    assert (tmp_path / "c" / "portrait.png").read_bytes() != (tmp_path / "a" / "portrait.png").read_bytes()
    with pytest.raises(GanimaError, match="hair can be: long, short"):
        create_character(tmp_path / "d", seed=3, model=str(model.path), labels=["hair=blue"])
    assert not (tmp_path / "d").exists()


def test_labels_are_listed_and_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = model_with(expressive(), tmp_path / "m.safetensors")
    words = ["edit", "3", "--model", str(model.path)]
    assert main(words) == 0
    listed = capsys.readouterr().out.splitlines()
    assert "--label hair=long|short" in listed and len(listed) == 3
    assert main([*words, "--label", "hair=long", "--label", "mouth=sad", "--out", str(tmp_path / "sad.png")]) == 0
    sad = read(str(tmp_path / "sad.json"), model, 1.0)
    assert sad.label is not None and set(model.labels.names(sad.label)) >= {"hair=long", "mouth=sad"}
    assert torch.equal(relabelled(sad, model, ["mouth=sad"]).ws, sad.ws)
    # Back to what it was.
    first = of_seed(model, 3, 0.7)
    assert first.label is not None
    back = relabelled(sad, model, model.labels.names(first.label))
    assert torch.allclose(back.ws, first.ws, atol=1e-5)
    # Mixed latents have no z: they move as the mean does.
    mixed = relabelled(replace(sad, z=None), model, ["mouth=laugh"])
    assert mixed.label is not None and not torch.equal(mixed.ws, sad.ws)
    capsys.readouterr()
    assert main([*words, "--label", "hair=blue", "--out", str(tmp_path / "no.png")]) == 2
    assert "hair can be: long, short" in capsys.readouterr().err and not (tmp_path / "no.png").exists()
    with pytest.raises(GanimaError, match="cannot be changed"):
        relabelled(replace(sad, label=None), model, ["hair=long"])


def test_expressions_change_the_labels_alone_and_the_loop_is_closed(tmp_path: Path) -> None:
    model = model_with(expressive(), tmp_path / "m.safetensors")
    latent = of_seed(model, 1, 0.7)
    assert latent.label is not None
    happy = replace(latent, label=model.labels.replaced(latent.label, model.labels.numbers(EXPRESSIONS["Happy"])))
    assert happy.label is not None and happy.label[2] == latent.label[2]
    images = [np.asarray(look.image, float) for look in expressions(model, latent)]
    assert len(images) == 8 and min(np.abs(a - b).mean() for i, a in enumerate(images) for b in images[:i]) > 0
    ws = loop(model, latent)
    steps = (ws - ws.roll(1, 0)).flatten(1).norm(dim=1)
    assert len(ws) == 64 and torch.equal(ws[0], latent.ws) and torch.equal(ws[-1], ws[0])
    assert steps.max() < 0.6 * (ws - ws[0]).flatten(1).norm(dim=1).max()
