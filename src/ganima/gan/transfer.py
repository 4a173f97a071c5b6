"""Starting from a trained model instead of from noise: the same pictures larger, or other pictures."""

from pathlib import Path

import torch
from torch import Tensor, nn

from ganima.errors import GanimaError
from ganima.gan.state import TrainState
from ganima.models.file import load_discriminator, load_model
from ganima.nets.generator import Generator, ToPicture


def start_from(state: TrainState, path: Path) -> None:
    """Fills a new state with the weights of the model at `path` wherever name and shape agree.

    Levels are counted from the smallest one, so that a model of half the resolution fills all but the largest level; the
    picture layers of levels that it lacks start at zero, and the first pictures are those of the smaller model, doubled.
    Raises GanimaError when nothing fits.
    """
    source = load_model(path).generator
    for network in (state.generator, state.average):
        if copy_fitting(network, source.state_dict()) == 0:
            raise GanimaError(f"no layer of {path} fits this training: choose the preset that it was trained with")
        if isinstance(network, Generator) and isinstance(source, Generator):
            for level in list(network.levels)[len(source.levels) :]:
                assert isinstance(level.picture, ToPicture)
                nn.init.zeros_(level.picture.weight)
    discriminator = load_discriminator(path)
    if discriminator is not None:
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
