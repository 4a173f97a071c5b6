"""The critics' part of a step: their heads learn beside the discriminator, and the generator learns from both."""

import torch
from torch import Tensor

from ganima.gan import penalties
from ganima.gan.critics.view import DRAWS
from ganima.gan.losses import LOSSES
from ganima.gan.state import only
from ganima.picture.config import TrainConfig
from ganima.picture.state import PictureState
from ganima.training import distributed
from ganima.training.update import Measures, set_rate, update


def critics_weight(config: TrainConfig, progress: float) -> float:
    """Weight of the critics in the generator's loss; where it is 0, nothing of theirs is computed."""
    return 0.0 if config.critics is None else config.critics.weight(progress)


def critics_phase(
    state: PictureState,
    config: TrainConfig,
    real_seen: Tensor,
    fake_seen: Tensor,
    labels: Tensor | None,
    progress: float,
    dtype: torch.dtype,
) -> Measures:
    """Trains the heads to tell real from generated pictures, which are those that the discriminator saw.

    The penalties are zero-centred by the features, so that nothing is differentiated twice through the frozen network.
    """
    assert config.critics is not None and state.critics is not None
    only(state, state.critics)
    set_rate(state, "critics", config.critics.lr(progress), (config.beta1, config.beta2(progress)))
    with torch.no_grad():
        real, fake = perceived(state, (real_seen, fake_seen), dtype)
    lazy = state.steps % config.penalties.every == 0
    gamma = lazy * config.critics.gamma(progress)
    for features in (*real, *fake):
        features.requires_grad_(gamma > 0)
    real_logits, fake_logits = (state.critics(features, labels, dtype) for features in (real, fake))

    game = LOSSES[config.loss]
    loss = torch.stack([game.discriminator(r, f) for r, f in zip(real_logits, fake_logits, strict=True)]).mean()
    total = loss
    measures = {
        "critics_loss_d": loss.detach(),
        "critics_real_logit": torch.stack(real_logits).detach().mean(),
        "critics_fake_logit": torch.stack(fake_logits).detach().mean(),
    }
    if gamma > 0:
        judged = zip((*real_logits, *fake_logits), (*real, *fake), strict=True)
        # Two sums of squares for each head, R1 and R2; the mean is over the heads.
        penalty = gamma * torch.stack([penalties.zero_centred(*pair) for pair in judged]).sum() / len(real)
        total = total + penalty * config.penalties.every
        measures["critics_penalty"] = penalty.detach()
    update(state.critics, state.optimizers["critics"], total, config.clip)
    return measures


def persuasion(
    state: PictureState,
    config: TrainConfig,
    fake_seen: Tensor,
    real_seen: Tensor,
    labels: Tensor | None,
    dtype: torch.dtype,
) -> Tensor:
    """The generator's loss against the heads, their mean. Only G must be learning."""
    assert state.critics is not None
    fake, real = perceived(state, (fake_seen, real_seen), dtype)
    fake_logits = state.critics(fake, labels, dtype)
    with torch.no_grad():
        real_logits = state.critics(real, labels, dtype)
    game = LOSSES[config.loss]
    return torch.stack([game.generator(f, r) for f, r in zip(fake_logits, real_logits, strict=True)]).mean()


def perceived(state: PictureState, both: tuple[Tensor, Tensor], dtype: torch.dtype) -> list[list[Tensor]]:
    """Features of generated and of real pictures, before the same backdrops where they are transparent."""
    assert state.perception is not None
    draws = None
    if both[0].shape[1] == 4:
        draws = distributed.my_slice(torch.rand(len(both[0]) * distributed.world(), DRAWS, generator=state.rng))
    return [state.perception(pictures, draws, dtype) for pictures in both]
