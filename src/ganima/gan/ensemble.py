"""The game of a generator against many small discriminators, each of which gives many logits: the one of sound."""

from typing import Any

import torch
from torch import Tensor

from ganima.gan.losses import LOSSES, LossName
from ganima.gan.matching import feature_matching
from ganima.gan.state import GanState, only
from ganima.training.update import Measures, update


def judge(
    state: GanState[Any, Any], loss: LossName, real: Any, fake: Any, clip: float, dtype: torch.dtype = torch.float32
) -> Measures:
    """Trains all discriminators to tell `real` from `fake`, which are what the network takes; see `Verdict`."""
    only(state, state.discriminator)
    verdicts = state.discriminator(real, dtype), state.discriminator(fake, dtype)
    losses = [LOSSES[loss].discriminator(r, f) for (r, _), (f, _) in zip(*verdicts, strict=True)]
    total = torch.stack(losses).mean()
    update(state.discriminator, state.optimizers["discriminator"], total, clip)
    signs = torch.stack([logits.detach().sign().mean() for logits, _ in verdicts[0]])
    return {"loss_d": total.detach(), "sign": signs.mean()}


def play(
    state: GanState[Any, Any], loss: LossName, real: Any, fake: Any, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """The generator's side: the mean loss of the game, and feature matching. Only G must be learning."""
    with torch.no_grad():
        real_verdicts = state.discriminator(real, dtype)
    fake_verdicts = state.discriminator(fake, dtype)
    pairs = zip(fake_verdicts, real_verdicts, strict=True)
    game = torch.stack([LOSSES[loss].generator(f, r) for (f, _), (r, _) in pairs]).mean()
    return game, feature_matching(*([features for _, features in v] for v in (real_verdicts, fake_verdicts)))
