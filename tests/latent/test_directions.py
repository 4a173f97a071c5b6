"""Sliders: how they are found, that they do what they say, and files of them."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

import ganima
from ganima import provenance
from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.latent.components import components, draw_w
from ganima.latent.direction_sheet import GAP, HEAD, MARGIN, NAMES, draw_sheet
from ganima.latent.directions import (
    Directions,
    directions_path,
    find_directions,
    load_directions,
    move,
    save_directions,
    steer,
)
from ganima.latent.factorise import factorise, style_weights
from ganima.latent.field import Field
from ganima.latent.label_sheets import write_label_sheets
from ganima.latent.latents import of_seed, write
from ganima.latent.new_directions import new_directions
from ganima.latent.separate import TRUNCATION, read_labels, ridge, separate, whitening
from ganima.models.file import checksum, sealed
from ganima.models.library import find_model, list_models
from ganima.picture.build import build_generator
from ganima.picture.classic import ClassicConfig
from ganima.picture.generator import GeneratorConfig
from ganima.picture.model import Model, load_model, save_picture_model

LAYOUT = GeneratorConfig(24, 18, 3, (12, 12, 12), z_dim=16, w_dim=16)
W_DIM, LAYERS = 16, 6


def make(path: Path, layout: GeneratorConfig | ClassicConfig = LAYOUT, **card: object) -> Model:
    torch.manual_seed(0)
    save_picture_model(path, build_generator(layout).eval(), None, {"name": path.stem, **card})
    return load_model(path)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return make(tmp_path / "tiny.safetensors")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own models, of which there are none yet."""
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path / "own"))
    return tmp_path / "own"


def linear(space: str, names: tuple[str, ...] = ("age", "smile")) -> Directions:
    vectors = torch.randn(len(names), LAYERS, W_DIM, generator=torch.Generator().manual_seed(1))
    return Directions(names, vectors.half().float(), space, {"method": "drawn", "table": {"age": {"smile": 0.5}}})


def random_field(named: int = 2, measures: int = 5, hidden: int = 32) -> Field:
    """A field of random weights: it predicts something, smoothly."""
    rng = torch.Generator().manual_seed(2)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=rng)

    inputs = LAYERS // 2 * W_DIM
    field = Field(
        mean=normal(W_DIM),
        root=torch.eye(W_DIM) + 0.1 * normal(W_DIM, W_DIM),
        weight_1=normal(hidden, inputs) / math.sqrt(inputs),
        bias_1=normal(hidden),
        weight_2=normal(hidden, hidden) / math.sqrt(hidden),
        bias_2=normal(hidden),
        weight_3=2 * normal(measures, hidden) / math.sqrt(hidden),
        bias_3=normal(measures),
        importance=torch.ones(measures),
        demand=torch.eye(named, measures),
    )
    return Field(**{name: tensor.half().float() for name, tensor in field.tensors().items()})


def picture_change(model: Model, vectors: Tensor) -> Tensor:
    """[n]: how much each direction [n, layers, w_dim] changes pictures, for its length."""
    base = torch.stack([of_seed(model, seed).ws for seed in range(6)])
    vectors = vectors / vectors.flatten(1).norm(dim=1)[:, None, None]
    own = model.generator.synthesis(base)
    return torch.stack([(model.generator.synthesis(base + v) - own).square().mean().sqrt() for v in vectors])


# Finding them


@pytest.mark.parametrize("layers", [range(LAYERS), [0, 1, 2], [5]], ids=["all", "coarse", "last"])
def test_factorised_directions_change_pictures_more_than_random_ones(model: Model, layers: list[int]) -> None:
    found = factorise(model, 8, list(layers))
    rng = torch.Generator().manual_seed(0)
    chance = torch.zeros(24, LAYERS, W_DIM)
    chance[:, list(layers)] = torch.randn(24, 1, W_DIM, generator=rng)
    first = picture_change(model, found.vectors[:1])[0]
    assert first > 1.2 * picture_change(model, chance).mean()
    others = [layer for layer in range(LAYERS) if layer not in layers]
    assert not found.vectors[:, others].any() and found.vectors[:, list(layers)].any()


