"""Fields in words, and the options that the command line makes of them."""

import ast
import re
from pathlib import Path

import pytest

import ganima
from ganima.character.request import Create
from ganima.cli.command import options
from ganima.cli.main import main
from ganima.cli.words import in_options
from ganima.latent.request import Edit
from ganima.vocoder.request import TrainVocoder

SOURCES = Path(ganima.__file__).parent
OPTION = re.compile(r"(?<![\w(-])--[a-z][\w-]*(?![\w-]*:)")
COMMAND = re.compile(
    r"(?<!\w)ganima (?:[a-z]+ )*(?:create|verify|edit|mix|walk|invert|inspect|align|train|augment|sample"
    r"|evaluate|robustness|adapt|blend|stylize|directions|encoder|export|import|voice|speak)\b"
)


def test_every_kind_of_field_is_an_option() -> None:
    assert options(TrainVocoder) | options(Create) | options(Edit) == {
        **{name: f"--{name.replace('_', '-')}" for name in options(TrainVocoder) | options(Create) | options(Edit)},
        "folders": "FOLDER",
        "character": "SEED|FILE|DIR",
        "start_from": "--from",
        "labels": "--label",
        "settings": "--set",
    }


def test_what_is_no_field_stays() -> None:
    assert in_options("`out` and `voice`, `a b`", {"out": "--out"}) == "--out and `voice`, `a b`"


def test_errors_of_a_command_name_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "x", "--out", "y", "--minutes", "1", "--kimg", "1"]) == 2
    assert capsys.readouterr().err == "ganima: give --minutes or --kimg, not both\n"


ELSEWHERE = sorted(file for file in SOURCES.rglob("*.py") if file.relative_to(SOURCES).parts[0] != "cli")


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: str(path.relative_to(SOURCES)))
def test_only_the_command_line_names_its_options(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not OPTION.search(node.value), f"line {node.lineno} names an option"
            assert not COMMAND.search(node.value), f"line {node.lineno} names a command"
