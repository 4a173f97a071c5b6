"""The toy's models: what they are called, and how they are written, read, and drawn from."""

from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from contract.toy.network import Critic, Layout, Mixer
from ganima.models.card import Facts, card_of
from ganima.models.file import ModelFile, load_network, save_model

KIND = "model of colours"
"""What the card calls such a model."""


def save(path: Path, mixer: Mixer, critic: Critic, said: Facts) -> None:
    """Writes a model; `said` is what its card says. Raises GanimaError where the file cannot be written."""
    save_model(path, {"generator": mixer, "discriminator": critic}, card_of(said | {"kind": KIND}))


def load(path: Path) -> tuple[Mixer, ModelFile]:
    """Reads a model, and the file it stands in. Raises GanimaError where that is none, or damaged."""
    return load_network(path, KIND, "generator", Layout, Mixer)


@torch.no_grad()
def colours(mixer: Mixer, count: int, seed: int) -> Tensor:
    """Colours [count, 3] in [-1, 1]; the same seed gives the same ones."""
    z = torch.randn(count, mixer.config.z_dim, generator=torch.Generator().manual_seed(seed))
    made: Tensor = mixer(z)
    return made


def palette(made: Tensor) -> Image.Image:
    """Colours [count, 3] side by side, each 8 pixels wide."""
    pixels = ((made + 1) * 127.5).round().byte()
    return Image.fromarray(pixels.repeat_interleave(8, 0).expand(8, -1, -1).contiguous().numpy())
