"""The engine trains what no GAN is: three networks under two optimisers, and one network alone."""

import copy
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from trainings import Heard, StopAt

from ganima.models.card import Facts
from ganima.pages.charts import Chart
from ganima.training.loop import fit
from ganima.training.recipe import Preview
from ganima.training.run import Budget, Listener, Outcome
from ganima.training.state import State
from ganima.training.update import Measures, move_on, set_rate, update
from ganima.training.watch import Watch

BATCH = 4


@dataclass(kw_only=True)
class CodeState(State):
    """With a tensor and a number of its own."""

    mean: Tensor
    patience: float = 1.0

    COUNTERS = (*State.COUNTERS, "patience")
    TENSORS = ("mean",)


@dataclass
class Codes:
    """Two encoders, one of which is slow, and a decoder that reads both: points to codes, and back."""

    rate: float = 0.05
    card: Facts = field(default_factory=lambda: {"name": "codes"})

    examples = "points"
    caption = "AI-generated points"
    charts = (Chart("Loss", "How far the points are from what became of them.", {"loss": "distance"}),)

    def configuration(self) -> dict[str, Any]:
        return {"rate": self.rate}

    def begin(self, seed: int, device: torch.device) -> CodeState:
        torch.manual_seed(seed)
        networks = {name: nn.Linear(2, 2).to(device) for name in ("fast", "slow", "decoder")}
        coding = [{"params": networks[name].parameters()} for name in ("fast", "decoder")]
        return CodeState(
            networks=dict(networks),
            averages={"decoder": copy.deepcopy(networks["decoder"]).requires_grad_(False)},
            optimizers={
                "coding": torch.optim.Adam(coding, lr=0.0),
                "slow": torch.optim.SGD(networks["slow"].parameters(), lr=0.0, momentum=0.9),
            },
            rng=torch.Generator().manual_seed(seed),
            seed=seed,
            mean=torch.zeros(2),
        )

    def step(self, state: CodeState, progress: float, dtype: torch.dtype) -> Measures:
        points = torch.randn(BATCH, 2, generator=state.rng) + torch.tensor([2.0, -1.0])
        loss = (self.back(state, points) - points).square().mean()
        for name in state.optimizers:
            set_rate(state, name, self.rate * (1 - 0.9 * progress))
        state.optimizers["slow"].zero_grad()
        update(nn.ModuleList(state.networks.values()), state.optimizers["coding"], loss, clip=1.0)
        state.optimizers["slow"].step()
        state.mean = state.mean.lerp(points.mean(0), 0.1)
        state.patience *= 0.9
        move_on(state, BATCH)
        return {"loss": loss.detach()}

    def back(self, state: CodeState, points: Tensor) -> Tensor:
        code = state.networks["fast"](points).tanh() + state.networks["slow"](points)
        found: Tensor = state.networks["decoder"](code)
        return found

    def preview(self, state: CodeState) -> Preview:
        with torch.no_grad():
            made = self.back(state, torch.eye(2))
        return Preview(made, lambda: Image.new("L", (2, 2)))

    def publish(self, state: CodeState, path: Path) -> None:
        save_file({name: tensor.clone() for name, tensor in state.averages["decoder"].state_dict().items()}, path)

    def watch(self, state: CodeState) -> Watch:
        return Watch()

    def facts(self) -> dict[str, str]:
        return {"Points": "as many as wanted"}

    def notes(self, state: CodeState, means: Mapping[str, float]) -> list[str]:
        return [f"patience {state.patience:.2f}"]


@dataclass
class Line(Codes):
    """A line through points: one network, one optimiser, no average, and nobody to play against."""

    def begin(self, seed: int, device: torch.device) -> Any:
        torch.manual_seed(seed)
        line = nn.Linear(2, 1).to(device)
        rng = torch.Generator().manual_seed(seed)
        optimizers = {"line": torch.optim.Adam(line.parameters(), lr=0.0)}
        return State(networks={"line": line}, optimizers=dict(optimizers), rng=rng, seed=seed)

    def step(self, state: Any, progress: float, dtype: torch.dtype) -> Measures:
        points = torch.randn(BATCH, 2, generator=state.rng)
        loss = (state.networks["line"](points) - points.sum(1, keepdim=True)).square().mean()
        set_rate(state, "line", self.rate)
        update(state.networks["line"], state.optimizers["line"], loss, clip=0.0)
        move_on(state, BATCH)
        return {"loss": loss.detach()}

    def preview(self, state: Any) -> Preview:
        with torch.no_grad():
            return Preview(state.networks["line"](torch.eye(2)), lambda: Image.new("L", (2, 2)))

    def publish(self, state: Any, path: Path) -> None:
        save_file(state.networks["line"].state_dict(), path)

    def notes(self, state: Any, means: Mapping[str, float]) -> list[str]:
        return []


