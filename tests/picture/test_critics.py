"""Critics in a training on pictures: active where they are asked for, and nowhere else; kept in the model's file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from drawing import discs
from PIL import Image
from torch import Tensor

from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.gan import penalties
from ganima.gan.critics.config import CriticsConfig
from ganima.gan.losses import LOSSES, LossName
from ganima.picture import critics as critics_module
from ganima.picture.config import TrainConfig
from ganima.picture.model import load_critics, save_picture_model
from ganima.picture.presets import PRESETS, tiny
from ganima.picture.state import PictureState, new_state
from ganima.picture.step import train_step
from ganima.picture.transfer import start_from
from ganima.training.config import with_settings
from ganima.training.plan import Plan, started
from ganima.training.schedule import Schedule, constant
from ganima.training.update import Measures

CRITICS = CriticsConfig(weight=constant(0.5), width=4, side=32)


def config_of(channels: int = 3, classes: int = 0, critics: CriticsConfig | None = CRITICS) -> TrainConfig:
    return replace(tiny(16, 12, channels, classes), batch=4, critics=critics)


def trained(config: TrainConfig, steps: int = 1, progress: float = 0.0) -> tuple[PictureState, list[Measures]]:
    """A new state after some steps on the same pictures, and what each step reported."""
    state = new_state(config, 0, torch.device("cpu"))
    layout = config.generator
    shape = (config.batch, layout.channels, layout.height, layout.width)
    real = torch.rand(shape, generator=torch.Generator().manual_seed(1)) * 2 - 1
    labels = torch.arange(config.batch) % layout.classes if layout.classes else None
    return state, [train_step(state, config, real, labels, progress) for _ in range(steps)]


def weights(network: torch.nn.Module | None) -> Tensor:
    assert network is not None
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def gradient(network: torch.nn.Module | None) -> Tensor:
    """The last step's gradient, in one piece."""
    assert network is not None
    return torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("classes", [0, 3])
def test_heads_learn_and_teach_the_generator_alone(channels: int, classes: int) -> None:
    config = config_of(channels, classes)
    before = new_state(config, 0, torch.device("cpu"))
    state, (measures,) = trained(config)
    plain, _ = trained(replace(config, critics=None))
    assert all(value.isfinite() for value in measures.values())
    assert (weights(before.critics) != weights(state.critics)).float().mean() > 0.5
    assert torch.equal(weights(plain.discriminator), weights(state.discriminator))
    assert (gradient(plain.generator) != gradient(state.generator)).any()
    # The mean of the four heads' games, beside the discriminator's.
    assert measures["critics_loss_d"] > 0 and measures["critics_loss_g"] > 0 and measures["critics_penalty"] > 0


def test_the_generators_loss_grows_with_the_weight() -> None:
    plain, once, twice = (
        gradient(trained(config_of(critics=critics))[0].generator)
        for critics in (None, CRITICS, replace(CRITICS, weight=constant(1.0)))
    )
    torch.testing.assert_close(twice - plain, 2 * (once - plain), rtol=1e-3, atol=1e-4)
    assert (once - plain).norm() > 1e-3 * plain.norm()


@pytest.mark.parametrize("progress", [0.0, 0.3])
def test_before_they_join_the_training_is_the_same_to_the_bit(progress: float) -> None:
    late = replace(CRITICS, weight=Schedule(0.0, 0.5, over=0.2, after=0.3))
    (plain, _), (state, reports) = (trained(config_of(4, critics=c), 3, progress) for c in (None, late))
    for part in ("generator", "discriminator", "average"):
        assert torch.equal(weights(getattr(plain, part)), weights(getattr(state, part)))
    assert torch.equal(plain.rng.get_state(), state.rng.get_state())
    assert not any(name.startswith("critics") for measures in reports for name in measures)
    assert any("critics_loss_g" in m for m in trained(config_of(4, critics=late), 1, 0.31)[1])


