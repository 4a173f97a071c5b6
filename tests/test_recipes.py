"""The recipes of the bundled models: what they would train."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ganima.nets.build import build_discriminator, build_generator

RECIPES = Path(__file__).resolve().parents[1] / "recipes"


def recipe(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module `train.py` of a recipe."""
    monkeypatch.syspath_prepend(str(RECIPES / name))
    monkeypatch.delitem(sys.modules, "publish", raising=False)
    spec = importlib.util.spec_from_file_location(f"train_{name}", RECIPES / name / "train.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["portrait", "cartoon", "outfit"])
def test_stages_follow_from_each_other_and_the_file_stays_small(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = [stage()[0] for stage in recipe(name, monkeypatch).STAGES]
    for before, after in zip(configs[:-1], configs[1:], strict=True):
        for part in ("generator", "discriminator"):
            small, large = getattr(before, part).widths, getattr(after, part).widths
            assert large[: len(small)] == small
        assert before.generator.channels == after.generator.channels
    last = configs[-1]
    assert max(last.generator.height, last.generator.width) >= 96
    weights = sum(
        weight.numel()
        for network in (build_generator(last.generator), build_discriminator(last.discriminator))
        for weight in network.parameters()
    )
    # Two bytes each; labels and the card need a little more.
    assert 2 * weights < 7.5 * 2**20
