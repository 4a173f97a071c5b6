"""The encoder: what it starts from, what it learns, how its training resumes, and its file."""

import json
import struct
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from trainings import Heard, StopAt
from untrained import generator, saved

from ganima.cli.main import run
from ganima.errors import GanimaError
from ganima.latent import apply
from ganima.latent.encoder import train as encoder_training
from ganima.latent.encoder.model import encode, encoder_path, find_encoder, load_encoder, save_encoder
from ganima.latent.encoder.network import Encoder, EncoderConfig
from ganima.latent.encoder.step import (
    EncoderTraining,
    degraded,
    mixed_latents,
    new_state,
    task_of,
    train_step,
    varied,
)
from ganima.latent.encoder.train import train_encoder
from ganima.latent.latents import of_seed
from ganima.models.library import list_models
from ganima.picture.classic import ClassicConfig, ClassicGenerator
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.picture.model import Model, load_model, save_picture_model
from ganima.training.loop import fit
from ganima.training.run import Outcome

TRAINING = EncoderTraining()
CONFIG = EncoderConfig(24, 18, 3, (12, 12, 12), layers=6, w_dim=16)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model with a discriminator, in the folder of named models."""
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path))
    torch.manual_seed(1)
    critic = Discriminator(DiscriminatorConfig(24, 18, 3, (12, 12, 12)))
    save_picture_model(tmp_path / "tiny.safetensors", generator(), critic, {"name": "tiny"})
    return load_model(tmp_path / "tiny.safetensors")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of twelve pictures."""
    rng = np.random.default_rng(0)
    path = tmp_path / "pictures"
    path.mkdir()
    for number in range(12):
        Image.fromarray(rng.integers(0, 256, (24, 18, 3), dtype=np.uint8)).save(path / f"{number}.png")
    return path


# The network.


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_untrained_it_gives_the_mean_for_every_picture(channels: int) -> None:
    encoder = Encoder(EncoderConfig(20, 28, channels, (8, 8, 8), layers=6, w_dim=10))
    encoder.mean.copy_(torch.arange(10.0))
    ws = encoder(torch.randn(2, channels, 20, 28))
    assert torch.equal(ws, torch.arange(10.0).expand(2, 6, -1))


def test_the_offset_goes_along_the_axes() -> None:
    torch.manual_seed(0)
    encoder = Encoder(CONFIG)
    torch.nn.init.normal_(encoder.offset.weight)
    encoder.mean.fill_(2.0)
    encoder.axes.copy_(torch.diag(torch.arange(16.0)))
    pictures = torch.randn(3, 3, 24, 18)
    places, ws = encoder.coordinates(pictures), encoder(pictures)
    assert places.std() > 0.1
    assert torch.allclose(ws, 2 + places * torch.arange(16.0), atol=1e-5)


def test_for_the_bundled_size_it_fits_into_three_mebibytes() -> None:
    encoder = Encoder(EncoderConfig(128, 96, 3, (128, 128, 128, 128, 64, 32), layers=12, w_dim=128))
    numbers = sum(tensor.numel() for tensor in encoder.state_dict().values())
    assert sum(weight.numel() for weight in encoder.parameters()) <= 1_500_000
    assert 2 * numbers <= 3 * 2**20


# What it learns from.


def test_mixed_latents_change_over_once_at_most(model: Model) -> None:
    net = task_of(model, None).generator
    ws = mixed_latents(net, model.labels, 64, torch.Generator().manual_seed(0))
    changes = (ws[:, 1:] != ws[:, :-1]).any(2).sum(1)
    assert changes.max() == 1 and 10 < int(changes.sum()) < 54


