"""A folder of pictures becomes one array: each file is decoded once, fitted to one size, and kept as bytes."""

import hashlib
import math
import statistics
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganima.data.files import find_files, relative_name, require_enough
from ganima.data.labels import Labels, assign, vocabulary
from ganima.data.pictures import decode
from ganima.data.store import Read, decoded
from ganima.data.survey import survey
from ganima.errors import GanimaError
from ganima.reporter import QUIET, Reporter

ENLARGED_MAX = 1.15
"""How much larger than the pictures themselves a fitted resolution may be."""
CROP_NOTABLE = 0.15
"""A picture that loses more of one side to cropping has another shape than the rest."""


@dataclass(frozen=True)
class PictureSet:
    """The usable pictures of a folder, all of one size."""

    pictures: NDArray[np.uint8]
    """[count, height, width, channels] in [0, 255]; usually a memory map, which cannot be written."""
    labels: NDArray[np.int64] | None
    """Numbers of each picture's classes, [count] or with groups [count, groups] (see `data.labels`); None without
    labels."""
    vocabulary: Labels
    """The labels that there are; empty where none are learned."""
    files: tuple[str, ...]
    """The file of each picture, relative to the folder."""
    skipped: tuple[tuple[str, str], ...]
    """Files that are not used, each with the reason."""
    fingerprint: str
    """SHA-256 in hexadecimal over names, contents and labels of the pictures; the same for every fit."""
    fit: str
    """How the pictures were fitted to their size, in words."""


def fit_resolution(sizes: list[tuple[int, int]], limit: int) -> tuple[int, int]:
    """A (height, width) that suits pictures of `sizes` [(height, width), ...], both multiples of 8.

    The longer side is at most `limit`, and at most 1.15 times the median one. The aspect ratio is near the median one;
    both sides have large powers of two in common, because a network doubles its way up to them.
    """
    ratio = statistics.median(math.log(width / height) for height, width in sizes)
    most = min(limit, ENLARGED_MAX * statistics.median(max(size) for size in sizes))
    sides = (m << k for k in range(1, 20) for m in (4, 5, 6, 7))
    longest = max((side for side in sides if side <= most and side % 8 == 0), default=8)
    # 128 goes with multiples of 16, 256 with multiples of 32: eight aspect ratios from square on.
    unit = max(8, 1 << (longest.bit_length() - 4))
    shorts = range(unit, longest + 1, unit)
    short = min(shorts, key=lambda side: abs(math.log(longest / side) - abs(ratio)))
    return (longest, short) if ratio < 0 else (short, longest)


def load_folder(
    folder: Path,
    height: int,
    width: int,
    channels: int,
    conditional: bool,
    spare: Path | None = None,
    report: Reporter = QUIET,
) -> PictureSet:
    """Every picture below `folder`, fitted to `height` × `width` pixels and `channels` (1, 3 or 4).

    A picture is scaled until it covers that size, and what juts out is cropped evenly. With `conditional` only labelled
    pictures are used. They are decoded once for all processes, and kept in the user's cache folder; `spare` is a folder
    for what that cannot hold. Raises GanimaError where `folder` cannot be used, has fewer than 10 usable pictures, or,
    with `conditional`, fewer than two classes.
    """
    files = find_files(folder)
    groups, labels = assign(folder, files) if conditional else ((), {})
    if conditional and len(set(labels.values())) < 2:
        raise GanimaError(
            f"{folder} has {'only one class' if labels else 'no classes'}; a conditional model needs two or more, "
            "from subfolders or from a labels.csv with the columns file,label"
        )
    unlabelled = {file: "has no label" for file in files if conditional and file not in labels}
    wanted = [file for file in survey(folder, files, report) if file.path not in unlabelled]
    found = decoded(wanted, (height, width, channels), fitting(height, width, channels), spare, report)
    names = [labels.get(file.path, ()) for file in found.used]
    fingerprint = hashlib.sha256()
    for file, said in zip(found.used, names, strict=True):
        fingerprint.update(f"{relative_name(file.path, folder)}\0{file.digest}{' '.join(said)}\0".encode())

    skipped = unlabelled | found.skipped
    reasons = tuple((relative_name(file, folder), skipped[file]) for file in files if file in skipped)
    require_enough(folder, len(found.used), reasons)
    if conditional and len(set(names)) < 2:
        raise GanimaError(f"only one class of {folder} has usable pictures; a conditional model needs two or more")
    known, numbers = vocabulary(groups, names) if conditional else (Labels(), None)
    return PictureSet(
        pictures=found.pictures,
        labels=numbers,
        vocabulary=known,
        files=tuple(relative_name(file.path, folder) for file in found.used),
        skipped=reasons,
        fingerprint=fingerprint.hexdigest(),
        fit=describe_fit(found.sizes, height, width),
    )


