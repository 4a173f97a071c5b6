"""Which preset, size and channels suit a folder of pictures."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ganima.data.folder import fit_resolution

ALPHA_SHARE = 0.5
"""From this share of transparent pictures on, transparency is generated."""
LARGE = 0.75
"""A preset suits pictures whose median longer side is at least this share of its own."""


@dataclass(frozen=True)
class Suggestion:
    """What to train with."""

    preset: str
    height: int
    width: int
    channels: int
    """1 grey, 3 RGB, 4 RGBA."""
    why: str
    """The reasons, in one sentence part."""


SIDES = {"classic": 28, "tiny": 16, "cpu64": 64, "cpu128": 128, "gpu256": 256, "gpu512": 512}
"""Longer side of the pictures that each preset is made for."""


def suggest(
    shapes: Sequence[tuple[int, ...]],
    has_gpu: bool,
    preset: str | None = None,
    resolution: tuple[int, int] | int | None = None,
) -> Suggestion:
    """What suits pictures of the given `shapes` [(height, width, channels), ...].

    A `preset` or a `resolution` (longer side, or (height, width), in pixels) that is given is kept.
    """
    sizes = [(shape[0], shape[1]) for shape in shapes]
    side = statistics.median(max(size) for size in sizes)
    why = [f"the pictures' longer side is {side:.0f} pixels at the median"]
    if preset is None:
        wanted = side if resolution is None else resolution if isinstance(resolution, int) else max(resolution)
        ladder = ["cpu64", "cpu128", "gpu256", "gpu512"] if has_gpu else ["cpu64", "cpu128"]
        preset = max((p for p in ladder if SIDES[p] * LARGE <= wanted), key=ladder.index, default="cpu64")
        why.append("there is a GPU" if has_gpu else "there is no GPU")
        if preset == "cpu128" and resolution is None and varied(sizes):
            preset = "cpu64"
            why.append("and pictures of many shapes take long to learn")
    if preset == "classic":
        return Suggestion(preset, *_classic(resolution), 1, "the classic program makes small grey pictures")
    if isinstance(resolution, tuple):
        height, width = resolution
    else:
        height, width = fit_resolution(sizes, SIDES[preset] if resolution is None else resolution)
    alpha = sum(shape[2] == 4 for shape in shapes) / len(shapes)
    channels = 4 if alpha >= ALPHA_SHARE else 1 if all(shape[2] == 1 for shape in shapes) else 3
    why.append({1: "they are grey", 3: "they are in colour", 4: "they are transparent in parts"}[channels])
    return Suggestion(preset, height, width, channels, ", ".join(why))


def _classic(resolution: tuple[int, int] | int | None) -> tuple[int, int]:
    if resolution is None:
        return 28, 28
    return (resolution, resolution) if isinstance(resolution, int) else resolution


def varied(sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether more than a fifth of the pictures have an aspect ratio more than a quarter off the median one."""
    ratios = [width / height for height, width in sizes]
    middle = statistics.median(ratios)
    return sum(abs(ratio / middle - 1) > 0.25 for ratio in ratios) > len(ratios) / 5
