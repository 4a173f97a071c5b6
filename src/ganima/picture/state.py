"""The state of a training on pictures."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganima.data.labels import Labels
from ganima.picture.build import AnyDiscriminator, AnyGenerator, build_discriminator, build_generator
from ganima.picture.config import TrainConfig
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator
from ganima.training.state import State, beginning


@dataclass(kw_only=True)
class TrainState(State):
    """That of a training on pictures."""

    generator: AnyGenerator
    discriminator: AnyDiscriminator
    average: AnyGenerator
    path_mean: Tensor
    """Running mean of the generator's path lengths."""
    strength: float
    """Strength of the augmentation."""

    COUNTERS = (*State.COUNTERS, "strength")
    TENSORS = ("path_mean",)


def new_state(config: TrainConfig, seed: int, device: torch.device) -> TrainState:
    """A state before the first step. The seed decides the initial weights and everything that is drawn later."""
    torch.manual_seed(seed)
    generator = build_generator(config.generator)
    discriminator = build_discriminator(config.discriminator)
    return TrainState(
        **vars(beginning(generator, discriminator, config, seed, device))
        | {"frozen": frozen_weights(generator, discriminator, config)},
        path_mean=torch.zeros((), device=device),
        strength=config.augment.strength,
    )


def frozen_weights(
    generator: AnyGenerator, discriminator: AnyDiscriminator, config: TrainConfig
) -> tuple[nn.Parameter, ...]:
    """The weights that `config` freezes; the classic pair has none."""
    parts: list[nn.Module] = []
    if config.frozen_mapping and isinstance(generator, Generator):
        parts.append(generator.mapping_net)
    if config.frozen_levels and isinstance(discriminator, Discriminator):
        parts += [discriminator.from_picture, *list(discriminator.levels)[-config.frozen_levels :]]
    return tuple(weight for part in parts for weight in part.parameters())


@torch.no_grad()
def update_w_mean(state: TrainState, vocabulary: Labels) -> None:
    """Sets the average's mean w, towards which truncation goes, from 4,096 latents of its own."""
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(4096, state.average.z_dim, generator=rng).to(state.device)
    labels = on(vocabulary.even(4096), state.device)
    state.average.w_mean.copy_(state.average.mapping(z, labels).mean(0))


def on(labels: Tensor | None, device: torch.device) -> Tensor | None:
    """`labels` on `device`, where there are any."""
    return None if labels is None else labels.to(device)
