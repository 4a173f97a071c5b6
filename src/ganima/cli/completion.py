"""`ganima completion`: what a shell needs to complete commands and options."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import tyro

from ganima.cli.command import form
from ganima.cli.commands import COMMANDS, GROUPS, summary
from ganima.errors import GanimaError

SHELLS = ("bash", "zsh")
HELP = """usage: ganima completion {bash|zsh}

Print a script with which the shell completes ganima's commands and options:

  D=~/.local/share/bash-completion/completions
  ganima completion bash > $D/ganima
  ganima completion zsh > ~/.zfunc/_ganima   (fpath+=~/.zfunc before compinit)"""


def run(words: Sequence[str]) -> int:
    """Prints the script for a shell, or how to get it."""
    if not words or words[0] in ("-h", "--help"):
        print(HELP)
        return 0
    if list(words) not in [[shell] for shell in SHELLS]:
        raise GanimaError(f"ganima completion takes one of {', '.join(SHELLS)}")
    app = tyro.extras.SubcommandApp()
    for name, (about, commands) in GROUPS.items():
        group = tyro.extras.SubcommandApp()
        for command in commands:
            _add(group, command.name, form(command, complete=True), summary(command))
        app.command(group, name=name, help=about)
    for command in COMMANDS:
        if command.top:
            _add(app, command.name, form(command, complete=True), summary(command))
    with contextlib.suppress(SystemExit):
        app.cli(prog="ganima", args=["--tyro-print-completion", words[0]], config=(tyro.conf.FlagCreatePairsOff,))
    return 0


def _add(app: tyro.extras.SubcommandApp, name: str, options: Any, about: str) -> None:
    def command(options: Any) -> None: ...

    unprefixed: Any = tyro.conf.OmitArgPrefixes
    command.__annotations__["options"] = unprefixed[options]
    command.__doc__ = about
    added: Callable[..., Any] = app.command(name=name)
    added(command)