def test_factorised_directions_are_the_eigenvectors_of_the_style_weights(model: Model) -> None:
    weights = style_weights(model.generator)
    assert [len(weight) for weight in weights] == [1, 2, 1, 2, 1, 1]
    assert sum(len(weight) for weight in weights) == sum("affine.weight" in n for n in model.generator.state_dict())
    found = factorise(model, W_DIM, [1, 2])
    axes = torch.nn.functional.normalize(found.vectors[:, 1], dim=1)
    torch.testing.assert_close(axes @ axes.t(), torch.eye(W_DIM), atol=1e-4, rtol=0)
    changes = sum((axes @ weight.t()).square().sum(1) for layer in (1, 2) for weight in weights[layer])
    assert (changes[:-1] >= changes[1:] - 1e-3).all()


def test_components_are_as_long_as_w_varies(model: Model) -> None:
    found = components(model, 5, range(LAYERS))
    vectors = found.vectors[:, 0]
    fresh = draw_w(model, 4000, seed=9)
    along = (fresh @ torch.nn.functional.normalize(vectors, dim=1).t()).std(0)
    torch.testing.assert_close(along, vectors.norm(dim=1), rtol=0.05, atol=0)
    assert (vectors.norm(dim=1).diff() <= 0).all()
    torch.testing.assert_close(found.vectors, components(model, 5, range(LAYERS)).vectors)


def test_models_of_every_kind_have_directions(tmp_path: Path) -> None:
    conditional = make(tmp_path / "c.safetensors", replace(LAYOUT, classes=2, noise=True), classes=["cat", "dog"])
    assert factorise(conditional, 3, [0]).vectors.shape == (3, LAYERS, W_DIM)
    classic = make(tmp_path / "classic.safetensors", ClassicConfig())
    assert components(classic, 3, [0]).vectors.shape == (3, 1, 100)
    with pytest.raises(GanimaError, match="`method` pca"):
        factorise(classic, 3, [0])
    for method in (factorise, components):
        with pytest.raises(GanimaError, match="17 .* 16 dimensions"):
            method(conditional, 17, [0])


def planted(model: Model, path: Path, count: int = 240) -> Tensor:
    """Writes labels by two hyperplanes in whitened w that are far from orthogonal; returns their normals."""
    mean, _, inverse = whitening(draw_w(model, 10_000, 0))
    rng = torch.Generator().manual_seed(4)
    one, more = torch.randn(2, W_DIM, generator=rng)
    normals = torch.nn.functional.normalize(torch.stack([one, one + more]), dim=1)
    w = torch.stack([of_seed(model, seed, TRUNCATION).ws[0] for seed in range(count)])
    points = (w - mean) @ inverse.t()
    scores = points @ normals.t()
    rows = [f"{seed},{'yes' if a > 0 else 'No'},{b:.4f}" for seed, (a, b) in enumerate(scores.tolist())]
    path.write_text("seed,glasses,age\n" + "\n".join(rows), encoding="utf-8")
    return normals


def test_labels_give_back_the_planted_directions_freed_from_each_other(model: Model, tmp_path: Path) -> None:
    normals = planted(model, tmp_path / "labels.csv")
    found = separate(model, tmp_path / "labels.csv", range(LAYERS))
    assert found.names == ("glasses", "age")
    _, _, inverse = whitening(draw_w(model, 10_000, 0))
    moved = found.vectors[:, 0] @ inverse.t()
    torch.testing.assert_close(moved.norm(dim=1), torch.ones(2), atol=1e-3, rtol=0)
    changes = moved @ normals.t()
    together = float(normals[0] @ normals[1])
    assert together > 0.5
    for row in range(2):
        # What is left of a unit normal without its part along the other one.
        assert changes[row, row] > 0.9 * math.sqrt(1 - together**2)
        assert abs(changes[row, 1 - row]) < 0.15 * changes[row, row]
    assert found.about["leave_one_out"]["glasses"]["accuracy"] > 0.9
    assert found.about["leave_one_out"]["age"]["correlation"] > 0.95


def test_ridge_says_how_well_it_does_on_what_it_has_not_seen() -> None:
    rng = torch.Generator().manual_seed(0)
    points, chance = torch.randn(60, 40, generator=rng), torch.randn(60, generator=rng)
    assert ridge(points, chance).correlation < 0.4
    fit = ridge(points, points[:, 0] + 3)
    assert fit.correlation > 0.8 and fit.accuracy is None
    values = points - points.mean(0)
    strongest = ridge(points, chance)
    # The closed form is what leaving each one out gives.
    lam = next(s for s in (1e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0) if _same(values, chance, s, strongest.weights))
    left_out = []
    for i in range(60):
        keep = torch.arange(60) != i
        x, y = points[keep].double(), chance[keep].double()
        x0, y0 = x.mean(0), y.mean()
        strength = lam * float((values.double() @ values.double().t()).diagonal().mean())
        gram = (x - x0).t() @ (x - x0) + strength * torch.eye(40).double()
        weights = torch.linalg.solve(gram, (x - x0).t() @ (y - y0))
        left_out.append(float((points[i].double() - x0) @ weights + y0))
    expected = torch.corrcoef(torch.stack([torch.tensor(left_out), chance]))[0, 1]
    assert strongest.correlation == pytest.approx(float(expected), abs=0.02)


