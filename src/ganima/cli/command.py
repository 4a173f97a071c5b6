"""A command: a verb's request as options, and its outcome as lines."""

import dataclasses
import inspect
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro
from tyro.conf import Positional, UseAppendAction, arg
from tyro.constructors import PrimitiveConstructorSpec

from ganima.cli.terminal import Terminal
from ganima.cli.words import in_options
from ganima.errors import GanimaError
from ganima.fields import Choice, Kind, Many, Optional, Sliders, Switch, kinds
from ganima.reporter import Quiet, Reporter
from ganima.request import Request, explained, required
from ganima.verbs import Verb, find_verb

if TYPE_CHECKING:
    from ganima.training.run import Outcome

# Types that are made of values.
WITH: Any = Annotated
SEVERAL: Any = tuple
BY_POSITION: Any = Positional
OVER_AGAIN: Any = UseAppendAction

SPELLED = {"start_from": "from"}
"""Fields whose options have other names than they."""
ONE_OF = {"labels": "label", "settings": "set"}
"""What an option is called that is given once for each of a field's values."""
SHORT = {"out": "-o", "count": "-n", "quiet": "-q"}
"""Options that have a letter too."""
FURTHER = {"json": "Print JSON, for programs.", "quiet": "Say nothing on the way: only the outcome, and errors."}
"""Options that no request has."""


class Hushed(Quiet):
    """Says nothing, and is cancelled when another reporter is."""

    def __init__(self, other: Reporter) -> None:
        self.other = other

    @property
    def cancelled(self) -> bool:  # type: ignore[override]
        return self.other.cancelled


@dataclass(frozen=True)
class Command:
    """One command."""

    path: str
    """Its group and its name, as in `picture train`."""
    verb: str | Verb
    """The verb that it asks for: its name, or one that only the command line has."""
    show: Callable[[Any, Any], None]
    """Prints the outcome of a request."""
    data: Callable[[Any, Any], Any] | None = None
    """The outcome as JSON holds it, for `--json`."""
    status: Callable[[Any], int] = lambda outcome: 0
    """The exit status for an outcome."""
    run: Callable[[Any, Reporter, Mapping[str, bool]], Any] | None = None
    """Does what is asked where the verb alone does not know how."""
    further: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Switches that the request does not have, with what they do; `adjust`, `terminal` and `run` get them."""
    adjust: Callable[[dict[str, Any], Mapping[str, bool]], None] = lambda fields, switches: None
    """Changes the request's fields after they are given."""
    terminal: Callable[[Any, Mapping[str, bool]], Terminal] = lambda request, switches: Terminal()
    """What is told of the progress."""
    top: bool = False
    """Whether it is so common that its name alone will do."""

    @property
    def name(self) -> str:
        """Without its group."""
        return self.path.split()[-1]

    @property
    def asked(self) -> Verb:
        """The verb."""
        return find_verb(self.verb) if isinstance(self.verb, str) else self.verb

    @property
    def switches(self) -> dict[str, str]:
        """The options that its request does not have."""
        return {
            name: words
            for name, words in {**self.further, **FURTHER}.items()
            if name != "json" or self.data is not None
        }


def option(name: str, kind: Kind) -> str:
    """How a field is given."""
    repeated = isinstance(kind, Many | Sliders)
    return "--" + (ONE_OF.get(name, name) if repeated else SPELLED.get(name, name)).replace("_", "-")


def options(request: type[Request]) -> dict[str, str]:
    """How each field of a request is given: by an option, or by position, which is shown by what stands for it."""
    known = kinds(request)
    return {
        field.name: known[field.name].metavar if by_position(field) else option(field.name, known[field.name])
        for field in dataclasses.fields(request)  # type: ignore[arg-type]
    }


def by_position(field: "dataclasses.Field[Any]") -> bool:
    """Whether a field is given by position: where a thing goes to is always said by name."""
    return not field.kw_only and field.name != "out"


def form(command: Command, complete: bool = False) -> type:
    """The command's options as a dataclass for tyro; to `complete` them, the words of a choice are told as well."""
    request = command.asked.request
    known, help_of = kinds(request), explained(request)
    fields: list[tuple[str, Any, Any]] = []
    # What is the request's own stands before what it shares with others.
    own = list(request.__annotations__)
    order = sorted(_fields(request), key=lambda field: own.index(field.name) if field.name in own else len(own))
    for field in order:
        typed = _typed(field, known[field.name], help_of[field.name], complete)
        fields.append((field.name, typed, _default(field)))
    for name, words in command.switches.items():
        fields.append(
            (name, Annotated[bool, _argument(name, "--" + name, words, "")], dataclasses.field(default=False))
        )
    return dataclasses.make_dataclass("Options", fields, kw_only=True)


def parse(command: Command, prog: str, words: Sequence[str]) -> Any:
    """The options as they are given. Exits where tyro cannot read them, or help is asked for."""
    about = tyro.conf.FlagCreatePairsOff, tyro.conf.HelptextFromCommentsOff
    description = inspect.cleandoc(command.asked.request.__doc__ or "")
    return tyro.cli(form(command), prog=prog, description=description, args=list(words), config=about)


