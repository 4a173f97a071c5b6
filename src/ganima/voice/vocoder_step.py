"""One step of a vocoder's training: mel spectrograms of real sound become sound again."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from ganima.data.mel import mel
from ganima.gan.ensemble import judge, play
from ganima.gan.losses import LossName
from ganima.gan.matching import mel_distance
from ganima.gan.schedule import Schedule
from ganima.gan.state import State
from ganima.gan.step import Measures, move_on, only, set_rates, update
from ganima.nets.sound_discriminator import SoundDiscriminatorConfig
from ganima.nets.vocoder import VocoderConfig


@dataclass(frozen=True)
class VocoderTraining:
    """A vocoder's training, whole. Every field that is a `Schedule` follows the progress from 0 to 1."""

    generator: VocoderConfig = field(default_factory=VocoderConfig)
    discriminator: SoundDiscriminatorConfig = field(default_factory=SoundDiscriminatorConfig)
    loss: LossName = "hinge"
    """The adversarial game."""
    game_from: float = 0.4
    """Progress before which there are no discriminators: sound comes near its target sooner, and cheaper, without."""
    mel: float = 15.0
    """Weight of the distance of mel spectrograms."""
    matching: float = 2.0
    """Weight of feature matching."""
    samples: int = 16_384
    """Samples of a piece."""
    batch: int = 16
    """Pieces a step and process."""
    quietest: float = 0.1
    """Pieces are made quieter by a factor between this and 1."""
    lr_generator: Schedule = Schedule(5e-4, 2e-5)
    """Adam's learning rate of the generator."""
    lr_discriminator: Schedule = Schedule(4e-4, 2e-5)
    """Adam's learning rate of the discriminators."""
    beta1: float = 0.8
    """Adam's β1."""
    beta2: Schedule = Schedule(0.99, 0.99)
    """Adam's β2."""
    clip: float = 5.0
    """Gradients are scaled down to this norm at most, for each network; 0 leaves them."""
    average_share: float = 0.03
    """Half-life of the generator's average, as a share of the pieces seen so far."""
    average_max: float = 10_000.0
    """The longest half-life of the average, in pieces."""

    def __post_init__(self) -> None:
        """Raises ValueError for a batch without pieces, and for pieces that are no whole number of frames."""
        if self.batch < 1:
            raise ValueError(f"a batch has 1 or more pieces, not {self.batch}")
        if self.samples < 2 * self.generator.fft or self.samples % self.generator.hop:
            raise ValueError(f"pieces have a multiple of {self.generator.hop} samples, not {self.samples}")


def train_step(
    state: State, config: VocoderTraining, real: Tensor, progress: float, dtype: torch.dtype = torch.float32
) -> Measures:
    """Trains both networks on this process's `real` pieces of sound [batch, samples] in [-1, 1]."""
    set_rates(state, config, progress)
    playing = progress >= config.game_from
    only(state, state.generator)
    fake = state.generator(mel(real), dtype)
    measures = judge(state, config.loss, real, fake.detach(), config.clip, dtype) if playing else {}
    measures |= generator_phase(state, config, real, fake, playing, dtype)
    move_on(state, config, len(real))
    return measures


def generator_phase(
    state: State, config: VocoderTraining, real: Tensor, fake: Tensor, playing: bool, dtype: torch.dtype
) -> Measures:
    """Trains G to make sound that has the same spectrograms and passes for real."""
    only(state, state.generator)
    distance = mel_distance(real, fake)
    loss = config.mel * distance
    measures = {"mel": distance.detach()}
    if playing:
        game, matching = play(state, config.loss, real, fake, dtype)
        loss = loss + game + config.matching * matching
        measures |= {"loss_g": game.detach(), "matching": matching.detach()}
    update(state.generator, state.optimizer_g, loss, config.clip)
    return measures
