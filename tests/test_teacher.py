"""A classifier that teaches the generator to show its labels."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ganima.data.labels import UNKNOWN, Labels
from ganima.evaluate.classifier import Classifier
from ganima.gan.presets import tiny
from ganima.gan.state import new_state
from ganima.gan.step import train_step
from ganima.gan.teacher import JITTER, Teacher, on_white

LABELS = Labels(("eyes=dark", "eyes=light", "hair=dark", "hair=light"), ("eyes", "hair"), ((0, 2), (1, 3)))
LOWER = (0.25, 0.5, 0.75, 0.75)


class Brightness(nn.Module):
    """Says light or dark by the mean of what it sees, for both kinds alike."""

    def forward(self, x: Tensor) -> Tensor:
        light = 5 * x.mean((1, 2, 3))
        return torch.stack([-light, light, -light, light], 1)


def teacher(groups: tuple[str, ...] = ("eyes",), weight: float = 1.0) -> Teacher:
    return Teacher(Classifier(Brightness(), LABELS, 0), groups, LOWER, weight)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_only_the_part_is_looked_at_wherever_it_is_moved() -> None:
    pictures = torch.zeros(2, 3, 32, 32, requires_grad=True)
    draws = rng()
    for _ in range(20):
        teacher()(pictures, torch.tensor([[0, 2], [1, 3]]), draws).backward()  # type: ignore[no-untyped-call]
    assert pictures.grad is not None
    touched = pictures.grad[0, 0] != 0
    rows, columns = (np.flatnonzero(touched.any(axis).numpy()) for axis in (1, 0))
    assert rows.min() >= 16 - JITTER and rows.max() < 24 + JITTER and touched[18:22, 10:22].all()
    assert columns.min() >= 8 - JITTER and columns.max() < 24 + JITTER
    # Darker for the first picture, lighter for the second one.
    assert (pictures.grad[0].sum() > 0) and (pictures.grad[1].sum() < 0)


def test_it_teaches_its_kinds_of_labels_and_leaves_out_unknown_ones() -> None:
    light = torch.ones(2, 3, 32, 32)
    wrong, right = torch.tensor([[0, 3], [0, 3]]), torch.tensor([[1, 2], [1, 2]])
    assert teacher()(light, wrong, rng()) > 5 > 0.1 > teacher()(light, right, rng())
    assert teacher(("hair",))(light, wrong, rng()) < 0.1
    assert teacher(())(light, wrong, rng()) == pytest.approx(5, abs=0.1)
    assert teacher()(light, torch.full((2, 2), UNKNOWN), rng()) == 0
    assert teacher(weight=2.0)(light, wrong, rng()) == 2 * teacher()(light, wrong, rng())


def test_what_is_transparent_lies_on_white() -> None:
    glass = torch.cat([torch.full((1, 3, 4, 4), -1.0), torch.full((1, 1, 4, 4), -1.0)], 1)
    assert (on_white(glass) == 1).all()
    assert (on_white(torch.cat([glass[:, :3], torch.ones(1, 1, 4, 4)], 1)) == -1).all()
    assert on_white(torch.zeros(1, 1, 4, 4)).shape == (1, 3, 4, 4)


def test_a_generator_learns_from_it() -> None:
    config = replace(tiny(32, 32, 3, 4), batch=8)
    real = torch.zeros(8, 3, 32, 32)
    labels = torch.tensor([[0, 2], [1, 3]] * 4)
    state = new_state(config, 0, torch.device("cpu"))
    step = partial(train_step, teach=teacher(weight=20.0))
    told = [step(state, config, real, labels, 0.5)["taught"].item() for _ in range(60)]
    assert np.mean(told[-10:]) < 0.5 * np.mean(told[:5])
    assert "taught" not in train_step(state, config, real, labels, 0.5)