def request_from(command: Command, prog: str, words: Sequence[str]) -> tuple[Request, dict[str, bool]]:
    """The request that the words make, and the switches beside it."""
    given = vars(parse(command, prog, words))
    switches = {name: given.pop(name) for name in command.switches}
    command.adjust(given, switches)
    return command.asked.request(**given), switches


@contextmanager
def errors_in_options(command: Command) -> Iterator[None]:
    """Errors name the command's options instead of the request's fields."""
    try:
        yield
    except GanimaError as error:
        raise GanimaError(in_options(str(error), options(command.asked.request)), error.field) from error


def execute(command: Command, prog: str, words: Sequence[str]) -> int:
    """Reads the options, does what they ask for, and shows the outcome; returns the exit status."""
    with errors_in_options(command):
        request, switches = request_from(command, prog, words)
        with command.terminal(request, switches) as terminal:
            report = Hushed(terminal) if switches["quiet"] else terminal
            if command.run is not None:
                outcome = command.run(request, report, switches)
            else:
                outcome = command.asked.run(request, report)
        # Of several processes of one training, one speaks.
        if terminal.silent:
            return command.status(outcome)
        if switches.get("json") and command.data is not None:
            print(json.dumps(command.data(request, outcome), ensure_ascii=False, indent=2))
        else:
            command.show(request, outcome)
        return command.status(outcome)


def as_words(command: Command, request: Request) -> str:
    """The command line that asks for the same."""
    known, said = kinds(type(request)), ["ganima", *command.path.split()]
    if command.top:
        said = ["ganima", command.name]
    for field in _fields(type(request)):
        value, kind = getattr(request, field.name), known[field.name]
        if value in (None, False, (), {}) or (not required(field) and value == field.default):
            continue
        values = value.items() if isinstance(value, Mapping) else value if isinstance(kind, Many) else [value]
        for item in values:
            said += [] if by_position(field) else [option(field.name, kind)]
            said += [kind.show(item)] if item is not True else []
    return shlex.join(said)


def _fields(request: type[Request]) -> tuple["dataclasses.Field[Any]", ...]:
    return dataclasses.fields(request)  # type: ignore[arg-type]


def _typed(field: "dataclasses.Field[Any]", kind: Kind, words: str, complete: bool) -> Any:
    """The type of a field for tyro, with what it is called and how it is read."""
    silent = field.default in (None, False, ()) or field.default_factory is not dataclasses.MISSING
    said = _argument(field.name, option(field.name, kind), words, "" if silent else None)
    inside = kind.kind if isinstance(kind, Optional | Many) else kind
    read: Any = bool if isinstance(inside, Switch) else _reader(field.name, inside, complete)
    if isinstance(kind, Many | Sliders):
        read = SEVERAL[read, ...]
    if by_position(field):
        return BY_POSITION[WITH[read, said]]
    return OVER_AGAIN[WITH[read, said]] if isinstance(kind, Many | Sliders) else WITH[read, said]


def _argument(name: str, spelled: str, words: str, hint: str | None) -> Any:
    aliases = [SHORT[name]] if name in SHORT else None
    return arg(name=spelled.removeprefix("--"), aliases=aliases, help=words, help_behavior_hint=hint)


def _reader(name: str, kind: Kind, complete: bool) -> Any:
    """The type of one word."""

    def read(words: list[str]) -> Any:
        try:
            return kind.read(words[0])
        except ValueError as error:
            raise GanimaError(f"`{name}` {error}", name) from error

    spec: PrimitiveConstructorSpec[Any] = PrimitiveConstructorSpec(
        nargs=1,
        metavar=kind.metavar,
        instance_from_str=read,
        is_instance=lambda value: True,
        str_from_instance=lambda value: ["" if value is None else kind.show(value)],
        choices=kind.words if complete and isinstance(kind, Choice) else None,
    )
    return Annotated[Any, spec]


def _default(field: "dataclasses.Field[Any]") -> Any:
    if required(field):
        return dataclasses.field()
    if field.default_factory is not dataclasses.MISSING:
        return dataclasses.field(default=())
    return dataclasses.field(default=field.default)


def training(path: str, verb: str, what: str = "model", top: bool = False) -> Command:
    """A command that trains; `what` is what it leaves."""

    def show(request: Any, done: "Outcome") -> None:
        if not done.done:
            say_stopped(request.out)
            return
        if done.before == done.examples:
            longer = options(type(request))
            more = " or ".join(longer[name] for name in ("minutes", "kimg", "thousands") if name in longer)
            print(f"{request.out} was finished already, after {done.examples:,} examples: give more {more} to train on")
        print(f"{what}: {done.model}")

    return Command(path, verb, show, status=finished, top=top)


def finished(outcome: Any) -> int:
    """The exit status: that of Ctrl-C for a training that was stopped."""
    return 0 if getattr(outcome, "done", True) else 130


def show_plainly(request: Any, outcome: Any) -> None:
    """What came of a verb that has no words of its own."""
    if finished(outcome):
        say_stopped(request.out)
    else:
        print(getattr(outcome, "model", outcome))


def say_stopped(out: Path) -> None:
    """Says how a training that was stopped goes on."""
    print(f"saved in {out}; to continue: {_same_command()}", file=sys.stderr)


def _same_command() -> str:
    if "WORLD_SIZE" in os.environ:
        return "the same torchrun command again"
    return shlex.join(["ganima", *sys.argv[1:]])
