"""The contact sheet of a model's directions: what each one does to some persons."""

import textwrap
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

from ganima import provenance
from ganima.latent.directions import ENDING, Directions, steer
from ganima.latent.latents import of_seed
from ganima.picture.grid import to_images
from ganima.picture.model import Model, origin_of
from ganima.picture.render import one_thread, pictures

STEPS = (-3, -2, -1, 0, 1, 2, 3)
PERSONS = 2
"""Persons side by side: what a direction does to one may be chance."""
PERSON_TRUNCATION = 0.7
CELL = 128
"""Longer side of a picture in pixels, about; larger pictures are shrunk to it, smaller ones enlarged."""
MARGIN, GAP, BETWEEN, HEAD, FOOT, NAMES = 32, 4, 20, 96, 48, 168
"""Distances in pixels: around the sheet, between pictures, between persons, above, below, and left for the names."""
PAPER, INK, FADED = (247, 246, 243), (28, 28, 30), (112, 112, 118)


def sheet_path(directions: Path) -> Path:
    """Where the contact sheet of a directions file lies: beside it."""
    return directions.with_name(directions.name.removesuffix(ENDING) + ".directions.png")


def write_sheet(path: Path, model: Model, directions: Directions, seed: int = 0) -> None:
    """Writes the contact sheet: a row for each direction, seven steps from -3 to 3, for the persons from `seed` on.

    Raises GanimaError when it cannot be written.
    """
    with one_thread():
        sheet = draw_sheet(model, directions, seed)
    provenance.save_picture(sheet, path, origin_of(model))


def draw_sheet(model: Model, directions: Directions, seed: int) -> Image.Image:
    """The contact sheet as a picture."""
    persons = [of_seed(model, seed + i, PERSON_TRUNCATION) for i in range(PERSONS)]
    layout = model.generator.config
    width, height = fitted(layout.width, layout.height, CELL)
    block = len(STEPS) * (width + GAP) - GAP
    row = height + GAP
    size = (2 * MARGIN + NAMES + PERSONS * block + (PERSONS - 1) * BETWEEN, HEAD + len(directions.names) * row + FOOT)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    large, medium, small = (ImageFont.load_default(points) for points in (28, 18, 13))
    draw.text((MARGIN, 18), f"Edit directions of {plain(model.name)}", INK, large)
    left = [MARGIN + NAMES + i * (block + BETWEEN) for i in range(PERSONS)]
    for x in left:
        for column, step in enumerate(STEPS):
            middle = x + column * (width + GAP) + width / 2
            draw.text((middle, HEAD - 12), f"{step:+d}" if step else "0", FADED, small, anchor="mm")
    does = directions.about.get("does", {})
    for place, name in enumerate(directions.names):
        y = HEAD + place * row
        draw.text((MARGIN, y + height / 2 - 22), plain(name), INK, medium)
        for line, words in enumerate(textwrap.wrap(plain(does.get(name, "")), 22)):
            draw.text((MARGIN, y + height / 2 + 2 + 16 * line), words, FADED, small)
        amounts = torch.zeros(len(STEPS), len(directions.names))
        amounts[:, place] = torch.tensor(STEPS)
        for x, person in zip(left, persons, strict=True):
            ws = steer(person.ws.expand(len(STEPS), -1, -1), directions, amounts)
            for column, image in enumerate(to_images(pictures(model.generator, ws))):
                paste(sheet, image, (x + column * (width + GAP), y), (width, height))
    note = f"AI-generated with {provenance.TOOL}, model {model.name}, seeds {seed} to {seed + PERSONS - 1}"
    draw.text((MARGIN, size[1] - FOOT + 16), plain(note), FADED, small)
    return sheet


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height scaled by a whole number, or by one over one, so that the longer one is near `side`."""
    longer = max(width, height)
    if longer <= side:
        return width * round(side / longer), height * round(side / longer)
    return max(1, width // round(longer / side)), max(1, height // round(longer / side))


def paste(sheet: Image.Image, image: Image.Image, place: tuple[int, int], size: tuple[int, int]) -> None:
    """Puts `image` on the sheet at `size`; what is transparent shows the paper."""
    scaled = image.resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    sheet.paste(scaled, place, scaled)


def plain(text: str) -> str:
    """`text` as far as the font that is always there has letters for it."""
    return text.encode("ascii", "replace").decode()
