"""Models with initial weights, sliders for them, and what their latent files are changed into."""

import json
from pathlib import Path
from typing import Any

import torch

from ganima.latent.directions import Directions, directions_path, save_directions
from ganima.models.card import card_of
from ganima.picture.build import AnyGenerator
from ganima.picture.generator import Generator, GeneratorConfig
from ganima.picture.model import KIND, Model, load_model, save_picture_model


def generator(channels: int = 3, height: int = 24, width: int = 18, classes: int = 0, noise: bool = False) -> Generator:
    """A generator of 6 layers whose pictures differ from each other."""
    torch.manual_seed(0)
    config = GeneratorConfig(height, width, channels, (12, 12, 12), z_dim=16, w_dim=16, classes=classes, noise=noise)
    net = Generator(config).eval().requires_grad_(False)
    for parameter in net.parameters():
        if parameter.ndim == 0:
            parameter.fill_(0.5)
    with torch.inference_mode():
        labels = torch.zeros(256, dtype=torch.long) if classes else None
        net.w_mean.copy_(net.mapping(torch.randn(256, 16), labels).mean(0))
    return net


def in_memory(net: AnyGenerator, **card: Any) -> Model:
    """A model that lies in no file."""
    said = card_of({"name": "untrained", "kind": KIND, **card})
    return Model(net, said, "ab" * 32, said.space or "cd" * 32, Path("untrained.safetensors"))


def saved(path: Path, net: AnyGenerator | None = None, **card: Any) -> Model:
    """A model in the file `path`, named after it."""
    save_picture_model(path, net or generator(), None, {"name": path.stem, **card})
    return load_model(path)


def give_directions(model: Model, *names: str, **about: Any) -> Directions:
    """Sliders beside the model: the first one moves the first w number of all layers, and so on."""
    vectors = torch.zeros(len(names), model.generator.layers, len(model.generator.w_mean))
    for number in range(len(names)):
        vectors[number, :, number] = 1.0
    directions = Directions(names, vectors, model.space, about)
    save_directions(directions_path(model), directions)
    return directions


def change(path: Path, **values: Any) -> Path:
    """The JSON file with other values at its outermost level."""
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")
    return path
