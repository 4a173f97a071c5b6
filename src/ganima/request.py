"""A request: one verb with everything that it is asked, as a frozen value that JSON can hold.

A capability's requests stand in its `request.py`. Every field has a kind (see `fields`), a default unless it must be
given, and a docstring, which is its help. Fields before `KW_ONLY` may be given by position.
"""

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from ganima.errors import GanimaError
from ganima.fields import kinds

R = TypeVar("R", bound="Request")


class Request:
    """What all requests share: a value that no field may hold is refused, wherever the request comes from."""

    def __post_init__(self) -> None:
        """Raises GanimaError for the first field that is wrong."""
        for name, kind in kinds(type(self)).items():
            try:
                object.__setattr__(self, name, kind.take(getattr(self, name)))
            except ValueError as error:
                raise GanimaError(f"`{name}` {error}", name) from error
        self.check()

    def check(self) -> None:
        """Raises GanimaError where fields contradict each other. Looks at nothing but the fields."""

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON data."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls: type[R], data: Any) -> R:
        """The request that `to_json` wrote. Raises GanimaError where it is none."""
        return make(cls, data)


def make(request: type[R], fields: Any) -> R:
    """A request of named fields. Raises GanimaError where one is wrong, unknown or missing."""
    if not isinstance(fields, Mapping):
        raise GanimaError(f"a request is named fields, not {fields!r}")
    known = dataclasses.fields(request)  # type: ignore[arg-type]
    for name in fields:
        if name not in {field.name for field in known}:
            raise GanimaError(f"there is no field `{name}` here; there are: {', '.join(f.name for f in known)}")
    for field in known:
        if field.name not in fields and required(field):
            raise GanimaError(f"`{field.name}` is missing", field.name)
    return request(**fields)


def required(field: "dataclasses.Field[Any]") -> bool:
    """Whether a field must be given."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def not_both(request: Request, first: str, second: str) -> None:
    """Raises GanimaError where two fields are given of which only one can be."""
    if all(getattr(request, name) not in (None, False) for name in (first, second)):
        raise GanimaError(f"give `{first}` or `{second}`, not both", second)


def explained(request: type[Request]) -> dict[str, str]:
    """What each field is, by the docstrings under them."""
    said: dict[str, str] = {}
    for base in reversed(request.__mro__):
        if not dataclasses.is_dataclass(base):
            continue
        (defined,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(defined, ast.ClassDef)
        for field, words in zip(defined.body, defined.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(words, ast.Expr):
                said[field.target.id] = inspect.cleandoc(str(ast.literal_eval(words.value))).replace("\n", " ")
    return said


def documented(request: type[Request]) -> str:
    """What a request asks for, and what each field is."""
    words = inspect.cleandoc(request.__doc__ or "")
    said = explained(request)
    fields = [
        textwrap.fill(f"{field.name}: {said[field.name]}", 112, initial_indent=" " * 4, subsequent_indent=" " * 8)
        for field in dataclasses.fields(request)  # type: ignore[arg-type]
    ]
    return "\n".join([words, "", "Args:", *fields]) if fields else words


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
