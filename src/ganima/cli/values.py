"""What the words of a command line may be: each type reads one word, or says in one line what it should have been."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from tyro.conf import UseAppendAction, arg
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


def setting(option: str) -> Spec:
    """`NAME=AMOUNT`: a name and a finite number."""

    def read(word: str) -> tuple[str, float]:
        name, _, amount = word.partition("=")
        try:
            value = float(amount)
        except ValueError:
            value = math.nan
        if not name.strip() or not math.isfinite(value):
            raise GanimaError(f"{option} takes NAME=AMOUNT, such as smile=1.5, not {word!r}")
        return name.strip(), value

    return _value("NAME=AMOUNT", read)


def layers(option: str) -> Spec:
    """`0-4,7`: layers by number, and ranges of them, whose ends belong to them."""

    def read(word: str) -> tuple[int, ...]:
        found: set[int] = set()
        for part in word.split(","):
            ends = part.strip().split("-")
            if (
                len(ends) > 2
                or not all(end.isdecimal() and len(end) < 5 for end in ends)
                or int(ends[0]) > int(ends[-1])
            ):
                raise GanimaError(f"{option} takes layers such as 0-4 or 0-4,7, not {word!r}")
            found.update(range(int(ends[0]), int(ends[-1]) + 1))
        return tuple(sorted(found))

    return _value("LAYERS", read, lambda found: ",".join(map(str, found or ())))


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
OutFile = Annotated[Path, path("--out", "FILE")]
"""A file to write."""
ModelName = Annotated[str, text("MODEL", "MODEL")]
"""A model: a name, a file, or the folder of a training."""
Seed = Annotated[int, whole("--seed", 0, 2**63 - 1, "S")]
"""Decides everything that is drawn at random."""
Place = Annotated[str, text("PLACE", "SEED|FILE|DIR")]
"""A place in a latent space: a seed, a latent file, or a character's folder or `character.json`."""
ItsModel = Annotated[str | None, text("--model", "MODEL"), HINT_IN_TEXT]
"""The model for places; the one that they name unless given."""
LabelNames = Annotated[
    tuple[Annotated[str, text("--label", "LABEL")], ...], arg(name="label"), UseAppendAction, HINT_IN_TEXT
]
"""`--label mouth=smile`, as often as needed."""
Settings = Annotated[tuple[Annotated[tuple[str, float], setting("--set")], ...], arg(name="set"), UseAppendAction]
"""Sliders and their amounts, an option for each."""
Truncation = Annotated[float | None, real("--truncation", -2, 2, "PSI"), HINT_IN_TEXT]
"""How far from the centre; what the command does without it unless given."""
Voice = Annotated[Path | None, path("--voice", "FILE"), HINT_IN_TEXT]
"""A designed voice: its file, or the folder of a character."""
Vocoder = Annotated[str | None, text("--vocoder", "MODEL"), HINT_IN_TEXT]
"""A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given."""
Towards = Literal["mean", "cluster"]
"""What truncation pulls to."""


def as_mapping(settings: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Sliders by name. Raises GanimaError when one is set twice."""
    names = [name for name, _ in settings]
    for name in names:
        if names.count(name) > 1:
            raise GanimaError(f"--set {name} is given twice: say once how much")
    return dict(settings)
