"""The labelled pictures of a folder that is to be enlarged, and folders of some of them."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganima.data.files import find_files, relative_name
from ganima.data.folder import PictureSet, load_folder
from ganima.data.labels import UNKNOWN, assign
from ganima.errors import GanimaError
from ganima.evaluation.labelled import labels_of
from ganima.files import atomic
from ganima.metrics.classifier import Numbers
from ganima.reporter import QUIET, Reporter

TABLE = "labels.csv"


@dataclass(frozen=True)
class Originals:
    """The usable, labelled pictures of a folder."""

    folder: Path
    paths: tuple[Path, ...]
    values: tuple[tuple[str, ...], ...]
    """What a table says of each file: its class, or its value in each group."""
    columns: tuple[str, ...]
    """Names of those columns."""
    in_folders: bool
    """Whether the class of a file is the name of the folder that it lies in."""
    labels: Numbers
    """[count], numbers through `names`; -1 where the label is not known."""
    names: tuple[str, ...]
    """The classes that are balanced."""
    data: PictureSet

    @property
    def counts(self) -> dict[str, int]:
        """Pictures of each class."""
        counts = np.bincount(self.labels[self.labels != UNKNOWN], minlength=len(self.names))
        return dict(zip(self.names, counts.tolist(), strict=True))

    def file(self, number: int) -> str:
        """Where a picture lies in the folder, with slashes."""
        return self.paths[number].relative_to(self.folder).as_posix()


def read_originals(
    folder: Path, height: int, width: int, channels: int, by: str | None, report: Reporter = QUIET
) -> Originals:
    """The labelled pictures of `folder`, fitted to a size; `by` names the group that is balanced, if there are several.

    Raises GanimaError where the folder has no labels, only one class, or other groups.
    """
    files = find_files(folder)
    groups, assigned = assign(folder, files)
    if odd := [file for file in files if not _is_text(file.relative_to(folder).as_posix())]:
        raise GanimaError(
            f"the name {relative_name(odd[0], folder)} is not in UTF-8, so no table can hold it: rename it"
        )
    if not assigned:
        raise GanimaError(
            f"{folder} has no labels: put each class into a subfolder, or write labels.csv with the columns file,label"
        )
    data = load_folder(folder, height, width, channels, conditional=True, report=report)
    labels, names = labels_of(data, by)
    by_name = {relative_name(file, folder): file for file in files}
    paths = tuple(by_name[name] for name in data.files)
    values = tuple(values_of(assigned[path], groups) for path in paths)
    in_folders = not (folder / TABLE).exists()
    return Originals(folder, paths, values, groups or ("label",), in_folders, labels, names, data)


def values_of(names: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """The cells of a table: the class alone, or the value in each of `groups`, empty where it is not known."""
    if not groups:
        return (names[0],)
    known = dict(name.split("=", 1) for name in names)
    return tuple(known.get(group, "") for group in groups)


def check_counts(originals: Originals, per_class: int) -> None:
    """Raises GanimaError where the classes cannot be filled up to `per_class`."""
    counts = originals.counts
    if len(counts) < 2:
        raise GanimaError(f"{originals.folder} has only one class, {originals.names[0]!r}: there is nothing to balance")
    if few := [name for name, count in counts.items() if count < 2]:
        raise GanimaError(
            f"the class {few[0]!r} of {originals.folder} has only one usable picture; two or more are needed, to learn "
            "from and to test on: add some, or take the class out"
        )
    most = max(counts, key=lambda name: counts[name])
    if counts[most] > per_class:
        raise GanimaError(
            f"the class {most!r} has {counts[most]:,} pictures, more than {per_class:,}: give {counts[most]:,} or "
            "more as `per_class`",
            "per_class",
        )
    if min(counts.values()) == per_class:
        raise GanimaError(f"every class has {per_class:,} pictures already: give a larger `per_class`", "per_class")


@contextmanager
def linked(originals: Originals, chosen: Numbers) -> Iterator[Path]:
    """A folder of the same name that holds only the `chosen` pictures, as links, with their labels."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, originals.folder.resolve().name or "pictures")
        for number in chosen:
            link = folder / originals.file(number)
            link.parent.mkdir(parents=True, exist_ok=True)
            path = originals.paths[number].absolute()
            try:
                link.symlink_to(path)
            except OSError:
                # Where links need a privilege.
                shutil.copyfile(path, link)
        if not originals.in_folders:
            rows = [(originals.file(number), *originals.values[number]) for number in chosen]
            write_table(folder / TABLE, ("file", *originals.columns), rows)
        yield folder


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes a table as `data.labels` reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    atomic.write_text(path, text.getvalue())


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
