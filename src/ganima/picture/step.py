"""One step of training: discriminator phase, generator phase, average."""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ganima.gan import penalties
from ganima.gan.augmentation import adapt, augment, draw
from ganima.gan.losses import LOSSES
from ganima.gan.mismatch import mismatch
from ganima.gan.opacity import over_grey
from ganima.gan.saturate import saturated
from ganima.gan.state import move_on, only, set_rates
from ganima.picture.config import TrainConfig
from ganima.picture.critics import critics_phase, critics_weight, persuasion
from ganima.picture.state import PictureState
from ganima.training import distributed
from ganima.training.update import Measures, update


def train_step(
    state: PictureState,
    config: TrainConfig,
    real: Tensor,
    labels: Tensor | None,
    progress: float,
    dtype: torch.dtype = torch.float32,
) -> Measures:
    """Trains both networks on this process's `real` pictures [batch, channels, height, width] in [-1, 1].

    `labels` [batch] belong to the pictures; generated pictures are given the same ones. `progress` in [0, 1] sets every
    schedule. `dtype` is the precision of the convolutions.
    """
    set_rates(state, config, progress)
    measures = discriminator_phase(state, config, real, labels, progress, dtype)
    measures |= generator_phase(state, config, real, labels, progress, dtype)
    conclude(state, config, measures, len(real))
    return measures


def discriminator_phase(
    state: PictureState, config: TrainConfig, real: Tensor, labels: Tensor | None, progress: float, dtype: torch.dtype
) -> Measures:
    """Trains D, and the critics where there are some, to tell real from generated pictures."""
    only(state, state.discriminator)
    with torch.no_grad():
        fake = state.generator(latents(state, len(real)), labels, dtype)
    real_seen = seen(state, config, real).detach()
    fake_seen = seen(state, config, fake).detach()
    lazy = state.steps % config.penalties.every == 0
    r1, r2 = (lazy * gamma(progress) for gamma in (config.penalties.r1, config.penalties.r2))
    real_features = state.discriminator.describe(real_seen.requires_grad_(r1 > 0), dtype)
    real_logits = state.discriminator.judge(real_features, labels)
    fake_logits = state.discriminator(fake_seen.requires_grad_(r2 > 0), labels, dtype)

    game = LOSSES[config.loss]
    loss = game.discriminator(real_logits, fake_logits)
    penalty = torch.zeros_like(loss)
    if r1 > 0:
        penalty = penalty + r1 * penalties.zero_centred(real_logits, real_seen)
    if r2 > 0:
        penalty = penalty + r2 * penalties.zero_centred(fake_logits, fake_seen)
    if lazy and config.penalties.wgan_gp > 0:
        mix = draw_uniform(state, len(real))
        gap = penalties.wgan_gp(lambda x: state.discriminator(x, labels, dtype), real_seen, fake_seen, mix)
        penalty = penalty + config.penalties.wgan_gp * gap
    wrong = torch.zeros_like(loss)
    if labels is not None and config.mismatch > 0:
        wrong = config.mismatch * mismatch(state.discriminator.judge, real_features, labels)
    update(
        state.discriminator,
        state.optimizers["discriminator"],
        loss + wrong + penalty * config.penalties.every,
        config.clip,
    )

    measures = {
        "loss_d": loss.detach(),
        "real_logit": real_logits.detach().mean(),
        "fake_logit": fake_logits.detach().mean(),
        "sign": distributed.average(game.certainty(real_logits, fake_logits).detach().sign().mean()),
    }
    if game.log_odds:
        # The discriminator's cross-entropy on either kind.
        measures["real_loss"] = softplus(-real_logits.detach()).mean()
        measures["fake_loss"] = softplus(fake_logits.detach()).mean()
    if labels is not None and config.mismatch > 0:
        measures["mismatch"] = wrong.detach()
    measures |= penalised(loss, penalty) if lazy else {}
    if critics_weight(config, progress) > 0:
        measures |= critics_phase(state, config, real_seen.detach(), fake_seen.detach(), labels, progress, dtype)
    return measures


def penalised(loss: Tensor, penalty: Tensor) -> Measures:
    """The penalty, and its part of the discriminator's whole loss, in [0, 1]."""
    loss, penalty = loss.detach(), penalty.detach()
    return {"penalty": penalty, "penalty_share": penalty / (penalty + loss.abs()).clamp_min(1e-12)}


def generator_phase(
    state: PictureState, config: TrainConfig, real: Tensor, labels: Tensor | None, progress: float, dtype: torch.dtype
) -> Measures:
    """Trains G so that its pictures pass for real ones."""
    only(state, state.generator)
    w = state.generator.mapping(latents(state, len(real)), labels)
    ws = w[:, None].expand(-1, state.generator.layers, -1)
    fake = state.generator.synthesis(ws, dtype)
    fake_seen, real_seen = seen(state, config, fake), seen(state, config, real)
    fake_logits = state.discriminator(fake_seen, labels, dtype)
    with torch.no_grad():
        real_logits = state.discriminator(real_seen, labels, dtype)
    loss = LOSSES[config.loss].generator(fake_logits, real_logits)
    total, measures = loss, {"loss_g": loss.detach()}
    weight = critics_weight(config, progress)
    if weight > 0:
        persuaded = persuasion(state, config, fake_seen, real_seen, labels, dtype)
        total = total + weight * persuaded
        measures["critics_loss_g"] = persuaded.detach()
    if config.penalties.path_length > 0 and state.steps % config.penalties.every == 0:
        direction = distributed.my_slice(
            torch.randn(len(real) * distributed.world(), *fake.shape[1:], generator=state.rng)
        ).to(fake.device)
        length, mean = penalties.path_length(fake, ws, direction, state.path_mean)
        state.path_mean = distributed.average(mean)
        total = total + config.penalties.path_length * config.penalties.every * length
    update(state.generator, state.optimizers["generator"], total, config.clip)
    return measures


def conclude(state: PictureState, config: TrainConfig, measures: Measures, count: int) -> None:
    """Counts a step on `count` pictures of this process, sets the augmentation for the next, and moves the average."""
    pictures = move_on(state, config, count)
    if config.augment.mode == "adaptive":
        state.strength = adapt(state.strength, measures["sign"].item(), pictures, config.augment)


# Every process draws the whole batch and takes its own share: the numbers do not depend on how many processes there
# are.


def latents(state: PictureState, count: int) -> Tensor:
    """z [count, z_dim] from a standard normal distribution."""
    z = torch.randn(count * distributed.world(), state.generator.z_dim, generator=state.rng)
    return distributed.my_slice(z).to(state.device)


def seen(state: PictureState, config: TrainConfig, pictures: Tensor) -> Tensor:
    """`pictures` as the discriminator gets to see them: over grey and cut off if asked, augmented, and with noise."""
    if config.over_grey:
        pictures = over_grey(pictures)
    if config.saturate:
        pictures = saturated(pictures)
    count = len(pictures) * distributed.world()
    draws = distributed.my_slice(draw(count, state.rng))
    pictures = augment(pictures, draws, state.strength, config.augment)
    if config.instance_noise == 0:
        return pictures
    noise = distributed.my_slice(torch.randn(count, *pictures.shape[1:], generator=state.rng)).to(pictures.device)
    return pictures + config.instance_noise * noise


def draw_uniform(state: PictureState, count: int) -> Tensor:
    """Numbers [count, 1, 1, 1] uniform in [0, 1]."""
    u = torch.rand(count * distributed.world(), 1, 1, 1, generator=state.rng)
    return distributed.my_slice(u).to(state.device)
