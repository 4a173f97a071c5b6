"""One step of a converter's training: speech is given back as it was, and in other voices."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ganima.gan.ensemble import judge
from ganima.gan.losses import LOSSES, LossName
from ganima.gan.matching import feature_matching
from ganima.gan.state import GanState, move_on, only, set_rates
from ganima.speech.voices.discriminator import JudgedSpeech, StyledDiscriminator, StyledDiscriminatorConfig
from ganima.speech.voices.network import Converter, ConverterConfig, filters
from ganima.speech.voices.speaker import AUDIBLE
from ganima.training.schedule import Schedule
from ganima.training.update import Measures, update


@dataclass(frozen=True)
class ConverterTraining:
    """A converter's training, whole. Every field that is a `Schedule` follows the progress from 0 to 1."""

    generator: ConverterConfig = field(default_factory=ConverterConfig)
    discriminator: StyledDiscriminatorConfig = field(default_factory=StyledDiscriminatorConfig)
    loss: LossName = "hinge"
    """The adversarial game."""
    game_from: float = 0.15
    """Progress before which speech is only given back as it was."""
    game: float = 0.3
    """Weight of the game for the generator."""
    matching: float = 0.3
    """Weight of feature matching, of speech that is given back."""
    content: float = 0.5
    """Weight of what is said: the same in the new voice."""
    style: float = 1.0
    """Weight of whose voice it is, by the embedding of speakers."""
    diversity: float = 0.2
    """Weight of the difference that two new voices make."""
    critic: float = 0.5
    """Weight of the game over styles."""
    batch: int = 16
    """Pieces a step and process."""
    frames: int = 112
    """Of a piece, 1.2 s."""
    lr_generator: Schedule = Schedule(1e-3, 2e-5)
    """Adam's learning rate of the generator."""
    lr_discriminator: Schedule = Schedule(4e-4, 2e-5)
    """Adam's learning rate of the discriminators."""
    beta1: float = 0.5
    """Adam's β1."""
    beta2: Schedule = Schedule(0.99, 0.99)
    """Adam's β2."""
    clip: float = 1.0
    """Gradients are scaled down to this norm at most, for each network; 0 leaves them."""
    average_share: float = 0.03
    """Half-life of the generator's average, as a share of the pieces seen so far."""
    average_max: float = 10_000.0
    """The longest half-life of the average, in pieces."""


ConverterState = GanState[Converter, StyledDiscriminator]
"""That of a converter's training."""


class Batch(NamedTuple):
    """Pieces of recordings, and the voices that they are converted to."""

    mel: Tensor
    """Log-mel spectrograms [batch, bands, frames], all equally loud."""
    disguised: Tensor
    """Their filters [batch, AUDIBLE, frames], as a vocal tract of another length would have them."""
    pitch: Tensor
    """Logarithm of the fundamental frequency in Hz [batch, frames]."""
    voiced: Tensor
    """1 where there is one [batch, frames]."""
    speech: Tensor
    """1 where it is not silent [batch, frames]."""
    bands: Tensor
    """Bands that were recorded at all [batch]: sound at 16 kHz has none above 8 kHz."""
    style: Tensor
    """Whose voice each one is [batch, style]."""
    mean_pitch: Tensor
    """Mean logarithm of that voice's pitch [batch]."""


def train_step(
    state: ConverterState,
    config: ConverterTraining,
    speaker: Any,
    batch: Batch,
    progress: float,
    dtype: torch.dtype = torch.float32,
) -> Measures:
    """Trains both networks on one batch; `speaker` is the embedding of speakers, which stays as it is."""
    set_rates(state, config, progress)
    playing = progress >= config.game_from
    only(state, state.generator)
    model = state.generator
    given_back = model.say(model.read(batch.disguised, dtype), batch.pitch, batch.voiced, batch.style, dtype)
    there = (torch.arange(batch.mel.shape[1], device=batch.bands.device) < batch.bands[:, None])[..., None]
    distance = ((given_back - batch.mel).abs() * there).sum() / (there.sum() * batch.mel.shape[2])
    measures: Measures = {"mel": distance.detach()}
    loss = distance
    if playing:
        loss = loss + _play(state, config, speaker, batch, given_back, measures, dtype)
    update(state.generator, state.optimizers["generator"], loss, config.clip)
    move_on(state, config, len(batch.mel))
    return measures