def test_penalties_come_as_often_as_the_others_with_their_weight_multiplied(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(config_of(), penalties=replace(config_of().penalties, every=3))
    _, reports = trained(config, 6)
    assert ["critics_penalty" in m for m in reports] == [True, False, False, True, False, False]
    eager = replace(config, penalties=replace(config.penalties, every=1))
    without = replace(config, critics=replace(CRITICS, gamma=constant(0.0)))
    plain, once, thrice = (gradient(trained(c)[0].critics) for c in (without, eager, config))
    torch.testing.assert_close(thrice - plain, 3 * (once - plain), rtol=1e-3, atol=1e-4)
    assert (once - plain).norm() > 0
    seen: list[int] = []

    def spied(logits: Tensor, features: Tensor) -> Tensor:
        seen.append(features.shape[1])
        return penalties.gradient_norm_squared(logits, features).mean()

    monkeypatch.setattr(critics_module.penalties, "zero_centred", spied)
    trained(replace(config, penalties=replace(config.penalties, r1=constant(0.0), r2=constant(0.0))))
    assert seen == 2 * [32, 64, 128, 128], "features of real and of generated pictures are penalised"


def test_rate_and_gamma_follow_their_schedules() -> None:
    changing = replace(CRITICS, lr=Schedule(1e-3, 1e-4), gamma=Schedule(10.0, 1.0))
    before = weights(new_state(config_of(), 0, torch.device("cpu")).critics)
    found = []
    for progress, rate in ((0.0, 1e-3), (1.0, 1e-4)):
        state, (measures,) = trained(config_of(critics=changing), progress=progress)
        assert (weights(state.critics) - before).abs().max().item() == pytest.approx(rate, rel=0.02)
        found.append(measures["critics_penalty"].item())
    assert found[0] == pytest.approx(10 * found[1], rel=1e-4)


def test_clipping_reaches_the_heads() -> None:
    clipped, _ = trained(replace(config_of(), clip=1e-3))
    assert gradient(clipped.critics).norm().item() == pytest.approx(1e-3, rel=1e-2)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_heads_play_the_same_game(loss: LossName, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def spied(side: str, function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
        def play(*logits: Tensor) -> Tensor:
            played.append(side)
            return function(*logits)

        return play

    game = LOSSES[loss]
    sides = {side: spied(side, getattr(game, side)) for side in ("discriminator", "generator")}
    monkeypatch.setitem(LOSSES, loss, game._replace(**sides))
    trained(replace(config_of(), loss=loss))
    # D and four heads.
    assert played == 5 * ["discriminator"] + 5 * ["generator"]


def test_a_training_that_starts_from_a_model_goes_on_with_its_heads(tmp_path: Path) -> None:
    path, (first, _) = tmp_path / "model.safetensors", trained(config_of())
    save_picture_model(path, first.average, first.discriminator, {"name": "m"}, critics=first.critics)
    kept = load_critics(path)
    assert kept is not None and first.critics is not None
    torch.testing.assert_close(weights(kept), weights(first.critics), rtol=1e-3, atol=1e-4)
    # Twice the resolution is seen at the same size.
    grown = replace(tiny(32, 24, 3, 0), batch=4, critics=CRITICS)
    state = new_state(grown, 5, torch.device("cpu"))
    start_from(state, path)
    assert torch.equal(weights(state.critics), weights(kept))
    without = new_state(replace(grown, critics=None), 5, torch.device("cpu"))
    start_from(without, path)
    assert without.critics is None
    save_picture_model(path, first.average, first.discriminator, {"name": "m"})
    assert load_critics(path) is None


@pytest.mark.parametrize("name", PRESETS)
def test_presets_leave_them_out_and_settings_put_them_in(name: str) -> None:
    config = PRESETS[name](16, 16, 3, 0)
    assert config.critics is None
    found = with_settings(config, ["critics={}", "critics.weight.end=0.5", "critics.gamma.start=10"]).critics
    assert found == CriticsConfig(weight=Schedule(0.0, 0.5, 0.2, 0.3), gamma=Schedule(10.0, 30.0))
    assert with_settings(config, ["critics={}", "critics=null"]) == config


def test_what_is_no_description_of_critics_is_refused() -> None:
    for wrong in ("critics=lite0", "critics=3", 'critics={"depth": 3}', 'critics={"network": "resnet"}', "batch=null"):
        with pytest.raises(GanimaError, match="settings"):
            with_settings(config_of(), [wrong])


def test_a_run_of_before_there_were_critics_goes_on(tmp_path: Path) -> None:
    plan = Plan({"preset": "tiny", "seed": 0}, config_of(critics=None), "pictures", "0", 12)
    data = json.loads(plan.to_json())
    del data["config"]["critics"]
    (tmp_path / "run.json").write_text(json.dumps(data))
    options = {"preset": "tiny", "seed": 0, "no_critics": False}
    before = started(tmp_path, TrainConfig, options)
    assert before is not None and before.config.critics is None
    with pytest.raises(GanimaError, match="no_critics"):
        started(tmp_path, TrainConfig, options | {"no_critics": True})


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pictures").mkdir()
    for number, picture in enumerate(discs(12).pictures):
        Image.fromarray(picture).save(tmp_path / "pictures" / f"{number}.png")
    words = ["train", str(tmp_path / "pictures"), "--preset", "tiny", "--kimg", "0.03", "--threads", "1"]
    words += ["--resolution", "16"]
    critics = 'critics={"weight": {"start": 0.5, "end": 0.5}, "width": 4, "side": 32}'
    assert main([*words, "--out", str(tmp_path / "with"), "--set", critics]) == 0
    assert load_critics(tmp_path / "with" / "model.safetensors") is not None
    assert "Critics" in (tmp_path / "with" / "report.html").read_text("utf-8")
    assert main([*words, "--out", str(tmp_path / "without"), "--no-critics"]) == 0
    assert load_critics(tmp_path / "without" / "model.safetensors") is None
    # It is another training.
    assert main([*words, "--out", str(tmp_path / "without")]) == 2
    assert "--no-critics" in capsys.readouterr().err
