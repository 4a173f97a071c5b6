"""What turns pictures into features: the random network, a model's own discriminator, and files that a user gives."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from known_pictures import blobs, drawings, repeated
from safetensors.torch import save_file
from torch import Tensor, nn

from ganima.errors import GanimaError
from ganima.evaluation.own import _small, _train, _view, contrastive_loss, discriminator_features, learned_features
from ganima.metrics.extractor_file import from_file
from ganima.metrics.extractors import random_v1
from ganima.metrics.features import features, rgb
from ganima.metrics.frechet import frechet
from ganima.metrics.inception import Inception, scaled
from ganima.metrics.kid import kid
from ganima.picture.classic import ClassicConfig, ClassicDiscriminator
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig


@pytest.fixture(scope="module")
def inception() -> Inception:
    """The graph with random weights that keep the activations alive."""
    torch.manual_seed(0)
    network = Inception().eval().requires_grad_(False)
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif name.endswith(("running_mean", "bn.bias")):
            tensor.normal_(0, 0.1)
    return network


@pytest.fixture(scope="module")
def weights(inception: Inception, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inception") / "inception.safetensors"
    # As converted from TensorFlow: with a last layer that takes no part.
    save_file({**inception.state_dict(), "fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}, path)
    return path


def test_random_v1_is_the_network_of_the_scores_so_far() -> None:
    pictures = blobs(5, 0)
    assert random_v1().name == "random-v1"
    assert np.array_equal(random_v1().describe(pictures), features(pictures))
    scaled_, spread = random_v1().scaled(features(pictures), features(pictures)), random_v1().spread(features(pictures))
    difference = features(pictures)[0] - features(pictures)[1]
    assert difference / spread == pytest.approx(scaled_[0] - scaled_[1], abs=1e-3)


def test_a_discriminators_features_do_not_depend_on_the_batch_or_the_labels() -> None:
    torch.manual_seed(0)
    config = DiscriminatorConfig(32, 24, 3, (16, 16, 8), classes=4, minibatch_std=4)
    own = discriminator_features(Discriminator(config), "mine", "ab")
    pictures = blobs(70, 0, (32, 24))
    found = own.describe(pictures)
    assert own.name == "own:mine"
    assert found.shape[0] == 70
    assert own.describe(pictures[3:5]) == pytest.approx(found[3:5], abs=1e-5)
    assert found.std(0).min() > 0


def test_the_classic_discriminator_has_features_too() -> None:
    torch.manual_seed(0)
    own = discriminator_features(ClassicDiscriminator(ClassicConfig(28, 28, 1)), "classic", "ab")
    assert own.describe(blobs(3, 0, (28, 28))[..., :1]).shape == (3, 4 * (32 + 64 + 128))


def test_a_small_network_is_trained_on_the_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganima.evaluation.own.STEPS", 4)
    real = drawings(60, 0)
    own = learned_features(real)
    assert own.name == "own:contrastive"
    assert own.digest == learned_features(real).digest != learned_features(real, seed=1).digest
    base = own.describe(real)
    same, collapsed = (own.scaled(own.describe(some), base) for some in (drawings(60, 1), repeated(drawings(3, 1), 20)))
    assert kid(collapsed, own.scaled(base, base))[0] > 10 * abs(kid(same, own.scaled(base, base))[0])


def test_training_the_small_network_lowers_its_loss() -> None:
    pictures, rng = _small(rgb(drawings(48, 0))), torch.Generator().manual_seed(5)
    views = torch.cat([_view(pictures, rng), _view(pictures, rng)])
    few, many = (_train(pictures, 0, steps) for steps in (0, 12))
    assert contrastive_loss(codes(many, views)) < contrastive_loss(codes(few, views)) - 0.1


def codes(network: nn.Module, views: Tensor) -> Tensor:
    return network(views).mean((2, 3))


def test_the_contrastive_loss_of_codes_that_agree_and_that_do_not() -> None:
    codes = torch.eye(4)
    assert contrastive_loss(codes.repeat(2, 1)) < 0.1
    assert contrastive_loss(torch.cat([codes, codes.roll(1, 0)])) > 4


def test_inception_has_the_published_shape_and_takes_any_size(inception: Inception) -> None:
    parameters = sum(p.numel() for p in inception.parameters())
    # As counted elsewhere with a last layer for 1,000 classes.
    assert parameters + 2048 * 1000 + 1000 == 23_834_568
    levels: list[tuple[int, ...]] = []
    parts = ("Conv2d_2b_3x3", "Conv2d_4a_3x3", "Mixed_5b", "Mixed_5d", "Mixed_6a", "Mixed_6e", "Mixed_7a", "Mixed_7c")
    hooks = [
        getattr(inception, part).register_forward_hook(lambda m, x, y: levels.append(tuple(y.shape[1:])))
        for part in parts
    ]
    found = inception(torch.full((1, 3, 40, 30), 128.0))
    for hook in hooks:
        hook.remove()
    assert found.shape == (1, 2048)
    assert levels == [
        (64, 147, 147), (192, 71, 71), (256, 35, 35), (288, 35, 35), (768, 17, 17), (768, 17, 17), (1280, 8, 8),
        (2048, 8, 8),
    ]  # fmt: skip


def test_pictures_are_scaled_as_tensorflow_1_did_it() -> None:
    row = torch.tensor([[[[0.0, 10.0, 20.0, 60.0]]]])
    # Places 0, 0.5, 1 … 3.5, the last of which has nothing to its right.
    assert scaled(row, 1, 8)[0, 0, 0].tolist() == [0, 5, 10, 15, 20, 40, 60, 60]
    assert scaled(row, 1, 2)[0, 0, 0].tolist() == [0, 20]


def test_weights_of_inception_are_read(inception: Inception, weights: Path) -> None:
    extractor = from_file(weights)
    assert extractor.name == "inception"
    assert not extractor.standardised
    pictures = blobs(2, 0)
    expected = inception(torch.from_numpy(pictures).permute(0, 3, 1, 2).float())
    assert extractor.describe(pictures) == pytest.approx(expected.numpy(), abs=1e-4)


def test_it_equals_torch_fidelity(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = torch_fidelity(monkeypatch)
    from safetensors.torch import load_file

    torch.save(load_file(weights), tmp_path / "weights.pth")
    theirs = module.feature_extractor_inceptionv3.FeatureExtractorInceptionV3(
        "inception-v3-compat", ["2048"], feature_extractor_weights_path=str(tmp_path / "weights.pth")
    )
    pictures = blobs(2, 0, (40, 30))
    (expected,) = theirs(torch.from_numpy(pictures).permute(0, 3, 1, 2))
    assert from_file(weights).describe(pictures) == pytest.approx(expected.numpy(), abs=1e-4)


def test_distances_of_the_same_features_equal_those_of_torch_fidelity(monkeypatch: pytest.MonkeyPatch) -> None:
    module = torch_fidelity(monkeypatch)
    rng = np.random.default_rng(0)
    a, b = (rng.gamma(2, 0.2 + 0.02 * i, (300, 48)).astype(np.float32) for i in range(2))
    statistics = [module.metric_fid.fid_features_to_statistics(torch.from_numpy(some).double()) for some in (a, b)]
    fid = module.metric_fid.fid_statistics_to_metric(*statistics, verbose=False)
    assert frechet(a, b) == pytest.approx(fid["frechet_inception_distance"], abs=1e-3)
    options = {"kid_subsets": 2, "kid_subset_size": 300, "verbose": False}
    theirs = module.metric_kid.kid_features_to_metric(torch.from_numpy(a), torch.from_numpy(b), **options)
    # Ours is 1000 times theirs.
    assert kid(a, b, subsets=2, size=300)[0] / 1000 == pytest.approx(theirs["kernel_inception_distance_mean"], abs=1e-5)


def test_distances_equal_the_published_formulas() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.gamma(2, 0.2 + 0.02 * i, (300, 24)) for i in range(2))
    sigma_a, sigma_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = np.sqrt(np.linalg.eigvals(sigma_a @ sigma_b).real.clip(0)).sum()
    fid = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(sigma_a) + np.trace(sigma_b) - 2 * root
    assert frechet(a.astype(np.float32), b.astype(np.float32)) == pytest.approx(fid, abs=1e-3)
    aa, bb, ab = ((x @ y.T / 24 + 1) ** 3 for x, y in ((a, a), (b, b), (a, b)))
    off = [(some.sum() - np.trace(some)) / (300 * 299) for some in (aa, bb)]
    found = kid(a.astype(np.float32), b.astype(np.float32), subsets=1, size=300)[0]
    assert found / 1000 == pytest.approx(sum(off) - 2 * ab.mean(), abs=1e-5)


def torch_fidelity(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The library, where it is installed; without torchvision, which these parts of it import and do not use."""
    for name in ("", ".datasets", ".transforms", ".transforms.functional", ".models"):
        if "torchvision" not in sys.modules or name:
            monkeypatch.setitem(sys.modules, f"torchvision{name}", Anything(f"torchvision{name}"))
    try:
        import torch_fidelity
        import torch_fidelity.feature_extractor_inceptionv3
    except ImportError:
        pytest.skip("torch-fidelity is not installed")
    return torch_fidelity


