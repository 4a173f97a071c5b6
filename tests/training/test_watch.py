"""A training that goes wrong is noticed, goes back, and goes on; one that goes well is left alone."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from drawing import discs
from torch import Tensor
from trainings import Training

from ganima.errors import GanimaError
from ganima.picture.config import TrainConfig
from ganima.picture.model import load_model
from ganima.picture.presets import tiny
from ganima.picture.state import PictureState
from ganima.picture.watch import PATIENCE, SATURATED, PictureWatch, diversity
from ganima.training import loop
from ganima.training.metrics import read_metrics
from ganima.training.run import Budget, Listener
from ganima.training.schedule import constant
from ganima.training.update import Measures
from ganima.training.watch import Trouble

CONFIG = replace(tiny(16, 16, 3, 0), batch=4)


def varied(count: int = 32) -> Tensor:
    pictures = torch.from_numpy(discs(count).pictures).permute(0, 3, 1, 2)
    return pictures / 127.5 - 1


def alike(count: int = 32) -> Tensor:
    return varied(1).repeat(count, 1, 1, 1) + 0.02 * torch.randn(count, 3, 16, 16)


# What the watch sees


def test_diversity_counts_pictures_and_not_noise() -> None:
    torch.manual_seed(0)
    assert diversity(varied()) > 10 * diversity(alike())
    assert diversity(varied(1).repeat(8, 1, 1, 1)) == pytest.approx(0, abs=1e-6)
    assert diversity(2 * varied()) == pytest.approx(2 * diversity(varied()), rel=1e-5)


def test_collapse_is_believed_after_some_checks_and_said_in_words() -> None:
    torch.manual_seed(0)
    watch = PictureWatch(varied())
    seen = [watch.check_preview(alike(), {"sign": 0.0, "loss_d": 0.01}, 0.5) for _ in range(PATIENCE)]
    assert seen[:-1] == [None] * (PATIENCE - 1)
    assert seen[-1] is not None
    assert "collapse" in seen[-1].words
    assert seen[-1].remedy


def test_a_saturated_discriminator_is_believed_after_some_checks_and_said_in_words() -> None:
    watch = PictureWatch(varied())
    seen = [watch.check_preview(varied(), {"sign": 1.0, "loss_d": 0.01}, 0.5) for _ in range(PATIENCE)]
    assert seen[:-1] == [None] * (PATIENCE - 1)
    assert seen[-1] is not None
    assert "discriminator" in seen[-1].words
    assert watch.check_preview(varied(), {"sign": 2 * SATURATED - 1 - 0.01, "loss_d": 0.01}, 0.5) is None
    assert all(watch.check_preview(varied(), {"sign": 1.0, "loss_d": 0.3}, 0.5) is None for _ in range(2 * PATIENCE))


def test_one_good_check_in_between_starts_the_count_anew() -> None:
    watch = PictureWatch(varied())
    for _ in range(3):
        for _ in range(PATIENCE - 1):
            assert watch.check_preview(alike(), {"sign": 1.0, "loss_d": 0.01}, 0.5) is None
            assert not watch.calm
        assert watch.check_preview(varied(), {"sign": 0.5, "loss_d": 0.01}, 0.5) is None
        assert watch.calm


def test_at_the_start_pictures_may_look_alike() -> None:
    watch = PictureWatch(varied())
    assert all(watch.check_preview(alike(), {"sign": 1.0, "loss_d": 0.01}, 0.01) is None for _ in range(2 * PATIENCE))


def test_reset_forgets() -> None:
    watch = PictureWatch(varied())
    for _ in range(PATIENCE - 1):
        watch.check_preview(alike(), {"sign": 0.0, "loss_d": 0.01}, 0.5)
    watch.reset()
    assert watch.check_preview(alike(), {"sign": 0.0, "loss_d": 0.01}, 0.5) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_are_trouble_at_once(value: float) -> None:
    watch = PictureWatch(varied())
    assert watch.check_values({"loss_d": 0.7, "loss_g": 3.0}) is None
    trouble = watch.check_values({"loss_d": 0.7, "loss_g": value})
    assert trouble is not None
    assert trouble.fatal
    assert "loss_g" in trouble.words
    pictures = varied()
    pictures[3, 0, 5, 5] = value
    assert watch.check_preview(pictures, {"sign": 0.0, "loss_d": 0.01}, 0.0) is not None


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e6])
def test_weights_that_no_model_file_could_hold_are_trouble(value: float) -> None:
    watch, layer = PictureWatch(varied()), torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    layer[1].num_batches_tracked += 10**6
    assert watch.check_weights([layer]) is None
    with torch.no_grad():
        layer[0].weight[0, 1] = value
    trouble = watch.check_weights([layer])
    assert trouble is not None
    assert trouble.fatal
    assert "0.weight" in trouble.words


# What a run does about it


class Saboteur(Listener):
    """Puts a value into a weight after a step, and writes down what the run says."""

    def __init__(self, at: set[int], network: str = "generator", value: float = math.nan) -> None:
        self.at, self.network, self.value = set(at), network, value
        self.troubles: list[Trouble] = []
        self.steps: list[int] = []

    def step(self, state: PictureState, measures: Measures, progress: float) -> None:
        self.steps.append(state.steps)
        if len(self.steps) in self.at:
            with torch.no_grad():
                next(getattr(state, self.network).parameters()).view(-1)[0] = self.value

    def trouble(self, trouble: Trouble, *where: Any) -> None:
        self.troubles.append(trouble)


def run(out: Path, saboteur: Saboteur, steps: int = 24, config: TrainConfig = CONFIG, **options: Any) -> Training:
    settings = {"checkpoint_seconds": -1.0, "preview_seconds": 3600.0} | options
    return Training(
        out=out,
        config=config,
        data=discs(30),
        budget=Budget(examples=steps * config.batch),
        listeners=[saboteur],
        options=settings,
    )


def finished(out: Path, steps: int = 24) -> None:
    """The run came to its end in good health."""
    model = load_model(out / "model.safetensors")
    assert model.card.examples == steps * CONFIG.batch
    assert torch.isfinite(model.generator(torch.randn(2, 32))).all()
    lines = read_metrics(out / "metrics.jsonl")
    images = [line["examples"] for line in lines]
    assert images == sorted(set(images)), "a line of metrics is there twice"
    assert all(math.isfinite(value) for line in lines for value in line.values())


@pytest.mark.parametrize("log_steps", [1, 1000])
@pytest.mark.parametrize("network", ["generator", "discriminator", "average"])
def test_a_run_goes_back_and_on_when_a_weight_is_not_finite(network: str, log_steps: int, tmp_path: Path) -> None:
    """Whether the losses show it before the next checkpoint or not, no checkpoint is spoilt."""
    saboteur = Saboteur({9}, network)
    run(tmp_path, saboteur, log_steps=log_steps).train()
    assert len(saboteur.troubles) == 1
    assert "finite" in saboteur.troubles[0].words or "bounds" in saboteur.troubles[0].words
    # The tenth step is done again; then the run goes on to its end.
    assert saboteur.steps[9] <= 9
    assert saboteur.steps[-1] == 24
    finished(tmp_path)


def test_it_goes_back_to_the_last_checkpoint(tmp_path: Path) -> None:
    saboteur, drawn = Saboteur({9}), []

    class Draws(Listener):
        def step(self, state: PictureState, measures: Measures, progress: float) -> None:
            drawn.append(state.rng.get_state())

    training = run(tmp_path, saboteur, checkpoint_seconds=3600.0, log_steps=4)
    training.listeners.append(Draws())
    training.train()
    # Nothing was saved but the beginning; the trouble shows in the twelfth step's line.
    assert saboteur.steps == [*range(1, 13), *range(1, 25)]
    # The same numbers again might lead to the same end.
    assert not torch.equal(drawn[0], drawn[12])
    finished(tmp_path)


def test_a_preview_shows_a_spoilt_average(tmp_path: Path) -> None:
    saboteur = Saboteur({9}, "average")
    run(tmp_path, saboteur, preview_seconds=-1.0, checkpoint_seconds=3600.0).train()
    assert "what the training makes" in saboteur.troubles[0].words
    finished(tmp_path)


def test_every_return_halves_the_learning_rates(tmp_path: Path) -> None:
    saboteur = Saboteur({5, 12})
    config = replace(CONFIG, lr_generator=constant(8e-4))
    rates: list[float] = []

    class Rates(Listener):
        def step(self, state: PictureState, measures: Measures, progress: float) -> None:
            rates.append(state.optimizers["generator"].param_groups[0]["lr"])

    training = run(tmp_path, saboteur, config=config)
    training.listeners.append(Rates())
    training.train()
    assert len(saboteur.troubles) == 2
    assert rates[0] == pytest.approx(8e-4)
    assert rates[-1] == pytest.approx(2e-4)


def test_a_run_that_cannot_be_saved_gives_up_with_a_clear_error(tmp_path: Path) -> None:
    saboteur = Saboteur(set(range(5, 1000)))
    with pytest.raises(GanimaError, match=f"gave up after going back {loop.ROLLBACKS_MAX} times") as caught:
        run(tmp_path, saboteur).train()
    assert "\n" not in str(caught.value)
    assert "clip" in str(caught.value)
    assert len(saboteur.troubles) == loop.ROLLBACKS_MAX + 1
    # What was good is still there.
    assert torch.isfinite(load_model(tmp_path / "model.safetensors").generator(torch.randn(2, 32))).all()


def test_rising_learning_rates_are_survived(tmp_path: Path) -> None:
    """No sabotage: a learning rate that blows the networks up by itself."""
    saboteur = Saboteur(set())
    config = replace(CONFIG, lr_generator=constant(1e9), lr_discriminator=constant(1e9))
    with pytest.raises(GanimaError, match="gave up"):
        run(tmp_path, saboteur, config=config).train()


def test_collapse_and_saturation_alone_never_end_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be an impression; after some returns the run goes on as it is."""
    monkeypatch.setattr(PictureWatch, "check_preview", lambda *args: Trouble("collapse", "more pictures"))
    saboteur = Saboteur(set())
    run(tmp_path, saboteur, steps=10, preview_seconds=-1.0).train()
    assert len(saboteur.troubles) > loop.ROLLBACKS_MAX
    finished(tmp_path, 10)


def test_a_collapsed_generator_is_noticed_in_a_run(tmp_path: Path) -> None:
    saboteur = Saboteur(set())

    class Deaf(Listener):
        """Cuts the generator off from its latents."""

        def step(self, state: PictureState, measures: Measures, progress: float) -> None:
            if len(saboteur.steps) < 18:
                for network in (state.generator, state.average):
                    for name, parameter in network.named_parameters():
                        if "mapping" in name:
                            parameter.data.zero_()

    training = run(tmp_path, saboteur, preview_seconds=-1.0)
    training.listeners.append(Deaf())
    training.train()
    assert any("collapse" in trouble.words for trouble in saboteur.troubles)
    finished(tmp_path)


def test_a_healthy_run_is_left_alone(tmp_path: Path) -> None:
    saboteur = Saboteur(set())
    run(tmp_path, saboteur, steps=40, preview_seconds=-1.0).train()
    assert saboteur.troubles == []
    assert saboteur.steps == list(range(1, 41))
    finished(tmp_path, 40)
    assert json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[-1])["progress"] > 0.9
