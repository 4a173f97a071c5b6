"""The READMEs: both say the same, and what they tell the reader to type exists."""

import re
from pathlib import Path

import pytest

from ganima.cli.commands import find
from ganima.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
READMES = ["README.md", "README.zh-CN.md"]


def blocks(name: str, language: str) -> list[str]:
    """The code blocks of a README."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("language", ["sh", "python"])
def test_both_languages_show_the_same_code(language: str) -> None:
    english, chinese = (blocks(name, language) for name in READMES)
    assert english == chinese
    assert english


def test_both_languages_have_the_same_sections_tables_and_links() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"!\[.*?\]"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE))
    links = r"\]\((?!README)(.*?)\)"
    assert sorted(re.findall(links, english)) == sorted(re.findall(links, chinese))


def test_commands_and_their_options_exist(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines()]
    commands = [match[1].split() for line in lines if (match := re.search(r"(?:^|-m )ganima (.+)", line))]
    assert len(commands) > 8
    for words in commands:
        command, rest = find(words)
        with pytest.raises(SystemExit):
            main([*command.path.split(), "--help"])
        shown = capsys.readouterr().out
        assert all(f"{word} " in shown for word in rest if word.startswith("--")), words


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in READMES:
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
            assert f"\n{target}:" in makefile, target


def test_imports_in_the_examples_work() -> None:
    imports = [line for block in blocks("README.md", "python") for line in block.splitlines() if "import" in line]
    assert len(imports) > 8
    for line in imports:
        exec(line, {})
