"""The pictures of a judgement, put together for its page, on white."""

import numpy as np
from PIL import Image

from ganima.metrics.statistics import Bytes
from ganima.picture.grid import grid

GAP = 4
"""Pixels between the parts of a sheet."""
SMALL = 96
"""Sheets of pictures with shorter sides are enlarged by whole numbers, so that they can be seen."""


def sheet(pictures: Bytes, columns: int) -> Image.Image:
    """Pictures [count, height, width, channels] side by side in rows."""
    return grid(_images(pictures), columns)


def above(first: Bytes, second: Bytes, columns: int) -> Image.Image:
    """Two sheets, one above the other."""
    top, bottom = sheet(first, columns), sheet(second, columns)
    both = Image.new("RGBA", (max(top.width, bottom.width), top.height + 4 * GAP + bottom.height))
    both.paste(top, (0, 0))
    both.paste(bottom, (0, top.height + 4 * GAP))
    return both


def beside(pictures: Bytes) -> Image.Image:
    """A few pictures in a row, apart from each other."""
    images = _images(pictures)
    width, height = images[0].size
    row = Image.new("RGBA", (len(images) * (width + GAP) - GAP, height))
    for place, image in enumerate(images):
        row.paste(image, (place * (width + GAP), 0))
    return row


def _images(pictures: Bytes) -> list[Image.Image]:
    factor = max(1, SMALL // min(pictures.shape[1], pictures.shape[2]))
    enlarged = np.repeat(np.repeat(pictures, factor, 1), factor, 2)
    if pictures.shape[3] == 4:
        # Transparency is kept without loss, which would be most of the page.
        share = enlarged[..., 3:] / 255
        enlarged = (enlarged[..., :3] * share + 255 * (1 - share)).round().astype(np.uint8)
    return [Image.fromarray(picture[:, :, 0] if picture.shape[2] == 1 else picture) for picture in enlarged]
