"""Pictures from a model: latents drawn from a seed, truncated, turned into pictures one batch at a time."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from PIL import Image

from ganima import provenance
from ganima.errors import GanimaError
from ganima.models.library import find_model
from ganima.picture.grid import grid, to_images
from ganima.picture.model import Model, load_model, origin_of
from ganima.picture.request import SamplePictures
from ganima.picture.truncation import Centres, Towards
from ganima.reporter import QUIET, Reporter, counted

BATCH = 8
"""Pictures that are made at once. Always this many, so that a picture's bytes do not depend on how many are asked for.
"""
GRID = 64
"""Most pictures in a grid."""


def sample(
    model: Model | str | Path,
    count: int = 1,
    seed: int = 0,
    truncation: float = 1.0,
    labels: Sequence[str] = (),
    towards: Towards = "mean",
) -> Iterator[Image.Image]:
    """Yields `count` pictures of a model, which is loaded already, or a name, a file, or the folder of a run.

    The same arguments give the same pictures, and memory does not grow with `count`.

    `truncation` ψ moves w `towards` its mean (in a conditional model, that of a picture's labels) or the nearest
    cluster centre: 1 leaves it, 0 gives the centre's picture. `labels` of a conditional model are asked for: a class,
    or `group=value` for some of its groups; the others are drawn for each picture. Raises GanimaError for a label that
    the model does not have.
    """
    model = model if isinstance(model, Model) else load_model(find_model(str(model)))
    chosen = model.labels.numbers(labels)
    centres = Centres(model.generator, towards)
    rng = torch.Generator().manual_seed(seed)
    for start in range(0, count, BATCH):
        z = torch.randn(BATCH, model.generator.z_dim, generator=rng)
        drawn = model.labels.draw(BATCH, rng, chosen)
        with torch.inference_mode():
            w = model.generator.mapping(z, drawn)
            pictures = model.generator.synthesis(centres.truncated(w, drawn, truncation))
        yield from islice(to_images(pictures), count - start)


def write_samples(
    model: Model,
    out: Path,
    count: int = 16,
    seed: int = 0,
    truncation: float = 1.0,
    labels: Sequence[str] = (),
    with_grid: bool = False,
    towards: Towards = "mean",
    report: Reporter = QUIET,
) -> list[Path]:
    """Writes `count` PNG files and, if asked for, `grid.png` with the first 64 of them; returns the first and last
    path.

    Files of the same names are replaced. Raises GanimaError when the folder cannot be written.
    """
    if count < 1:
        raise GanimaError("nothing to do: `count` must be at least 1", "count")
    origin = origin_of(model)
    digits = max(6, len(str(count - 1)))
    first: list[Image.Image] = []
    drawn = sample(model, count, seed, truncation, labels, towards)
    for number, image in enumerate(counted(drawn, "drawing", count, report)):
        provenance.save_picture(image, out / f"{number:0{digits}d}.png", origin)
        if with_grid and number < GRID:
            first.append(image)
    written = [out / f"{number:0{digits}d}.png" for number in sorted({0, count - 1})]
    if with_grid:
        provenance.save_picture(grid(first), out / "grid.png", origin)
        written.append(out / "grid.png")
    return written


def sample_pictures(request: SamplePictures, report: Reporter = QUIET) -> list[Path]:
    """Writes pictures as asked; returns the first and last path. See `write_samples`."""
    r = request
    model = load_model(find_model(r.model))
    return write_samples(model, r.out, r.count, r.seed, r.truncation, r.labels, r.grid, r.towards, report)