def fitting(height: int, width: int, channels: int) -> Read:
    """What decodes and fits the content of a file, as the store asks for it."""

    def read(content: bytes, suffix: str) -> tuple[NDArray[np.uint8], tuple[int, int]]:
        picture = decode(content, suffix, at_least=2 * max(height, width))
        return fit(picture.pixels, height, width, channels), picture.size

    return read


def fit(pixels: NDArray[np.uint8], height: int, width: int, channels: int) -> NDArray[np.uint8]:
    """One picture [h, w, 1, 3 or 4] scaled to cover `height` × `width` and cropped to it evenly, with `channels`.

    Transparency is kept in 4 channels and put on white in fewer; where nothing is seen, the colour is black.
    """
    mode = {1: "L", 3: "RGB", 4: "RGBA"}
    image = Image.fromarray(pixels if pixels.shape[2] > 1 else pixels[..., 0])
    if image.mode == "RGBA" and channels < 4:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    if image.mode != "RGBA":
        image = image.convert(mode[min(channels, 3)])
    scale = max(width / image.width, height / image.height)
    left, top = max(image.width - width / scale, 0.0) / 2, max(image.height - height / scale, 0.0) / 2
    box = (left, top, image.width - left, image.height - top)
    # Pillow scales RGBA with premultiplied colours.
    fitted = np.array(image.resize((width, height), Image.Resampling.LANCZOS, box).convert(mode[channels]))
    if channels == 4:
        fitted[fitted[..., 3] == 0] = 0
    return fitted.reshape(height, width, channels)


def lost(size: tuple[int, int], height: int, width: int) -> float:
    """The share in [0, 1) of one side of a picture of `size` (height, width) that `fit` crops."""
    ratio = (size[1] / size[0]) / (width / height)
    return 1 - min(ratio, 1 / ratio)


def describe_fit(sizes: list[tuple[int, int]], height: int, width: int) -> str:
    """Says how pictures of `sizes` [(height, width), ...] are fitted; the words give sizes as width × height."""
    target = f"{width}×{height}"
    shares = sorted(lost(size, height, width) for size in sizes)
    many = sum(share > CROP_NOTABLE for share in shares)
    small = sum(min(size[0] / height, size[1] / width) < 1 for size in sizes)
    if len(set(sizes)) == 1:
        subject = f"all pictures are {sizes[0][1]}×{sizes[0][0]} (width × height) and are "
        subject += "used at that size" if sizes[0] == (height, width) else f"scaled to {target}"
    else:
        subject = f"pictures are scaled to {target} (width × height)"
    if shares[-1] < 0.005:
        cropped = "nothing is cropped"
    else:
        cropped = f"the centre is kept, at most {shares[-1]:.0%} of one side is cropped"
    if 0 < many < len(sizes):
        cropped += f" ({many:,} of {len(sizes):,} lose more than {CROP_NOTABLE:.0%})"
    enlarged = f"; {small:,} of {len(sizes):,} are smaller than that and are enlarged" if small else ""
    return f"{subject}; {cropped}{enlarged}"
