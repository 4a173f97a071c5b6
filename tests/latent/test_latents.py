"""Latents from seeds, files and characters, and truncation towards the mean or a cluster centre."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from untrained import change, generator, in_memory, saved

from ganima import provenance
from ganima.errors import GanimaError
from ganima.latent import latents
from ganima.latent.latents import Latent, model_of, of_seed, read, read_all
from ganima.picture.classic import ClassicConfig, ClassicGenerator
from ganima.picture.grid import to_images
from ganima.picture.model import Model
from ganima.picture.sample import sample
from ganima.picture.truncation import CLUSTERS, Centres, clusters


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    return saved(tmp_path / "models" / "tiny.safetensors")


@pytest.mark.parametrize("towards", ["mean", "cluster"])
@pytest.mark.parametrize("classes", [0, 3])
def test_the_latent_of_a_seed_is_that_of_its_first_sample(classes: int, towards: Any) -> None:
    model = in_memory(generator(classes=classes), classes=["a", "b", "c"][:classes])
    for seed in (7, 8):
        latent = of_seed(model, seed, 0.6, towards=towards)
        first = next(sample(model, seed=seed, truncation=0.6, towards=towards))
        drawn = to_images(model.generator.synthesis(latent.ws[None]))[0]
        assert np.abs(np.asarray(first, int) - np.asarray(drawn, int)).max() <= 1
    assert (of_seed(model, 0).label is None) == (classes == 0)


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("label", [None, 1])
def test_a_latent_comes_back_from_its_file_exactly(tmp_path: Path, alike: bool, label: int | None) -> None:
    model = in_memory(generator(classes=2), classes=["cat", "dog"])
    torch.manual_seed(3)
    ws = torch.randn(1, 16).expand(6, -1) if alike else torch.randn(6, 16)
    latent = Latent(ws * 1e3, None if label is None else torch.tensor(label), torch.randn(16) if alike else None)
    latents.write(tmp_path / "a.json", latent, model, consent="Zoë agreed", note="hello")
    found = read(str(tmp_path / "a.json"), model, 0.7)
    assert torch.equal(found.ws, latent.ws) and found.label == label
    assert found.z is None if latent.z is None else torch.equal(found.z, latent.z)
    data = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert data["note"] == "hello" and data["model"]["space"] == model.space
    verdict = provenance.verify(tmp_path / "a.json")
    assert verdict.labelled and verdict.consent == "Zoë agreed"


def test_a_model_without_layers_has_latents_too(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = in_memory(ClassicGenerator(ClassicConfig()).eval().requires_grad_(False))
    latents.write(tmp_path / "a.json", of_seed(model, 7, 0.7), model)
    assert torch.equal(read(str(tmp_path / "a.json"), model, 1).ws, of_seed(model, 7, 0.7).ws)


def test_a_folder_is_read_by_its_character(tmp_path: Path, model: Model) -> None:
    (tmp_path / "mira").mkdir()
    latents.write(tmp_path / "mira" / "character.json", of_seed(model, 7, 0.7), model)
    for word in (tmp_path / "mira", tmp_path / "mira" / "character.json"):
        assert torch.equal(read(str(word), model, 1).ws, of_seed(model, 7, 0.7).ws)


@pytest.mark.parametrize("word", ["-1", "9223372036854775808", "+99999999999999999999"])
def test_a_seed_out_of_range_is_refused(model: Model, word: str) -> None:
    with pytest.raises(GanimaError, match="out of range"):
        read(word, model, 0.7)


def test_words_that_name_nothing_are_refused(tmp_path: Path, model: Model) -> None:
    (tmp_path / "empty").mkdir()
    for word in ("", "mira", "7.5", str(tmp_path / "empty"), str(tmp_path / "no.json")):
        with pytest.raises(GanimaError, match="no seed, no latent file and no character"):
            read(word, model, 0.7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "holds no latent"),
        (b'{"model": {}, "latent": 7}', "holds no latent"),
        (b'{"name": "a page"}', "holds no latent"),
    ],
)
def test_files_of_another_kind_are_named(tmp_path: Path, model: Model, content: bytes, words: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(GanimaError, match=words) as caught:
        read(str(tmp_path / "a.json"), model, 0.7)
    assert "a.json" in str(caught.value)


@pytest.mark.parametrize(
    "latent",
    [
        {},
        {"w": "many"},
        {"w": None},
        {"w": []},
        {"w": [0.0] * 15},
        {"w": [0.0] * 15 + [float("nan")]},
        {"w": [0.0] * 15 + [1e39]},
        {"w": [0.0] * 15 + [10**400]},
        {"w": [0.0] * 15 + ["1"]},
        {"ws": [[0.0] * 16] * 5},
        {"ws": [[0.0] * 16] * 5 + [[0.0] * 15]},
        {"ws": [[[0.0] * 16] * 6]},
        {"w": [0.0] * 16, "z": [float("inf")] * 16},
    ],
)
def test_damaged_latents_are_refused(tmp_path: Path, model: Model, latent: dict[str, Any]) -> None:
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    with pytest.raises(GanimaError, match="damaged"):
        read(str(change(tmp_path / "a.json", latent=latent)), model, 0.7)


def test_a_latent_of_another_model_is_refused_and_one_of_the_same_space_is_not(tmp_path: Path, model: Model) -> None:
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    other = in_memory(generator())
    with pytest.raises(GanimaError, match="'tiny'.*another latent space"):
        read(str(tmp_path / "a.json"), other, 0.7)
    child = in_memory(generator(channels=1), space=model.space)
    assert torch.equal(read(str(tmp_path / "a.json"), child, 0.7).ws, of_seed(model, 7).ws)


def test_a_class_that_the_model_lacks_is_refused(tmp_path: Path) -> None:
    model = in_memory(generator(classes=2), classes=["cat", "dog"])
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    for label in ("cow", ["cat"], 1):
        with pytest.raises(GanimaError, match="no class"):
            read(str(change(tmp_path / "a.json", **{"class": label})), model, 0.7)


def test_the_model_is_found_by_what_the_first_file_says(tmp_path: Path, model: Model) -> None:
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    assert model_of(["7", str(tmp_path / "a.json")], None).sha256 == model.sha256
    # Also under another name, and beside a file that is no model.
    model.path.rename(model.path.with_name("renamed.safetensors"))
    (model.path.parent / "tiny.safetensors").write_bytes(b"no model")
    assert model_of([str(tmp_path / "a.json")], None).sha256 == model.sha256
    (model.path.parent / "renamed.safetensors").rename(tmp_path / "away.safetensors")
    with pytest.raises(GanimaError, match="`model`"):
        model_of([str(tmp_path / "a.json")], None)
    assert model_of(["7"], str(tmp_path / "away.safetensors")).sha256 == model.sha256


def test_seeds_are_truncated_as_characters_are_and_files_only_when_that_is_said(tmp_path: Path, model: Model) -> None:
    latents.write(tmp_path / "a.json", of_seed(model, 7), model)
    words, mean = ["7", str(tmp_path / "a.json")], model.generator.w_mean
    seed, file = read_all(words, model, None, "mean")
    assert torch.equal(seed.ws, of_seed(model, 7, 0.7).ws) and torch.equal(file.ws, of_seed(model, 7).ws)
    seed, file = read_all(words, model, 0.5, "mean")
    assert torch.allclose(seed.ws, mean.lerp(of_seed(model, 7).ws, 0.5), atol=1e-6)
    assert torch.allclose(file.ws, seed.ws, atol=1e-6)
    for latent in read_all(words, model, 0.0, "cluster"):
        assert any(torch.allclose(latent.ws[0], centre, atol=1e-6) for centre in clusters(model.generator))


@pytest.mark.parametrize("label", [None, 1])
def test_cluster_centres_are_always_the_same_and_lie_where_latents_are(label: int | None) -> None:
    net = generator(classes=0 if label is None else 2)
    number = None if label is None else torch.tensor(label)
    centres = clusters(net, number)
    assert centres.shape == (CLUSTERS, 16)
    assert torch.equal(centres, clusters(net, number))
    torch.manual_seed(5)
    w = net.mapping(torch.randn(500, 16), None if label is None else torch.full((500,), label))
    to_centre, to_mean = torch.cdist(w, centres).amin(1).mean(), (w - w.mean(0)).norm(dim=1).mean()
    assert to_centre < 0.8 * to_mean
    if label is not None:
        assert not torch.equal(centres, clusters(net, torch.tensor(0)))


def test_truncation_towards_clusters_goes_to_the_nearest_centre_and_keeps_more_diversity() -> None:
    model = in_memory(generator())
    w = model.generator.mapping(torch.randn(40, 16))
    nearest = Centres(model.generator, "cluster").of(w, None)
    assert torch.equal(nearest, clusters(model.generator)[torch.cdist(w, clusters(model.generator)).argmin(1)])
    spread = {}
    for towards in ("mean", "cluster"):
        found = read_all([str(seed) for seed in range(20)], model, 0.3, towards)
        spread[towards] = torch.stack([latent.ws[0] for latent in found]).std(0).mean()
    assert spread["cluster"] > 1.2 * spread["mean"]
    same = [image.tobytes() for image in sample(model, 8, truncation=0.0)]
    several = [image.tobytes() for image in sample(model, 8, truncation=0.0, towards="cluster")]
    assert len(set(same)) == 1 and len(set(several)) > 3
    whole = [image.tobytes() for image in sample(model, 4, truncation=1.0, towards="cluster")]
    assert whole == [image.tobytes() for image in sample(model, 4)]
