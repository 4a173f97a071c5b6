"""The reference of the commands, as Markdown, from the requests that they are made of: nobody writes it twice."""

import dataclasses
import html
import inspect

from ganima.cli.command import SHORT, Command, by_position, options
from ganima.cli.commands import COMMANDS, GROUPS, summary
from ganima.fields import Switch, kinds
from ganima.request import explained, required


def as_markdown() -> str:
    """The whole page."""
    parts = [
        "# Commands",
        "Made from the program itself when this site was built. `ganima COMMAND --help` says the same, "
        "[how a command ends](../guides/jobs.md#how-a-command-ends) holds for all of them. "
        f"{', '.join(f'`{command.name}`' for command in COMMANDS if command.top)} need no group.",
    ]
    for group, (words, commands) in GROUPS.items():
        parts += [
            f"## `ganima {group}` {{ #{group} }}",
            _text(words),
            _table("command", [_linked(c) for c in commands]),
        ]
        for command in commands:
            parts += _section(command)
    return "\n\n".join(parts) + "\n"


def _section(command: Command) -> list[str]:
    words = inspect.cleandoc(command.asked.request.__doc__ or "")
    rows = _options(command)
    parts = [f"### `ganima {command.path}` {{ #{command.path.replace(' ', '-')} }}", _text(words)]
    return [*parts, _table("option", rows)]


def _options(command: Command) -> list[tuple[str, str]]:
    """How each field is given, and what it is."""
    request = command.asked.request
    known, said, spelled = kinds(request), explained(request), options(request)
    rows = []
    for field in sorted(dataclasses.fields(request), key=lambda field: not by_position(field)):  # type: ignore[arg-type]
        name = spelled[field.name]
        if not by_position(field):
            short = f"{SHORT[field.name]}, " if field.name in SHORT else ""
            word = "" if isinstance(known[field.name], Switch) else f" {known[field.name].metavar}"
            name = f"{short}{name}{word}"
        rows.append((f"`{name}`", said[field.name] + (" (required)" if required(field) else "")))
    short = {name: f"{letter}, " for name, letter in SHORT.items()}
    return rows + [(f"`{short.get(name, '')}--{name}`", words) for name, words in command.switches.items()]


def _linked(command: Command) -> tuple[str, str]:
    return f"[`{command.name}`](#{command.path.replace(' ', '-')})", summary(command)


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    lines = [
        f"| {name.replace('|', chr(92) + '|')} | {_text(said).replace('|', chr(92) + '|')} |" for name, said in rows
    ]
    return "\n".join([f"| {title} | |", "|---|---|", *lines])


def _text(words: str) -> str:
    return html.escape(words, quote=False)
