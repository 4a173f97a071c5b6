"""Every preset trains, and everything that a configuration names has an effect."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from ganima.files import typed_json
from ganima.gan.augmentation import AugmentConfig, augment
from ganima.gan.losses import LOSSES, LossName
from ganima.picture import step as step_module
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.generator import GeneratorConfig
from ganima.picture.presets import PRESETS, tiny
from ganima.picture.state import PictureState, new_state
from ganima.picture.step import train_step
from ganima.training.schedule import Schedule, constant
from ganima.training.update import Measures

SIZE = {"classic": (28, 28, 1), "tiny": (16, 12, 4), "cpu64": (16, 24, 3), "cpu128": (16, 16, 3)}
"""What each preset is tried with, height, width and channels: the large ones through the same function, but smaller."""


def small(name: str, classes: int = 0) -> TrainConfig:
    return replace(PRESETS[name](*SIZE.get(name, (8, 8, 3)), classes), batch=4)


def real_pictures(config: TrainConfig) -> Tensor:
    layout = config.generator
    shape = (config.batch, layout.channels, layout.height, layout.width)
    return torch.rand(shape, generator=torch.Generator().manual_seed(1)) * 2 - 1


def trained(
    config: TrainConfig, steps: int = 1, progress: float = 0.0, strength: float | None = None
) -> tuple[PictureState, list[Measures]]:
    """A new state after some steps on the same pictures, and what each step reported."""
    state = new_state(config, 0, torch.device("cpu"))
    state.strength = config.augment.strength if strength is None else strength
    labels = torch.arange(config.batch) % config.generator.classes if config.generator.classes else None
    return state, [train_step(state, config, real_pictures(config), labels, progress) for _ in range(steps)]


def gradient(network: torch.nn.Module) -> Tensor:
    """The last step's gradient, in one piece."""
    return torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])


