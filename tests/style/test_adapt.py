"""Few pictures: an adapted model keeps its parent's latent space, and the best one of a run is kept."""

import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawing import discs
from PIL import Image
from safetensors.torch import load_file
from small_models import TINY, model_file
from trainings import Heard, StopAt

from ganima.data.folder import PictureSet
from ganima.errors import GanimaError
from ganima.metrics.diversity import spread, within_clusters
from ganima.models.file import open_model
from ganima.picture.generator import Generator
from ganima.picture.model import load_discriminator, load_model
from ganima.picture.presets import classic
from ganima.picture.state import new_state
from ganima.picture.step import train_step
from ganima.style import train as adaptation
from ganima.style.activations import activations
from ganima.style.consistency import consistency, likeness
from ganima.style.selection import DIVERSITY, SCORE, Selection
from ganima.style.symmetry import one_sided
from ganima.style.train import adapt, config_for, split
from ganima.training.loop import fit

CPU = torch.device("cpu")
QUICK = ("train.batch=4", "every=16", "samples=24", "patience=100", "diversity=0.01")


def folder_of(pictures: PictureSet, folder: Path) -> Path:
    folder.mkdir()
    for name, pixels in zip(pictures.files, pictures.pictures, strict=True):
        Image.fromarray(pixels).save(folder / name)
    return folder


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_file(
        tmp_path_factory.mktemp("parent") / "old.safetensors", licence="CC0 1.0", consent="Ada, 2026", framing="eyes"
    )


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(discs(20), tmp_path_factory.mktemp("few") / "pictures")


