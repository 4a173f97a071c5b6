"""One step of the toy's training."""

from dataclasses import dataclass

import torch
from torch import Tensor

from contract.toy.network import Critic, Layout, Mixer
from ganima.gan.losses import relativistic_d, relativistic_g
from ganima.gan.state import GanState, move_on, only, set_rates
from ganima.training.schedule import Schedule, constant
from ganima.training.update import Measures, update

ToyState = GanState[Mixer, Critic]


@dataclass(frozen=True)
class ToyTraining:
    """The toy's training, whole."""

    layout: Layout = Layout()
    batch: int = 8
    """Colours a step."""
    lr_generator: Schedule = Schedule(1e-2, 1e-3)
    lr_discriminator: Schedule = Schedule(1e-2, 1e-3)
    beta1: float = 0.0
    beta2: Schedule = constant(0.99)
    average_share: float = 0.05
    average_max: float = 10_000.0


def train_step(state: ToyState, config: ToyTraining, real: Tensor, progress: float) -> Measures:
    """Colours `real` [batch, 3] against as many that are mixed."""
    set_rates(state, config, progress)
    z = torch.randn(len(real), config.layout.z_dim, generator=state.rng)
    fake = state.generator(z)

    only(state, state.discriminator)
    loss_d = relativistic_d(state.discriminator(real), state.discriminator(fake.detach()))
    update(state.discriminator, state.optimizers["discriminator"], loss_d, clip=0.0)

    only(state, state.generator)
    loss_g = relativistic_g(state.discriminator(state.generator(z)), state.discriminator(real))
    update(state.generator, state.optimizers["generator"], loss_g, clip=0.0)

    move_on(state, config, len(real))
    return {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}
