"""Half-way styles: the levels of two models of one latent space in one."""

from pathlib import Path

import pytest
import torch
from small_models import child_file, model_file

from ganima.errors import GanimaError
from ganima.models.file import open_model
from ganima.picture.model import Model, load_model
from ganima.picture.presets import classic, tiny
from ganima.style.blend import blend


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("blend")
    return load_model(model_file(folder / "photo.safetensors", licence="CC0 1.0", attribution="By Ada."))


@pytest.fixture(scope="module")
def child(parent: Model) -> Model:
    path = parent.path.with_name("cartoon.safetensors")
    return child_file(path, parent, licence="CC BY 4.0", attribution="By Bo.", consent="Bo, 2026")


def part_of(name: str) -> int:
    """The level that a weight belongs to; the first one's parts stand outside of the list."""
    words = name.split(".")
    return int(words[1]) + 1 if words[0] == "levels" else 0


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(("at", "first"), [(8, 1), (16, 2)])
def test_a_blend_takes_the_right_levels(
    at: int, first: int, reverse: bool, parent: Model, child: Model, tmp_path: Path
) -> None:
    made = load_model(blend(parent, child, at, tmp_path / "half.safetensors", reverse=reverse)).generator
    weights = [model.generator.state_dict() for model in (parent, child)]
    differing = 0
    for name, tensor in made.state_dict().items():
        below = part_of(name) < first
        expected = weights[int(below != reverse)][name]
        assert torch.equal(tensor, expected), name
        differing += not torch.equal(weights[0][name], weights[1][name])
    assert differing > 10, "of equal models nothing could be told apart"


def test_a_blend_with_itself_is_itself(parent: Model, tmp_path: Path) -> None:
    made = load_model(blend(parent, parent, 8, tmp_path / "same.safetensors")).generator
    z = torch.randn(3, made.z_dim)
    assert torch.equal(made(z), parent.generator(z))


def test_a_blend_lies_between_its_parents(parent: Model, child: Model, tmp_path: Path) -> None:
    made = load_model(blend(parent, child, 8, tmp_path / "half.safetensors"))
    z = torch.randn(4, parent.generator.z_dim)
    assert torch.equal(made.generator.mapping(z), parent.generator.mapping(z))
    assert not torch.equal(made.generator(z), parent.generator(z))
    assert not torch.equal(made.generator(z), child.generator(z))


def test_the_card_names_both_models_and_what_is_owed_to_them(parent: Model, child: Model, tmp_path: Path) -> None:
    card = open_model(blend(parent, child, 16, tmp_path / "half.safetensors")).card.to_json()
    assert card["name"] == "half"
    assert card["space"] == parent.space
    assert card["parent"] == {"name": "photo", "sha256": parent.sha256}
    assert card["blend"] == {
        "at": 16,
        "below": {"name": "cartoon", "sha256": child.sha256},
        "from": {"name": "photo", "sha256": parent.sha256},
    }
    assert card["licence"] == "CC0 1.0; CC BY 4.0"
    assert card["attribution"] == "By Ada. By Bo."
    assert card["consent"] == "Bo, 2026"


def test_a_level_that_is_not_there(parent: Model, child: Model, tmp_path: Path) -> None:
    for at in (4, 12, 32):
        with pytest.raises(GanimaError, match="one of 8, 16"):
            blend(parent, child, at, tmp_path / "half.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_models_that_do_not_go_together(parent: Model, tmp_path: Path) -> None:
    stranger = load_model(model_file(tmp_path / "stranger.safetensors", seed=3))
    large = model_file(tmp_path / "large.safetensors", tiny(32, 32, 3, 0), space=parent.space)
    old = model_file(tmp_path / "old.safetensors", classic(16, 16, 3, 0), space=parent.space)
    for other, match in (
        (stranger, "different latent spaces"),
        (load_model(large), "different layouts"),
        (load_model(old), "style-based"),
    ):
        with pytest.raises(GanimaError, match=match):
            blend(parent, other, 8, tmp_path / "half.safetensors")
    assert not (tmp_path / "half.safetensors").exists()


def test_a_file_is_replaced_only_by_force(parent: Model, child: Model, tmp_path: Path) -> None:
    out = tmp_path / "half.safetensors"
    blend(parent, child, 8, out)
    before = out.read_bytes()
    with pytest.raises(GanimaError, match="`force`"):
        blend(parent, child, 16, out)
    assert out.read_bytes() == before
    blend(parent, child, 16, out, force=True)
    assert out.read_bytes() != before


def test_a_model_has_a_models_name(parent: Model, child: Model, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match=r"\.safetensors"):
        blend(parent, child, 8, tmp_path / "half.png")
