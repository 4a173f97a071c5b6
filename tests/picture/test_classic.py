"""The classic pair and its preset: the layout, the probability, and that it learns."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from trainings import Training

from ganima.data.folder import load_folder
from ganima.gan.losses import LOSSES
from ganima.picture.classic import ClassicConfig, ClassicDiscriminator, ClassicGenerator
from ganima.picture.model import load_model
from ganima.picture.presets import classic
from ganima.picture.state import PictureState, new_state
from ganima.training.run import Budget, Listener
from ganima.training.update import Measures

CLOTHING = Path(__file__).resolve().parents[3] / "shared" / "data" / "clothing" / "images"


def test_the_preset_is_the_classic_program() -> None:
    config = classic(28, 28, 1, 0)
    layout = config.generator
    assert isinstance(layout, ClassicConfig)
    assert (layout.height, layout.width, layout.channels, layout.z_dim) == (28, 28, 1, 100)
    assert config.batch == 128
    assert {config.lr_generator(p) for p in (0, 0.5, 1)} == {config.lr_discriminator(p) for p in (0, 0.5, 1)} == {2e-4}
    # Binary cross-entropy, with nothing around it.
    assert LOSSES[config.loss].discriminator(torch.zeros(3), torch.zeros(3)) == pytest.approx(2 * 0.6931472)
    assert (config.augment.mode, config.mirror, config.clip) == ("off", False, 0.0)
    penalties = config.penalties
    assert penalties.r1(0) == penalties.r2(0) == penalties.wgan_gp == penalties.path_length == 0
    state = new_state(config, 0, torch.device("cpu"))
    assert all(isinstance(optimizer, torch.optim.Adam) for optimizer in state.optimizers.values())


def test_the_generator_goes_from_fully_connected_to_convolution() -> None:
    generator = ClassicGenerator(ClassicConfig())
    weighted = [m for m in generator.modules() if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)]
    assert [type(m) for m in weighted] == [nn.Linear, nn.ConvTranspose2d, nn.ConvTranspose2d, nn.Conv2d]
    sizes: list[tuple[int, ...]] = []
    for module in weighted:
        module.register_forward_hook(lambda m, args, out: sizes.append(tuple(out.shape[1:])))
    pictures = generator(torch.randn(4, 100))
    assert sizes == [(128 * 7 * 7,), (64, 14, 14), (32, 28, 28), (1, 28, 28)]
    assert pictures.shape == (4, 1, 28, 28)
    assert pictures.abs().max() < 1


def test_the_discriminator_has_32_64_and_128_channels_with_strides() -> None:
    discriminator = ClassicDiscriminator(ClassicConfig())
    convolutions = [m for m in discriminator.modules() if isinstance(m, nn.Conv2d)]
    assert [(m.in_channels, m.out_channels) for m in convolutions] == [(1, 32), (32, 64), (64, 128)]
    assert all(m.stride == (2, 2) for m in convolutions)
    assert discriminator(torch.randn(4, 1, 28, 28)).shape == (4,)


@pytest.mark.parametrize("height, width, channels", [(28, 28, 1), (32, 24, 3), (20, 36, 4)])
def test_other_sizes_work_as_well(height: int, width: int, channels: int) -> None:
    config = ClassicConfig(height, width, channels, classes=2)
    labels = torch.tensor([0, 1])
    pictures = ClassicGenerator(config)(torch.randn(2, 100), labels)
    assert pictures.shape == (2, channels, height, width)
    assert ClassicDiscriminator(config)(pictures, labels).shape == (2,)


def test_the_probability_is_the_sigmoid_of_the_logit() -> None:
    torch.manual_seed(0)
    discriminator = ClassicDiscriminator(ClassicConfig()).eval()
    x = 5 * torch.randn(16, 1, 28, 28)
    probability = discriminator.probability(x)
    torch.testing.assert_close(probability, 1 / (1 + torch.exp(-discriminator(x))))
    assert ((probability > 0) & (probability < 1)).all()
    # The loss on logits is the binary cross-entropy on probabilities.
    real, fake = probability[:8], probability[8:]
    cross_entropy = nn.functional.binary_cross_entropy
    entropy = cross_entropy(real, torch.ones(8)) + cross_entropy(fake, torch.zeros(8))
    logits = discriminator(x)
    torch.testing.assert_close(LOSSES["nonsaturating"].discriminator(logits[:8], logits[8:]), entropy)


def test_one_w_steers_the_whole_picture() -> None:
    torch.manual_seed(0)
    generator = ClassicGenerator(ClassicConfig(classes=3)).eval()
    z = torch.randn(3, 100)
    w = generator.mapping(z, torch.tensor([0, 1, 2]))
    assert generator.layers == 1
    torch.testing.assert_close(generator.synthesis(w), generator.synthesis(w[:, None]))
    assert not torch.allclose(w, generator.mapping(z, torch.tensor([1, 2, 0])))


# It really learns


def frechet(first: Tensor, second: Tensor) -> float:
    """Fréchet distance of Gaussians fitted to pictures [count, 1, 28, 28], taken on 7×7 means."""
    a, b = (nn.functional.avg_pool2d(x, 4).flatten(1).double() for x in (first, second))
    cov_a, cov_b = torch.cov(a.t()), torch.cov(b.t())
    common = torch.linalg.eigvals(cov_a @ cov_b).real.clamp(min=0).sqrt().sum()
    return ((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * common).item()


class Losses(Listener):
    """Keeps what the classic progress line shows."""

    def __init__(self) -> None:
        self.real: list[float] = []
        self.fake: list[float] = []

    def step(self, state: PictureState, measures: Measures, progress: float) -> None:
        self.real.append(measures["real_loss"].item())
        self.fake.append(measures["fake_loss"].item())


@pytest.mark.skipif(not CLOTHING.is_dir(), reason="the clothing pictures (../shared/data) are absent")
def test_it_learns_clothing(tmp_path: Path) -> None:
    files = sorted(CLOTHING.iterdir())[:400]
    (tmp_path / "clothing").mkdir()
    for file in files:
        (tmp_path / "clothing" / file.name).symlink_to(file)
    data = load_folder(tmp_path / "clothing", 28, 28, 1, conditional=False)
    assert len(data.pictures) == 400
    config, losses = replace(classic(28, 28, 1, 0), batch=32), Losses()
    start = new_state(config, 0, torch.device("cpu")).average
    run = Training(out=tmp_path / "run", config=config, data=data, budget=Budget(examples=200 * 32), listeners=[losses])
    trained = load_model(run.train().model).generator
    z = torch.randn(400, 100, generator=torch.Generator().manual_seed(1))
    real = torch.tensor(data.pictures).permute(0, 3, 1, 2) / 127.5 - 1
    with torch.no_grad():
        before, after = (frechet(network(z), real) for network in (start, trained))
    halves = frechet(real[::2], real[1::2])
    assert after < 0.5 * before, f"{before:.2f} became {after:.2f}; halves of the real pictures are {halves:.2f} apart"
    # Neither side has won.
    assert all(0.1 < sum(part[-50:]) / 50 < 2 for part in (losses.real, losses.fake))
    assert json.loads((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()[-1])["steps"] == 200