def _same(x: Tensor, y: Tensor, strength: float, weights: Tensor) -> bool:
    x, y = x.double(), (y - y.mean()).double()
    ridge_ = strength * float((x @ x.t()).diagonal().mean()) * torch.eye(x.shape[1]).double()
    return torch.allclose(torch.linalg.solve(x.t() @ x + ridge_, x.t() @ y).float(), weights, rtol=1e-3, atol=1e-5)


def test_labels_may_stand_beside_files_and_have_gaps(model: Model, tmp_path: Path) -> None:
    for seed in range(12):
        write(tmp_path / f"{seed}.json", of_seed(model, seed, 0.7), model)
    rows = "".join(f"{seed}.json,{seed % 3},{'' if seed == 5 else 'ny'[seed % 2]},\n" for seed in range(12))
    (tmp_path / "labels.csv").write_text("file,hair,glasses,later\n" + rows, encoding="utf-8-sig")
    labelled = read_labels(model, tmp_path / "labels.csv", [0, 1])
    assert list(labelled.columns) == ["hair", "glasses"]
    torch.testing.assert_close(labelled.w[3], of_seed(model, 3, 0.7).ws[0], rtol=1e-4, atol=1e-5)
    assert labelled.columns["glasses"].isnan().tolist() == [seed == 5 for seed in range(12)]
    assert labelled.columns["hair"][4] == 1


