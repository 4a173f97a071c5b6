"""Frozen dataclasses to JSON and back, with every type checked: configurations come from files that anybody may have
written.
"""

import dataclasses
import math
import typing
from typing import Any, Literal


def dump(value: Any) -> dict[str, Any]:
    """A dataclass, with those inside it, as plain JSON data."""
    return dataclasses.asdict(value)


def parse(kind: Any, data: Any) -> Any:
    """Builds `kind` from JSON data, checking every type; a union takes the member whose fields are those of the data,
    and None where it may.

    Raises TypeError or ValueError where the data is not of that form."""
    if typing.get_origin(kind) is Literal:
        if data not in typing.get_args(kind):
            raise ValueError(f"{data!r} is none of {typing.get_args(kind)}")
        return data
    if typing.get_origin(kind) is tuple:
        if not isinstance(data, list | tuple):
            raise TypeError(f"{data!r} is no list")
        return tuple(parse(typing.get_args(kind)[0], item) for item in data)
    if not isinstance(kind, type):
        layouts = [member for member in typing.get_args(kind) if member is not type(None)]
        if data is None and len(layouts) < len(typing.get_args(kind)):
            return None
        names = set(data)
        members = [m for m in layouts if _required(m) <= names <= {f.name for f in dataclasses.fields(m)}]
        if len(members) != 1:
            raise TypeError(f"the fields {sorted(names)} fit no known layout")
        return parse(members[0], data)
    if dataclasses.is_dataclass(kind):
        if not isinstance(data, dict):
            raise TypeError(f"{data!r} is no object")
        hints = typing.get_type_hints(kind)
        unknown = set(data) - set(hints)
        if unknown:
            raise TypeError(f"unknown field {sorted(unknown)[0]!r} in {kind.__name__}")
        return kind(**{name: parse(hints[name], value) for name, value in data.items()})
    if kind is float and type(data) is int and abs(data) < 2**53:
        return float(data)
    if isinstance(data, float) and not math.isfinite(data):
        raise ValueError(f"{data!r} is not finite")
    if type(data) is not kind:
        raise TypeError(f"{data!r} is not of the type {kind.__name__}")
    return data


def _required(kind: Any) -> set[str]:
    """The fields without a default: a file of an older version may lack the others."""
    missing = dataclasses.MISSING
    return {f.name for f in dataclasses.fields(kind) if f.default is missing and f.default_factory is missing}
