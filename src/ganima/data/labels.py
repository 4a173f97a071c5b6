"""What the pictures of a labelled set, and those of a conditional model, can be: classes, or groups of values.

With plain classes a picture's label is a number, and labels are a tensor [count]. Where a picture has several labels (a
style, a mouth, eyes, …) each of them is a group; labels are then a tensor [count, groups]. Numbers count through all
classes of all groups, and -1 says that nothing is known.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.data.sampler import evenly
from ganima.errors import GanimaError

GENERATED = "generated"
"""The column that says which pictures of an enlarged set are generated."""
UNKNOWN = -1
"""In the place of a label that is not known."""
COMBINATIONS_MAX = 512
"""So many pictures' labels are kept to draw from."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no label holds: a terminal would obey it, or could not show it."""
Assigned = dict[Path, tuple[str, ...]]
"""The labels of each file: its class alone, or one `group=value` for each group where it is known."""


@dataclass(frozen=True)
class Labels:
    """The labels that there are."""

    classes: tuple[str, ...] = ()
    """Names of all classes, `group=value` where there are groups; empty without labels."""
    groups: tuple[str, ...] = ()
    """Names of the groups; empty where the classes are plain."""
    combinations: tuple[tuple[int, ...], ...] = ()
    """Rows [groups] of labels as the training pictures have them: not everything goes with everything."""

    def of_group(self, group: str) -> list[int]:
        """The numbers of the classes of `group`."""
        return [number for number, name in enumerate(self.classes) if name.startswith(f"{group}=")]

    def numbers(self, names: Sequence[str]) -> list[int]:
        """Names to numbers. Raises GanimaError for one that is not known, naming those that are, or two of a group."""
        found: dict[str, int] = {}
        for name in names:
            if name not in self.classes:
                raise GanimaError(self._unknown(name))
            group = name.partition("=")[0] if self.groups else ""
            number = self.classes.index(name)
            if found.setdefault(group, number) != number:
                raise GanimaError(f"{self.classes[found[group]]} and {name}: choose one of them")
        return list(found.values())

    def draw(self, count: int, rng: torch.Generator, chosen: Sequence[int] = ()) -> Tensor | None:
        """Labels for `count` pictures: `chosen`, and the rest as drawn; None without labels.

        Among the combinations that were trained on, those that have most of what was chosen are drawn from.
        """
        if not self.classes:
            return None
        if not self.groups:
            drawn = torch.randint(len(self.classes), (count,), generator=rng)
            return torch.full((count,), chosen[0]) if chosen else drawn
        rows = torch.tensor(self.combinations)
        fitting = (
            torch.stack([(rows == number).any(1) for number in chosen]).sum(0) if chosen else torch.zeros(len(rows))
        )
        rows = rows[fitting == fitting.max()]
        labels = rows[torch.randint(len(rows), (count,), generator=rng)]
        return self.replaced(labels, chosen)

    def even(self, count: int) -> Tensor | None:
        """Labels for `count` pictures that show all there is: always the same ones. None without labels."""
        if not self.classes:
            return None
        if not self.groups:
            return torch.arange(count) % len(self.classes)
        rows = torch.tensor(self.combinations)
        return rows[
            torch.linspace(0, len(rows) - 1, count).long() if count < len(rows) else torch.arange(count) % len(rows)
        ]

    def replaced(self, labels: Tensor, chosen: Sequence[int]) -> Tensor:
        """`labels` [..., groups], or [...] for plain classes, with what is `chosen` in the place of what was there."""
        if not self.groups:
            return torch.full_like(labels, chosen[0]) if chosen else labels
        labels = labels.clone()
        for number in chosen:
            group = self.classes[number].partition("=")[0]
            labels[..., self.groups.index(group)] = number
        return labels

    def names(self, label: Tensor) -> list[str]:
        """The names of one picture's labels, [] or [groups]."""
        return [self.classes[number] for number in label.reshape(-1).tolist() if number != UNKNOWN]

    def lines(self) -> list[str]:
        """All labels in words, a line for each group."""
        if not self.groups:
            return [", ".join(self.classes)] if self.classes else []
        values = ((group, [self.classes[n].partition("=")[2] for n in self.of_group(group)]) for group in self.groups)
        return [f"{group}={'|'.join(names)}" for group, names in values]

    def to_card(self) -> dict[str, Any]:
        """As a model's card holds it."""
        card: dict[str, Any] = {"classes": list(self.classes)}
        if self.groups:
            card |= {"groups": list(self.groups), "combinations": [list(row) for row in self.combinations]}
        return card

    def _unknown(self, name: str) -> str:
        if not self.classes:
            return f"there is no label {name!r}, because this model was trained without labels: leave it out"
        group = name.partition("=")[0]
        if group in self.groups:
            values = ", ".join(self.classes[number].partition("=")[2] for number in self.of_group(group))
            return f"there is no label {name!r}; {group} can be: {values}"
        kinds = f"; there is: {', '.join(self.groups)} (give {self.classes[0]}, for example)" if self.groups else ""
        return f"there is no label {name!r}" + (kinds or f"; there are: {', '.join(self.classes)}")


