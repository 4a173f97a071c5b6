"""The complete description of a training: two runs with the same configuration and data do the same."""

from dataclasses import dataclass, field

from ganima.gan.augmentation import AugmentConfig
from ganima.gan.critics.config import CriticsConfig
from ganima.gan.losses import LossName
from ganima.picture.classic import ClassicConfig
from ganima.picture.discriminator import DiscriminatorConfig
from ganima.picture.generator import GeneratorConfig
from ganima.training.schedule import Schedule, constant


@dataclass(frozen=True)
class PenaltyConfig:
    """How strong each penalty is; 0 leaves it out."""

    r1: Schedule = constant(0.0)
    """γ of ½ E ‖∇D(x)‖² on real pictures."""
    r2: Schedule = constant(0.0)
    """γ of ½ E ‖∇D(G(z))‖² on generated pictures."""
    wgan_gp: float = 0.0
    """Weight of (‖∇D‖ - 1)² between real and generated pictures; 10 in the paper."""
    path_length: float = 0.0
    """Weight of the generator's path length penalty; 2 in the paper."""
    every: int = 4
    """Penalties are computed every so many steps, with their weight multiplied by as much."""

    def __post_init__(self) -> None:
        """Raises ValueError where the penalties would never be computed."""
        if self.every < 1:
            raise ValueError(f"penalties come every 1 or more steps, not {self.every}")


@dataclass(frozen=True)
class TrainConfig:
    """A training, whole. Every field that is a `Schedule` follows the progress from 0 to 1."""

    preset: str
    """Name of the preset that this came from."""
    generator: GeneratorConfig | ClassicConfig
    """The generator's layout."""
    discriminator: DiscriminatorConfig | ClassicConfig
    """The discriminator's layout."""
    loss: LossName = "relativistic"
    """The adversarial game."""
    penalties: PenaltyConfig = field(default_factory=PenaltyConfig)
    """What is added to the game."""
    critics: CriticsConfig | None = None
    """Frozen networks that judge the pictures beside the discriminator, see `gan.critics`; None leaves them out."""
    mismatch: float = 0.0
    """With labels, the weight of telling a picture's own labels from wrong ones, see `gan.mismatch`: what is small in a
    picture, such as a mouth, is learned sooner.
    """
    batch: int = 16
    """Pictures a step and process."""
    lr_generator: Schedule = Schedule(7e-4, 1.5e-4)
    """Adam's learning rate of the generator."""
    lr_discriminator: Schedule = Schedule(7e-4, 1.5e-4)
    """Adam's learning rate of the discriminator (another one makes two time scales, Heusel et al. 2017)."""
    beta1: float = 0.0
    """Adam's β1."""
    beta2: Schedule = Schedule(0.9, 0.99, over=0.2)
    """Adam's β2."""
    clip: float = 0.0
    """Gradients are scaled down to this norm at most, for each network; 0 leaves them."""
    augment: AugmentConfig = AugmentConfig()
    """Differentiable augmentation."""
    instance_noise: float = 0.0
    """Standard deviation of the Gaussian noise on all pictures that the discriminator sees (Sønderby et al. 2017, arXiv
    1610.04490): without it, drawings are told by colours that are flatter than a generator can make them.
    """
    saturate: bool = False
    """The discriminator sees pictures cut off at -1 and 1, see `gan.saturate`: for those with much black or white."""
    over_grey: bool = False
    """The discriminator sees the colours of RGBA pictures over mid grey, see `gan.opacity`: for photographs that were
    cut out, whose colours under full transparency mean nothing.
    """
    frozen_levels: int = 0
    """So many levels of the discriminator, counted from the picture, stay as they are (FreezeD, Mo et al. 2020, arXiv
    2002.10964): for trainings that start from a model.
    """
    frozen_mapping: bool = False
    """The generator's mapping network stays as it is, so that the model shares the latent space of the one that it
    starts from.
    """
    mirror: bool = True
    """Half of the training pictures are mirrored left to right."""
    average_share: float = 0.05
    """Half-life of the generator's average, as a share of the images seen so far."""
    average_max: float = 10_000.0
    """The longest half-life of the average, in images."""

    def __post_init__(self) -> None:
        """Raises ValueError for a batch without pictures, and for a number of levels below zero."""
        if self.batch < 1:
            raise ValueError(f"a batch has 1 or more pictures, not {self.batch}")
        if self.frozen_levels < 0:
            raise ValueError(f"0 or more levels are frozen, not {self.frozen_levels}")
