"""A folder of real pictures as it is judged by: fitted to the model's size, and looked at once for all scores."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganima.data.content import Unusable, read_bytes
from ganima.data.files import find_files, in_threads, relative_name, require_enough
from ganima.data.folder import describe_fit, fit
from ganima.data.labels import UNKNOWN, Labels, assign
from ganima.data.pictures import decode
from ganima.data.survey import survey
from ganima.errors import GanimaError
from ganima.files.cache import Arrays, kept, key
from ganima.metrics.extractors import Extractor
from ganima.metrics.statistics import BATCH, Bytes, Statistics, from_arrays, statistics, to_arrays
from ganima.reporter import QUIET, Reporter, counted

Size = tuple[int, int, int]
"""Height, width and channels."""


@dataclass(frozen=True)
class RealPictures:
    """The usable pictures of a folder."""

    folder: Path
    size: Size
    files: tuple[Path, ...]
    digests: tuple[str, ...]
    """SHA-256 of each file's content, in hexadecimal."""
    statistics: Statistics
    fit: str
    """How they were fitted to the size, in words."""
    skipped: tuple[tuple[str, str], ...]
    """Files that are not used, each with the reason."""

    def __len__(self) -> int:
        return len(self.files)

    def fingerprint(self, conditional: bool) -> str:
        """As training takes it of the folder, with `conditional` of the labelled pictures and their labels."""
        assigned = assign(self.folder, find_files(self.folder))[1] if conditional else {}
        digest = hashlib.sha256()
        for file, content in zip(self.files, self.digests, strict=True):
            if file in assigned or not conditional:
                said = " ".join(assigned.get(file, ()))
                digest.update(f"{relative_name(file, self.folder)}\0{content}{said}\0".encode())
        return digest.hexdigest()

    def name(self, number: int) -> str:
        """The file of a picture, relative to the folder."""
        return relative_name(self.files[number], self.folder)

    def pictures(self, numbers: Sequence[int]) -> Bytes:
        """Some of the pictures [count, height, width, channels], read again."""
        return read(tuple(self.files[number] for number in numbers), self.size)

    def take(self, chosen: NDArray[np.int64]) -> "RealPictures":
        """Some of the pictures."""
        return replace(
            self,
            files=tuple(self.files[i] for i in chosen),
            digests=tuple(self.digests[i] for i in chosen),
            statistics=self.statistics.take(chosen),
        )


def look_at(folder: Path, size: Size, extractor: Extractor, mirror: bool, report: Reporter = QUIET) -> RealPictures:
    """Every picture below `folder`; what is known of it is taken from the cache where its contents have not changed.

    Raises GanimaError where the folder cannot be used or has fewer than 10 usable pictures.
    """
    files = find_files(folder)
    digests = [file.digest or str(file.unreadable) for file in survey(folder, files, report)]

    def make() -> tuple[Arrays, Any]:
        reader = _Reader(files, size, f"reading {folder.name}", report)
        # A folder without a single picture has no statistics.
        found = to_arrays(statistics(reader, len(files), extractor, mirror)) if reader.first() else {}
        return found, {"used": reader.used, "sizes": reader.sizes, "unusable": reader.unusable}

    names = [relative_name(file, folder) for file in files]
    arrays, about = kept("statistics", key(digests, extractor.digest, size, mirror), make)
    skipped = tuple((names[i], reason) for i, reason in about["unusable"])
    require_enough(folder, len(about["used"]), skipped)
    return RealPictures(
        folder,
        size,
        tuple(files[i] for i in about["used"]),
        tuple(digests[i] for i in about["used"]),
        from_arrays(arrays),
        describe_fit([(height, width) for height, width in about["sizes"]], size[0], size[1]),
        skipped,
    )


class _Reader:
    """Reads files in batches of 64 fitted pictures, and remembers which were of use."""

    def __init__(self, files: list[Path], size: Size, stage: str, report: Reporter) -> None:
        self.files, self.size, self.stage, self.report = files, size, stage, report
        self.used: list[int] = []
        self.sizes: list[tuple[int, int]] = []
        self.unusable: list[tuple[int, str]] = []
        self._batches = self._read()
        self._first: Bytes | None = None

    def first(self) -> bool:
        """Whether there is any picture."""
        self._first = next(self._batches, None)
        return self._first is not None

    def __iter__(self) -> Iterator[Bytes]:
        if self._first is not None:
            yield self._first
        yield from self._batches

    def _read(self) -> Iterator[Bytes]:
        batch: list[Bytes] = []
        fitted = in_threads(lambda file: _fitted(file, self.size), self.files)
        for number, found in enumerate(counted(fitted, self.stage, len(self.files), self.report)):
            if isinstance(found, Unusable):
                self.unusable.append((number, found.reason))
                continue
            batch.append(found[0])
            self.used.append(number)
            self.sizes.append(found[1])
            if len(batch) == BATCH:
                yield np.stack(batch)
                batch = []
        if batch:
            yield np.stack(batch)


def read(files: Sequence[Path], size: Size) -> Bytes:
    """The pictures in `files` [count, height, width, channels]; those that cannot be read any more are left out."""
    found = [some[0] for some in in_threads(lambda file: _fitted(file, size), files) if not isinstance(some, Unusable)]
    return np.stack(found) if found else np.zeros((0, *size), np.uint8)


def labels_for(folder: Path, files: Sequence[Path], labels: Labels) -> NDArray[np.int64] | None:
    """The numbers that a model's `labels` have for pictures of `folder`, [count] or [count, groups], -1 for unknown.

    None where the folder has no labels for these `files`, or is sorted into subfolders of other names. Raises
    GanimaError for a `labels.csv` that is malformed, or that names what the model does not know.
    """
    if not labels.classes:
        return None
    assigned = assign(folder, find_files(folder))[1]
    table = folder / "labels.csv"
    rows = np.full((len(files), max(1, len(labels.groups))), UNKNOWN, dtype=np.int64)
    for row, file in zip(rows, files, strict=True):
        names = assigned.get(file, ())
        try:
            numbers = labels.numbers(names)
        except GanimaError as error:
            if not table.exists():
                return None
            raise GanimaError(f"{table} does not fit the model: {error}") from error
        for name, number in zip(names, numbers, strict=True):
            row[labels.groups.index(name.partition("=")[0]) if labels.groups else 0] = number
    if (rows == UNKNOWN).all():
        return None
    return rows if labels.groups else rows[:, 0]


def _fitted(file: Path, size: Size) -> tuple[Bytes, tuple[int, int]] | Unusable:
    try:
        picture = decode(read_bytes(file), file.suffix, at_least=2 * max(size[:2]))
    except Unusable as unusable:
        return unusable
    return fit(picture.pixels, *size), picture.size