ENOUGH = "".join(f"{seed},{seed % 2}\n" for seed in range(12))
BAD_TABLES = {
    "no-key": ("number,age\n1,2\n", "`seed` or `file`"),
    "no-labels": ("seed\n1\n", "`seed` or `file`"),
    "twice": ("seed,age,age\n1,2,3\n", "`seed` or `file`"),
    "empty": ("", "`seed` or `file`"),
    "name": ("seed,my age\n" + ENOUGH, "'my age'"),
    "cells": ("seed,age\n" + ENOUGH + "1,2,3\n", "line 14: it has 3 cells"),
    "word": ("seed,age\n" + ENOUGH + "1,old\n", "line 14: 'old' is no number"),
    "nan": ("seed,age\n" + ENOUGH + "1,nan\n", "line 14: 'nan' is no number"),
    "seed": ("seed,age\n" + ENOUGH + "x,1\n", "'x' is no seed"),
    "file": ("file,age\n" + "nothing.json,1\n", "nothing.json does not exist"),
    "few": ("seed,age\n1,2\n2,3\n", "10 labels or more"),
    "constant": ("seed,age\n" + ENOUGH.replace(",1", ",0"), "two that differ"),
    "unfilled": ("seed,\n" + "".join(f"{seed},\n" for seed in range(12)), "name"),
    "gaps": ("seed,age\n" + "".join(f"{seed},\n" for seed in range(12)), "holds no labels"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_table_is_named(model: Model, tmp_path: Path, case: str) -> None:
    text, words = BAD_TABLES[case]
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(GanimaError, match=words) as caught:
        separate(model, tmp_path / "labels.csv", range(LAYERS))
    assert "\n" not in str(caught.value)


def test_a_table_that_is_none_is_named(model: Model, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"seed,age\n\xff\xfe\n")
    for path in (tmp_path / "labels.csv", tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(GanimaError, match=str(path)):
            separate(model, path, range(LAYERS))


# Moving


def test_moving_adds_up_and_drops_what_no_longer_holds(model: Model) -> None:
    found = linear(model.space)
    latent = replace(of_seed(model, 3), label=1)
    moved = move(latent, found, {"smile": 1.5, "age": -1})
    torch.testing.assert_close(moved.ws, latent.ws + 1.5 * found.vectors[1] - found.vectors[0])
    assert moved.label == 1 and moved.z is None and latent.z is not None
    assert move(latent, found, {}) is latent


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, 5.01, -6])
def test_amounts_out_of_range_are_refused(model: Model, amount: float) -> None:
    with pytest.raises(GanimaError, match="age=.* from -5 to 5"):
        move(of_seed(model, 3), linear(model.space), {"age": amount})


def test_an_unknown_slider_lists_those_that_there_are(model: Model) -> None:
    with pytest.raises(GanimaError, match="no direction 'beard': choose from age, smile"):
        move(of_seed(model, 3), linear(model.space), {"age": 1, "beard": 1})


def test_slopes_are_the_derivatives_of_the_prediction() -> None:
    field = random_field()
    points = torch.randn(2, field.weight_1.shape[1], generator=torch.Generator().manual_seed(0))
    for point, slopes in zip(points, field.slopes(points), strict=True):
        expected = torch.autograd.functional.jacobian(lambda p: field.measures(p[None])[0], point)
        torch.testing.assert_close(slopes, expected, rtol=1e-4, atol=1e-5)


def test_a_field_moves_what_is_asked_for_and_keeps_the_rest(model: Model) -> None:
    field = random_field()
    found = replace(linear(model.space), field=field)
    ws = torch.stack([of_seed(model, seed, 0.7).ws for seed in range(5)])
    before = field.measures(field.whitened(ws))
    for amounts in ([1.0, 0.0], [-1.0, 0.0], [0.0, 2.0], [1.0, -1.0]):
        wanted = torch.tensor(amounts).expand(5, -1)
        moved = steer(ws, found, wanted)
        change = field.measures(field.whitened(moved)) - before
        missed = change - torch.nn.functional.pad(wanted, (0, 3))
        assert missed.norm(dim=1).max() < 0.6 * wanted[0].norm(), amounts
        # One by one is the same as together, and both layers of a block go the same way.
        torch.testing.assert_close(steer(ws[2:3], found, wanted[:1])[0], moved[2], rtol=1e-4, atol=1e-4)
        torch.testing.assert_close((moved - ws)[:, 0], (moved - ws)[:, 1])
    torch.testing.assert_close(steer(ws, found, torch.zeros(5, 2)), ws)
    assert move(of_seed(model, 1), found, {"age": 2}).ws.shape == (LAYERS, W_DIM)


# Files


@pytest.mark.parametrize("with_field", [False, True], ids=["linear", "field"])
def test_what_goes_into_a_file_comes_out(model: Model, tmp_path: Path, with_field: bool) -> None:
    stored = linear(model.space, ("age", "微笑"))
    if with_field:
        stored = replace(stored, field=random_field())
    save_directions(tmp_path / "d.safetensors", stored)
    found = load_directions(tmp_path / "d.safetensors")
    assert (found.names, found.space, found.about) == (stored.names, stored.space, stored.about)
    assert torch.equal(found.vectors, stored.vectors)
    assert (found.field is not None) == with_field
    latent = of_seed(model, 3)
    assert torch.equal(move(latent, found, {"微笑": 1}).ws, move(latent, stored, {"微笑": 1}).ws)


def test_no_byte_of_a_file_changes_unseen(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "d.safetensors"
    save_directions(path, linear(model.space))
    whole = path.read_bytes()
    for place in [*range(0, len(whole), 13), len(whole) - 1]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(GanimaError) as caught:
            load_directions(path)
        assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    for length in (0, 4, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(GanimaError, match="damaged|no model file"):
            load_directions(path)


def rewritten(path: Path, change: Callable[[dict[str, Any], dict[str, Tensor]], None]) -> None:
    """Changes a file and makes its checksum right again, as whoever forges one would."""
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["ganima"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    part = {name.removeprefix("directions."): tensor for name, tensor in tensors.items()}
    change(header, part)
    header["parts"]["directions"]["checksum"] = checksum(part)
    tensors = {f"directions.{name}": tensor for name, tensor in part.items()}
    save_file(tensors, path, {"ganima": json.dumps(sealed(header))})


def named(*names: str) -> Callable[[dict[str, Any], dict[str, Tensor]], None]:
    return lambda h, t: h["parts"]["directions"]["layout"].update(names=list(names))


FORGERIES = {
    "newer": (lambda h, t: h.update(format=3), "newer ganima"),
    "names": (named("age"), "damaged"),
    "twice": (named("age", "age"), "damaged"),
    "name": (named("age", "a=b"), "a=b"),
    "about": (lambda h, t: h.update(card=[]), "damaged"),
    "space": (lambda h, t: h["card"].update(space=3), "damaged"),
    "nan": (lambda h, t: t["vectors"].fill_(math.nan), "damaged"),
    "shape": (lambda h, t: t.update(vectors=torch.zeros(2, 3).half()), "damaged"),
    "whole": (lambda h, t: t.update(vectors=t["vectors"].float()), "damaged"),
    "gone": (lambda h, t: t.update(vector=t.pop("vectors")), "damaged"),
    "part": (lambda h, t: t.pop("field.demand"), "damaged"),
    "extra": (lambda h, t: t.update({"field.more": torch.zeros(1).half()}), "damaged"),
    "fit": (lambda h, t: t.update({"field.demand": torch.zeros(3, 5).half()}), "damaged"),
    "blocks": (lambda h, t: t.update({"field.weight_1": torch.zeros(32, 40).half()}), "damaged"),
}


@pytest.mark.parametrize("case", FORGERIES)
def test_a_file_that_contradicts_itself_is_refused(model: Model, tmp_path: Path, case: str) -> None:
    change, words = FORGERIES[case]
    path = tmp_path / "d.safetensors"
    save_directions(path, replace(linear(model.space), field=random_field()))
    rewritten(path, change)
    with pytest.raises(GanimaError, match=words):
        load_directions(path)


def test_other_files_are_no_directions(model: Model, tmp_path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("no\n" * 100)
    save_file({"vectors": torch.zeros(1, 2, 3)}, tmp_path / "foreign.safetensors")
    for path in (model.path, tmp_path / "text.safetensors", tmp_path / "foreign.safetensors"):
        with pytest.raises(GanimaError, match="no directions|no model file|not written by ganima"):
            load_directions(path)
    for path in (tmp_path / "nowhere.safetensors", tmp_path):
        with pytest.raises(GanimaError, match="there is no directions file"):
            load_directions(path)


def test_values_that_do_not_fit_are_not_written(model: Model, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="not finite"):
        save_directions(tmp_path / "d.safetensors", replace(linear(model.space), vectors=torch.full((2, 6, 16), 1e6)))
    assert not (tmp_path / "d.safetensors").exists()


# Finding the file


def test_directions_are_found_beside_the_model_then_by_latent_space(model: Model, own_folder: Path) -> None:
    with pytest.raises(GanimaError, match="has no directions: find some first"):
        find_directions(model)
    child = make(model.path.with_name("child.safetensors"), space=model.space)
    other = make(model.path.with_name("other.safetensors"), replace(LAYOUT, widths=(8, 8, 8)))
    own_folder.mkdir()
    (own_folder / "broken.directions.safetensors").write_text("no")
    save_directions(own_folder / "any.directions.safetensors", linear(model.space, ("from-folder", "x")))
    assert find_directions(model).names == find_directions(child).names == ("from-folder", "x")
    with pytest.raises(GanimaError, match="has no directions"):
        find_directions(other)
    save_directions(directions_path(model), linear(model.space, ("beside", "x")))
    assert find_directions(model).names == ("beside", "x")
    assert find_directions(child).names == ("from-folder", "x")
    assert "tiny.directions" not in list_models()


def test_directions_of_an_earlier_model_are_not_used(model: Model) -> None:
    save_directions(directions_path(model), linear("0" * 64))
    with pytest.raises(GanimaError, match="tiny.directions.safetensors are for another model"):
        find_directions(model)
    directions_path(model).write_bytes(b"damaged")
    with pytest.raises(GanimaError, match="damaged"):
        find_directions(model)


# The command's work


def test_new_directions_lie_beside_the_model_with_their_sheet(model: Model) -> None:
    file, sheet, found = new_directions(str(model.path), "sefa", count=3, layers=[0, 1])
    assert file == directions_path(model) and sheet == model.path.with_name("tiny.directions.png")
    assert find_directions(model).names == found.names == ("sefa-1", "sefa-2", "sefa-3")
    verdict = provenance.verify(sheet)
    assert verdict.labelled and verdict.model_sha256 == model.sha256
    with Image.open(sheet) as image:
        # Seven steps for two persons, and a row for each direction.
        assert image.width > 14 * 90 and image.height > 3 * 120
    before = file.read_bytes()
    with pytest.raises(GanimaError, match="exists already: .*`force`"):
        new_directions(str(model.path), "pca", count=3)
    assert file.read_bytes() == before
    new_directions(str(model.path), "pca", count=2, force=True)
    assert find_directions(model).names == ("pca-1", "pca-2")


def test_the_rows_of_a_sheet_show_what_its_directions_do(model: Model, tmp_path: Path) -> None:
    """Where a direction does nothing, seven pictures are one; where it does something they are not."""
    vectors = torch.zeros(2, LAYERS, W_DIM)
    vectors[1] = components(model, 1, range(LAYERS)).vectors[0]
    sheet = draw_sheet(model, Directions(("none", "first"), vectors, model.space, {}), seed=0)
    width, height = 18 * 5, 24 * 5
    rows = []
    for row in range(2):
        y = HEAD + row * (height + GAP)
        rows.append([sheet.crop((x, y, x + width, y + height)).tobytes() for x in _places(MARGIN + NAMES, width + GAP)])
    assert len(set(rows[0])) == 1
    assert len(set(rows[1])) == 7
    assert rows[0][3] == rows[1][3]


def _places(first: int, step: int) -> list[int]:
    return [first + step * i for i in range(7)]


def test_new_directions_go_to_the_folder_that_is_named(model: Model, tmp_path: Path) -> None:
    file, sheet, _ = new_directions(str(model.path), "pca", count=2, out=tmp_path / "new" / "folder")
    assert file.parent == sheet.parent == tmp_path / "new" / "folder"
    with pytest.raises(GanimaError, match="no layer 6: this model has the layers 0 to 5"):
        new_directions(str(model.path), "sefa", layers=[0, 6])
    with pytest.raises(GanimaError, match="come.*with ganima.*`out`"):
        new_directions("portrait", "pca", count=2)
    (tmp_path / "file").write_text("")
    with pytest.raises(GanimaError, match="cannot write"):
        new_directions(str(model.path), "pca", count=2, out=tmp_path / "file")


def test_sheets_to_label_are_numbered_and_their_table_can_be_filled_in(model: Model, tmp_path: Path) -> None:
    *sheets, table = write_label_sheets(tmp_path / "out", model, 45, seed=100)
    assert [sheet.name for sheet in sheets] == ["to-label-01.png", "to-label-02.png"]
    assert all(provenance.verify(sheet).labelled for sheet in sheets)
    lines = table.read_text().splitlines()
    assert len(lines) == 46 and lines[1] == "100,"
    filled = "seed,smile\n" + "".join(f"{line}{i % 3}\n" for i, line in enumerate(lines[1:]))
    with pytest.raises(GanimaError, match="`force`"):
        write_label_sheets(tmp_path / "out", model, 45)
    table.write_text(filled)
    _, _, found = new_directions(str(model.path), "labels", table)
    assert found.names == ("smile",)


def test_the_command_says_what_it_did(model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")
    words = ["model", "directions", str(model.path), "--method", "pca", "--count", "2", "--layers", "0-1", "--out", out]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "pca-2 " in said and "2 directions in" in said and "tiny.directions.png" in said
    assert main(["model", "label-sheets", str(model.path), "--count", "9", "--out", out]) == 0
    assert "--labels" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "labels"}, "needs `labels`"),
        ({"method": "pca", "labels": Path("labels.csv")}, "takes no `labels`"),
    ],
)
def test_options_that_do_not_go_together_are_refused(model: Model, options: dict[str, Any], words: str) -> None:
    with pytest.raises(GanimaError, match=words):
        ganima.directions(str(model.path), **options)


# The model that comes with ganima


def test_the_sliders_of_the_bundled_model_do_what_they_say() -> None:
    model = load_model(find_model("portrait"))
    found = find_directions(model)
    assert {"age", "sex", "smile", "glasses", "turn", "light", "hair", "backdrop"} <= set(found.names)
    assert set(found.about["table"]) == set(found.about["does"]) == set(found.names)

    def seen(settings: dict[str, float]) -> Tensor:
        moved = torch.stack([move(of_seed(model, seed, 0.7), found, settings).ws for seed in range(6)])
        with torch.inference_mode():
            pictures = model.generator.synthesis(moved)
        half = pictures.shape[3] // 2
        face = pictures[:, :, 50:84].mean(1)
        corners = pictures[:, :, :18, :10].mean((2, 3))
        light = face[:, :, half : half + 18].mean((1, 2)) - face[:, :, half - 18 : half].mean((1, 2))
        return torch.stack([light, face[:, :, 32:64].mean((1, 2)), corners[:, 0] - corners[:, 2]], dim=1)

    for column, name in enumerate(("light", "exposure", "backdrop")):
        change = seen({name: 1.5}) - seen({name: -1.5})
        assert (change[:, column] > 0).sum() >= 5, name
