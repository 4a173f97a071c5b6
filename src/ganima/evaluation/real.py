"""A folder of real pictures as it is judged by: fitted to the model's size, and looked at once for all scores."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganima.data.content import Unusable, read_bytes
from ganima.data.files import find_files, in_threads, relative_name, require_enough
from ganima.data.folder import describe_fit, fitting
from ganima.data.labels import UNKNOWN, Labels, assign
from ganima.data.store import decoded
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
    surveyed = survey(folder, files, report)
    found = decoded(surveyed, size, fitting(*size), report=report)
    skipped = tuple((relative_name(file, folder), found.skipped[file]) for file in files if file in found.skipped)
    require_enough(folder, len(found.used), skipped)

    def make() -> tuple[Arrays, Any]:
        starts = range(0, len(found.pictures), BATCH)
        batches = (np.array(found.pictures[start : start + BATCH]) for start in starts)
        watched = counted(batches, f"looking at {folder.name}", len(starts), report)
        return to_arrays(statistics(watched, len(files), extractor, mirror)), None

    digests = [file.digest or file.unreadable for file in surveyed]
    arrays, _ = kept("statistics", key(digests, extractor.digest, size, mirror), make)
    return RealPictures(
        folder,
        size,
        tuple(file.path for file in found.used),
        tuple(file.digest for file in found.used),
        from_arrays(arrays),
        describe_fit(found.sizes, size[0], size[1]),
        skipped,
    )


def read(files: Sequence[Path], size: Size) -> Bytes:
    """The pictures in `files` [count, height, width, channels]; those that cannot be read any more are left out."""
    fitted = fitting(*size)

    def one(file: Path) -> Bytes | None:
        try:
            return fitted(read_bytes(file), file.suffix)[0]
        except Unusable:
            return None

    found = [pixels for pixels in in_threads(one, files) if pixels is not None]
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
