"""A photo in the latent space: the encoder's guess, refined by descent, the generator tuned around it, and edits."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganima import provenance
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.files.places import require_free_folder
from ganima.latent import latents
from ganima.latent.comparison import draw_comparison
from ganima.latent.components import components
from ganima.latent.directions import Directions, find_directions, move
from ganima.latent.encoder.model import encode, find_encoder
from ganima.latent.latents import Latent
from ganima.latent.likeness import Likeness
from ganima.latent.photo import Photo, read_photo
from ganima.latent.projection import Space, axes_of, project
from ganima.latent.tuning import tune
from ganima.metrics.similarity import psnr, ssim
from ganima.models.card import Facts
from ganima.picture.build import AnyGenerator
from ganima.picture.grid import to_images
from ganima.picture.model import Model, load_critics, load_discriminator, load_model, origin_of, save_picture_model
from ganima.picture.render import one_thread, pictures
from ganima.reporter import QUIET, Reporter, go_on

STEPS = 300
"""Steps of refinement."""
TUNING_STEPS = 120
EDITS, AMOUNT = ("smile", "age", "turn"), 1.5
"""The edits that are tried, or as many others where the model has none of these, and how far they go."""
LATENT, ALIGNED, RECONSTRUCTION = "latent.json", "aligned.png", "reconstruction.png"
COMPARISON, TUNED = "inversion.png", "model.safetensors"
KEPT = ("licence", "attribution", "limits", "framing", "data", "classes", "groups", "combinations")
"""What is as true of a tuned model as of its parent."""


@dataclass(frozen=True)
class Reconstruction:
    """What one stage came to."""

    name: str
    ws: Tensor
    """[layers, w_dim]"""
    generator: AnyGenerator
    image: Image.Image
    psnr: float
    """Of the picture to the photo, in dB."""
    ssim: float
    seconds: float


@dataclass(frozen=True)
class Inversion:
    """A photo that lies inverted in a folder."""

    folder: Path
    framing: str
    """How the photo was framed."""
    stages: tuple[Reconstruction, ...]
    """The first guess, refined, tuned: those that were asked for."""
    edits: tuple[str, ...]
    """What was edited."""


def invert(
    model: Model,
    photo: Path,
    out: Path,
    *,
    steps: int = STEPS,
    space: Space | None = None,
    tuned: bool = False,
    consent: str | None = None,
    no_real_person: bool = False,
    face: int | None = None,
    aligned: bool = False,
    seed: int = 0,
    force: bool = False,
    report: Reporter = QUIET,
) -> Inversion:
    """Puts a photo into the latent space of `model`, and writes latent, pictures and edits into the new folder `out`.

    The latent is refined in `steps` steps; with `tuned` the generator is adapted around it, and written too. Unless the
    `space` is given, the latent has one w for each layer, which comes nearer to the photo, but one for all where the
    generator is tuned: what is lost the tuning brings back, and edits work better (Roich et al. 2021). For the
    arguments about the photo see `read_photo`; the same ones give the same pictures. Raises GanimaError where the photo
    or `out` cannot be used, and when the disk is full; `out` is then as it was.
    """
    require_free_folder(out, force, "inversion", (COMPARISON,))
    space = space or ("w" if tuned else "w+")
    given = read_photo(photo, model, consent=consent, no_real_person=no_real_person, face=face, aligned=aligned)
    with one_thread(), atomic.folder_in_place_of(out) as folder:
        stages = run_stages(model, given, steps, space, TUNING_STEPS if tuned else 0, seed, report=report)
        go_on(report)
        shown = model
        if tuned:
            shown = write_tuned(folder / TUNED, model, given, stages[-1].generator)
            # The file has half the precision.
            stages[-1] = measure("tuned", stages[-1].ws, shown.generator, given, stages[-1].seconds)
        about = {"photo": photo.name, "framing": given.framing, "space": space, "steps": steps}
        edits = write_results(folder, model, shown, given, stages, about)
    return Inversion(out, given.framing, tuple(stages), edits)


def run_stages(
    model: Model,
    photo: Photo,
    steps: int,
    space: Space,
    tuning_steps: int,
    seed: int,
    clock: Callable[[], float] = time.perf_counter,
    report: Reporter = QUIET,
) -> list[Reconstruction]:
    """The first guess, refined if there are `steps`, and the generator tuned if there are `tuning_steps`.

    The seconds are those of `clock`.
    """
    generator = model.generator
    encoder, discriminator = find_encoder(model), load_discriminator(model.path)
    if discriminator is not None:
        discriminator.requires_grad_(False)
    likeness = Likeness(photo.tensor, discriminator)
    start = clock()
    mean = generator.w_mean.expand(generator.layers, -1).clone()
    ws = mean if encoder is None else encode(encoder, photo.tensor)
    stages = [measure("mean" if encoder is None else "encoder", ws, generator, photo, clock() - start)]
    if steps:
        start = clock()
        axes = axes_of(model)
        ws = project(generator, likeness, ws, axes, steps, space, report)
        stages.append(measure("refined", ws, generator, photo, clock() - start))
    if tuning_steps:
        start = clock()
        own = tune(model, likeness, ws, tuning_steps, seed, report)
        stages.append(measure("tuned", ws, own, photo, clock() - start))
    return stages


def measure(name: str, ws: Tensor, generator: AnyGenerator, photo: Photo, seconds: float) -> Reconstruction:
    """What a stage of `seconds` came to."""
    image = to_images(pictures(generator, ws[None]))[0]
    made = np.asarray(image).reshape(photo.pixels.shape)
    return Reconstruction(name, ws, generator, image, psnr(made, photo.pixels), ssim(made, photo.pixels), seconds)


def write_tuned(path: Path, model: Model, photo: Photo, generator: AnyGenerator) -> Model:
    """Writes the tuned model, with its card, and reads it back."""
    before = model.card.to_json()
    card: Facts = {name: before[name] for name in KEPT if name in before}
    card |= {
        "name": f"{model.name}-tuned",
        "description": f"The model {model.name}, tuned to one photo.",
        "space": model.space,
        "parent": {"name": model.name, "sha256": model.sha256},
    }
    consent = consented(model, photo).consent
    card |= photo.persons | ({"consent": consent} if consent else {})
    save_picture_model(path, generator, load_discriminator(model.path), card, critics=load_critics(model.path))
    return load_model(path)


def consented(model: Model, photo: Photo) -> provenance.Origin:
    """What a file says that shows the photo by way of the model."""
    return origin_of(model, photo.persons.get("consent", ""))


def write_results(
    folder: Path, model: Model, shown: Model, photo: Photo, stages: list[Reconstruction], about: dict[str, Any]
) -> tuple[str, ...]:
    """Writes latent and pictures, those of the model `shown`; returns what was edited."""
    last, origin = stages[-1], consented(shown, photo)
    directions = directions_for(model)
    latent = Latent(last.ws)
    names = tuple(name for name in EDITS if name in directions.names) or directions.names[: len(EDITS)]
    moved = torch.stack([move(latent, directions, {name: AMOUNT}).ws for name in names])
    edits = to_images(pictures(shown.generator, moved))

    if photo.origin is None:
        provenance.save_training_picture(photo.image, folder / ALIGNED)
    else:
        provenance.save_picture(photo.image, folder / ALIGNED, photo.origin)
    provenance.save_picture(last.image, folder / RECONSTRUCTION, origin)
    for name, edit in zip(names, edits, strict=True):
        provenance.save_picture(edit, folder / edit_file(name), origin)
    row = [("photo", photo.framing, photo.image)]
    row += [(stage.name, f"{stage.psnr:.1f} dB, SSIM {stage.ssim:.2f}", stage.image) for stage in stages]
    changes = [(f"{name} +{AMOUNT:g}", f"edit of {last.name}", edit) for name, edit in zip(names, edits, strict=True)]
    provenance.save_picture(draw_comparison([row, changes]), folder / COMPARISON, origin)
    figures = {stage.name: {"psnr": round(stage.psnr, 2), "ssim": round(stage.ssim, 4)} for stage in stages}
    if shown is not model:
        about = about | {"model": TUNED}
    latents.write(folder / LATENT, latent, model, **photo.persons, inversion=about | figures)
    return names


def edit_file(direction: str) -> str:
    """The name of the picture of an edit."""
    return f"edit-{re.sub(r'[^a-zA-Z0-9_-]+', '-', direction)}.png"


def directions_for(model: Model) -> Directions:
    """The directions of the model, or the axes along which its w varies the most where nobody has looked for any."""
    try:
        return find_directions(model)
    except GanimaError:
        return components(model, min(len(EDITS), len(model.generator.w_mean)), range(model.generator.layers))
