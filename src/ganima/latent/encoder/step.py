"""One step of an encoder's training: on samples of the model, whose latents are known, and on real pictures, whose are
not.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.labels import Labels
from ganima.data.sampler import indices
from ganima.errors import GanimaError
from ganima.latent.encoder.network import Encoder, EncoderConfig
from ganima.latent.likeness import Likeness
from ganima.latent.projection import Axes, axes_of
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator
from ganima.picture.model import Model, load_discriminator
from ganima.picture.state import on
from ganima.picture.transfer import copy_fitting
from ganima.training import distributed
from ganima.training.schedule import Schedule
from ganima.training.state import State
from ganima.training.update import Measures, move_on, set_rate, update

MIXED = 0.5
"""Share of the samples that are made of two latents, one for the coarse layers and one for the fine ones."""
SHIFT = 2
"""Real pictures are shifted by so many pixels at most."""
TONES = 0.1
"""Standard deviation of a change of brightness and of contrast."""
BLUR = 3.0
"""The encoder sees pictures that were shrunk so many times at most, and enlarged again."""
NOISE = 0.05
"""Largest standard deviation of the noise that the encoder sees on pictures, with white minus black as 2."""


@dataclass(frozen=True)
class EncoderTraining:
    """An encoder's training, whole."""

    batch: int = 4
    """Pictures a step and process."""
    real: int = 3
    """How many of them are real where there are real ones."""
    rate: Schedule = Schedule(1e-3, 1e-5)
    """Adam's learning rate."""
    warm_up: int = 100
    """Steps over which the rate rises: at first the head is empty, and its gradients say little."""
    clip: float = 1.0
    """Gradients are scaled down to this norm at most."""
    latent: float = 0.02
    """Weight of the latents' distance, as a share of their variance; that of the pictures' distance is 1."""
    usual: float = 1e-2
    """Weight that keeps w near the mean, in mean squared standard deviations."""
    alike: float = 1e-2
    """Weight that keeps the w of the layers near each other, in the same."""


@dataclass(kw_only=True)
class EncoderState(State):
    """That of an encoder's training: one network, one optimiser, and no average."""

    @property
    def encoder(self) -> Encoder:
        """The encoder."""
        return cast(Encoder, self.networks["encoder"])


@dataclass(frozen=True)
class Task:
    """What an encoder is trained for, and on."""

    generator: Generator
    labels: Labels
    discriminator: Discriminator | None
    pictures: NDArray[np.uint8] | None
    """Real pictures [n, height, width, channels], if any."""
    axes: Axes
    """How the generator's w is spread."""


def task_of(model: Model, pictures: NDArray[np.uint8] | None) -> Task:
    """The networks of a model, frozen, and what the encoder learns from. Raises GanimaError for the classic layout."""
    generator, discriminator = model.generator, load_discriminator(model.path)
    if not isinstance(generator, Generator):
        raise GanimaError(f"the model {model.name!r} has no style-based generator, so it gets no encoder")
    if not isinstance(discriminator, Discriminator):
        discriminator = None
    else:
        discriminator.requires_grad_(False)
    return Task(generator, model.labels, discriminator, pictures, axes_of(model))


def new_state(task: Task, seed: int, device: torch.device) -> EncoderState:
    """A state before the first step, with the discriminator's eyes; the task's networks move to the device as well."""
    layout = task.generator.config
    torch.manual_seed(seed)
    encoder = Encoder(
        EncoderConfig(layout.height, layout.width, layout.channels, layout.widths, task.generator.layers, layout.w_dim)
    )
    if task.discriminator is not None:
        copy_fitting(encoder, task.discriminator.state_dict())
        task.discriminator.to(device)
    encoder.mean.copy_(task.axes.mean)
    encoder.axes.copy_(task.axes.axes)
    task.generator.to(device)
    encoder.to(device)
    distributed.broadcast(encoder.state_dict().values())
    return EncoderState(
        networks={"encoder": encoder},
        optimizers={"encoder": torch.optim.Adam(encoder.parameters(), betas=(0.9, 0.99))},
        rng=torch.Generator().manual_seed(seed),
        seed=seed,
    )


