"""Training an encoder: on samples of the model, whose latents are known, and on real pictures, whose are not."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganima.data.folder import load_folder
from ganima.data.labels import Labels
from ganima.data.sampler import indices
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.latent.encoder import save_encoder
from ganima.latent.encoder_network import Encoder, EncoderConfig
from ganima.latent.likeness import Likeness
from ganima.latent.projection import Axes, axes_of
from ganima.models.file import Card
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator
from ganima.picture.model import Model, load_discriminator
from ganima.picture.transfer import copy_fitting
from ganima.training.loop import Interrupted, fast_dtype
from ganima.training.schedule import Schedule
from ganima.training.timing import Alarm, interruptible

BATCH, REAL = 4, 3
"""Pictures a step, and how many of them are real where there are real ones."""
RATE = Schedule(1e-3, 1e-5)
WARM_UP = 100
"""Steps over which the rate rises: at first the head is empty, and its gradients say little."""
CLIP = 1.0
"""Gradients are scaled down to this norm at most."""
LATENT = 0.02
"""Weight of the latents' distance, as a share of their variance; that of the pictures' distance is 1."""
USUAL, ALIKE = 1e-2, 1e-2
"""Weights that keep w near the mean, and the w of the layers near each other, both as mean squared standard deviations.
"""
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
SAVE_SECONDS = 60.0
LOG_STEPS = 50


@dataclass
class EncoderState:
    """All that a training has to remember."""

    encoder: Encoder
    optimizer: torch.optim.Adam
    seed: int
    steps: int = 0
    seconds: float = 0.0
    """Time spent training, pauses left out."""

    @property
    def images(self) -> int:
        """Pictures seen."""
        return self.steps * BATCH


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
    dtype: torch.dtype
    """Precision of the convolutions."""


def train_encoder(
    model: Model,
    out: Path,
    *,
    folder: Path | None = None,
    minutes: float | None = None,
    images: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    say: Callable[[str], None] = lambda words: None,
) -> Path:
    """Trains an encoder for `model` and writes it to `out`; a training that was stopped goes on where it was.

    `folder` holds real pictures, framed like those that the model was trained on; they are fitted to its size. The time
    is given in `minutes`, or in `images` to be seen. Raises GanimaError for a model of another layout than the
    style-based one, for a folder that cannot be used, for a checkpoint of another training, and when the disk is full,
    and Interrupted after Ctrl-C.
    """
    torch.set_num_threads(threads or os.cpu_count() or 1)
    torch.set_flush_denormal(True)
    layout, data = model.generator.config, None
    if folder is not None:
        data = load_folder(folder, layout.height, layout.width, layout.channels, conditional=False)
    task = task_of(model, None if data is None else data.pictures)
    state = new_state(task, seed)
    about: Card = {"model": model.name, "sha256": model.sha256, "seed": seed, "minutes": minutes, "images": images}
    if data is not None:
        about |= {"pictures": len(data.files), "fingerprint": data.fingerprint}
    saved = out.with_name(f".{out.name}.checkpoint")
    with interruptible() as stop:
        load_state(state, saved, about)
        alarm = Alarm(SAVE_SECONDS)
        while (progress := _progress(state, minutes, images)) < 1:
            start = time.monotonic()
            loss = train_step(state, task, progress)
            state.seconds += time.monotonic() - start
            if state.steps % LOG_STEPS == 0:
                say(f"{progress:4.0%}  {state.images:,} pictures  {state.seconds / 60:.1f} minutes  loss {loss:.4f}")
            if alarm.rings() or stop.asked:
                save_state(state, saved, about)
            if stop.asked:
                raise Interrupted
    told = {"images_seen": state.images, "training_seconds": round(state.seconds, 1)}
    save_encoder(out, state.encoder, model.space, about | told)
    saved.unlink(missing_ok=True)
    return out


def task_of(model: Model, pictures: NDArray[np.uint8] | None) -> Task:
    """The networks of a model, frozen, and what the encoder learns from."""
    generator, discriminator = model.generator, load_discriminator(model.path)
    if not isinstance(generator, Generator):
        raise GanimaError(f"the model {model.name!r} has no style-based generator, so it gets no encoder")
    if not isinstance(discriminator, Discriminator):
        discriminator = None
    else:
        discriminator.requires_grad_(False)
    return Task(generator, model.labels, discriminator, pictures, axes_of(model), fast_dtype(torch.device("cpu")))


def new_state(task: Task, seed: int) -> EncoderState:
    """A state before the first step, with the discriminator's eyes."""
    layout = task.generator.config
    torch.manual_seed(seed)
    encoder = Encoder(
        EncoderConfig(layout.height, layout.width, layout.channels, layout.widths, task.generator.layers, layout.w_dim)
    )
    if task.discriminator is not None:
        copy_fitting(encoder, task.discriminator.state_dict())
    encoder.mean.copy_(task.axes.mean)
    encoder.axes.copy_(task.axes.axes)
    return EncoderState(encoder, torch.optim.Adam(encoder.parameters(), betas=(0.9, 0.99)), seed)


