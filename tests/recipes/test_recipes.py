"""The recipes of the bundled models: what they would train, and how it is published."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from drawing import discs
from untrained import generator, saved

from ganima.picture.build import build_discriminator, build_generator
from ganima.picture.model import load_model
from ganima.picture.sample import sample
from recipes.publishing import publish


@pytest.mark.parametrize("name", ["portrait", "cartoon", "outfit"])
def test_stages_follow_from_each_other_and_the_file_stays_small(name: str) -> None:
    configs = [stage()[0] for stage in import_module(f"recipes.{name}.train").STAGES]
    for before, after in zip(configs[:-1], configs[1:], strict=True):
        for part in ("generator", "discriminator"):
            small, large = getattr(before, part).widths, getattr(after, part).widths
            assert large[: len(small)] == small
        assert before.generator.channels == after.generator.channels
    last = configs[-1]
    assert max(last.generator.height, last.generator.width) >= 64
    weights = sum(
        weight.numel()
        for network in (build_generator(last.generator), build_discriminator(last.discriminator))
        for weight in network.parameters()
    )
    # Two bytes each; labels and the card need a little more.
    assert 2 * weights < 7.5 * 2**20


def test_a_published_model_is_scored_with_the_labels_of_its_training_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored = []

    def score(generated: np.ndarray, *others: object) -> dict[str, float]:
        scored.append(generated)
        return {"nearest[pixels]": 1.0, "nearest[random-v1]": 1.0}

    monkeypatch.setattr("recipes.publishing.score", score)
    data = replace(discs(12, classes=2), labels=np.zeros(12, dtype=np.int64))
    layout = {"height": 16, "width": 16}
    said = {"examples": 8, "training_seconds": 60, "seed": 0, "training": {"generator": layout}}
    run = tmp_path / "last"
    run.mkdir()
    net = generator(height=16, width=16, classes=2)
    model = saved(run / "model.safetensors", net, **data.vocabulary.to_card(), **said)
    about = {"name": "discs", "fit": "drawn"}
    path = publish(tmp_path / "discs.safetensors", [run], about, data, data, 10, mirror=False)
    first = [np.asarray(image) for image in sample(model, 10, labels=["class 0"])]
    assert np.array_equal(scored[0], first)
    assert load_model(path).labels == data.vocabulary
