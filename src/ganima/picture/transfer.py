"""Starting from a trained model instead of from noise: the same pictures larger, or other pictures."""

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from ganima.errors import GanimaError
from ganima.gan.state import GanState
from ganima.layers.convolution import Conv
from ganima.layers.initial import SLOPE
from ganima.picture.build import AnyDiscriminator, AnyGenerator
from ganima.picture.config import TrainConfig
from ganima.picture.discriminator import Discriminator, Level
from ganima.picture.generator import Generator, ToPicture
from ganima.picture.model import load_critics, load_discriminator, load_model
from ganima.picture.state import PictureState

RGB, RGBA = 3, 4
N = TypeVar("N", Generator, Discriminator)


def with_layout_of(config: TrainConfig, path: Path) -> TrainConfig:
    """`config` with the networks of the model at `path` where they make pictures of the same size and kind.

    Otherwise the preset's networks stay, and take over what fits.
    """
    generator, critic = load_pair(path, config.generator.channels)
    layout, ours = generator.config, config.generator
    if (layout.height, layout.width, layout.channels) != (ours.height, ours.width, ours.channels):
        return config
    return replace(config, generator=layout, discriminator=config.discriminator if critic is None else critic.config)


def start_from(state: PictureState, path: Path) -> None:
    """Fills a new state with the weights of the model at `path` wherever name and shape agree.

    Levels are counted from the smallest one, so that a model of half the resolution fills all but the largest level;
    the picture layers of levels that it lacks start at zero, and the first pictures are those of the smaller model,
    doubled. A discriminator that grows by one level starts out as the smaller one on halved pictures. A model without
    alpha starts as opaque where one with alpha is trained. Raises GanimaError when nothing fits.
    """
    source, critic = load_pair(path, state.generator.config.channels)
    for network in (state.generator, state.average):
        if copy_fitting(network, source.state_dict()) == 0:
            raise GanimaError(f"no layer of {path} fits this training: choose the preset that it was trained with")
        if isinstance(network, Generator) and isinstance(source, Generator):
            for level in list(network.levels)[len(source.levels) :]:
                assert isinstance(level.picture, ToPicture)
                nn.init.zeros_(level.picture.weight)
    if critic is not None:
        copy_fitting(state.discriminator, critic.state_dict())
        if isinstance(critic, Discriminator) and isinstance(state.discriminator, Discriminator):
            # Grown by one level, and alike below it.
            if critic.config.widths == state.discriminator.config.widths[:-1]:
                look_through(state.discriminator, critic.from_picture)
    heads = None if state.critics is None else load_critics(path)
    if state.critics is not None and heads is not None:
        copy_fitting(state.critics, heads.state_dict())


def load_pair(path: Path, channels: int) -> tuple[AnyGenerator, AnyDiscriminator | None]:
    """The networks of the model at `path`, with alpha where it has none and pictures of four `channels` are wanted."""
    generator, critic = load_model(path).generator, load_discriminator(path)
    if channels == RGBA and generator.config.channels == RGB:
        if isinstance(generator, Generator):
            generator = with_alpha(generator)
        if isinstance(critic, Discriminator):
            critic = with_alpha(critic)
    return generator, critic


@torch.no_grad()
def with_alpha(network: N) -> N:
    """A copy of a network for RGB pictures that makes, or looks at, RGBA: all is opaque, and alpha does not count."""
    grown = type(network)(replace(network.config, channels=RGBA))
    # Where the shapes differ, it is by the new channel.
    for ours, theirs in zip(grown.state_dict().values(), network.state_dict().values(), strict=True):
        ours.zero_()[tuple(slice(length) for length in theirs.shape)] = theirs
    if isinstance(grown, Generator):
        grown.first_picture.bias[RGB] = 1
    return grown


def take_over(state: GanState[Any, Any], generator: nn.Module, discriminator: nn.Module, path: Path) -> None:
    """Fills a new state with the weights of the model at `path`. Raises GanimaError where the generators differ."""
    weights = generator.state_dict()
    for network in (state.generator, state.average):
        if copy_fitting(network, weights) < len(weights):
            raise GanimaError(f"{path} is a model of another layout than the one that is trained here")
    copy_fitting(state.discriminator, discriminator.state_dict())


@torch.no_grad()
def copy_fitting(network: nn.Module, weights: dict[str, Tensor]) -> int:
    """Copies the tensors whose name and shape fit into `network`; returns how many did."""
    copied = 0
    for name, tensor in network.state_dict().items():
        if name in weights and weights[name].shape == tensor.shape:
            tensor.copy_(weights[name])
            copied += 1
    return copied


@torch.no_grad()
def look_through(network: Discriminator, from_picture: Conv) -> None:
    """Makes the largest level of `network` hand on the halved picture, as `from_picture` of the smaller network saw it.

    With a random largest level the levels below it would be fed noise, and unlearn what they know within a few steps.
    Here the larger network starts out as the smaller one on halved pictures, and grows from there (in the manner of
    Net2Net, Chen et al. 2016, arXiv 1511.05641). A leaky ReLU f passes a value x through as f(x) and f(-x), whose
    difference is (1 + slope) x; the channels that do not carry the picture start at random, and unused.
    """
    level = network.levels[-1]
    assert isinstance(level, Level)
    colours = from_picture.weight.shape[1]
    plus, minus = slice(0, colours), slice(colours, 2 * colours)
    eye = torch.eye(colours)
    network.from_picture.weight[plus, :, 0, 0] = eye
    network.from_picture.weight[minus, :, 0, 0] = -eye
    # In each matrix the columns `plus` and `minus` take the difference apart again.
    for conv, rows, matrix in (
        (level.conv, plus, eye),
        (level.conv, minus, -eye),
        (level.down, slice(None), from_picture.weight[:, :, 0, 0]),
    ):
        conv.weight[rows] = 0
        conv.weight[rows, plus, 1, 1] = matrix / (1 + SLOPE)
        conv.weight[rows, minus, 1, 1] = -matrix / (1 + SLOPE)
    for bias in (network.from_picture.bias, level.conv.bias):
        assert bias is not None
        bias[: minus.stop] = 0
    assert level.down.bias is not None and from_picture.bias is not None
    level.down.bias.copy_(from_picture.bias)
    level.skip.weight.zero_()
