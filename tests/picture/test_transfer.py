"""Starting from a trained model: what fits is taken over, and a grown pair begins where the smaller one ended."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn.functional import avg_pool2d, interpolate

from ganima.errors import GanimaError
from ganima.picture.config import TrainConfig
from ganima.picture.model import load_model, save_picture_model
from ganima.picture.presets import classic, tiny
from ganima.picture.state import PictureState, new_state
from ganima.picture.transfer import start_from, with_layout_of


def state_of(config: TrainConfig, seed: int) -> PictureState:
    return new_state(config, seed, torch.device("cpu"))


def saved(config: TrainConfig, path: Path) -> PictureState:
    """A model in a file, and the state that it came from, with the file's precision and biases that are not zero."""
    state = state_of(config, 1)
    with torch.no_grad():
        for network in (state.average, state.discriminator):
            for tensor in network.parameters():
                tensor.copy_((tensor + 0.1 * torch.randn_like(tensor)).half())
    save_picture_model(path, state.average, state.discriminator, {"name": "small"})
    return state


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_grown_pair_starts_out_as_the_smaller_one(channels: int, tmp_path: Path) -> None:
    small = saved(tiny(16, 24, channels, 0), tmp_path / "small.safetensors")
    grown = state_of(tiny(32, 48, channels, 0), 2)
    start_from(grown, tmp_path / "small.safetensors")
    z = torch.randn(3, small.average.z_dim)
    for network in (grown.generator, grown.average):
        expected = interpolate(small.average(z), scale_factor=2.0, mode="bilinear")
        torch.testing.assert_close(network(z), expected, rtol=1e-4, atol=1e-4)
    pictures = torch.rand(3, channels, 32, 48) * 2 - 1
    logits = small.discriminator(avg_pool2d(pictures, 2))
    torch.testing.assert_close(grown.discriminator(pictures), logits, rtol=1e-3, atol=1e-3)
    assert logits.std() > 1e-3, "a discriminator that sees nothing would prove nothing"


def test_a_grown_discriminator_can_learn_in_all_of_its_largest_level(tmp_path: Path) -> None:
    saved(tiny(16, 16, 3, 0), tmp_path / "small.safetensors")
    grown = state_of(tiny(32, 32, 3, 0), 2)
    start_from(grown, tmp_path / "small.safetensors")
    grown.discriminator(torch.rand(3, 3, 32, 32)).sum().backward()
    level = grown.discriminator.levels[-1]
    for weight in (level.skip.weight, level.down.weight):
        assert (weight.grad.abs().amax((0, 2, 3)) > 0).all(), "every channel that comes in can be put to use"


def test_the_same_layout_is_taken_over_whole(tmp_path: Path) -> None:
    small = saved(tiny(16, 16, 3, 0), tmp_path / "small.safetensors")
    state = state_of(tiny(16, 16, 3, 0), 2)
    start_from(state, tmp_path / "small.safetensors")
    for part in ("average", "discriminator"):
        weights = getattr(state, part).state_dict()
        assert all(torch.equal(tensor, weights[name]) for name, tensor in getattr(small, part).state_dict().items())


def test_another_width_takes_over_what_fits(tmp_path: Path) -> None:
    saved(tiny(16, 16, 3, 0), tmp_path / "small.safetensors")
    config = tiny(32, 32, 3, 0)
    widths = (*config.discriminator.widths[:-2], 24, 8)
    config = replace(config, discriminator=replace(config.discriminator, widths=widths))
    state = state_of(config, 2)
    start_from(state, tmp_path / "small.safetensors")
    assert torch.isfinite(state.discriminator(torch.rand(2, 3, 32, 32))).all()


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    saved(classic(28, 28, 1, 0), tmp_path / "small.safetensors")
    with pytest.raises(GanimaError, match="no layer of .* fits"):
        start_from(state_of(tiny(16, 16, 3, 0), 2), tmp_path / "small.safetensors")


def test_a_model_of_the_same_size_brings_its_own_layout(tmp_path: Path) -> None:
    config = tiny(16, 16, 3, 0)
    other = replace(
        config,
        generator=replace(config.generator, widths=(16, 8, 8), noise=True, z_dim=24),
        discriminator=replace(config.discriminator, widths=(8, 8, 8), minibatch_std=4),
    )
    path = tmp_path / "other.safetensors"
    saved(other, path)
    chosen = with_layout_of(config, path)
    assert chosen == other
    state = state_of(chosen, 2)
    start_from(state, path)
    for name, tensor in load_model(path).generator.state_dict().items():
        torch.testing.assert_close(state.average.state_dict()[name], tensor)
    assert with_layout_of(tiny(32, 32, 3, 0), path) == tiny(32, 32, 3, 0), "another size keeps the preset's layout"


def test_a_model_without_alpha_starts_as_opaque(tmp_path: Path) -> None:
    small = saved(tiny(16, 16, 3, 0), tmp_path / "small.safetensors")
    config = with_layout_of(tiny(16, 16, 4, 0), tmp_path / "small.safetensors")
    assert config.generator == replace(small.generator.config, channels=4)
    state = state_of(config, 2)
    start_from(state, tmp_path / "small.safetensors")
    z = torch.randn(3, small.average.z_dim)
    made = state.average(z)
    torch.testing.assert_close(made[:, :3], small.average(z))
    assert (made[:, 3] == 1).all()
    pictures = torch.rand(3, 4, 16, 16) * 2 - 1
    torch.testing.assert_close(state.discriminator(pictures), small.discriminator(pictures[:, :3]))


def test_a_model_without_alpha_grows_as_opaque(tmp_path: Path) -> None:
    small = saved(tiny(16, 16, 3, 0), tmp_path / "small.safetensors")
    grown = state_of(tiny(32, 32, 4, 0), 2)
    start_from(grown, tmp_path / "small.safetensors")
    pictures = torch.rand(3, 4, 32, 32) * 2 - 1
    torch.testing.assert_close(
        grown.discriminator(pictures), small.discriminator(avg_pool2d(pictures[:, :3], 2)), rtol=1e-3, atol=1e-3
    )
    assert (grown.average(torch.randn(2, small.average.z_dim))[:, 3] == 1).all()
