"""Two small networks: one mixes colours, the other one judges them."""

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Layout:
    """Both networks."""

    z_dim: int = 4
    """Numbers of a latent."""
    width: int = 16
    """Channels of the layer between."""


class Mixer(nn.Sequential):
    """Latents [batch, z_dim] to colours [batch, 3] in [-1, 1]."""

    def __init__(self, config: Layout) -> None:
        super().__init__(nn.Linear(config.z_dim, config.width), nn.SiLU(), nn.Linear(config.width, 3), nn.Tanh())
        self.config = config


class Critic(nn.Sequential):
    """Colours [batch, 3] to logits [batch, 1]."""

    def __init__(self, config: Layout) -> None:
        super().__init__(nn.Linear(3, config.width), nn.SiLU(), nn.Linear(config.width, 1))
        self.config = config
