"""Configurations as JSON: what is written is read back, and what is of another form is refused."""

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from ganima.files import typed_json

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=8,
)


@dataclass(frozen=True)
class Inner:
    amount: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Wide:
    sides: tuple[int, ...]


@dataclass(frozen=True)
class Outer:
    """Every type that a configuration has."""

    count: int
    layout: Inner | Wide
    share: float
    good: bool = False
    word: Literal["one", "two"] = "one"
    many: tuple[Inner, ...] = ()
    inner: Inner = field(default_factory=Inner)


INNER = st.builds(Inner, NUMBERS, st.text())
OUTER = st.builds(
    Outer,
    st.integers(),
    INNER | st.builds(Wide, st.lists(st.integers()).map(tuple)),
    NUMBERS,
    st.booleans(),
    st.sampled_from(["one", "two"]),
    st.lists(INNER).map(tuple),
    INNER,
)


@given(OUTER)
def test_what_is_dumped_is_parsed(value: Outer) -> None:
    text = json.dumps(typed_json.dump(value), allow_nan=False)
    assert typed_json.parse(Outer, json.loads(text)) == value


@given(OUTER, st.data())
def test_what_is_parsed_is_of_the_right_types_or_refused(value: Outer, data: st.DataObject) -> None:
    plain = typed_json.dump(value)
    name = data.draw(st.sampled_from([f.name for f in dataclasses.fields(Outer)] + ["unknown"]))
    plain[name] = data.draw(JSON)
    try:
        parsed = typed_json.parse(Outer, plain)
    except (TypeError, ValueError):
        return
    assert name != "unknown"
    assert typed_json.parse(Outer, typed_json.dump(parsed)) == parsed
    assert type(parsed.count) is int and type(parsed.share) is float and type(parsed.good) is bool
    assert parsed.word in ("one", "two") and isinstance(parsed.inner, Inner)


@given(JSON)
def test_any_json_is_parsed_or_refused(data: object) -> None:
    try:
        typed_json.parse(Outer, data)
    except (TypeError, ValueError):
        return
