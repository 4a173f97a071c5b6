"""The state of a training on pictures."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from ganima.data.labels import Labels
from ganima.gan.critics.heads import Heads, heads_for
from ganima.gan.critics.perception import Perception
from ganima.gan.state import GanState, beginning
from ganima.picture.build import AnyDiscriminator, AnyGenerator, build_discriminator, build_generator
from ganima.picture.config import TrainConfig
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator


@dataclass(kw_only=True)
class PictureState(GanState[AnyGenerator, AnyDiscriminator]):
    """That of a training on pictures."""

    path_mean: Tensor
    """Running mean of the generator's path lengths."""
    strength: float
    """Strength of the augmentation."""
    perception: Perception | None = None
    """The frozen part of the critics, which a checkpoint need not hold; None where there are none."""

    COUNTERS = (*GanState.COUNTERS, "strength")
    TENSORS = ("path_mean",)

    @property
    def critics(self) -> Heads | None:
        """The part of the critics that learns; None where there are none."""
        return cast(Heads | None, self.networks.get("critics"))


def new_state(config: TrainConfig, seed: int, device: torch.device) -> PictureState:
    """A state before the first step. The seed decides the initial weights and everything that is drawn later."""
    torch.manual_seed(seed)
    generator = build_generator(config.generator)
    discriminator = build_discriminator(config.discriminator)
    layout, further, perception = config.generator, {}, None
    if config.critics is not None:
        further["critics"] = heads_for(config.critics, layout.height, layout.width, layout.classes)
        perception = Perception(config.critics).to(device)
    return PictureState(
        **vars(beginning(generator, discriminator, config, seed, device, further))
        | {"frozen": frozen_weights(generator, discriminator, config)},
        path_mean=torch.zeros((), device=device),
        strength=config.augment.strength,
        perception=perception,
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
def update_w_mean(generator: AnyGenerator, vocabulary: Labels) -> None:
    """Sets the mean w of `generator`, towards which truncation goes, from 4,096 latents of its own."""
    device = generator.w_mean.device
    z = torch.randn(4096, generator.z_dim, generator=torch.Generator().manual_seed(0)).to(device)
    labels = on(vocabulary.even(4096), device)
    generator.w_mean.copy_(generator.mapping(z, labels).mean(0))


def on(labels: Tensor | None, device: torch.device) -> Tensor | None:
    """`labels` on `device`, where there are any."""
    return None if labels is None else labels.to(device)
