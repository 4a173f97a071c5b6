"""READMEs and documentation: commands run on tiny models, or are read at least; Python runs; links lead somewhere."""

import ast
import inspect
import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from documents import PAGES, READMES, ROOT, Block, blocks, commands, name_of
from PIL import Image

import ganima
from ganima.cli.command import Command, options, parse
from ganima.cli.commands import GROUPS, OTHERS, find
from ganima.cli.main import main

RUN = [page for page in PAGES if page != READMES[1] and any(block.mark == "runs" for block in blocks(page, "sh"))]
WITH_PYTHON = [page for page in PAGES if page != READMES[1] and blocks(page, "python")]


def clear(words: list[str]) -> None:
    """Removes what a command is about to write: the reader has not run every page."""
    for option, path in zip(words, words[1:], strict=False):
        if option in ("--out", "--timing") and os.path.lexists(path):
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_commands_run(page: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks(page, "sh"):
        for words in commands(block) if block.mark == "runs" else []:
            clear(words)
            assert main(words) == 0, (words, capsys.readouterr().err)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_are_as_the_parser_wants_them(page: Path) -> None:
    for block in blocks(page, "sh", "powershell"):
        for words in commands(block):
            command, rest = find(words[2:] if words[:2] == ["job", "run"] else words)
            parse(command, "ganima", rest)
    # In the text, a command may be named without what it needs.
    for words in map(str.split, re.findall(r"`ganima ([^`]+)`", page.read_text(encoding="utf-8"))):
        if words[0] in ("COMMAND", "--help", *OTHERS) or words in ([group] for group in GROUPS):
            continue
        command, _ = find(words)
        assert {word for word in words if word.startswith("--")} <= spelled(command), words


def spelled(command: Command) -> set[str]:
    """Every option of a command."""
    return {*options(command.asked.request).values(), *(f"--{name}" for name in (*command.switches, "help"))}


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_python_runs(page: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "show", lambda image: None)
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        if block.mark == "parsed":
            check_python(block)
        else:
            exec(compile(block.code, name_of(page), "exec"), names)


def check_python(block: Block) -> None:
    """What is too long to run is Python at least: its imports work, and functions of ganima have these arguments."""
    for node in ast.walk(ast.parse(block.code)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                exec(f"from {node.module} import {name.name}", {})
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("ganima."):
            function = getattr(ganima, ast.unparse(node.func).removeprefix("ganima."))
            named = {str(word.arg): None for word in node.keywords}
            inspect.signature(function).bind(*node.args, **named)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_and_pictures_are_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|#", target):
            continue
        path = (page.parent / target.partition("#")[0]).resolve()
        # Some pages are made when the site is built.
        assert path.exists() or path in made_pages(), target


def made_pages() -> set[Path]:
    """The pages that docs/generate makes."""
    said = (ROOT / "docs/generate/pages.py").read_text(encoding="utf-8")
    return {(ROOT / "docs" / page).resolve() for page in re.findall(r'"((?:develop|reference)/\w+\.md)"', said)}


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert f"\n{target}:" in makefile, (name_of(page), target)


def test_extras_exist_and_are_all_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/start/install.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(project["optional-dependencies"])
    for page in PAGES:
        for names in re.findall(r'"\.\[([\w,]+)\]"', page.read_text(encoding="utf-8")):
            assert set(names.split(",")) <= set(listed), name_of(page)


def test_contributing_shows_the_layers_as_they_are() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = re.search(r"^```\n(cli .*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert picture
    shown = [re.split(r"\s{2,}", line)[0] for line in picture[1].splitlines()]
    assert shown == contract["contracts"][0]["layers"]


def test_notice_names_files_that_are_there() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    paths = re.findall(r"(?<![\w/])((?:src|docs|recipes)/[\w/*-]+\.\w+)", notice)
    assert len(paths) > 5
    for path in paths:
        assert list(ROOT.glob(path)), path