def _play(
    state: ConverterState,
    config: ConverterTraining,
    speaker: Any,
    batch: Batch,
    given_back: Tensor,
    measures: Measures,
    dtype: torch.dtype,
) -> Tensor:
    """The discriminators' turn, and what the generator learns from other voices."""
    model = state.generator
    half = len(batch.mel) // 2
    mean_pitch = new_pitches(state, batch.mean_pitch)
    latent = torch.randn(2, half, model.config.latent, generator=state.rng).to(batch.mel.device)
    new = model.draw(latent[0], mean_pitch[:half])
    other = model.draw(latent[1], mean_pitch[:half])
    # The first half speaks as somebody new, the second half as the next one of the batch.
    style = torch.cat([new, batch.style.roll(1, 0)[half:]])
    aim = torch.cat([mean_pitch[:half], batch.mean_pitch.roll(1, 0)[half:]])
    heard = filters(batch.mel, batch.speech)
    content = model.read(heard, dtype)
    pitch = batch.pitch + (aim - batch.mean_pitch)[:, None]
    converted = model.say(content, pitch, batch.voiced, style, dtype)

    pieces = windows(state, config, batch.mel.shape[2])
    noise = 0.03 * torch.randn(batch.style.shape, generator=state.rng).to(batch.style.device)
    real = JudgedSpeech(cut(batch.mel, pieces), batch.style, batch.style + noise, batch.mean_pitch)
    fake = JudgedSpeech(cut(converted, pieces), style, new, mean_pitch[:half])
    detached = JudgedSpeech([w.detach() for w in fake.windows], style.detach(), new.detach(), fake.pitch)
    measures |= judge(state, config.loss, real, detached, config.clip, dtype)

    only(state, state.generator)
    with torch.no_grad():
        real_verdicts = state.discriminator(real, dtype)
    # What is given back is compared; new voices have nothing that they could be compared with.
    back = state.discriminator(real._replace(windows=cut(given_back, pieces)), dtype)
    verdicts = state.discriminator(fake, dtype)
    play = LOSSES[config.loss].generator
    games = [play(f, r) for (f, _), (r, _) in zip(verdicts, real_verdicts, strict=True)]
    games_back = [play(f, r) for (f, _), (r, _) in zip(back[:-1], real_verdicts, strict=False)]
    terms = {
        "loss_g": torch.stack(games[:-1]).mean(),
        "back": torch.stack(games_back).mean(),
        "critic": games[-1],
        "matching": feature_matching(*([features for _, features in v] for v in (real_verdicts, back))),
        "style": 1 - (speaker(converted, dtype) * style).sum(1).mean(),
        "content": (model.read(filters(converted, batch.speech), dtype) - content.detach()).abs().mean(),
        "diversity": difference(model, content[:half], pitch[:half], batch.voiced[:half], converted[:half], other),
    }
    measures |= {name: value.detach() for name, value in terms.items()}
    total: Tensor = (
        config.game * (terms["loss_g"] + 0.5 * terms["back"])
        + config.critic * terms["critic"]
        + config.matching * terms["matching"]
        + config.style * terms["style"]
        + config.content * terms["content"]
        - config.diversity * terms["diversity"]
    )
    return total


def difference(
    model: Converter, content: Tensor, pitch: Tensor, voiced: Tensor, converted: Tensor, other: Tensor
) -> Tensor:
    """How far what `other` styles [batch, style] would say is from what was said (StarGAN v2, Choi et al. 2020, arXiv
    1912.01865, equation 3); more than enough is not rewarded."""
    with torch.no_grad():
        second = model.say(content, pitch, voiced, other)
    apart: Tensor = (converted - second)[:, :AUDIBLE].abs().mean()
    return apart.clamp_max(1.0)


def new_pitches(state: ConverterState, known: Tensor) -> Tensor:
    """Mean log-pitches [batch] of new voices: those of real ones, in another order and a little apart."""
    order = torch.randperm(len(known), generator=state.rng)
    apart = 0.05 * torch.randn(len(known), generator=state.rng)
    return known[order.to(known.device)] + apart.to(known.device)


def windows(state: ConverterState, config: ConverterTraining, frames: int) -> list[tuple[int, int]]:
    """For each length of the discriminators: where its window begins, and that length in frames."""
    draws = torch.rand(len(config.discriminator.lengths), generator=state.rng).tolist()
    lengths = [min(length, frames) for length in config.discriminator.lengths]
    return [(int(u * (frames - length + 1)), length) for u, length in zip(draws, lengths, strict=True)]


def cut(mel: Tensor, pieces: list[tuple[int, int]]) -> list[Tensor]:
    """Windows [batch, bands, length] of spectrograms."""
    return [mel[:, :, start : start + length] for start, length in pieces]
