"""The state of a generator and a discriminator that play against each other, with an average of the generator."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

import torch
from torch import nn

from ganima.training import distributed, update
from ganima.training.schedule import Schedule
from ganima.training.state import State

G = TypeVar("G", bound=nn.Module)
D = TypeVar("D", bound=nn.Module)


class Pace(Protocol):
    """What the configurations of all these trainings have: how fast optimisers and average move."""

    @property
    def lr_generator(self) -> Schedule: ...

    @property
    def lr_discriminator(self) -> Schedule: ...

    @property
    def beta1(self) -> float: ...

    @property
    def beta2(self) -> Schedule: ...

    @property
    def average_share(self) -> float: ...

    @property
    def average_max(self) -> float: ...


@dataclass(kw_only=True)
class GanState(State, Generic[G, D]):
    """That of a training with one generator, its average, and one discriminator."""

    frozen: tuple[nn.Parameter, ...] = ()
    """Weights of G and D that stay as they are."""

    @property
    def generator(self) -> G:
        """G, as it is being trained."""
        return cast(G, self.networks["generator"])

    @property
    def discriminator(self) -> D:
        """D."""
        return cast(D, self.networks["discriminator"])

    @property
    def average(self) -> G:
        """The exponential moving average of G."""
        return cast(G, self.averages["generator"])


def beginning(
    generator: G,
    discriminator: D,
    config: Pace,
    seed: int,
    device: torch.device,
    further: Mapping[str, nn.Module] | None = None,
) -> GanState[G, D]:
    """The state of two networks that were just built, before the first step; `further` ones are trained beside them."""
    networks: dict[str, nn.Module] = {"generator": generator, "discriminator": discriminator, **(further or {})}
    for network in networks.values():
        network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        distributed.broadcast(network.state_dict().values())
    return GanState(
        networks=networks,
        averages={"generator": copy.deepcopy(generator).requires_grad_(False).eval()},
        optimizers={name: _adam(network, config) for name, network in networks.items()},
        rng=torch.Generator().manual_seed(seed),
        seed=seed,
    )


def only(state: GanState[G, D], network: nn.Module) -> None:
    """Lets `network` alone learn, without those of its weights that are frozen."""
    for each in state.networks.values():
        each.requires_grad_(each is network)
    for weight in state.frozen:
        weight.requires_grad_(False)


def set_rates(state: GanState[G, D], config: Pace, progress: float) -> None:
    """Writes the schedules' values into both optimisers."""
    betas = (config.beta1, config.beta2(progress))
    update.set_rate(state, "generator", config.lr_generator(progress), betas)
    update.set_rate(state, "discriminator", config.lr_discriminator(progress), betas)


def move_on(state: GanState[G, D], config: Pace, count: int) -> int:
    """Counts a step on `count` examples of this process, and moves the average; returns those of all processes."""
    return update.move_on(state, count, config.average_share, config.average_max)


def _adam(network: nn.Module, config: Pace) -> torch.optim.Adam:
    return torch.optim.Adam(network.parameters(), lr=0.0, betas=(config.beta1, config.beta2(0.0)), eps=1e-8, fused=True)