def train_step(
    state: EncoderState, config: EncoderTraining, task: Task, progress: float, dtype: torch.dtype = torch.float32
) -> Measures:
    """Trains the encoder on samples, and on real pictures where there are any. `dtype` is that of the convolutions.

    All that is drawn follows from the seed and the number of the step.
    """
    rng = drawing(state)
    real = 0 if task.pictures is None else config.real
    with torch.no_grad():
        ws = mixed_latents(task.generator, task.labels, config.batch - real, rng)
        goal = task.generator.synthesis(ws, dtype).clamp(-1, 1)
        if task.pictures is not None:
            count = real * distributed.world()
            mine = distributed.my_slice(
                torch.from_numpy(indices(state.seed, state.steps * count, count, len(task.pictures)))
            )
            given = torch.from_numpy(task.pictures[mine.numpy()]).permute(0, 3, 1, 2).float() / 127.5 - 1
            goal = torch.cat([goal, varied(given, rng).to(state.device)])
    state.encoder.requires_grad_(True)
    v = state.encoder.coordinates(degraded(goal, rng), dtype)
    found = state.encoder.mean + v @ state.encoder.axes
    # Where there are real pictures, those of the samples need not be compared: their latents say it all, for less.
    which = slice(len(ws) if real else 0, None)
    likeness = Likeness(goal[which], task.discriminator, dtype)
    pictures = likeness(task.generator.synthesis(found[which], dtype)).mean()
    spread = state.encoder.axes.square().sum()
    latents = (found[: len(ws)] - ws).square().sum(2).mean() / spread
    loss = pictures + config.latent * latents
    loss = loss + config.usual * v.square().mean() + config.alike * (v - v.mean(1, keepdim=True)).square().mean()
    set_rate(state, "encoder", config.rate(progress) * min(1, (state.steps + 1) / config.warm_up))
    update(state.encoder, state.optimizers["encoder"], loss, config.clip)
    move_on(state, config.batch)
    return {"loss": loss.detach(), "pictures": pictures.detach(), "latents": latents.detach()}


def drawing(state: EncoderState) -> torch.Generator:
    """The random generator of a step: another one in each process, and after each return to a good state."""
    words = [state.seed, state.steps]
    if state.rollbacks or distributed.rank():
        words += [state.rollbacks, distributed.rank()]
    return torch.Generator().manual_seed(int(np.random.SeedSequence(words).generate_state(1)[0]))


def mixed_latents(generator: Generator, vocabulary: Labels, count: int, rng: torch.Generator) -> Tensor:
    """ws [count, layers, w_dim] of random pictures, many of which change over to a second latent at some layer."""
    both = []
    for _ in range(2):
        z = torch.randn(count, generator.z_dim, generator=rng).to(generator.w_mean.device)
        labels = on(vocabulary.draw(count, rng), z.device)
        both.append(generator.mapping(z, labels)[:, None])
    at = torch.randint(1, generator.layers, (count, 1), generator=rng)
    at[torch.rand(count, generator=rng) >= MIXED] = generator.layers
    first = torch.arange(generator.layers)[None] < at
    return torch.where(first[:, :, None].to(both[0].device), both[0], both[1])


def varied(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """Other pictures that could have been given: mirrored, shifted, lighter or darker, with more or less contrast."""
    count, _, height, width = pictures.shape
    mirrored = torch.rand(count, generator=rng) < 0.5
    pictures = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
    padded = F.pad(pictures, (SHIFT,) * 4, mode="replicate")
    places = torch.randint(2 * SHIFT + 1, (count, 2), generator=rng).tolist()
    pictures = torch.stack([p[:, y : y + height, x : x + width] for p, (y, x) in zip(padded, places, strict=True)])
    tones = TONES * torch.randn(2, count, 1, 1, 1, generator=rng)
    return (pictures * (1 + tones[0]) + tones[1]).clamp(-1, 1)


def degraded(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """The same pictures as a worse camera would give them: less sharp, with noise."""
    size = pictures.shape[2:]
    seen = []
    for picture in pictures:
        shrunk = 1 / (1 + (BLUR - 1) * float(torch.rand((), generator=rng)) ** 2)
        small = [max(round(side * shrunk), 1) for side in size]
        picture = F.interpolate(picture[None], small, mode="bilinear", align_corners=False, antialias=True)
        picture = F.interpolate(picture, size, mode="bilinear", align_corners=False)
        noise = NOISE * float(torch.rand((), generator=rng))
        seen.append(picture + noise * torch.randn(picture.shape, generator=rng).to(picture.device))
    return torch.cat(seen)
