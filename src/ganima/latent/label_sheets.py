"""Numbered samples on sheets, for whoever labels them, and the table to write the labels into."""

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

from ganima import provenance
from ganima.files import atomic
from ganima.files.places import require_free
from ganima.latent.direction_sheet import FADED, GAP, INK, MARGIN, PAPER, fitted, paste, plain
from ganima.latent.latents import of_seed
from ganima.latent.separate import TRUNCATION
from ganima.picture.grid import to_images
from ganima.picture.model import Model, origin_of
from ganima.picture.render import pictures
from ganima.reporter import QUIET, Reporter, counted

COLUMNS, ROWS = 8, 5
"""Samples on one sheet."""
CELL = 256
"""Longer side of a picture in pixels, about."""
CAPTION = 30
"""Height of the number below it."""
TABLE = "labels.csv"


def write_label_sheets(
    out: Path, model: Model, count: int, seed: int = 0, force: bool = False, report: Reporter = QUIET
) -> list[Path]:
    """Writes numbered sheets of the samples from `seed` on into `out`, and a table with their seeds to fill in.

    Returns the files, the table last. Raises GanimaError when they cannot be written, and without `force` when there is
    a table already.
    """
    table = out / TABLE
    require_free([table], force)
    origin = origin_of(model)
    written = []
    numbers = list(range(seed, seed + count))
    starts = range(0, count, COLUMNS * ROWS)
    for start in counted(starts, "drawing", len(starts), report):
        path = out / f"to-label-{start // (COLUMNS * ROWS) + 1:02d}.png"
        provenance.save_picture(label_sheet(model, numbers[start : start + COLUMNS * ROWS]), path, origin)
        written.append(path)
    atomic.write_text(table, "seed,\n" + "".join(f"{number},\n" for number in numbers))
    return [*written, table]


def label_sheet(model: Model, seeds: Sequence[int]) -> Image.Image:
    """The samples of `seeds`, each above its number."""
    layout = model.generator.config
    width, height = fitted(layout.width, layout.height, CELL)
    rows = -(-len(seeds) // COLUMNS)
    size = (2 * MARGIN + COLUMNS * (width + GAP) - GAP, 2 * MARGIN + rows * (height + CAPTION))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    ws = torch.stack([of_seed(model, seed, TRUNCATION).ws for seed in seeds])
    images = to_images(pictures(model.generator, ws))
    for place, (seed, image) in enumerate(zip(seeds, images, strict=True)):
        x, y = MARGIN + place % COLUMNS * (width + GAP), MARGIN + place // COLUMNS * (height + CAPTION)
        paste(sheet, image, (x, y), (width, height))
        draw.text((x + 2, y + height + 2), str(seed), INK, ImageFont.load_default(20))
    note = f"AI-generated with {provenance.TOOL}, model {model.name}"
    draw.text((MARGIN, size[1] - MARGIN + 8), plain(note), FADED, ImageFont.load_default(13))
    return sheet
