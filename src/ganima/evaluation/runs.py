"""What takes a picture, as a function from a picture to a result: inversion, stylisation, alignment."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganima.data.align import align_picture
from ganima.data.content import Unusable
from ganima.data.files import find_files
from ganima.data.folder import fit, load_folder
from ganima.data.pictures import read_picture
from ganima.data.sampler import evenly
from ganima.errors import GanimaError
from ganima.evaluation.corruptions import Picture
from ganima.latent.encoder.model import encode, find_encoder
from ganima.latent.invert import run_stages
from ganima.latent.photo import Photo
from ganima.metrics.similarity import WINDOW
from ganima.picture.grid import to_images
from ganima.picture.model import Model
from ganima.picture.render import pictures
from ganima.reporter import QUIET, Reporter, counted
from ganima.style.lineage import ancestor
from ganima.style.usual import usual

SIDE_MAX = 640
"""Photographs are made so small, in pixels of the longer side, before faces are looked for in them."""

INVERSION_NOTE = "An inversion follows the light of its picture: that it changes with the brightness is no fault."
ALIGNMENT_NOTE = "An aligned picture keeps the damage of its photograph; what may be lost is the face, or its place."


def inversion(model: Model, steps: int = 0) -> Callable[[Picture], Picture]:
    """A picture of the model's size to the nearest one that the model makes: the encoder's guess, refined in `steps`.

    Raises GanimaError where there is neither an encoder nor a step.
    """
    find = _finder(model, steps)
    return lambda picture: _draw(model, find(picture))


def stylisation(parent: Model, child: Model, steps: int = 0) -> Callable[[Picture], Picture]:
    """A picture to what `child` shows in the place of what `parent` sees in it. Raises GanimaError as `inversion`."""
    find = _finder(parent, steps)
    return lambda picture: _draw(child, usual(parent, find(picture)))


def usual_run(model: Model) -> tuple[str, Callable[[Picture], Picture], Model]:
    """What is made of pictures with `model`, in words and as a function: stylised with one that was made from another,
    inverted with any other; and the model whose pictures they are like. Raises GanimaError as `inversion`."""
    root = ancestor(model, None)
    if root is model:
        return f"inversion into {model.name}", inversion(model), root
    return f"stylisation with {model.name}", stylisation(root, model), root


def alignment(height: int = 128, width: int = 96) -> Callable[[Picture], Picture | None]:
    """A photograph to its one face, turned and scaled; None where none, or more than one, is found."""

    def run(picture: Picture) -> Picture | None:
        try:
            return np.array(align_picture(_colour(picture), height, width))
        except Unusable:
            return None

    return run


def pictures_for(model: Model, folder: Path, count: int, report: Reporter = QUIET) -> list[Picture]:
    """`count` pictures of a folder, evenly chosen, fitted to the size of the model.

    Raises GanimaError where the folder cannot be used, and for a model whose pictures are too small to compare.
    """
    layout = model.generator.config
    if min(layout.height, layout.width) < WINDOW:
        raise GanimaError(f"the pictures of {model.name!r} are too small to compare: {layout.width}×{layout.height}")
    found = load_folder(folder, layout.height, layout.width, layout.channels, False, report=report).pictures
    return [found[place] for place in evenly(len(found), count)]


def photographs(folder: Path, count: int, report: Reporter = QUIET) -> list[Picture]:
    """`count` pictures of a folder, evenly chosen, of their own sizes up to 640 pixels. Files that are none are left
    out; raises GanimaError where all are."""
    files = find_files(folder)
    found: list[Picture] = []
    places = evenly(len(files), count)
    for place in counted(places, "reading", len(places), report):
        try:
            image = Image.fromarray(_colour(read_picture(files[place], at_least=SIDE_MAX).pixels))
        except Unusable:
            continue
        image.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
        found.append(np.array(image))
    if not found:
        raise GanimaError(f"{folder} has no picture that can be used: inspect it to see why", "folder")
    return found


def _finder(model: Model, steps: int) -> Callable[[Picture], Tensor]:
    """What finds the ws [layers, w_dim] of a picture."""
    encoder = find_encoder(model)
    if encoder is None and not steps:
        raise GanimaError(
            f"the model {model.name!r} has no encoder that finds a picture's latent at once: train one first, or "
            "refine in `steps`, such as 100",
            "steps",
        )

    def find(picture: Picture) -> Tensor:
        photo = Photo(picture, "", {})
        if steps or encoder is None:
            return run_stages(model, photo, steps, "w+", 0, 0)[-1].ws
        with torch.inference_mode():
            return encode(encoder, photo.tensor)

    return find


def _draw(model: Model, ws: Tensor) -> Picture:
    image = np.array(to_images(pictures(model.generator, ws[None]))[0])
    return image if image.ndim == 3 else image[..., None]


def _colour(pixels: Picture) -> Picture:
    height, width = pixels.shape[:2]
    return fit(pixels, height, width, 3)
