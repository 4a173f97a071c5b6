"""All commands, in groups by what they are about."""

import difflib
from collections.abc import Sequence

from ganima import verbs
from ganima.cli import character, data, job, model, picture, sound, voice
from ganima.cli.command import Command, finished, show_plainly
from ganima.errors import GanimaError

GROUPS = {
    "character": ("Characters: make one, change it, mix it, film it.", character.COMMANDS),
    "picture": ("Pictures: train a model on yours, draw from it, bring photos into it.", picture.COMMANDS),
    "voice": ("Speech, voices that nobody has, and how they are trained.", voice.COMMANDS),
    "sound": ("Short sounds, such as jingles and notifications.", sound.COMMANDS),
    "data": ("Folders of pictures and recordings, and the labels of files.", data.COMMANDS),
    "model": ("Models: list, adapt, judge, and exchange them.", model.COMMANDS),
    "job": ("Commands that run in the background, one after the other.", job.COMMANDS),
}
"""Each group with what it is about."""
OTHERS = {
    "completion": "Print what makes a shell complete commands: bash or zsh.",
    "version": "Print ganima's version.",
}
"""Commands that ask for no verb."""
COMMANDS: tuple[Command, ...] = tuple(command for _, group in GROUPS.values() for command in group)
DESCRIPTION = """Virtual characters, made by generative adversarial networks that you train yourself.

A character now: ganima create --out mira
A model of your pictures: ganima data inspect FOLDER, then ganima train FOLDER --out RUN"""


def find(words: Sequence[str]) -> tuple[Command, list[str]]:
    """The command that the words begin with, and the words behind it. Raises GanimaError where there is none."""
    first, rest = words[0], list(words[1:])
    for command in (*COMMANDS, *plain()):
        if command.top and command.name == first:
            return command, rest
    if first not in GROUPS:
        raise _unknown("ganima", first, [*_top(), *GROUPS, *OTHERS])
    for command in GROUPS[first][1]:
        if rest and command.name == rest[0]:
            return command, rest[1:]
    raise _unknown(f"ganima {first}", rest[0], [command.name for command in GROUPS[first][1]])


def plain() -> tuple[Command, ...]:
    """Commands of verbs that no group has: each is called like its verb, and prints what came of it."""
    known = {command.verb for command in COMMANDS}
    missing = [verb.name for verb in verbs.VERBS if verb.name not in known]
    return tuple(Command(name.replace("_", "-"), name, show_plainly, status=finished, top=True) for name in missing)


def overview() -> str:
    """The help of the whole."""
    daily = {command.name: summary(command) for command in (*COMMANDS, *plain()) if command.top}
    groups = {name: words for name, (words, _) in GROUPS.items()}
    sections = {"every day": daily, "groups (each has commands of its own)": groups, "others": OTHERS}
    return _page("ganima COMMAND ...", DESCRIPTION, sections, "ganima COMMAND --help")


def group_overview(group: str) -> str:
    """The help of a group."""
    words, commands = GROUPS[group]
    shown = {command.name: summary(command) for command in commands}
    return _page(f"ganima {group} COMMAND ...", words, {"commands": shown}, f"ganima {group} COMMAND --help")


def summary(command: Command) -> str:
    """What a command does, in a line."""
    return (command.asked.request.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()


def _top() -> list[str]:
    return [command.name for command in (*COMMANDS, *plain()) if command.top]


def _unknown(before: str, word: str, known: Sequence[str]) -> GanimaError:
    """Says what may have been meant: a word that looks alike, or the same in another group."""
    near = difflib.get_close_matches(word, known, 1, 0.6)
    meant = [f"{before} {near[0]}"] if near else [f"ganima {c.path}" for c in COMMANDS if c.name == word]
    if not meant:
        close = difflib.get_close_matches(word, [c.name for c in COMMANDS], 1, 0.75)
        meant = [f"ganima {c.path}" for c in COMMANDS if close and c.name == close[0]]
    question = f"; did you mean {' or '.join(meant)}?" if meant else ""
    return GanimaError(f"there is no command {before} {word}{question} (all of them: {before} --help)")


def _page(usage: str, words: str, sections: dict[str, dict[str, str]], more: str) -> str:
    width = max(len(name) for entries in sections.values() for name in entries)
    lines = [f"usage: {usage}", "", words]
    for title, entries in sections.items():
        lines += ["", f"{title}:"]
        lines += [f"  {name:{width}}  {_cut(said, 76 - width)}" for name, said in entries.items()]
    return "\n".join([*lines, "", f"What a command takes: {more}"])


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else words[: width - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
