"""Model files that the tests make themselves."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ganima.picture.config import TrainConfig
from ganima.picture.model import Model, load_model, save_picture_model
from ganima.picture.presets import tiny
from ganima.picture.state import new_state
from ganima.picture.step import train_step

TINY = replace(tiny(16, 16, 3, 0), batch=4)


def model_file(path: Path, config: TrainConfig = TINY, seed: int = 1, discriminator: bool = True, **card: Any) -> Path:
    """A model that has seen a few steps, so that it is nobody's initial weights."""
    state = new_state(config, seed, torch.device("cpu"))
    layout = config.generator
    pictures = torch.rand(4, layout.channels, layout.height, layout.width) * 2 - 1
    for _ in range(3):
        train_step(state, config, pictures, None, 0.5)
    save_picture_model(
        path, state.generator, state.discriminator if discriminator else None, {"name": path.stem, **card}
    )
    return path


def child_file(path: Path, parent: Model, seed: int = 2, **card: Any) -> Model:
    """A model in the latent space of `parent`, with other weights."""
    layout = parent.generator.config
    made = load_model(model_file(path, replace(TINY, generator=layout), seed))
    made.generator.mapping_net.load_state_dict(parent.generator.mapping_net.state_dict())
    said = {"name": path.stem, "space": parent.space, "parent": {"name": parent.name, "sha256": parent.sha256}}
    save_picture_model(path, made.generator, None, said | card)
    return load_model(path)