def train_step(state: EncoderState, task: Task, progress: float) -> float:
    """One step; returns the loss. All that is drawn follows from the seed and the number of the step."""
    rng = torch.Generator().manual_seed(int(np.random.SeedSequence((state.seed, state.steps)).generate_state(1)[0]))
    real = 0 if task.pictures is None else REAL
    with torch.no_grad():
        ws = mixed_latents(task.generator, task.labels, BATCH - real, rng)
        goal = task.generator.synthesis(ws, task.dtype).clamp(-1, 1)
        if task.pictures is not None:
            chosen = task.pictures[indices(state.seed, state.steps * real, real, len(task.pictures))]
            given = torch.from_numpy(chosen).permute(0, 3, 1, 2).float() / 127.5 - 1
            goal = torch.cat([goal, varied(given, rng)])
    state.encoder.requires_grad_(True)
    v = state.encoder.coordinates(degraded(goal, rng), task.dtype)
    found = state.encoder.mean + v @ state.encoder.axes
    # Where there are real pictures, those of the samples need not be compared: their latents say it all, for less.
    which = slice(len(ws) if real else 0, None)
    likeness = Likeness(goal[which], task.discriminator, task.dtype)
    loss = likeness(task.generator.synthesis(found[which], task.dtype)).mean()
    spread = state.encoder.axes.square().sum()
    loss = loss + LATENT * (found[: len(ws)] - ws).square().sum(2).mean() / spread
    loss = loss + USUAL * v.square().mean() + ALIKE * (v - v.mean(1, keepdim=True)).square().mean()
    state.optimizer.param_groups[0]["lr"] = RATE(progress) * min(1, (state.steps + 1) / WARM_UP)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(state.encoder.parameters(), CLIP)
    state.optimizer.step()
    state.steps += 1
    return loss.item()


def mixed_latents(generator: Generator, vocabulary: Labels, count: int, rng: torch.Generator) -> Tensor:
    """ws [count, layers, w_dim] of random pictures, many of which change over to a second latent at some layer."""
    both = []
    for _ in range(2):
        z = torch.randn(count, generator.z_dim, generator=rng)
        labels = vocabulary.draw(count, rng)
        both.append(generator.mapping(z, labels)[:, None])
    at = torch.randint(1, generator.layers, (count, 1), generator=rng)
    at[torch.rand(count, generator=rng) >= MIXED] = generator.layers
    first = torch.arange(generator.layers)[None] < at
    return torch.where(first[:, :, None], both[0], both[1])


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
        seen.append(picture + noise * torch.randn(picture.shape, generator=rng))
    return torch.cat(seen)


def save_state(state: EncoderState, path: Path, about: Card) -> None:
    """Writes the state, and what it is a training of. Raises GanimaError on a full disk."""
    tensors = {f"encoder.{name}": tensor.contiguous() for name, tensor in state.encoder.state_dict().items()}
    for number, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": tensor.contiguous() for name, tensor in moments.items()}
    words = {"about": json.dumps(about), "counters": json.dumps({"steps": state.steps, "seconds": state.seconds})}

    def writer(beside: Path) -> None:
        try:
            save_file(tensors, beside, words)
        except SafetensorError as error:
            raise OSError(str(error)) from error

    atomic.write(path, writer)


def load_state(state: EncoderState, path: Path, about: Card) -> None:
    """Fills `state` from `path`, if that is there. Raises GanimaError when it is damaged, or of another training."""
    if not path.exists():
        return
    remove = f"to begin anew, remove {path}"
    try:
        with safe_open(path, "pt") as file:
            words = file.metadata() or {}
        if json.loads(words["about"]) != about:
            raise GanimaError(f"another training was stopped here: give its model, pictures and time, or {remove}")
        tensors, counters = load_file(path), json.loads(words["counters"])
        encoder = {name.removeprefix("encoder."): t for name, t in tensors.items() if name.startswith("encoder.")}
        state.encoder.load_state_dict(encoder)
        parameters = state.optimizer.param_groups[0]["params"]
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            if name.startswith("optimizer."):
                _, number, moment = name.split(".")
                # In the memory layout of the parameter, or the sums would come out in another order.
                like = torch.empty_like(parameters[int(number)]).copy_(tensor) if tensor.ndim else tensor
                moments.setdefault(int(number), {})[moment] = like
        groups = state.optimizer.state_dict()["param_groups"]
        state.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        state.steps, state.seconds = int(counters["steps"]), float(counters["seconds"])
    except (SafetensorError, OSError, LookupError, TypeError, ValueError, RuntimeError) as error:
        raise GanimaError(f"the checkpoint {path} is damaged ({error}): {remove}") from error


def _progress(state: EncoderState, minutes: float | None, images: int | None) -> float:
    if images is not None:
        return min(state.images / max(images, 1), 1.0)
    assert minutes is not None
    return min(state.seconds / max(minutes * 60, 1e-9), 1.0)
