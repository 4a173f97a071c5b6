"""Words for the command line: the fields of a request as the options that they are given with."""

import dataclasses
import functools
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, get_args, get_type_hints

from tyro.conf import Positional
from tyro.constructors import PrimitiveConstructorSpec

from ganima.errors import GanimaError

P = ParamSpec("P")
R = TypeVar("R")
POSITIONAL = get_args(Positional[int])[1]
FIELD = re.compile(r"`(\w+)`")


def in_options(words: str, options: Mapping[str, str]) -> str:
    """`words` with each field in backticks as its option; what is no field of the request stays as it is."""
    return FIELD.sub(lambda match: options.get(match[1], match[0]), words)


def options_of(request: Any) -> dict[str, str]:
    """How the fields of a request, or the parameters of a command, are given: `out` as `--out`, `model` as `MODEL`."""
    options: dict[str, str] = {}
    for name, kind in get_type_hints(request, include_extras=True).items():
        if name == "return":
            continue
        inside = get_args(kind)[0] if get_args(kind) else kind
        if dataclasses.is_dataclass(inside):
            options |= options_of(inside)
        else:
            options[name] = _option(name, kind)
    return options


def worded(command: Callable[P, R]) -> Callable[P, R]:
    """The command, whose errors name its own options instead of fields."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except GanimaError as error:
            raise GanimaError(in_options(str(error), options_of(command)), error.field) from error

    run.__signature__ = inspect.signature(command)  # type: ignore[attr-defined]
    return run


def _option(name: str, kind: Any) -> str:
    about = _annotations(kind)
    given = next((said.name for said in about if hasattr(said, "prefix_name") and said.name), None)
    if POSITIONAL in about:
        shown = [said.metavar for said in about if getattr(said, "metavar", None)]
        return str(shown[0]) if shown else name.upper()
    return "--" + (given or name).replace("_", "-")


def _annotations(kind: Any) -> list[Any]:
    """Everything that is said about a type and what is inside of it."""
    said = list(getattr(kind, "__metadata__", ()))
    for inside in get_args(kind):
        if not isinstance(inside, PrimitiveConstructorSpec):
            said += _annotations(inside)
    return said