RECIPES = pytest.mark.parametrize("recipe", [Codes(), Line()], ids=["three networks", "no discriminator"])


def trained(recipe: Any, out: Path, steps: int = 20, *others: Listener, report: Heard | None = None) -> Outcome:
    out.mkdir(exist_ok=True)
    return fit(recipe, out, Budget(examples=steps * BATCH), 3, report or Heard(), listeners=others, log_steps=5)


def lines(out: Path) -> list[dict[str, float]]:
    return [json.loads(text) for text in (out / "metrics.jsonl").read_text().splitlines()]


@RECIPES
def test_ten_steps_and_ten_more_are_twenty_bit_for_bit(recipe: Any, tmp_path: Path) -> None:
    trained(recipe, tmp_path / "whole")
    report = Heard()
    assert not trained(recipe, tmp_path / "parts", 20, StopAt(10, report), report=report).done
    outcome = trained(recipe, tmp_path / "parts")
    assert outcome == Outcome(True, tmp_path / "parts" / "model.safetensors", 10 * BATCH, 20 * BATCH)
    whole, parts = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("whole", "parts"))
    assert whole.keys() == parts.keys()
    assert [name for name in whole if not torch.equal(whole[name], parts[name])] == []


@RECIPES
def test_it_is_shown_as_every_training_is(recipe: Any, tmp_path: Path) -> None:
    trained(recipe, tmp_path / "run", 100)
    taken = lines(tmp_path / "run")
    assert [line["steps"] for line in taken] == [*range(5, 101, 5)]
    assert taken[-1]["loss"] < 0.5 * taken[0]["loss"]
    rates = {name for name in taken[0] if name.startswith("lr_")}
    assert rates == {f"lr_{name}" for name in recipe.begin(0, torch.device("cpu")).optimizers}
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "points" in page and "How far the points are" in page
    assert list((tmp_path / "run" / "previews").glob("*.png"))


def test_what_three_networks_remember_is_all_in_the_checkpoint(tmp_path: Path) -> None:
    trained(Codes(), tmp_path / "run")
    found = load_file(tmp_path / "run" / "checkpoint.safetensors")
    assert {"network.fast.weight", "network.slow.bias", "average.decoder.weight", "mean", "rng"} <= found.keys()
    # Adam's parameters are those of two networks, one after the other.
    assert {f"optimizer.coding.{number}.exp_avg" for number in range(4)} <= found.keys()
    assert {f"optimizer.slow.{number}.momentum_buffer" for number in range(2)} <= found.keys()
    assert lines(tmp_path / "run")[-1]["patience"] == pytest.approx(0.9**20, abs=1e-4)


@RECIPES
def test_it_goes_back_when_a_weight_is_not_finite(recipe: Any, tmp_path: Path) -> None:
    class Spoil(Listener):
        done = False
        troubles = 0

        def step(self, state: State, measures: Measures, progress: float) -> None:
            if state.steps == 7 and not self.done:
                self.done = True
                with torch.no_grad():
                    next(iter(state.networks.values())).weight[0, 0] = math.nan  # type: ignore[index, operator]

        def trouble(self, *told: object) -> None:
            self.troubles += 1

    spoil = Spoil()
    assert trained(recipe, tmp_path / "run", 20, spoil).done
    assert spoil.troubles == 1
    last = lines(tmp_path / "run")[-1]
    rate = next(name for name in last if name.startswith("lr_"))
    assert last[rate] < 0.6 * recipe.rate
    weights = load_file(tmp_path / "run" / "model.safetensors")
    assert all(torch.isfinite(weight).all() for weight in weights.values())
