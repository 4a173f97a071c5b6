"""One step of an acoustic model's training: sentences whose phonemes, spectrograms and prosody are known."""

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.gan.ensemble import judge, play
from ganima.gan.losses import LossName
from ganima.gan.state import GanState, move_on, only, set_rates
from ganima.speech.acoustic.alignment import durations, evenness, likelihoods
from ganima.speech.acoustic.discriminator import MelDiscriminator, MelDiscriminatorConfig
from ganima.speech.acoustic.network import AcousticConfig, AcousticModel
from ganima.text.symbols import BASES, SYMBOLS
from ganima.training.schedule import Schedule
from ganima.training.update import Measures, update


@dataclass(frozen=True)
class AcousticTraining:
    """An acoustic model's training, whole. Every field that is a `Schedule` follows the progress from 0 to 1."""

    generator: AcousticConfig = field(default_factory=lambda: AcousticConfig(len(SYMBOLS), BASES))
    discriminator: MelDiscriminatorConfig = field(default_factory=MelDiscriminatorConfig)
    loss: LossName = "hinge"
    """The adversarial game."""
    game_from: float = 0.5
    """Progress before which there are no discriminators."""
    game: float = 0.1
    """Weight of the game for the generator."""
    matching: float = 0.2
    """Weight of feature matching."""
    mean: float = 0.2
    """Weight of the phonemes' mean spectra, by which sentences are aligned."""
    prosody: float = 0.1
    """Weight of each of durations, pitch and energy."""
    frames: int = 2400
    """A batch has about as many frames: a few long sentences, or many short ones."""
    lr_generator: Schedule = Schedule(1e-3, 2e-5)
    """Adam's learning rate of the generator."""
    lr_discriminator: Schedule = Schedule(3e-4, 2e-5)
    """Adam's learning rate of the discriminators."""
    beta1: float = 0.8
    """Adam's β1."""
    beta2: Schedule = Schedule(0.99, 0.99)
    """Adam's β2."""
    clip: float = 1.0
    """Gradients are scaled down to this norm at most, for each network; 0 leaves them."""
    average_share: float = 0.03
    """Half-life of the generator's average, as a share of the sentences seen so far."""
    average_max: float = 10_000.0
    """The longest half-life of the average, in sentences."""


AcousticState = GanState[AcousticModel, MelDiscriminator]
"""That of an acoustic model's training."""


class Batch(NamedTuple):
    """Some sentences, filled up to the longest one."""

    symbols: Tensor
    """Numbers of phonemes [batch, phonemes], 0 where there are none."""
    mel: Tensor
    """Log-mel spectrograms [batch, bands, frames], 0 where there are none."""
    frames: Tensor
    """How many there are [batch]."""
    pitch: Tensor
    """[batch, frames], in deviations from the voice's mean."""
    energy: Tensor
    """[batch, frames], in deviations from the voice's mean."""
    tuning: Tensor
    """[batch], see `speech.acoustic.sentences.Sentence`."""


def train_step(
    state: AcousticState, config: AcousticTraining, batch: Batch, progress: float, dtype: torch.dtype = torch.float32
) -> Measures:
    """Trains both networks on one batch."""
    set_rates(state, config, progress)
    playing = progress >= config.game_from
    only(state, state.generator)
    model = state.generator
    encoded, inside = model.encode(batch.symbols, batch.tuning, dtype)
    means = model.mean_mel(encoded)
    phonemes = inside[:, 0].sum(1).long()
    scores = likelihoods(means, batch.mel) + evenness(phonemes, batch.frames)
    spoken = durations(scores, phonemes, batch.frames)
    numbers = spoken_by(spoken, batch.mel.shape[2])
    there = (torch.arange(batch.mel.shape[2], device=batch.frames.device) < batch.frames[:, None])[:, None].float()

    pitch, energy = (mean_over(values, spoken) for values in (batch.pitch, batch.energy))
    made, _ = model.decode(encoded, spoken, pitch, energy, dtype)
    made = F.pad(made, (0, batch.mel.shape[2] - made.shape[2]))
    said = model.prosody(encoded, inside)

    measures: Measures = {}
    if playing:
        pieces = windows(state, config, batch)
        real, fake = (cut(values, pieces) for values in (batch.mel, made))
        measures |= judge(state, config.loss, real, [window.detach() for window in fake], config.clip, dtype)
        only(state, state.generator)
    total_frames, total_phonemes = there.sum() * batch.mel.shape[1], inside.sum()
    spread = means.gather(2, numbers[:, None].expand(-1, means.shape[1], -1))
    distances = {
        "mel": ((made - batch.mel).abs() * there).sum() / total_frames,
        "mean": ((spread - batch.mel).square() * there).sum() / total_frames,
        "duration": ((said.durations - torch.log1p(spoken.float())).square() * inside[:, 0]).sum() / total_phonemes,
        "pitch": ((said.pitch - pitch).square() * inside[:, 0]).sum() / total_phonemes,
        "energy": ((said.energy - energy).square() * inside[:, 0]).sum() / total_phonemes,
    }
    measures |= {name: value.detach() for name, value in distances.items()}
    loss = distances["mel"] + config.mean * distances["mean"]
    loss = loss + config.prosody * (distances["duration"] + distances["pitch"] + distances["energy"])
    if playing:
        game, matching = play(state, config.loss, real, fake, dtype)
        loss = loss + config.game * game + config.matching * matching
        measures |= {"loss_g": game.detach(), "matching": matching.detach()}
    update(state.generator, state.optimizers["generator"], loss, config.clip)

    move_on(state, config, len(batch.symbols))
    return measures


def spoken_by(spoken: Tensor, frames: int) -> Tensor:
    """The number of every frame's phoneme [batch, frames], from the frames of each [batch, phonemes]."""
    places = torch.arange(frames, device=spoken.device).expand(len(spoken), -1).contiguous()
    return torch.searchsorted(spoken.cumsum(1), places, right=True).clamp_max(spoken.shape[1] - 1)


def mean_over(values: Tensor, spoken: Tensor) -> Tensor:
    """Means [batch, phonemes] of `values` [batch, frames] over the frames of each phoneme."""
    sums = F.pad(values.double().cumsum(1), (1, 0))
    ends = spoken.cumsum(1)
    total = sums.gather(1, ends) - sums.gather(1, ends - spoken)
    return (total / spoken.clamp_min(1)).float()


def windows(state: AcousticState, config: AcousticTraining, batch: Batch) -> list[tuple[int, list[int]]]:
    """For each length of the discriminators: that length in frames, and where it begins in each sentence."""
    found = []
    for length in config.discriminator.lengths:
        draws = torch.rand(len(batch.frames), generator=state.rng)
        starts = [int(u * max(int(n) - length + 1, 1)) for u, n in zip(draws, batch.frames, strict=True)]
        found.append((length, starts))
    return found


def cut(values: Tensor, pieces: list[tuple[int, list[int]]]) -> list[Tensor]:
    """Windows [batch, bands, length] of spectrograms; silence fills up what is shorter."""
    found = []
    for length, starts in pieces:
        padded = F.pad(values, (0, max(0, length - values.shape[2])))
        found.append(torch.stack([row[:, start : start + length] for row, start in zip(padded, starts, strict=True)]))
    return found
