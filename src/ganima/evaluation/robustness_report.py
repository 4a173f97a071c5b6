"""A page about the robustness of one command, with an example that nobody real is shown in."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ganima import provenance
from ganima.evaluation.corruptions import CORRUPTIONS, STRENGTHS, Corruption, Picture, corrupt
from ganima.evaluation.robustness import Robustness, Run
from ganima.evaluation.robustness_page import section
from ganima.files import atomic
from ganima.pages.embedded import Embedded, embedded
from ganima.pages.render import render
from ganima.picture.grid import grid
from ganima.picture.model import Model, origin_of
from ganima.picture.sample import sample

NOTHING = (128, 128, 128)
"""Colour in the place of a result that there is none of."""
TRUNCATION = 0.7
"""How near to the mean the example lies."""


def example(model: Model, seed: int) -> Picture:
    """A picture of the model's own."""
    pixels = np.array(next(sample(model, 1, seed, TRUNCATION)))
    return pixels if pixels.ndim == 3 else pixels[..., None]


def write_robustness(found: Robustness, run: Run, model: Model, out: Path, folder: Path, seed: int) -> None:
    """Writes the page to `out`, and the numbers beside it as JSON; the example is a picture of `model`."""
    origin = origin_of(model)
    examples = _examples(run, example(model, seed), seed, origin)
    facts = {"Pictures": f"{found.pictures} of {folder.resolve().name}", "Seed": str(seed), "Model": model.name}
    html = render("robustness_page.html.j2", title=found.what, facts=facts, section=section(found), examples=examples)
    atomic.write_both(
        out,
        lambda beside: provenance.save_page(html, beside, origin),
        lambda: provenance.save_json(found.to_json(), out.with_suffix(".json"), origin),
    )


def _examples(
    run: Run, picture: Picture, seed: int, origin: provenance.Origin, corruptions: Sequence[Corruption] = CORRUPTIONS
) -> list[Embedded]:
    clean = run(picture)
    return [_example(run, picture, clean, kind, seed, origin) for kind in corruptions]


def _example(
    run: Run, picture: Picture, clean: Picture | None, kind: Corruption, seed: int, origin: provenance.Origin
) -> Embedded:
    damaged = [corrupt(picture, kind, strength, seed) for strength in range(1, STRENGTHS + 1)]
    above = [_image(one) for one in (picture, *damaged)]
    below = [_image(one, above[0].size) for one in (clean, *(run(one) for one in damaged))]
    amounts = ", ".join(kind.label(strength) for strength in range(1, STRENGTHS + 1))
    return embedded(grid(above + below, 1 + STRENGTHS), origin, f"AI-generated, {kind.name}: clean, {amounts}")


def _image(picture: Picture | None, size: tuple[int, int] = (1, 1)) -> Image.Image:
    if picture is None:
        return Image.new("RGB", size, NOTHING)
    image = Image.fromarray(picture if picture.shape[2] > 1 else picture[..., 0])
    white = Image.new("RGBA", image.size, "white")
    image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image if size == (1, 1) else image.resize(size, Image.Resampling.LANCZOS)