def test_varied_and_degraded_pictures_are_like_the_given_ones() -> None:
    y, x = torch.meshgrid(torch.linspace(-1, 1, 24), torch.linspace(-1, 1, 18), indexing="ij")
    pictures = torch.stack([x, y, -x])[None].expand(16, -1, -1, -1) * 0.5
    rng = torch.Generator().manual_seed(0)
    changed, worse = varied(pictures, rng), degraded(pictures, rng)
    mirrored = ((changed[:, 0, :, -1] - changed[:, 0, :, 0]).mean(1) < 0).float().mean()
    assert 0.1 < mirrored < 0.9
    assert changed.shape == pictures.shape and changed.abs().max() <= 1
    assert 0.0003 < (worse - pictures).square().mean() < 0.01


def test_training_finds_the_models_own_pictures_again(model: Model) -> None:
    task = task_of(model, None)
    state = new_state(task, 0, torch.device("cpu"))
    ws = torch.stack([of_seed(model, seed).ws for seed in range(100, 116)])
    with torch.no_grad():
        pictures = model.generator.synthesis(ws)

    def error() -> float:
        with torch.no_grad():
            return float((model.generator.synthesis(state.encoder(pictures)) - pictures).square().mean())

    before = error()
    for step in range(100):
        train_step(state, TRAINING, task, step / 100)
    assert error() < 0.6 * before


def test_it_starts_with_the_discriminators_eyes_and_leaves_the_model_alone(model: Model, folder: Path) -> None:
    data = np.random.default_rng(0).integers(0, 256, (12, 24, 18, 3), dtype=np.uint8)
    task = task_of(model, data)
    state = new_state(task, 0, torch.device("cpu"))
    assert task.discriminator is not None
    assert torch.equal(state.encoder.levels[0].conv.weight, task.discriminator.levels[0].conv.weight)
    networks = [*task.generator.state_dict().values(), *task.discriminator.state_dict().values()]
    before = [tensor.clone() for tensor in networks]
    for _ in range(2):
        train_step(state, TRAINING, task, 0.0)
    assert all(torch.equal(a, b) for a, b in zip(networks, before, strict=True))
    assert not torch.equal(state.encoder.levels[0].conv.weight, task.discriminator.levels[0].conv.weight)


# Resuming.


def test_another_training_is_not_gone_on_with(tmp_path: Path, model: Model, folder: Path) -> None:
    out, report = tmp_path / "e.encoder.safetensors", Heard()
    report.cancelled = True
    assert not train_encoder(model, out, folder=folder, images=48, threads=1, report=report).done
    with pytest.raises(GanimaError, match="`seed`"):
        train_encoder(model, out, folder=folder, images=48, seed=1, threads=1)
    (folder / "0.png").unlink()
    with pytest.raises(GanimaError, match="have changed"):
        train_encoder(model, out, folder=folder, images=48, threads=1)