def weights(network: torch.nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


# Presets


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_trains_both_networks_and_the_average(name: str, classes: int) -> None:
    config = small(name, classes)
    before = new_state(config, 0, torch.device("cpu"))
    state, (measures,) = trained(config)
    assert all(torch.isfinite(value) for value in measures.values())
    assert (state.steps, state.examples) == (1, 4)
    for network in ("generator", "discriminator", "average"):
        old, new = weights(getattr(before, network)), weights(getattr(state, network))
        assert torch.isfinite(new).all()
        assert (old != new).float().mean() > 0.5, f"the {network} stood still"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_computes_the_loss_and_the_penalties_that_it_names(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, called = small(name), set()

    def spy(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def spied(*args: Any) -> Any:
            called.add(what)
            return function(*args)

        return spied

    for loss, game in LOSSES.items():
        monkeypatch.setitem(
            LOSSES,
            loss,
            game._replace(
                discriminator=spy(f"{loss} D", game.discriminator), generator=spy(f"{loss} G", game.generator)
            ),
        )
    for penalty in ("zero_centred", "wgan_gp", "path_length"):
        monkeypatch.setattr(step_module.penalties, penalty, spy(penalty, getattr(step_module.penalties, penalty)))
    trained(config)
    p = config.penalties
    expected = {f"{config.loss} D", f"{config.loss} G"}
    expected |= {"zero_centred"} if p.r1(0) or p.r2(0) else set()
    expected |= {"wgan_gp"} if p.wgan_gp else set()
    expected |= {"path_length"} if p.path_length else set()
    assert called == expected


@pytest.mark.parametrize("name", PRESETS)
def test_every_part_of_every_preset_changes_the_gradients(name: str) -> None:
    config = small(name)
    state, _ = trained(config, strength=0.5)
    with_it = gradient(state.discriminator)
    without: dict[str, TrainConfig] = {
        "loss": replace(config, loss="hinge"),
        "augment": replace(config, augment=replace(config.augment, mode="off")),
        "r1": replace(config, penalties=replace(config.penalties, r1=constant(0.0))),
        "r2": replace(config, penalties=replace(config.penalties, r2=constant(0.0))),
    }
    others = {part: gradient(trained(other, strength=0.5)[0].discriminator) for part, other in without.items()}
    active = {part for part, other in others.items() if (other != with_it).any()}
    style_based = isinstance(config.generator, GeneratorConfig)
    assert active == ({"loss", "augment", "r1", "r2"} if style_based else {"loss"})


@pytest.mark.parametrize("height, width", [(64, 48), (128, 96), (8, 8), (256, 256), (512, 384)])
@pytest.mark.parametrize("name", [name for name in PRESETS if name != "classic"])
def test_widths_shrink_with_the_resolution_and_the_penalty_follows_the_pixels(
    name: str, height: int, width: int
) -> None:
    config = PRESETS[name](height, width, 3, 0)
    layout = config.generator
    assert isinstance(layout, GeneratorConfig)
    assert list(layout.widths) == sorted(layout.widths, reverse=True)
    assert min(layout.widths) >= 8
    assert config.penalties.r1(0) == config.penalties.r2(0) == pytest.approx(2.0 * height * width / 64**2)


def test_presets_bear_their_names() -> None:
    assert list(PRESETS) == ["classic", "tiny", "cpu64", "cpu128", "gpu256", "gpu512"]
    assert all(small(name).preset == name for name in PRESETS)


# Each choice, switched on in the smallest preset


BASE = replace(tiny(8, 8, 3, 0), batch=4, penalties=PenaltyConfig(every=1), augment=AugmentConfig(mode="off"))


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains(loss: LossName) -> None:
    config = replace(BASE, loss=loss)
    _, measures = trained(config, steps=3)
    assert all(torch.isfinite(value) for m in measures for value in m.values())
    values = {(m["loss_d"].item(), m["loss_g"].item()) for m in (trained(replace(BASE, loss=n))[1][0] for n in LOSSES)}
    assert len(values) == len(LOSSES)


@pytest.mark.parametrize(
    "penalties",
    [
        PenaltyConfig(r1=constant(5.0), every=1),
        PenaltyConfig(r2=constant(5.0), every=1),
        PenaltyConfig(wgan_gp=10.0, every=1),
    ],
    ids=["r1", "r2", "wgan-gp"],
)
def test_a_penalty_adds_its_own_gradient_to_the_discriminators(penalties: PenaltyConfig) -> None:
    plain, _ = trained(BASE)
    punished, (measures,) = trained(replace(BASE, penalties=penalties))
    assert measures["penalty"] > 0
    difference = (gradient(punished.discriminator) - gradient(plain.discriminator)).norm()
    assert difference > 0.01 * gradient(plain.discriminator).norm()


def test_the_path_length_adds_its_own_gradient_to_the_generators() -> None:
    plain, _ = trained(BASE)
    punished, _ = trained(replace(BASE, penalties=PenaltyConfig(path_length=2.0, every=1)))
    assert plain.path_mean == 0
    assert punished.path_mean > 0
    assert (gradient(punished.generator) - gradient(plain.generator)).norm() > 0
    torch.testing.assert_close(gradient(punished.discriminator), gradient(plain.discriminator), rtol=0, atol=0)


def test_lazy_penalties_come_every_so_many_steps_with_their_weight_multiplied() -> None:
    lazy = replace(BASE, penalties=PenaltyConfig(r1=constant(1.0), every=3))
    _, measures = trained(lazy, steps=6)
    assert ["penalty" in m for m in measures] == [True, False, False, True, False, False]
    eager = replace(lazy, penalties=replace(lazy.penalties, every=1))
    plain, once, thrice = (gradient(trained(c)[0].discriminator) for c in (BASE, eager, lazy))
    torch.testing.assert_close(thrice - plain, 3 * (once - plain), rtol=1e-3, atol=1e-4)


def test_the_penalty_follows_its_schedule() -> None:
    config = replace(BASE, penalties=PenaltyConfig(r1=Schedule(10.0, 1.0), every=1))
    start, end = (trained(config, progress=p)[1][0]["penalty"].item() for p in (0.0, 1.0))
    assert start == pytest.approx(10 * end, rel=1e-5)


def test_two_time_scales() -> None:
    """Adam's first step is as long as the learning rate."""
    config = replace(BASE, lr_generator=constant(1e-4), lr_discriminator=constant(4e-4))
    before = new_state(config, 0, torch.device("cpu"))
    state, _ = trained(config)
    for network, rate in (("generator", 1e-4), ("discriminator", 4e-4)):
        moved = weights(getattr(state, network)) - weights(getattr(before, network))
        assert moved.abs().max().item() == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_learning_rates_follow_their_schedules(network: str) -> None:
    config = replace(BASE, **{f"lr_{network}": Schedule(1e-3, 1e-4)})
    before = weights(getattr(new_state(config, 0, torch.device("cpu")), network))
    for progress, rate in ((0.0, 1e-3), (0.5, 5.5e-4), (1.0, 1e-4)):
        state, _ = trained(config, progress=progress)
        assert (weights(getattr(state, network)) - before).abs().max().item() == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize("change", [{"beta1": 0.5}, {"beta2": constant(0.5)}, {"beta2": Schedule(0.9, 0.5, over=0.1)}])
def test_adams_betas_matter_from_the_second_step_on(change: dict[str, Any]) -> None:
    plain, other = (trained(c, steps=3, progress=0.3)[0] for c in (BASE, replace(BASE, **change)))
    assert (weights(plain.generator) != weights(other.generator)).any()
    assert (weights(plain.discriminator) != weights(other.discriminator)).any()


def test_beta2_follows_its_schedule() -> None:
    config = replace(BASE, beta2=Schedule(0.9, 0.99, over=0.2))
    for name, progress, wanted in (("discriminator", 0.0, 0.9), ("generator", 0.2, 0.99)):
        optimizer = trained(config, progress=progress)[0].optimizers[name]
        assert optimizer.param_groups[0]["betas"] == (0.0, pytest.approx(wanted))


def test_gradients_are_clipped_to_the_given_norm_and_keep_their_direction() -> None:
    plain, _ = trained(BASE)
    clipped, _ = trained(replace(BASE, clip=1e-3))
    before, after = gradient(plain.discriminator), gradient(clipped.discriminator)
    assert before.norm() > 0.01
    assert after.norm().item() == pytest.approx(1e-3, rel=1e-3)
    assert torch.nn.functional.cosine_similarity(before, after, dim=0) > 0.9999
    assert gradient(clipped.generator).norm() <= 1.001e-3
    generous, _ = trained(replace(BASE, clip=1e6))
    torch.testing.assert_close(gradient(generous.discriminator), before, rtol=0, atol=0)


@pytest.mark.parametrize("part", ["generator", "discriminator"])
def test_the_initialisation_is_a_choice(part: str) -> None:
    layout = replace(getattr(BASE, part), init="orthogonal")
    plain = new_state(BASE, 0, torch.device("cpu"))
    other = new_state(replace(BASE, **{part: layout}), 0, torch.device("cpu"))
    assert (weights(getattr(plain, part)) != weights(getattr(other, part))).any()


def test_minibatch_std_and_noise_are_choices_that_train() -> None:
    config = replace(
        BASE,
        generator=replace(BASE.generator, noise=True),
        discriminator=replace(BASE.discriminator, minibatch_std=4),
        penalties=PenaltyConfig(r1=constant(1.0), r2=constant(1.0), every=1),
    )
    state, measures = trained(config, steps=2)
    assert all(torch.isfinite(value) for m in measures for value in m.values())
    assert state.generator.state_dict()["first.noise"] != 0


def test_fixed_augmentation_stays_and_adaptive_augmentation_moves() -> None:
    fixed = replace(BASE, augment=AugmentConfig(mode="fixed", strength=0.4))
    assert trained(fixed, steps=3)[0].strength == 0.4
    plain, other = gradient(trained(BASE)[0].discriminator), gradient(trained(fixed)[0].discriminator)
    assert (plain != other).any()
    config = replace(BASE, augment=AugmentConfig(mode="adaptive", target=-2.0, adapt_images=40))
    assert trained(config, steps=3)[0].strength == pytest.approx(0.3)
    assert trained(config, steps=30)[0].strength == 0.8
    unsure = replace(config, augment=replace(config.augment, target=2.0, strength=0.5))
    assert trained(unsure, steps=2)[0].strength == pytest.approx(0.3)


def test_both_kinds_of_pictures_are_augmented_in_both_phases(monkeypatch: pytest.MonkeyPatch) -> None:
    augmented: list[bool] = []

    def spied(pictures: Tensor, *args: Any) -> Tensor:
        augmented.append(torch.equal(pictures, real_pictures(BASE)))
        return augment(pictures, *args)

    monkeypatch.setattr(step_module, "augment", spied)
    fixed = replace(BASE, augment=AugmentConfig(mode="fixed", strength=0.8))
    _, (measures,) = trained(fixed)
    assert sorted(augmented) == [False, False, True, True]
    _, (plain,) = trained(BASE)
    assert measures["real_logit"] != plain["real_logit"]
    assert measures["fake_logit"] != plain["fake_logit"]


def test_the_average_follows_its_half_life() -> None:
    quick, slow = replace(BASE, average_share=0.01), replace(BASE, average_share=10.0)
    for config, close in ((quick, True), (slow, False)):
        state, _ = trained(config, steps=4)
        gap = (weights(state.average) - weights(state.generator)).abs().max()
        assert (gap < 1e-5) == close
    capped = trained(replace(slow, average_max=0.1), steps=4)[0]
    assert (weights(capped.average) - weights(capped.generator)).abs().max() < 1e-5


def test_labels_reach_both_networks() -> None:
    config = replace(small("tiny", classes=3), penalties=PenaltyConfig(every=1))
    state = new_state(config, 0, torch.device("cpu"))
    first = train_step(state, config, real_pictures(config), torch.tensor([0, 1, 2, 0]), 0.0)
    state = new_state(config, 0, torch.device("cpu"))
    second = train_step(state, config, real_pictures(config), torch.tensor([1, 2, 0, 1]), 0.0)
    assert first["real_logit"] != second["real_logit"]
    assert first["fake_logit"] != second["fake_logit"]


def test_each_phase_trains_its_own_network_alone() -> None:
    state = new_state(BASE, 0, torch.device("cpu"))
    before = weights(state.generator)
    step_module.set_rates(state, BASE, 0.0)
    step_module.discriminator_phase(state, BASE, real_pictures(BASE), None, 0.0, torch.float32)
    torch.testing.assert_close(weights(state.generator), before, rtol=0, atol=0)
    before = weights(state.discriminator)
    step_module.generator_phase(state, BASE, real_pictures(BASE), None, 0.0, torch.float32)
    torch.testing.assert_close(weights(state.discriminator), before, rtol=0, atol=0)


@pytest.mark.parametrize(
    "loss, real, fake",
    [("minimax", 0.2, 3.0), ("nonsaturating", 0.2, 3.0), ("hinge", 0.2, 3.0), ("least-squares", 0.6, 3.0)]
    + [("wasserstein", -5.0, -6.0), ("relativistic", -5.0, -6.0)],
)
def test_how_certain_the_discriminator_is_of_real_pictures_depends_on_the_game(
    loss: LossName, real: float, fake: float
) -> None:
    """The adaptive augmentation and the watch go by its sign."""
    threshold = {"least-squares": 0.5, "wasserstein": fake, "relativistic": fake}.get(loss, 0.0)
    right, wrong = (
        LOSSES[loss].certainty(torch.tensor([r]), torch.tensor([fake])).item() for r in (real, 2 * threshold - real)
    )
    assert right > 0 > wrong


# Configurations as files


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("classes", [0, 3])
def test_every_configuration_goes_through_json(name: str, classes: int) -> None:
    config = PRESETS[name](*SIZE.get(name, (256, 192, 3)), classes)
    assert typed_json.parse(TrainConfig, json.loads(json.dumps(typed_json.dump(config)))) == config


def test_a_whole_number_may_stand_for_a_float() -> None:
    data = asdict(BASE) | {"clip": 1, "average_max": 500}
    config = typed_json.parse(TrainConfig, data)
    assert (config.clip, config.average_max) == (1.0, 500.0)
    assert type(config.clip) is float


@pytest.mark.parametrize(
    "change",
    [
        {"loss": "cross-entropy"},
        {"loss": ["relativistic"]},
        {"batch": "8"},
        {"batch": 8.0},
        {"batch": True},
        {"batch": None},
        {"clip": "none"},
        {"clip": False},
        {"clip": 10**400},
        {"clip": float("nan")},
        {"average_max": float("inf")},
        {"batch": 0},
        {"penalties": {"every": 0}},
        {"augment": {"mode": "fixed", "strength": 0.9}},
        {"augment": {"strength": -0.1}},
        {"augment": {"adapt_images": 0}},
        {"beta2": {"start": 0.9, "end": 0.99, "over": 0.0}},
        {"mirror": 1},
        {"preset": 3},
        {"unheard": 1},
        {"generator": None},
        {"generator": []},
        {"generator": {"height": 8}, "discriminator": {"height": 8, "colour": 1}},
        {"penalties": 3},
        {"penalties": ["r1"]},
        {"penalties": {"r1": 3.0}},
        {"penalties": {"r1": {"start": 1.0}}},
        {"penalties": {"r1": {"start": "1", "end": 1.0}}},
        {"augment": {"mode": "always"}},
        {"lr_generator": [1e-3, 1e-4]},
    ],
    ids=str,
)
def test_a_malformed_configuration_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        typed_json.parse(TrainConfig, asdict(BASE) | change)


@pytest.mark.parametrize("data", [None, 3, "tiny", [], {}, [1, 2], {"preset": "tiny"}])
def test_what_is_no_configuration_at_all_is_refused(data: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        typed_json.parse(TrainConfig, data)
