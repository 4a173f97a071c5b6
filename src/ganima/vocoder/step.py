"""One step of a vocoder's training: mel spectrograms of real sound become sound again."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from ganima.gan.ensemble import judge, play
from ganima.gan.losses import LossName
from ganima.gan.matching import mel_distance
from ganima.gan.state import GanState, move_on, only, set_rates
from ganima.layers.excitation import pulses
from ganima.layers.pitch import pitch_loss
from ganima.signal.mel import FFT, HOP
from ganima.training.schedule import Schedule
from ganima.training.update import Measures, update
from ganima.vocoder.discriminator import SoundDiscriminator, SoundDiscriminatorConfig
from ganima.vocoder.network import Vocoder, VocoderConfig


@dataclass(frozen=True)
class VocoderTraining:
    """A vocoder's training, whole. Every field that is a `Schedule` follows the progress from 0 to 1."""

    generator: VocoderConfig = field(default_factory=VocoderConfig)
    discriminator: SoundDiscriminatorConfig = field(default_factory=SoundDiscriminatorConfig)
    loss: LossName = "hinge"
    """The adversarial game."""
    game_from: float = 0.15
    """Progress before which there are no discriminators, and the pitch is the one that was found in the recordings."""
    pitch: float = 0.2
    """Weight of reading the pitch from the spectrogram."""
    mel: float = 15.0
    """Weight of the distance of mel spectrograms."""
    matching: float = 2.0
    """Weight of feature matching."""
    samples: int = 8_192
    """Samples of a piece."""
    batch: int = 16
    """Pieces a step and process."""
    share: float = 0.25
    """Part of the batch that each discriminator hears, another one each: all would take five times as long as G."""
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
        if self.samples < 2 * FFT or self.samples % HOP:
            raise ValueError(f"pieces have a multiple of {HOP} samples, not {self.samples}")


VocoderState = GanState[Vocoder, SoundDiscriminator]
"""That of a vocoder's training."""


def train_step(
    state: VocoderState,
    config: VocoderTraining,
    real: Tensor,
    pitch: Tensor,
    given: Tensor,
    progress: float,
    dtype: torch.dtype = torch.float32,
) -> Measures:
    """Trains both networks on this process's `real` pieces of sound [batch, samples] in [-1, 1].

    `pitch` [batch, frames] is their fundamental frequency in Hz, 0 where they are unvoiced, and `given` [batch, bands,
    frames] the log-mel spectrograms that they are to be made of.
    """
    set_rates(state, config, progress)
    playing = progress >= config.game_from
    only(state, state.generator)
    model = state.generator
    fake = model(given, model.source(given, dtype) if playing else pulses(pitch), dtype=dtype)
    reading = pitch_loss(model.pitch(given, dtype), pitch)
    heard = shares(config, len(real))
    measures: Measures = {}
    if playing:
        real_pieces, fake_pieces = ([sound[rows] for rows in heard] for sound in (real, fake.detach()))
        measures |= judge(state, config.loss, real_pieces, fake_pieces, config.clip, dtype)
    measures |= generator_phase(state, config, real, fake, reading, heard if playing else [], dtype)
    move_on(state, config, len(real))
    return measures


def shares(config: VocoderTraining, batch: int) -> list[list[int]]:
    """For each discriminator the numbers of the pieces that it hears: as many for each, and each piece as often."""
    parts = len(config.discriminator.periods) + len(config.discriminator.ffts)
    count = max(1, round(config.share * batch))
    return [[(part * count + i) % batch for i in range(count)] for part in range(parts)]


def generator_phase(
    state: VocoderState,
    config: VocoderTraining,
    real: Tensor,
    fake: Tensor,
    reading: Tensor,
    heard: list[list[int]],
    dtype: torch.dtype,
) -> Measures:
    """Trains G to make sound that has the same spectrograms and, where it is `heard` at all, passes for real.

    `reading` is the loss of reading the pitch.
    """
    only(state, state.generator)
    distance = mel_distance(real, fake)
    loss = config.mel * distance + config.pitch * reading
    measures = {"mel": distance.detach(), "pitch": reading.detach()}
    if heard:
        real_pieces, fake_pieces = ([sound[rows] for rows in heard] for sound in (real, fake))
        game, matching = play(state, config.loss, real_pieces, fake_pieces, dtype)
        loss = loss + game + config.matching * matching
        measures |= {"loss_g": game.detach(), "matching": matching.detach()}
    update(state.generator, state.optimizers["generator"], loss, config.clip)
    return measures
