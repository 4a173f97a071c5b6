"""One step of adaptation: D learns as in every training, and G as well, with a loss that remembers the parent."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ganima.gan.losses import LOSSES
from ganima.gan.state import only, set_rates
from ganima.picture.config import TrainConfig
from ganima.picture.critics import critics_weight, persuasion
from ganima.picture.generator import Generator
from ganima.picture.state import PictureState
from ganima.picture.step import conclude, discriminator_phase, latents, seen
from ganima.style.activations import activations
from ganima.style.consistency import consistency
from ganima.training.update import Measures, update


@dataclass(frozen=True)
class AdaptationStep:
    """Called like `picture.step.train_step`."""

    parent: Generator
    """The generator that the training started from, as it was."""
    weight: float
    """Of the distance consistency."""

    def __call__(
        self,
        state: PictureState,
        config: TrainConfig,
        real: Tensor,
        labels: Tensor | None,
        progress: float,
        dtype: torch.dtype = torch.float32,
    ) -> Measures:
        """Trains both networks on `real` pictures [batch, channels, height, width] in [-1, 1]."""
        set_rates(state, config, progress)
        measures = discriminator_phase(state, config, real, labels, progress, dtype)
        measures |= self.generator_phase(state, config, real, labels, progress, dtype)
        conclude(state, config, measures, len(real))
        return measures

    def generator_phase(
        self,
        state: PictureState,
        config: TrainConfig,
        real: Tensor,
        labels: Tensor | None,
        progress: float,
        dtype: torch.dtype,
    ) -> Measures:
        """Trains G so that its pictures pass for real ones, and resemble each other as the parent's do."""
        assert isinstance(state.generator, Generator)
        only(state, state.generator)
        w = state.generator.mapping(latents(state, len(real)), labels)
        with torch.no_grad(), activations(self.parent) as before:
            self.parent.synthesis(w, dtype)
        with activations(state.generator) as now:
            fake = state.generator.synthesis(w, dtype)
        kept = consistency(now, before)
        fake_seen, real_seen = seen(state, config, fake), seen(state, config, real)
        fake_logits = state.discriminator(fake_seen, labels, dtype)
        with torch.no_grad():
            real_logits = state.discriminator(real_seen, labels, dtype)
        loss = LOSSES[config.loss].generator(fake_logits, real_logits)
        total, measures = loss + self.weight * kept, {"loss_g": loss.detach(), "consistency": kept.detach()}
        weight = critics_weight(config, progress)
        if weight > 0:
            persuaded = persuasion(state, config, fake_seen, real_seen, labels, dtype)
            total = total + weight * persuaded
            measures["critics_loss_g"] = persuaded.detach()
        update(state.generator, state.optimizers["generator"], total, config.clip)
        return measures
