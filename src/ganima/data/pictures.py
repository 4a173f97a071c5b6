"""One picture file, decoded safely: whatever the file holds, it becomes pixels or a reason why not."""

import io
import threading
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from ganima.data.content import Unusable, describe, read_bytes

SUFFIXES_OF = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
    "AVIF": (".avif",),
}
"""The formats that are read, by Pillow's names; no other decoder is ever started."""
CHANNELS = {1: "grey", 3: "RGB", 4: "RGBA"}
"""What a number of channels is called."""
PICTURE_SUFFIXES = frozenset(suffix for suffixes in SUFFIXES_OF.values() for suffix in suffixes)
"""Ends of the names of picture files, in lower case."""
SIDE_MIN = 8
"""Smallest height and width in pixels."""
PIXELS_LARGE = 25_000_000
"""Pictures with more pixels are decoded one at a time, so that threads do not fill the memory."""

PICTURE_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"BM": "BMP",
}
ROTATION = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""

_one_large_at_a_time = threading.Lock()
# Pillow warns of damaged metadata and of large pictures; here the caller names such files once, in its own words.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True)
class Picture:
    """A decoded picture."""

    pixels: NDArray[np.uint8]
    """[height, width, channels] in [0, 255]; 1 channel grey, 3 RGB, 4 RGBA (only where something is transparent)."""
    size: tuple[int, int]
    """Height and width in the file, upright; larger than those of `pixels` where these were shrunk while decoding."""
    note: str | None
    """What is odd about the file though it can be used."""


def read_picture(path: Path, at_least: int | None = None) -> Picture:
    """Decodes a file upright, in 8 bits, the first frame of several.

    `at_least` allows to shrink a larger picture while decoding, to sides of that many pixels or more, which is much
    faster. CMYK becomes RGB without its colour profile. Raises Unusable, and nothing else, for any file that gives no
    picture.
    """
    return decode(read_bytes(path), path.suffix, at_least)


def decode(content: bytes, suffix: str, at_least: int | None = None) -> Picture:
    """`read_picture` for a file's content; `suffix` is the end of its name, which the content need not keep to."""
    try:
        with Image.open(io.BytesIO(content), formats=tuple(SUFFIXES_OF)) as image:
            return _decode(image, suffix.lower(), at_least)
    except Unusable:
        raise
    except UnidentifiedImageError as error:
        raise Unusable(_what(content)) from error
    except Image.DecompressionBombError as error:
        limit = 2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6
        raise Unusable(f"too large: more than {limit:.0f} megapixels") from error
    except MemoryError as error:
        raise Unusable("too large for the memory") from error
    # A damaged file can make a decoder raise anything.
    except Exception as error:
        words = str(error) or type(error).__name__
        raise Unusable("truncated" if "truncated" in words.lower() else f"damaged ({words})") from error


def _decode(image: Image.Image, suffix: str, at_least: int | None) -> Picture:
    width, height = image.size
    if min(image.size) < SIDE_MIN:
        raise Unusable(f"too small: {width}×{height} pixels (the least is {SIDE_MIN}×{SIDE_MIN})")
    notes = []
    kind = "JPEG" if image.format == "MPO" else image.format or ""
    if suffix not in SUFFIXES_OF[kind]:
        notes.append(f"is a {kind} file in spite of its name")
    if image.format != "MPO" and getattr(image, "is_animated", False):
        notes.append("has several frames, of which the first is used")
    with _one_large_at_a_time if width * height > PIXELS_LARGE else nullcontext():
        if at_least is not None:
            image.draft(None, (at_least, at_least))
        image.load()
        orientation = _orientation(image)
        image, note = _eight_bits(image)
        if note is not None:
            notes.append(note)
        # Twice as much as wanted stays, so that what the box filter does here does not show in the end.
        factor = min(image.size) // (2 * at_least) if at_least is not None else 1
        if factor > 1:
            image = _premultiplied(image).reduce(factor).convert(image.mode)
        if orientation in ROTATION:
            image = image.transpose(ROTATION[orientation])
        pixels = np.array(image)
    size = (width, height) if orientation in (5, 6, 7, 8) else (height, width)
    return Picture(pixels if pixels.ndim == 3 else pixels[..., None], size, "; ".join(notes) or None)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    # Damaged metadata can raise anything, and costs no more than the rotation.
    except Exception:
        return 1


def _eight_bits(image: Image.Image) -> tuple[Image.Image, str | None]:
    """The picture as L, RGB or RGBA, and a note where its values had to be stretched."""
    if image.mode.startswith(("I", "F")):
        return _from_numbers(np.asarray(image), image.mode)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        if np.asarray(rgba.getchannel("A")).min() < 255:
            return rgba, None
    return image.convert("L" if image.mode in ("1", "L", "LA") else "RGB"), None


def _from_numbers(values: NDArray[np.generic], mode: str) -> tuple[Image.Image, str | None]:
    """Grey values of 16 or 32 bits, or of floating point, to 8 bits.

    Where the file does not say what is white, it is the smallest of 1 (floating point only), 255 and 65535 that no
    value exceeds; other values are stretched from the darkest to the lightest.
    """
    numbers = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    whites = {"I": (255.0, 65535.0), "F": (1.0, 255.0, 65535.0)}.get(mode, (65535.0,))
    white = next((white for white in whites if low >= 0 and high <= white), None)
    note = None
    if white is None:
        note = f"has values from {low:g} to {high:g}, which are stretched to 8 bits"
        numbers, white = numbers - low, high - low
    return Image.fromarray(np.rint(numbers * (255 / max(white, 1e-30))).astype(np.uint8)), note


def _premultiplied(image: Image.Image) -> Image.Image:
    """Colours times alpha, so that what cannot be seen does not bleed into what can when pixels are averaged."""
    return image.convert("RGBa") if image.mode == "RGBA" else image


def _what(content: bytes) -> str:
    """Says what a file is that no decoder knows."""
    for start, name in PICTURE_MAGIC.items():
        if content.startswith(start):
            return f"damaged, or a kind of {name} that cannot be read"
    if content[8:12] == b"WEBP":
        return "damaged WEBP"
    if content[4:8] == b"ftyp":
        return "an HEIC picture or a video, which cannot be read; convert it to JPEG"
    return describe(content, "picture")