def labels_of_card(card: Mapping[str, Any]) -> Labels:
    """The labels that a model's card names. Raises ValueError or TypeError where it contradicts itself."""
    classes = tuple(str(name) for name in card.get("classes", ()))
    groups = tuple(str(name) for name in card.get("groups", ()))
    combinations = tuple(tuple(index(number) for number in row) for row in card.get("combinations", ()))
    labels = Labels(classes, groups, combinations)
    values = [{UNKNOWN, *labels.of_group(group)} for group in groups]
    if (
        bool(groups) != bool(combinations)
        or not all(len(row) == len(groups) for row in combinations)
        or not all(number in own for row in combinations for number, own in zip(row, values, strict=True))
        or not all(name.partition("=")[0] in groups for name in classes if groups)
    ):
        raise ValueError("its labels contradict each other")
    if any(CONTROL.search(name) for name in (*classes, *groups)):
        raise ValueError("its labels hold control characters")
    return labels


def vocabulary(groups: tuple[str, ...], assigned: Sequence[tuple[str, ...]]) -> tuple[Labels, NDArray[np.int64]]:
    """All labels that occur, and the numbers of each picture's: [count], or with groups [count, groups].

    A group without any value is no group.
    """
    used = {name for names in assigned for name in names}
    if not groups:
        classes = tuple(sorted(used))
        return Labels(classes), np.array([classes.index(name) for (name,) in assigned], dtype=np.int64)
    occurring = {name.partition("=")[0] for name in used}
    groups = tuple(group for group in groups if group in occurring)
    classes = tuple(sorted(used, key=lambda name: (groups.index(name.partition("=")[0]), name)))
    number = {name: i for i, name in enumerate(classes)}
    rows = np.full((len(assigned), len(groups)), UNKNOWN, dtype=np.int64)
    for row, names in zip(rows, assigned, strict=True):
        for name in names:
            row[groups.index(name.partition("=")[0])] = number[name]
    kept = rows[evenly(len(rows), COMBINATIONS_MAX)]
    return Labels(classes, groups, tuple(tuple(row) for row in kept.tolist())), rows


def assign(folder: Path, files: list[Path]) -> tuple[tuple[str, ...], Assigned]:
    """The groups of labels (none for plain classes), and the labels of each labelled file among `files`.

    They come from `labels.csv` in `folder`, or else from the first-level subfolders where there are at least two of
    them and no picture lies beside them. The table has a column `file` (a file is named by its relative path, or by its
    bare name where that is enough) and a column `label`; or, in place of `label`, a column for each group. Rows about
    other files and empty cells are passed over. Raises GanimaError for a malformed or contradictory table.
    """
    table = folder / "labels.csv"
    if table.exists():
        return _from_table(table, folder, files)
    parts = {file: file.relative_to(folder).parts for file in files}
    names = {p[0] for p in parts.values()}
    if len(names) < 2 or any(len(p) < 2 for p in parts.values()):
        return (), {}
    # The name of a folder may hold anything, also bytes that are no text.
    said = {name: CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), name) for name in names}
    return (), {file: (said[p[0]],) for file, p in parts.items()}


