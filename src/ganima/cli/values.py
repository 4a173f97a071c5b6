"""What the words of a command line may be: each type reads one word, or says in one line what it should have been."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from tyro.conf import arg
from tyro.constructors import PrimitiveConstructorSpec

from ganima.errors import GanimaError

SIDE_MAX = 2048
"""Largest height or width that can be asked for, in pixels."""
CLASSIC = 28
"""The classic program's side, the one size that is no multiple of 8."""
HINT_IN_TEXT = arg(help_behavior_hint="")
"""For options whose help says in words what happens without them."""

Spec = PrimitiveConstructorSpec[Any]


def whole(option: str, low: int, high: int, metavar: str = "N") -> Spec:
    """A whole number in [low, high]."""
    return _value(metavar, lambda word: _read_number(int, option, low, high, word))


def real(option: str, low: float, high: float, metavar: str) -> Spec:
    """A finite number in [low, high]."""
    return _value(metavar, lambda word: _read_number(float, option, low, high, word))


def text(option: str, metavar: str) -> Spec:
    """A text that is not empty."""
    return _value(metavar, lambda word: _read_text(option, word))


def path(option: str, metavar: str) -> Spec:
    """A path that is not empty."""
    return _value(metavar, lambda word: Path(_read_text(option, word)))


def longer_side_or_size(option: str) -> Spec:
    """`128`, the longer side, or `128x96`, (height, width), in pixels."""

    def read(word: str) -> int | tuple[int, ...]:
        sides = _read_sides(option, word)
        return sides[0] if len(sides) == 1 else sides

    return _value("N|HxW", read)


def size(option: str) -> Spec:
    """`128`, a square, or `128x96` as (height, width) in pixels."""

    def read(word: str) -> tuple[int, int]:
        sides = _read_sides(option, word)
        return sides[0], sides[-1]

    return _value("HxW", read, lambda sides: "x".join(map(str, sides)))


def _value(metavar: str, read: Callable[[str], Any], show: Callable[[Any], str] = str) -> Spec:
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=metavar,
        instance_from_str=lambda words: read(words[0]),
        is_instance=lambda value: True,
        str_from_instance=lambda value: [show(value)],
    )


def _read_number(kind: type[int] | type[float], option: str, low: float, high: float, word: str) -> float:
    try:
        value = kind(word)
        # What is not a number is in no range.
        if low <= value <= high:
            return value
    except ValueError:
        pass
    raise GanimaError(f"{option} is a {'whole ' if kind is int else ''}number from {low} to {high}, not {word!r}")


def _read_text(option: str, word: str) -> str:
    if not word.strip():
        raise GanimaError(f"{option} is empty")
    return word


def _read_sides(option: str, word: str) -> tuple[int, ...]:
    try:
        sides = tuple(int(side) for side in word.lower().replace("×", "x").split("x"))
    except ValueError:
        sides = ()
    if len(sides) not in (1, 2):
        raise GanimaError(f"{option} is a number or HEIGHTxWIDTH, such as 128 or 128x96, not {word!r}")
    for side in sides:
        if not 8 <= side <= SIDE_MAX or (side % 8 and side != CLASSIC):
            raise GanimaError(f"{option} takes multiples of 8 from 8 to {SIDE_MAX}, not {side}")
    return sides


Flag = Annotated[bool, HINT_IN_TEXT]
"""A switch, off unless given."""
Folder = Annotated[Path, path("FOLDER", "FOLDER")]
"""A folder to read."""
Out = Annotated[Path, path("--out", "DIR")]
"""A folder to write."""
ModelName = Annotated[str, text("MODEL", "MODEL")]
"""A model: a name, a file, or the folder of a training."""
Seed = Annotated[int, whole("--seed", 0, 2**63 - 1, "S")]
"""Decides everything that is drawn at random."""
