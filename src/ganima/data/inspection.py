"""What is in a folder of pictures, and how to train on it."""

import dataclasses
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganima.data.content import Unusable
from ganima.data.duplicates import PerceptualHash, groups_of, perceptual_hash
from ganima.data.files import count_files, find_files, in_threads, relative_name, require_enough
from ganima.data.folder import CROP_NOTABLE, describe_fit, lost
from ganima.data.labels import Assigned, assign
from ganima.data.pictures import CHANNELS, decode
from ganima.data.sound import SOUND_SUFFIXES
from ganima.data.suggestion import Suggestion, suggest
from ganima.data.survey import Surveyed, read_surveyed, survey
from ganima.errors import GanimaError
from ganima.files import cache
from ganima.reporter import QUIET, Reporter, counted

FEW = 1000
"""Below this many pictures a discriminator soon knows them by heart."""
VERY_FEW = 100
"""Below this many pictures a model of its own comes to nothing."""
GREY_MAX = 8
"""Red, green and blue of a picture without colour differ by so much at most, compression included."""

SHAPES = ((1, 2), (9, 16), (2, 3), (3, 4), (4, 5), (1, 1), (5, 4), (4, 3), (3, 2), (16, 9), (2, 1))
"""Width to height."""


@dataclass(frozen=True)
class Duplicates:
    """Pictures that are the same, or nearly."""

    files: tuple[str, ...]
    exact: bool
    """Whether the files are the same, byte for byte."""


@dataclass(frozen=True)
class Inspection:
    """A report on a folder of pictures. Files are named relative to it, sizes are (height, width)."""

    folder: str
    usable: int
    unusable: tuple[tuple[str, str], ...]
    """Files that give no picture, each with the reason."""
    notes: tuple[tuple[str, str], ...]
    """Files that are odd but can be used, each with what is odd."""
    smallest: tuple[int, int]
    """Size of the picture with the fewest pixels."""
    median: tuple[int, int]
    largest: tuple[int, int]
    shapes: dict[str, int]
    """How many pictures have which aspect ratio, width to height, the commonest first."""
    channels: dict[str, int]
    """How many pictures are grey, RGB, or RGBA (something in them is transparent)."""
    classes: dict[str, int]
    """How many usable pictures each class has, by name (`group=value` where there are groups of labels); empty without
    labels."""
    unlabelled: int
    """Usable pictures without a class where others have one."""
    duplicates: tuple[Duplicates, ...]
    suggestion: Suggestion
    """Preset, resolution and channels, and why."""
    fit: str
    """What that resolution does to the pictures."""
    advice: tuple[str, ...]
    """What to think of before training."""


@dataclass(frozen=True)
class _Seen:
    """What is kept of a picture."""

    size: tuple[int, int]
    channels: int
    note: str | None
    digest: str
    look: PerceptualHash