def _from_table(table: Path, folder: Path, files: list[Path]) -> tuple[tuple[str, ...], Assigned]:
    by_path = {file.relative_to(folder).as_posix(): file for file in files}
    by_name: dict[str, list[Path]] = {}
    for file in files:
        by_name.setdefault(file.name, []).append(file)
    columns, rows = _rows(table)
    assigned: Assigned = {}
    for line, name, values in rows:
        # Tables made on Windows have backslashes.
        path = PurePosixPath(name.replace("\\", "/")).as_posix()
        named = [by_path[path]] if path in by_path else by_name.get(path, [])
        if len(named) > 1:
            raise GanimaError(
                f"{table}, line {line}: there are {len(named)} files named {name}; write the path, as in "
                f"{named[0].relative_to(folder).as_posix()}"
            )
        labels = tuple(f"{group}={value}" if columns else value for group, value in values if value)
        for file in named:
            if labels and assigned.setdefault(file, labels) != labels:
                said, before = " ".join(labels), " ".join(assigned[file])
                raise GanimaError(f"{table}, line {line}: {name} is {said!r}, but {before!r} further up")
    if files and not assigned:
        raise GanimaError(f"{table} names none of the pictures in {folder}; its column file holds paths relative to it")
    for group in columns:
        kinds = {name for names in assigned.values() for name in names if name.startswith(f"{group}=")}
        if len(kinds) > max(2, len(assigned) // 2):
            raise GanimaError(
                f"{table}: the column {group} has {len(kinds):,} different values for {len(assigned):,} pictures, so "
                "it says nothing about kinds of pictures: take it out"
            )
    return columns, assigned


def _rows(table: Path) -> tuple[tuple[str, ...], list[tuple[int, str, list[tuple[str, str]]]]]:
    """The groups (none where there is a column `label`); then line number, file and values by column of each row."""
    try:
        text = table.read_bytes().decode("utf-8-sig")
        header = text.partition("\n")[0]
        # Spreadsheets of some languages write semicolons.
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header and "," not in header else ",")
        names = [name.strip() for name in next(rows, [])]
        lower = [name.lower() for name in names]
        plain = "label" in lower
        no_group = ("file", GENERATED, "")
        chosen = [i for i, name in enumerate(lower) if (name == "label" if plain else name not in no_group)]
        if "file" not in lower or not chosen:
            raise GanimaError(
                f"{table} needs a first line with the columns file,label (or file and a column for each kind of "
                f"label); it has {header.strip()[:60]!r}"
            )
        wrong = [i for i in chosen if "=" in names[i] or CONTROL.search(names[i]) or lower.count(lower[i]) > 1]
        if wrong:
            raise GanimaError(
                f"{table}: the column {names[wrong[0]]!r} needs a name of its own, in one line and without '='"
            )
        groups = () if plain else tuple(names[i] for i in chosen)
        return groups, list(_values(table, rows, lower.index("file"), chosen, names))
    except OSError as error:
        raise GanimaError(f"{table} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise GanimaError(f"{table} is no table of text in UTF-8 ({error}); save it as CSV in UTF-8") from error


def _values(
    table: Path, rows: Any, file: int, chosen: list[int], names: list[str]
) -> Iterator[tuple[int, str, list[tuple[str, str]]]]:
    for row in rows:
        if any(row) and len(row) <= max(file, *chosen):
            raise GanimaError(f"{table}, line {rows.line_num}: there is no label in {','.join(row)[:60]!r}")
        if any(row) and row[file].strip():
            values = [(names[i], row[i].strip()) for i in chosen]
            if odd := [value for _, value in values if CONTROL.search(value)]:
                raise GanimaError(
                    f"{table}, line {rows.line_num}: the label {odd[0][:60]!r} holds a line break or another control "
                    "character: take it out"
                )
            yield rows.line_num, row[file].strip(), values