def test_stopped_and_called_again_it_ends_where_it_would_have(
    tmp_path: Path, model: Model, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, resumed = tmp_path / "a" / "tiny.encoder.safetensors", tmp_path / "b" / "tiny.encoder.safetensors"
    report, images = Heard(), 6 * TRAINING.batch
    train_encoder(model, straight, folder=folder, images=images, threads=1)
    monkeypatch.setattr(encoder_training, "fit", partial(fit, listeners=[StopAt(3, report)]))
    outcome = train_encoder(model, resumed, folder=folder, images=images, threads=1, report=report)
    assert (outcome.done, outcome.examples) == (False, 3 * TRAINING.batch)
    assert [path.name for path in resumed.parent.iterdir()] == ["tiny.encoder-run"]
    assert (resumed.parent / "tiny.encoder-run" / "report.html").exists()
    outcome = train_encoder(model, resumed, folder=folder, images=images, threads=1)
    assert outcome == Outcome(True, resumed, 3 * TRAINING.batch, images)
    first, second = (load_encoder(path)[0].state_dict() for path in (straight, resumed))
    assert all(torch.equal(first[name], second[name]) for name in first)
    # The run has nothing more to give.
    assert [path.name for path in resumed.parent.iterdir()] == ["tiny.encoder.safetensors"]


def test_going_back_draws_other_numbers(model: Model) -> None:
    task = task_of(model, None)
    losses = []
    for rollbacks in (0, 0, 1):
        state = new_state(task, 0, torch.device("cpu"))
        state.rollbacks = rollbacks
        losses.append(train_step(state, TRAINING, task, 0.0)["loss"].item())
    assert losses[0] == losses[1] != losses[2]


# The file.


def test_the_encoder_is_found_beside_its_model_and_by_its_latent_space(tmp_path: Path, model: Model) -> None:
    assert find_encoder(model) is None
    torch.manual_seed(0)
    encoder = Encoder(CONFIG)
    torch.nn.init.normal_(encoder.offset.weight, std=0.1)
    save_encoder(encoder_path(model), encoder, model.space, {})
    assert encoder_path(model).name == "tiny.encoder.safetensors" and list(list_models()).count("tiny") == 1
    picture = torch.randn(1, 3, 24, 18)
    found = find_encoder(model)
    assert found is not None
    assert torch.allclose(encode(found, picture), encoder(picture)[0], atol=0.05)
    other = tmp_path / "elsewhere"
    other.mkdir()
    child = saved(other / "child.safetensors", space=model.space)
    assert find_encoder(child) is not None
    unlike = generator()
    unlike.w_mean.add_(1.0)
    assert find_encoder(saved(other / "stranger.safetensors", unlike)) is None
    larger = saved(other / "larger.safetensors", generator(height=48, width=36), space=model.space)
    assert find_encoder(larger) is None


def test_damaged_and_foreign_files_are_refused_in_one_line(tmp_path: Path, model: Model) -> None:
    path = encoder_path(model)
    save_encoder(path, Encoder(CONFIG), model.space, {})
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[-3] ^= 64
    header = json.loads(whole[8 : 8 + struct.unpack("<Q", whole[:8])[0]])["__metadata__"]["ganima"]
    lying = whole.replace(b'\\"squeezed\\": 20', b'\\"squeezed\\": 90')
    assert "squeezed" in header and lying != whole
    for content in (whole[:-100], bytes(flipped), b"rubbish", lying, model.path.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(GanimaError) as error:
            load_encoder(path)
        assert "\n" not in str(error.value)
    with pytest.raises(GanimaError, match="no encoder"):
        find_encoder(model)


def test_values_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    encoder = Encoder(CONFIG)
    encoder.mean[0] = float("nan")
    with pytest.raises(GanimaError, match="not finite"):
        save_encoder(tmp_path / "e.encoder.safetensors", encoder, "ab", {})
    assert not list(tmp_path.iterdir())


# The command.


def test_the_command_trains_and_does_not_overwrite(tmp_path: Path, model: Model, folder: Path) -> None:
    out = encoder_path(model)

    def command(*more: str) -> int:
        words = [str(model.path), str(folder), "--out", str(out), "--minutes", "0.01", "--threads", "1", *more]
        return run(["model", "encoder", *words])

    assert command() == 0
    assert find_encoder(model) is not None
    with pytest.raises(GanimaError, match="exists already"):
        command()
    assert command("--force") == 0


def test_a_classic_model_gets_none(tmp_path: Path) -> None:
    model = saved(tmp_path / "classic.safetensors", ClassicGenerator(ClassicConfig(28, 28, 1)))
    with pytest.raises(GanimaError, match="no style-based generator"):
        train_encoder(model, tmp_path / "out.encoder.safetensors", images=8, threads=1)


def test_ctrl_c_says_how_to_go_on(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*arguments: object, **named: object) -> Outcome:
        return Outcome(False, tmp_path / "model.safetensors", 0, 8)

    monkeypatch.setattr(apply, "train_encoder", stop)
    words = [str(model.path), "--out", str(tmp_path / "e.encoder.safetensors")]
    assert run(["model", "encoder", *words]) == 130
    assert "to continue" in capsys.readouterr().err
