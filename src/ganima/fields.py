"""What a request's fields may hold: said once, and held to by the command line, Python and JSON alike.

A kind stands in a field's type, as in `Annotated[int, Whole(1, 100)]`. It reads a word of a command line, and takes a
value from Python or JSON; both raise ValueError with words that go on behind the field's name.
"""

import dataclasses
import math
import operator
import os
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

SIDE_MAX = 2048
"""Largest height or width that can be asked for, in pixels."""
CLASSIC = 28
"""The classic program's side, the one size that is no multiple of 8."""


class Kind(Protocol):
    """One sort of value."""

    @property
    def metavar(self) -> str:
        """What stands for it in a help text."""

    @property
    def python(self) -> str:
        """The type that Python may hand over."""

    def read(self, word: str) -> Any:
        """The value that a word of a command line says. Raises ValueError."""

    def take(self, value: Any) -> Any:
        """The value as the request holds it. Raises ValueError."""

    def show(self, value: Any) -> str:
        """The word that `read` makes the value of."""


@dataclass(frozen=True)
class Whole:
    """A whole number in [low, high]."""

    low: int
    high: int
    metavar: str = "N"
    python = "int"

    def read(self, word: str) -> int:
        return self.take(_number(int, word))

    def take(self, value: Any) -> int:
        if isinstance(value, bool) or not hasattr(value, "__index__") or not self.low <= value <= self.high:
            raise ValueError(f"is a whole number from {self.low} to {self.high}, not {value!r}")
        return operator.index(value)

    def show(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Real:
    """A finite number in [low, high]."""

    low: float
    high: float
    metavar: str = "X"
    python = "float"

    def read(self, word: str) -> float:
        return self.take(_number(float, word))

    def take(self, value: Any) -> float:
        # What is not a number is in no range.
        if isinstance(value, bool | str) or not hasattr(value, "__float__") or not self.low <= value <= self.high:
            shown = value if isinstance(value, str) else str(value)
            raise ValueError(f"is a number from {self.low} to {self.high}, not {shown!r}")
        return float(value)

    def show(self, value: float) -> str:
        return repr(value).removesuffix(".0")


@dataclass(frozen=True)
class Text:
    """A text that is not empty."""

    metavar: str
    python = "str"

    def read(self, word: str) -> str:
        return self.take(word)

    def take(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"is a text, not {value!r}")
        if not value.strip():
            raise ValueError("is empty")
        return value

    def show(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Name(Text):
    """What has a name, or is a file, a folder or a seed: a path or a number stands for its text."""

    python = "str | Path"

    def take(self, value: Any) -> str:
        if isinstance(value, os.PathLike) or (isinstance(value, int) and not isinstance(value, bool)):
            value = str(value)
        return super().take(value)


@dataclass(frozen=True)
class Seed(Name):
    """A place in a latent space."""

    python = "str | Path | int"


@dataclass(frozen=True)
class File:
    """A path that is not empty."""

    metavar: str
    python = "str | Path"

    def read(self, word: str) -> Path:
        return self.take(word)

    def take(self, value: Any) -> Path:
        if not isinstance(value, str | os.PathLike):
            raise ValueError(f"is a path, not {value!r}")
        if not str(value).strip():
            raise ValueError("is empty")
        return Path(value)

    def show(self, value: Path) -> str:
        return str(value)


@dataclass(frozen=True)
class Size:
    """`128`, a square, or `128x96`, (height, width), in pixels; or `128` as the `longer_side` alone."""

    longer_side: bool = False

    @property
    def metavar(self) -> str:
        return "N|HxW" if self.longer_side else "HxW"

    @property
    def python(self) -> str:
        return "int | tuple[int, int]"

    def read(self, word: str) -> Any:
        try:
            sides = [int(side) for side in word.lower().replace("×", "x").split("x")]
        except ValueError:
            sides = []
        return self._of(sides, word)

    def take(self, value: Any) -> Any:
        sides = [value] if isinstance(value, int) else value
        known = isinstance(sides, list | tuple) and all(type(side) is int for side in sides)
        return self._of(list(sides) if known else [], value)

    def _of(self, sides: list[int], said: Any) -> int | tuple[int, int]:
        if len(sides) not in (1, 2):
            raise ValueError(f"is a number or HEIGHTxWIDTH, such as 128 or 128x96, not {said!r}")
        for side in sides:
            if not 8 <= side <= SIDE_MAX or (side % 8 and side != CLASSIC):
                raise ValueError(f"takes multiples of 8 from 8 to {SIDE_MAX}, not {side}")
        return sides[0] if self.longer_side and len(sides) == 1 else (sides[0], sides[-1])

    def show(self, value: Any) -> str:
        return str(value) if isinstance(value, int) else "x".join(map(str, value))


@dataclass(frozen=True)
class LayerNumbers:
    """`0-4,7`: layers by number, and ranges of them, whose ends belong to them."""

    metavar: str = "LAYERS"
    python = "Sequence[int] | str"

    def read(self, word: str) -> tuple[int, ...]:
        found: set[int] = set()
        for part in word.split(","):
            ends = part.strip().split("-")
            numbers = all(end.isdecimal() and len(end) < 5 for end in ends)
            if len(ends) > 2 or not numbers or int(ends[0]) > int(ends[-1]):
                raise ValueError(f"takes layers such as 0-4 or 0-4,7, not {word!r}")
            found.update(range(int(ends[0]), int(ends[-1]) + 1))
        return tuple(sorted(found))

    def take(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, str):
            return self.read(value)
        items = list(value) if isinstance(value, Iterable) else []
        if not items or not all(type(item) is int and item >= 0 for item in items):
            raise ValueError(f"takes layers such as 0-4 or 0-4,7, not {value!r}")
        return tuple(sorted(set(items)))

    def show(self, value: tuple[int, ...]) -> str:
        return ",".join(map(str, value))


@dataclass(frozen=True)
class Sliders:
    """Sliders and how far each is moved; each a `NAME=AMOUNT` on a command line."""

    metavar: str = "NAME=AMOUNT"
    python = "Mapping[str, float]"

    def read(self, word: str) -> tuple[str, float]:
        name, _, amount = word.partition("=")
        value = _number(float, amount)
        if not name.strip() or not isinstance(value, float) or not math.isfinite(value):
            raise ValueError(f"takes NAME=AMOUNT, such as smile=1.5, not {word!r}")
        return name.strip(), value

    def take(self, value: Any) -> dict[str, float]:
        pairs = list(value.items()) if isinstance(value, Mapping) else [tuple(pair) for pair in value]
        names = [name for name, _ in pairs]
        for name, amount in pairs:
            if not isinstance(name, str) or isinstance(amount, bool | str) or not math.isfinite(amount):
                raise ValueError(f"takes sliders and finite numbers, not {name!r}: {amount!r}")
            if names.count(name) > 1:
                raise ValueError(f"{name} is given twice: say once how much")
        return {name: float(amount) for name, amount in pairs}

    def show(self, value: tuple[str, float]) -> str:
        return f"{value[0]}={value[1]!r}".removesuffix(".0")


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    metavar: str = ""
    python = "bool"

    def read(self, word: str) -> bool:
        raise ValueError(f"takes no value, not {word!r}")

    def take(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"is true or false, not {value!r}")
        return value

    def show(self, value: bool) -> str:
        return ""


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    @property
    def metavar(self) -> str:
        return "|".join(self.words)

    @property
    def python(self) -> str:
        return f"Literal[{', '.join(repr(word) for word in self.words)}]".replace("'", '"')

    def read(self, word: str) -> str:
        return self.take(word)

    def take(self, value: Any) -> str:
        if value not in self.words:
            raise ValueError(f"is one of {', '.join(self.words)}, not {value!r}")
        return str(value)

    def show(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Optional:
    """A value, or None where it is left out."""

    kind: Kind

    @property
    def metavar(self) -> str:
        return self.kind.metavar

    @property
    def python(self) -> str:
        return f"{self.kind.python} | None"

    def read(self, word: str) -> Any:
        return self.kind.read(word)

    def take(self, value: Any) -> Any:
        return None if value is None else self.kind.take(value)

    def show(self, value: Any) -> str:
        return self.kind.show(value)


@dataclass(frozen=True)
class Many:
    """Any number of values."""

    kind: Kind

    @property
    def metavar(self) -> str:
        return self.kind.metavar

    @property
    def python(self) -> str:
        return f"Sequence[{self.kind.python}]"

    def read(self, word: str) -> Any:
        return self.kind.read(word)

    def take(self, value: Any) -> tuple[Any, ...]:
        if isinstance(value, str | os.PathLike) or not isinstance(value, Iterable):
            raise ValueError(f"is a list, not {value!r}")
        return tuple(self.kind.take(item) for item in value)

    def show(self, value: Any) -> str:
        return self.kind.show(value)


def kinds(request: type) -> dict[str, Kind]:
    """The kind of each field of a dataclass."""
    hints = typing.get_type_hints(request, include_extras=True)
    return {field.name: kind_of(hints[field.name]) for field in dataclasses.fields(request)}


def kind_of(hint: Any) -> Kind:
    """The kind that a type stands for."""
    for said in getattr(hint, "__metadata__", ()):
        if hasattr(said, "take"):
            return said  # type: ignore[no-any-return]
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        (only,) = (part for part in inside if part is not type(None))
        return Optional(kind_of(only))
    if origin is Literal:
        return Choice(inside)
    if origin is tuple:
        return Many(kind_of(inside[0]))
    if hint is bool:
        return Switch()
    raise TypeError(f"{hint!r} says no kind")


def _number(kind: type[int] | type[float], word: str) -> Any:
    """The number that a word says; the word where it says none."""
    try:
        return kind(word)
    except ValueError:
        return word


# What many requests hold.

Folder = Annotated[Path, File("FOLDER")]
"""A folder to read."""
Out = Annotated[Path, File("DIR")]
"""A folder to write."""
OutFile = Annotated[Path, File("FILE")]
"""A file to write."""
Model = Annotated[str, Name("MODEL")]
"""A model: a name, a file, or the folder of a training."""
Place = Annotated[str, Seed("SEED|FILE|DIR")]
"""A place in a latent space: a seed, a latent file, or a character's folder or `character.json`."""
Labels = tuple[Annotated[str, Text("LABEL")], ...]
"""Labels of a conditional model, as in `mouth=smile`."""
Settings = tuple[Annotated[str, Text("FIELD=VALUE")], ...]
"""Fields of a configuration to change."""
Amounts = Annotated[Mapping[str, float], Sliders()]
"""Sliders and their amounts."""
Truncation = Annotated[float, Real(-2, 2, "PSI")]
"""How far from the centre."""
RandomSeed = Annotated[int, Whole(0, 2**63 - 1, "S")]
"""Decides everything that is drawn at random."""
Minutes = Annotated[float, Real(0.01, 1_000_000, "M")]
"""How long, in minutes."""
Thousands = Annotated[float, Real(0.001, 1_000_000_000, "K")]
"""How many thousands."""
Threads = Annotated[int, Whole(1, 1024)]
"""Threads of the processor."""
Seconds = Annotated[float, Real(0, 86_400, "S")]
"""A time in seconds, a day at most."""
Towards = Literal["mean", "cluster"]
"""What truncation pulls to."""
