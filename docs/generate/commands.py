"""The reference of the commands, as Markdown, from what `--help` says of each: nobody writes it twice."""

import contextlib
import html
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ganima.cli.main import main

WIDE = "400"
"""Columns of a terminal in which no line of a table is broken."""
BOX = re.compile(r"^╭─ (.+?) ─+╮$")
INSIDE = re.compile(r"^│ (.*?)\s*│$")
OPTION = re.compile(r"^(\S.*?)(?:\s{2,}(\S.*))?$")
SUBCOMMAND = re.compile(r"^\s*• (\S+)(?:\s+(\S.*))?$")
HELP_OPTION = "-h, --help"


@dataclass
class Help:
    """What `--help` says of a command."""

    words: tuple[str, ...]
    usage: str = ""
    about: list[str] = field(default_factory=list)
    """Its description, line by line."""
    options: list[tuple[str, str]] = field(default_factory=list)
    """How each option or argument is given, and what it does."""
    commands: list[tuple[str, str]] = field(default_factory=list)
    """The commands of a group, and what each does, in one line."""

    @property
    def title(self) -> str:
        return " ".join(("ganima", *self.words))


def help_of(words: Sequence[str]) -> Help:
    """Reads the help of one command, such as `("voice", "speak")`; of ganima itself without words."""
    shown = Help(tuple(words))
    box = ""
    for line in _shown(words).splitlines():
        if start := BOX.match(line):
            box = start[1]
        elif box and (inside := INSIDE.match(line)):
            _note(shown, box, inside[1])
        elif line.startswith("usage:"):
            shown.usage = " ".join(line.removeprefix("usage:").split())
        elif not box:
            shown.about.append(line.strip())
    return shown


def all_commands(words: tuple[str, ...] = ()) -> Iterator[Help]:
    """ganima itself, and every group and command below it."""
    shown = help_of(words)
    yield shown
    for name, _ in shown.commands:
        yield from all_commands((*words, name))


def as_markdown() -> str:
    """The whole page."""
    parts = [
        "# Commands",
        "Made from the program itself when this site was built. `ganima COMMAND --help` says the same, "
        "[how a command ends](../guides/jobs.md#how-a-command-ends) holds for all of them.",
    ]
    for shown in all_commands():
        parts += _section(shown) if shown.words else [_summary(shown)]
    return "\n\n".join(parts) + "\n"


def _shown(words: Sequence[str]) -> str:
    kept = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDE
    try:
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            main([*words, "--help"])
        out.seek(0)
        return out.read()
    finally:
        os.environ.pop("COLUMNS") if kept is None else os.environ.update(COLUMNS=kept)


def _note(shown: Help, box: str, line: str) -> None:
    if "command" in box:
        if found := SUBCOMMAND.match(line):
            shown.commands.append((found[1], found[2] or ""))
    elif line.startswith(" ") and shown.options:
        # The name was too long for its column, or the help has more lines.
        name, said = shown.options[-1]
        shown.options[-1] = name, f"{said} {line.strip()}".strip()
    elif (found := OPTION.match(line)) and not line.startswith(HELP_OPTION):
        shown.options.append((found[1], found[2] or ""))


def _section(shown: Help) -> list[str]:
    level = "##" if len(shown.words) == 1 else "###"
    parts = [f"{level} `{shown.title}` {{ #{'-'.join(shown.words)} }}", _paragraphs(shown.about)]
    if shown.commands:
        return [*parts, _summary(shown)]
    parts.append(f"```text\n{shown.usage}\n```")
    if shown.options:
        rows = [f"| `{_cell(name)}` | {_cell(html.escape(said, quote=False))} |" for name, said in shown.options]
        parts.append("\n".join(["| option | |", "|---|---|", *rows]))
    return parts


def _summary(shown: Help) -> str:
    rows = [
        f"| [`{name}`](#{'-'.join((*shown.words, name))}) | {_cell(html.escape(said, quote=False))} |"
        for name, said in shown.commands
    ]
    return "\n".join(["| command | |", "|---|---|", *rows])


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _paragraphs(lines: Sequence[str]) -> str:
    return html.escape("\n".join(lines).strip(), quote=False)