def inspect_folder(folder: Path, has_gpu: bool = False, report: Reporter = QUIET) -> Inspection:
    """Reads every picture below `folder` and reports on them.

    The suggestion depends on `has_gpu`. Raises GanimaError where `folder` cannot be used or has fewer than 10 usable
    pictures.
    """
    files = find_files(folder)
    seen: dict[Path, _Seen] = {}
    unusable: list[tuple[str, str]] = []
    for file, result in zip(files, _see(survey(folder, files, report), report), strict=True):
        if isinstance(result, Unusable):
            unusable.append((relative_name(file, folder), result.reason))
        else:
            seen[file] = result
    require_enough(folder, len(seen), tuple(unusable))

    names = {file: relative_name(file, folder) for file in seen}
    sizes = [picture.size for picture in seen.values()]
    by_area = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    suggestion = suggest([(*p.size, p.channels) for p in seen.values()], has_gpu)
    labels, label_error = _labels(folder, files)
    duplicates = _duplicates(seen, names)
    return Inspection(
        folder=str(folder),
        usable=len(seen),
        unusable=tuple(unusable),
        notes=tuple((names[file], picture.note) for file, picture in seen.items() if picture.note is not None),
        smallest=by_area[0],
        median=by_area[len(by_area) // 2],
        largest=by_area[-1],
        shapes=dict(Counter(_shape(size) for size in sizes).most_common()),
        channels=dict(Counter(CHANNELS[picture.channels] for picture in seen.values()).most_common()),
        classes=dict(sorted(Counter(name for file in seen for name in labels.get(file, ())).items())),
        unlabelled=sum(file not in labels for file in seen) if labels else 0,
        duplicates=duplicates,
        suggestion=suggestion,
        fit=describe_fit(sizes, suggestion.height, suggestion.width),
        advice=(*label_error, *_advice(folder, list(seen.values()), duplicates, suggestion)),
    )


def to_json(inspection: Inspection) -> dict[str, Any]:
    """The report as plain JSON data."""
    return dataclasses.asdict(inspection)


def _see(files: list[Surveyed], report: Reporter) -> list[_Seen | Unusable]:
    """What is to be seen of each file, which is kept by the contents and the names' ends."""

    def make() -> tuple[cache.Arrays, Any]:
        found = list(counted(in_threads(_look, files), "reading", len(files), report))
        seen = [one for one in found if not isinstance(one, Unusable)]
        arrays = {
            "size": np.array([one.size for one in seen]).reshape(-1, 2),
            "channels": np.array([one.channels for one in seen]),
            "bits": np.array([one.look.bits for one in seen], np.uint64),
            "small": np.array([one.look.small for one in seen], np.uint8),
        }
        return arrays, [one.reason if isinstance(one, Unusable) else [one.note] for one in found]

    contents = [(file.digest, file.unreadable, file.path.suffix.lower()) for file in files]
    arrays, said = cache.kept("inspections", cache.key(contents), make)
    rows = zip(arrays["size"].tolist(), arrays["channels"].tolist(), arrays["bits"], arrays["small"], strict=True)
    found: list[_Seen | Unusable] = []
    for file, words in zip(files, said, strict=True):
        if isinstance(words, str):
            found.append(Unusable(words))
        else:
            size, channels, bits, small = next(rows)
            found.append(_Seen((size[0], size[1]), channels, words[0], file.digest, PerceptualHash(bits, small)))
    return found


def _look(file: Surveyed) -> _Seen | Unusable:
    if file.unreadable is not None:
        return Unusable(file.unreadable)
    try:
        picture = decode(read_surveyed(file), file.path.suffix, at_least=64)
    except Unusable as unusable:
        return unusable
    return _Seen(picture.size, picture.pixels.shape[2], picture.note, file.digest, perceptual_hash(picture.pixels))


def _labels(folder: Path, files: list[Path]) -> tuple[Assigned, tuple[str, ...]]:
    """The labels, and why there are none where they are malformed: that is no reason to report nothing."""
    try:
        return assign(folder, files)[1], ()
    except GanimaError as error:
        return {}, (f"The labels cannot be used: {error}.",)


def _duplicates(seen: dict[Path, _Seen], names: dict[Path, str]) -> tuple[Duplicates, ...]:
    same: dict[str, list[Path]] = {}
    for file, picture in seen.items():
        same.setdefault(picture.digest, []).append(file)
    exact = [Duplicates(tuple(names[file] for file in group), True) for group in same.values() if len(group) > 1]
    first = [group[0] for group in same.values()]
    alike = groups_of([seen[file].look for file in first])
    return (*exact, *(Duplicates(tuple(names[first[i]] for i in group), False) for group in alike))


def _shape(size: tuple[int, int]) -> str:
    ratio = size[1] / size[0]
    width, height = min(SHAPES, key=lambda shape: abs(np.log(ratio * shape[1] / shape[0])))
    exact = ratio * height / width
    if exact < 0.85 or exact > 1.18:
        return "wider than 2:1" if ratio > 1 else "narrower than 1:2"
    return f"{width}:{height}"


def _advice(folder: Path, seen: list[_Seen], duplicates: tuple[Duplicates, ...], suggestion: Suggestion) -> list[str]:
    advice = []
    if len(seen) < VERY_FEW:
        advice.append(
            f"{len(seen)} pictures are too few for a model of their own: adapt an existing one, or add pictures."
        )
    elif len(seen) < FEW:
        advice.append(f"{len(seen)} pictures are few: leave the augmentation on, or start from an existing model.")
    cropped = sum(lost(p.size, suggestion.height, suggestion.width) > CROP_NOTABLE for p in seen)
    if cropped > len(seen) / 10:
        advice.append(
            f"The shapes vary a lot: {cropped:,} pictures lose more than {CROP_NOTABLE:.0%} of one side when they are "
            "cropped to one shape. Crop them yourself where that matters."
        )
    colourless = sum(p.channels == 3 and int(np.ptp(p.look.small, axis=2).max()) <= GREY_MAX for p in seen)
    if suggestion.channels == 3 and colourless + sum(p.channels == 1 for p in seen) == len(seen):
        advice.append("All pictures are grey though stored in colour: converted to grey they train a little faster.")
    spare = sum(len(group.files) - 1 for group in duplicates)
    if spare > len(seen) / 50:
        advice.append(
            f"{spare:,} pictures repeat others, nearly or exactly, and what is often repeated is learnt by heart: "
            "keep one of each."
        )
    if suggestion.channels == 3:
        advice.append(
            "If these are photographs of faces, align them first, unless they are aligned already: aligned faces are "
            "learnt many times faster."
        )
    recordings = count_files(folder, SOUND_SUFFIXES)
    if recordings:
        advice.append(f"The folder holds recordings as well, which were not looked at: {recordings:,}.")
    return advice
