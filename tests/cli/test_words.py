"""Fields in words, and the options that the command line makes of them."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from tyro.conf import OmitArgPrefixes, Positional, arg

import ganima
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, LabelNames, Out, path
from ganima.cli.words import in_options, options_of, worded
from ganima.errors import GanimaError

SOURCES = Path(ganima.__file__).parent
OPTION = re.compile(r"(?<![\w(-])--[a-z][\w-]*(?![\w-]*:)")
COMMAND = re.compile(
    r"(?<!\w)ganima (?:[a-z]+ )*(?:create|verify|edit|mix|walk|invert|inspect|align|train|augment|sample"
    r"|evaluate|robustness|adapt|blend|stylize|directions|encoder|export|import|voice|speak)\b"
)


@dataclass(frozen=True)
class More:
    """Options of several commands."""

    start_from: Annotated[str | None, arg(name="from")] = None


def example(
    folder: Positional[Folder],
    photo: Positional[Annotated[Path, path("PHOTO", "PHOTO")]],
    more: OmitArgPrefixes[More],
    out: Out,
    labels: LabelNames = (),
    held_out: Annotated[Path | None, path("--held-out", "FOLDER"), HINT_IN_TEXT] = None,
    force: Flag = False,
) -> int:
    """A command with everything that commands have."""
    raise GanimaError("`out` exists already: choose another one, or say `force`", "out")


def test_every_kind_of_field_is_an_option() -> None:
    assert options_of(example) == {
        "folder": "FOLDER",
        "photo": "PHOTO",
        "start_from": "--from",
        "out": "--out",
        "labels": "--label",
        "held_out": "--held-out",
        "force": "--force",
    }


def test_a_request_is_read_like_a_command() -> None:
    assert options_of(More) == {"start_from": "--from"}


def test_what_is_no_field_stays() -> None:
    assert in_options("`out` and `voice`, `a b`", {"out": "--out"}) == "--out and `voice`, `a b`"


def test_errors_of_a_command_name_its_options() -> None:
    with pytest.raises(GanimaError) as raised:
        worded(example)(Path(), Path(), More(), Path())
    assert str(raised.value) == "--out exists already: choose another one, or say --force"
    assert raised.value.field == "out"


ELSEWHERE = sorted(file for file in SOURCES.rglob("*.py") if file.relative_to(SOURCES).parts[0] not in ("cli", "train"))


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: str(path.relative_to(SOURCES)))
def test_only_the_command_line_names_its_options(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not OPTION.search(node.value), f"line {node.lineno} names an option"
            assert not COMMAND.search(node.value), f"line {node.lineno} names a command"
