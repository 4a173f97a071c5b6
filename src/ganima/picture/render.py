"""Places in a latent space drawn as pictures, always with the same bytes, and pictures enlarged."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from PIL import Image
from torch import Tensor

from ganima.errors import GanimaError
from ganima.picture.build import AnyGenerator

AT_ONCE = 8
"""Pictures that are drawn in one go."""
SIDE = 512
"""Longer side of a portrait, about, in pixels."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Runs torch on one thread: the order of sums, and with it the last bit, must not depend on the number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def pictures(generator: AnyGenerator, ws: Tensor) -> Tensor:
    """ws [n, layers, w_dim] to pictures [n, channels, height, width] in [-1, 1].

    Raises GanimaError for a latent so far out that its picture holds values that are not finite.
    """
    with torch.inference_mode():
        drawn = torch.cat([generator.synthesis(part) for part in torch.split(ws, AT_ONCE)])
    if not torch.isfinite(drawn).all():
        raise GanimaError("this latent lies so far out that the model cannot draw it: use smaller amounts")
    return drawn.clamp(-1, 1)


def enlarged_size(image: Image.Image, side: int) -> tuple[int, int]:
    """Width and height of the picture a whole number of times larger, with the longer side near `side`."""
    factor = max(1, round(side / max(image.size)))
    return image.width * factor, image.height * factor


def enlarge(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at `size` (width, height), smooth."""
    return image.resize(size, Image.Resampling.LANCZOS)
