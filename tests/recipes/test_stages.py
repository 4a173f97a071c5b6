"""Trainings in stages, and what the discriminator of one sees."""

from dataclasses import replace
from pathlib import Path

import torch
from test_labels import drawings

from ganima.picture.config import TrainConfig
from ganima.picture.model import load_model
from ganima.picture.presets import tiny
from ganima.picture.state import new_state
from ganima.picture.step import seen
from ganima.training.run import Budget
from ganima.training.schedule import constant
from recipes.stages import train_stages


def half() -> tuple[TrainConfig, Budget]:
    return tiny(8, 8, 3, 0), Budget(examples=48)


def whole() -> tuple[TrainConfig, Budget]:
    return tiny(16, 16, 3, 0), Budget(examples=48)


def at_rest() -> tuple[TrainConfig, Budget]:
    """A stage that learns nothing."""
    still = constant(0.0)
    return replace(half()[0], lr_generator=still, lr_discriminator=still), Budget(examples=8)


def test_stages_grow_and_are_done_once(tmp_path: Path) -> None:
    folder, out = drawings(tmp_path / "d"), tmp_path / "run"
    path = train_stages((half, whole), folder, out, {"name": "grown"}, conditional=True)
    assert path == out / "whole" / "model.safetensors"
    model, before = load_model(path), load_model(out / "half" / "model.safetensors")
    assert (model.generator.config.height, before.generator.config.height) == (16, 8)
    assert model.labels == before.labels and len(model.labels.classes) == 4
    content = path.read_bytes()
    assert train_stages((half, whole), folder, out, {"name": "grown"}, conditional=True) == path
    assert path.read_bytes() == content


def test_instance_noise_is_what_was_asked_for() -> None:
    config = tiny(16, 16, 3, 0)
    flat = torch.zeros(64, 3, 16, 16)
    state = new_state(config, 0, torch.device("cpu"))
    assert torch.equal(seen(state, config, flat), flat)
    noisy = seen(state, replace(config, instance_noise=0.1), flat)
    assert 0.098 < float(noisy.std()) < 0.102 and abs(float(noisy.mean())) < 0.002
    again = seen(state, replace(config, instance_noise=0.1), flat)
    assert not torch.equal(noisy, again)


def test_colours_of_what_is_transparent_are_seen_where_nothing_else_is_asked_for() -> None:
    config = tiny(16, 16, 4, 0)
    state = new_state(config, 0, torch.device("cpu"))
    hidden = torch.cat([torch.rand(8, 3, 16, 16), torch.full((8, 1, 16, 16), -1.0)], dim=1)
    assert torch.equal(seen(state, config, hidden), hidden)
    over_grey = seen(state, replace(config, over_grey=True), hidden)
    assert (over_grey[:, :3] == 0).all() and torch.equal(over_grey[:, 3:], hidden[:, 3:])


def test_the_first_stage_starts_from_a_model(tmp_path: Path) -> None:
    folder, card = drawings(tmp_path / "d"), {"name": "grown"}
    start = train_stages((half,), folder, tmp_path / "before", card, conditional=True)
    path = train_stages((at_rest,), folder, tmp_path / "after", card, conditional=True, start_from=start)
    before, after = (load_model(model).generator.first.weight for model in (start, path))
    assert torch.allclose(before, after, atol=1e-3)
