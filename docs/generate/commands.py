"""The reference of the commands, as Markdown, from the requests that they ask for: nobody writes it twice."""

import dataclasses
import html
import inspect
from collections.abc import Iterator, Sequence

from ganima.cli import commands
from ganima.cli.command import SHORT, Command, by_position, options
from ganima.fields import Kind, Switch, kinds
from ganima.request import explained, required


def as_markdown() -> str:
    """The whole page."""
    parts = [
        "# Commands",
        "Made from the requests that the commands ask for, when this site was built; `ganima COMMAND --help` says the "
        "same. [How a command ends](../guides/jobs.md#how-a-command-ends) is the same for all.",
        _table(
            ("command", ""),
            [(f"[`ganima {command.name}`](#{_anchor(command)})", _summary(command)) for command in _top()]
            + [(f"[`ganima {name}`](#{name})", words) for name, (words, _) in commands.GROUPS.items()]
            + [(f"`ganima {name}`", words) for name, words in commands.OTHERS.items()],
        ),
    ]
    for name, (words, group) in commands.GROUPS.items():
        parts += [f"## `ganima {name}` {{ #{name} }}", words]
        for command in group:
            parts += _section(command)
    return "\n\n".join(parts) + "\n"


def _section(command: Command) -> list[str]:
    request = command.asked.request
    also = [f"Also `ganima {command.name}`."] if command.top else []
    return [
        f"### `ganima {command.path}` {{ #{_anchor(command)} }}",
        html.escape(inspect.cleandoc(request.__doc__ or ""), quote=False),
        *also,
        f"```text\n{_usage(command)}\n```",
        _table(("option", ""), list(_options(command))),
        f"In Python and in jobs: `{command.verb}`.",
    ]


def _usage(command: Command) -> str:
    request = command.asked.request
    spelled, said = options(request), []
    for field in dataclasses.fields(request):
        if by_position(field):
            said.append(spelled[field.name] if required(field) else f"[{spelled[field.name]}]")
        elif required(field):
            said.append(f"{spelled[field.name]} {kinds(request)[field.name].metavar}")
    return " ".join(["ganima", command.path, *said, "[OPTIONS]"])


def _options(command: Command) -> Iterator[tuple[str, str]]:
    """How each field is given, and what it is."""
    request = command.asked.request
    spelled, help_of = options(request), explained(request)
    for field in sorted(dataclasses.fields(request), key=lambda field: not by_position(field)):
        kind = kinds(request)[field.name]
        given = spelled[field.name]
        if not by_position(field):
            letter = f"{SHORT[field.name]}, " if field.name in SHORT else ""
            given = f"{letter}{given} {'' if isinstance(kind, Switch) else kind.metavar}".strip()
        yield _code(given), _words(help_of[field.name]) + _default(field, kind)
    for name, words in command.switches.items():
        letter = f"{SHORT[name]}, " if name in SHORT else ""
        yield _code(f"{letter}--{name}"), words


def _default(field: "dataclasses.Field[object]", kind: Kind) -> str:
    if required(field) or field.default in (None, False, ()) or field.default is dataclasses.MISSING:
        return ""
    return f" (default: {kind.show(field.default)})"


def _words(words: str) -> str:
    """Words in a table."""
    return html.escape(words, quote=False).replace("|", "&#124;")


def _code(words: str) -> str:
    """Code in a table, where a bar would begin the next column."""
    return f"<code>{html.escape(words, quote=False).replace('|', '&#124;')}</code>"


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"| {first} | {second} |" for first, second in [head, ("---", "---"), *rows])


def _summary(command: Command) -> str:
    return _words(commands.summary(command))


def _anchor(command: Command) -> str:
    return command.path.replace(" ", "-")


def _top() -> list[Command]:
    return [command for command in commands.COMMANDS if command.top]