@pytest.fixture(scope="module")
def adapted(parent: Path, pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    out = tmp_path_factory.mktemp("adapted") / "run"
    card = {"licence": "CC BY 4.0", "consent": "Bo, 2026"}
    adapt(str(parent), pictures, out, kimg=0.048, settings=(*QUICK, "train.frozen_levels=1"), card=card)
    return out


# What stays and what changes


def test_the_mapping_stays_and_the_synthesis_learns(parent: Path, adapted: Path) -> None:
    before, after = (load_file(path) for path in (parent, adapted / "newest.safetensors"))
    same = {name for name in before if torch.equal(before[name], after[name])}
    kept = {name for name in before if name.startswith("generator.mapping_net.")} | {"generator.w_mean"}
    assert kept <= same
    assert "generator.levels.0.conv.weight" not in same


def test_the_frozen_levels_of_the_discriminator_stay(parent: Path, adapted: Path) -> None:
    before, after = (load_file(path) for path in (parent, adapted / "newest.safetensors"))
    critic = load_discriminator(parent)
    assert critic is not None
    last = len(critic.levels) - 1
    frozen = {n for n in before if n.startswith(("discriminator.from_picture.", f"discriminator.levels.{last}."))}
    assert len(frozen) > 3
    for name in before:
        # The relativistic game leaves the last bias alone.
        if name.startswith("discriminator.") and name != "discriminator.logit.bias":
            assert torch.equal(before[name], after[name]) == (name in frozen), name


def test_the_card_tells_space_parent_licences_and_consents(parent: Path, adapted: Path) -> None:
    old, card = load_model(parent), open_model(adapted / "model.safetensors").card.to_json()
    assert card["space"] == old.space == load_model(adapted / "model.safetensors").space
    assert card["parent"] == {"name": "old", "sha256": old.sha256}
    assert card["licence"] == "CC0 1.0; CC BY 4.0"
    assert card["consent"] == "Ada, 2026; Bo, 2026"
    assert card["framing"] == "eyes"
    assert (card["data"]["pictures"], card["data"]["held_out"]) == (16, 4)
    assert card["training"]["frozen_mapping"] is True


def test_a_grandchild_lives_in_the_first_space(parent: Path, pictures: Path, adapted: Path, tmp_path: Path) -> None:
    adapt(str(adapted), pictures, tmp_path / "run", kimg=0.016, settings=QUICK)
    card = open_model(tmp_path / "run" / "model.safetensors").card.to_json()
    assert card["space"] == load_model(parent).space
    assert card["parent"]["sha256"] == load_model(adapted / "model.safetensors").sha256


# Resume


def test_resume_is_exact(
    parent: Path, pictures: Path, adapted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (*QUICK, "train.frozen_levels=1")
    card = {"licence": "CC BY 4.0", "consent": "Bo, 2026"}
    for step in (3, 7, 100):
        report = Heard()
        monkeypatch.setattr(adaptation, "fit", partial(fit, listeners=[StopAt(step, report)]))
        outcome = adapt(
            str(parent), pictures, tmp_path / "run", kimg=0.048, settings=settings, card=card, report=report
        )
        assert outcome.done == (step == 100)
    whole, parts = adapted, tmp_path / "run"
    assert (whole / "looks.jsonl").read_text() == (parts / "looks.jsonl").read_text()
    first, second = (load_file(out / "checkpoint.safetensors") for out in (whole, parts))
    assert [name for name in first if not torch.equal(first[name], second[name])] == []
    first, second = (load_file(out / "model.safetensors") for out in (whole, parts))
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


def test_a_finished_run_stays_as_it_is(parent: Path, pictures: Path, adapted: Path) -> None:
    before = (adapted / "looks.jsonl").read_text()
    adapt(str(parent), pictures, adapted, kimg=0.048, settings=(*QUICK, "train.frozen_levels=1"))
    assert (adapted / "looks.jsonl").read_text() == before


# The best model


def test_the_best_model_is_kept(adapted: Path) -> None:
    lines = [json.loads(line) for line in (adapted / "looks.jsonl").read_text().splitlines()]
    assert [line["examples"] for line in lines] == [0, 16, 32, 48]
    best = min(lines, key=lambda line: line[SCORE])
    card = open_model(adapted / "model.safetensors").card
    assert card.examples == best["examples"]
    assert card.facts["metrics"][SCORE] == best[SCORE]


def line(examples: int, score: float, diversity: float = 0.8) -> dict[str, float]:
    return {"examples": examples, SCORE: score, DIVERSITY: diversity}


def selection(tmp_path: Path, lines: list[dict[str, float]]) -> Selection:
    (tmp_path / "looks.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    training, held_out = split(discs(20), 0.2, 0)
    return Selection(
        log=tmp_path / "looks.jsonl",
        training=training,
        held_out=held_out,
        mirror=True,
        every=100,
        samples=8,
        share=0.5,
        patience=3,
        finished=lambda state: False,
        keep=lambda state, line: None,
        say=lambda words: None,
    )


def test_it_goes_on_while_it_gets_better(tmp_path: Path) -> None:
    assert selection(tmp_path, [line(0, 9), line(100, 8), line(200, 8.5), line(300, 8.2)]).verdict() is None


def test_it_ends_when_it_gets_no_better(tmp_path: Path) -> None:
    lines = [line(0, 9), line(100, 5), line(200, 6), line(300, 7), line(400, 8)]
    assert "no better model" in str(selection(tmp_path, lines).verdict())


def test_it_ends_when_diversity_has_fallen_and_keeps_a_varied_model(tmp_path: Path) -> None:
    found = selection(tmp_path, [line(0, 9), line(100, 8), line(200, 5, 0.4), line(300, 3, 0.3)])
    assert "grow alike" in str(found.verdict())
    assert found.best["examples"] == 100


def test_a_run_that_ended_early_is_finished_and_stays_so(parent: Path, pictures: Path, tmp_path: Path) -> None:
    out, settings = tmp_path / "run", (*QUICK, "diversity=100.0")
    for _ in range(2):
        report = Heard()
        adapt(str(parent), pictures, out, kimg=0.2, settings=settings, report=report)
        lines = [json.loads(text) for text in (out / "looks.jsonl").read_text().splitlines()]
        assert [each["examples"] for each in lines] == [0, 16, 32]
        assert any(words.startswith("ended: pictures grow alike") for words in report.said)
    assert "finished" in (out / "report.html").read_text()
    best = min(lines, key=lambda each: each[SCORE])
    assert open_model(out / "model.safetensors").card.examples == best["examples"]


def test_the_split_is_whole_and_follows_the_seed() -> None:
    data = discs(23)
    training, held_out = split(data, 0.2, 0)
    assert (len(training.files), len(held_out.files)) == (18, 5)
    assert sorted(training.files + held_out.files) == sorted(data.files)
    assert split(data, 0.2, 0)[1].files == held_out.files != split(data, 0.2, 1)[1].files


def test_pictures_that_look_one_way_are_not_mirrored(parent: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    both = np.full((24, 16, 16, 3), 40, dtype=np.uint8) + rng.integers(0, 30, (24, 1, 1, 3), dtype=np.uint8)
    left, centre = both.copy(), both.copy()
    for i in range(24):
        left[i, 4:12, 1 + i % 3 : 5 + i % 3] = 220
        centre[i, 4 + i % 3 : 10, 5:11] = 220
    assert one_sided(left) and not one_sided(centre)
    report = Heard()
    folder = folder_of(replace(discs(24), pictures=left), tmp_path / "left")
    adapt(str(parent), folder, tmp_path / "run", kimg=0.004, settings=QUICK, report=report)
    assert "the pictures look one way, and are not mirrored" in report.said
    assert open_model(tmp_path / "run" / "model.safetensors").card.facts["training"]["mirror"] is False


# Diversity


def test_diversity_inside_clusters() -> None:
    anchors = np.array([[0.0, 0.0], [10.0, 0.0]], dtype=np.float32)
    made = np.array([[0.0, 1.0], [0.0, -1.0], [10.0, 3.0], [10.0, -3.0]], dtype=np.float32)
    assert within_clusters(made, anchors) == pytest.approx((2 + 6) / 2)
    assert within_clusters(np.repeat(anchors, 3, axis=0), anchors) == 0
    assert spread(anchors) == pytest.approx(10)


# Consistency


def generator() -> Generator:
    torch.manual_seed(0)
    return Generator(TINY.generator)  # type: ignore[arg-type]


def features_of(network: Generator, count: int = 5) -> list[torch.Tensor]:
    z = torch.randn(count, network.z_dim, generator=torch.Generator().manual_seed(0))
    with activations(network) as found:
        network(z)
    return found


def test_consistency_is_zero_for_equal_generators() -> None:
    found = features_of(generator())
    assert len(found) == len(TINY.generator.widths)  # type: ignore[union-attr]
    assert consistency(found, found).item() == pytest.approx(0, abs=1e-7)


def test_consistency_pulls_a_changed_generator_back() -> None:
    before, network = features_of(generator()), generator()
    with torch.no_grad():
        network.levels[0].conv.weight.add_(0.1 * torch.randn(network.levels[0].conv.weight.shape))
    loss = consistency(features_of(network), before)
    assert loss.item() > 1e-6
    loss.backward()
    for parameter in (network.constant, network.first.weight, network.levels[0].conv.weight):
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0


def test_likeness_is_a_distribution_over_the_others() -> None:
    probabilities = likeness(torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])).exp()
    assert probabilities.shape == (3, 2)
    torch.testing.assert_close(probabilities.sum(1), torch.ones(3))
    e = torch.tensor(1.0).exp()
    torch.testing.assert_close(probabilities[0], torch.stack([e / (e + 1), 1 / (e + 1)]))


def test_without_a_weight_the_step_is_that_of_every_training(parent: Path) -> None:
    """The two steps are written apart; what they share must stay the same."""
    from ganima.style.step import AdaptationStep

    states = [new_state(TINY, 1, CPU) for _ in range(2)]
    real = torch.rand(4, 3, 16, 16) * 2 - 1
    old = load_model(parent).generator
    assert isinstance(old, Generator)
    for _ in range(2):
        train_step(states[0], TINY, real, None, 0.5)
        AdaptationStep(old, 0.0)(states[1], TINY, real, None, 0.5)
    for name, tensor in states[0].generator.state_dict().items():
        torch.testing.assert_close(states[1].generator.state_dict()[name], tensor, rtol=1e-5, atol=1e-6)


# What cannot be adapted


def refused(match: str, *words: Any, **options: Any) -> None:
    with pytest.raises(GanimaError, match=match) as caught:
        adapt(*words, kimg=0.016, settings=QUICK, **options)
    assert "\n" not in str(caught.value)


def test_five_pictures_are_too_few(parent: Path, tmp_path: Path) -> None:
    refused("at least 10", str(parent), folder_of(discs(5), tmp_path / "five"), tmp_path / "run")
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_model_without_a_discriminator_is_refused(pictures: Path, tmp_path: Path) -> None:
    path = model_file(tmp_path / "half.safetensors", discriminator=False)
    refused("no discriminator", str(path), pictures, tmp_path / "run")


def test_classic_and_conditional_models_are_refused(pictures: Path, tmp_path: Path) -> None:
    path = model_file(tmp_path / "classic.safetensors", replace(classic(16, 16, 3, 0), batch=4))
    refused("style-based", str(path), pictures, tmp_path / "run")


def test_another_parent_or_seed_is_another_run(parent: Path, pictures: Path, adapted: Path, tmp_path: Path) -> None:
    settings = (*QUICK, "train.frozen_levels=1")
    with pytest.raises(GanimaError, match="`seed`"):
        adapt(str(parent), pictures, adapted, kimg=0.048, settings=settings, seed=5)
    other = model_file(tmp_path / "other.safetensors", licence="none")
    with pytest.raises(GanimaError, match="`model`"):
        adapt(str(other), pictures, adapted, kimg=0.048, settings=settings)


def test_settings_are_checked(parent: Path, pictures: Path, tmp_path: Path) -> None:
    for setting, match in (("consistence=1", "consistency"), ("every=0", "1 or more"), ("held_out=1", "between 0")):
        with pytest.raises(GanimaError, match=match):
            adapt(str(parent), pictures, tmp_path / "run", kimg=0.01, settings=(setting,))


def test_transparent_pictures_are_put_on_white_and_it_says_so(parent: Path, tmp_path: Path) -> None:
    folder = tmp_path / "emoji"
    folder_of(discs(12, channels=4), folder)
    report = Heard()
    adapt(str(parent), folder, tmp_path / "run", kimg=0.016, settings=QUICK, report=report)
    assert any("12 of the pictures are transparent" in words and "white" in words for words in report.said)


def test_the_configuration_suits_the_pair(parent: Path) -> None:
    model, critic = load_model(parent), load_discriminator(parent)
    config = config_for(model.generator, critic)  # type: ignore[arg-type]
    assert config.train.frozen_mapping and config.train.frozen_levels > 0
    assert config.consistency > 0 and config.train.augment.strength > 0
    assert config.train.generator == model.generator.config


def test_the_run_has_a_report_and_previews(adapted: Path) -> None:
    assert (adapted / "report.html").exists() and list((adapted / "previews").glob("*.png"))


# Real pictures

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
RECIPES = Path(__file__).resolve().parents[2] / "recipes" / "styles"


@pytest.mark.skipif(not (SHARED / "emoji").is_dir(), reason="../shared/data/emoji is not there")
def test_the_emoji_of_the_recipe(parent: Path, tmp_path: Path) -> None:
    names = [text for text in (RECIPES / "emoji.txt").read_text().splitlines() if not text.startswith("#")]
    files = [SHARED / "emoji" / "images" / f"emoji_u{name}.png" for name in names]
    assert len(files) == len(set(files)) == 168 and all(file.is_file() for file in files)
    (tmp_path / "pictures").mkdir()
    for file in files[::7]:
        shutil.copy2(file, tmp_path / "pictures")
    report = Heard()
    adapt(str(parent), tmp_path / "pictures", tmp_path / "run", kimg=0.008, settings=QUICK, report=report)
    assert any(words.startswith("24 of the pictures are transparent") for words in report.said)
    card = open_model(tmp_path / "run" / "model.safetensors").card.to_json()
    assert (card["data"]["pictures"], card["data"]["held_out"]) == (19, 5)