class Anything(types.ModuleType):
    """A module that has whatever it is asked for."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return sys.modules.get(f"{self.__name__}.{name}") or type(name, (), {})


class Means(nn.Module):
    """A program that a user might give."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)) / 255


class Asked(nn.Module):
    """One that gives features only when it is asked for them."""

    def forward(self, x: Tensor, return_features: bool = False) -> Tensor:
        return x.mean((2, 3)) if return_features else x


def script(module: nn.Module, path: Path) -> Path:
    torch.jit.save(torch.jit.script(module), path)
    return path


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_torchscript_program_is_an_extractor(tmp_path: Path) -> None:
    extractor = from_file(script(Means(), tmp_path / "means.pt"))
    pictures = blobs(20, 0)
    assert extractor.name == "file:means"
    assert extractor.describe(pictures) == pytest.approx(pictures.mean((1, 2)) / 255, abs=1e-4)
    asked = from_file(script(Asked(), tmp_path / "asked.pt"))
    assert asked.describe(pictures) == pytest.approx(pictures.mean((1, 2)), abs=1e-2)
    assert asked.digest != extractor.digest


class Picture(nn.Module):
    """A program that is no extractor."""

    def forward(self, x: Tensor) -> Tensor:
        return x


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_files_that_are_no_extractors_are_refused_in_one_line(tmp_path: Path, weights: Path) -> None:
    from safetensors.torch import load_file

    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "empty").write_bytes(b"")
    torch.save({"a": torch.zeros(1)}, tmp_path / "checkpoint.pth")
    torch.save({"a": torch.zeros(1)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    script(Picture(), tmp_path / "picture.pt")
    (tmp_path / "broken.pt").write_bytes((tmp_path / "picture.pt").read_bytes()[:-200])
    tensors = load_file(weights)
    save_file({name: t for name, t in tensors.items() if "Mixed_7c" not in name}, tmp_path / "half.safetensors")
    tensors["Conv2d_1a_3x3.conv.weight"][0] = torch.nan
    save_file(tensors, tmp_path / "nan.safetensors")
    words = {
        "missing": "No such file",
        "text.txt": "no extractor",
        "empty": "no extractor",
        "checkpoint.pth": "no extractor but an archive",
        "old.pth": "pickle",
        "picture.pt": "gives no features",
        "broken.pt": "no extractor",
        "half.safetensors": "Mixed_7c",
        "nan.safetensors": "not finite",
    }
    for name, reason in words.items():
        with pytest.raises(GanimaError, match=reason) as caught:
            from_file(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_another_weight_is_another_extractor(weights: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    tensors = load_file(weights)
    tensors["Conv2d_1a_3x3.bn.bias"][0] += 1
    save_file(tensors, tmp_path / "other.safetensors")
    assert from_file(tmp_path / "other.safetensors").digest != from_file(weights).digest
