"""Requests and verbs: every field explained, refused where it is wrong, the same through JSON; and all from Python."""

import dataclasses
import importlib.util
import inspect
import json
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ganima
from ganima import fields, verbs
from ganima.errors import GanimaError
from ganima.picture.presets import PRESETS
from ganima.picture.request import Preset, TrainPictures
from ganima.request import Request, explained, make, required
from ganima.verbs import VERBS, Verb

ROOT = Path(__file__).resolve().parents[1]
TEXTS = st.text(min_size=1).filter(lambda text: bool(text.strip()))
NAMES_OF_VERBS = [verb.name for verb in VERBS]


def values(kind: fields.Kind) -> st.SearchStrategy[Any]:
    """What a field of that kind may hold."""
    match kind:
        case fields.Whole(low, high):
            return st.integers(low, high)
        case fields.Real(low, high):
            return st.floats(low, high, allow_subnormal=False)
        case fields.File():
            return TEXTS.map(Path)
        case fields.Text():
            return TEXTS
        case fields.Size(longer_side):
            sides = st.integers(1, 256).map(lambda side: 8 * side)
            return st.one_of(sides, st.tuples(sides, sides)) if longer_side else st.tuples(sides, sides)
        case fields.LayerNumbers():
            return st.sets(st.integers(0, 99), min_size=1).map(sorted)
        case fields.Sliders():
            return st.dictionaries(
                TEXTS, st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False), max_size=3
            )
        case fields.Switch():
            return st.booleans()
        case fields.Choice(words):
            return st.sampled_from(words)
        case fields.Optional(inside):
            return st.none() | values(inside)
        case fields.Many(inside):
            return st.lists(values(inside), max_size=3)
    raise AssertionError(kind)


@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_a_request_goes_through_json(data: st.DataObject) -> None:
    verb = data.draw(st.sampled_from(VERBS))
    asked = data.draw(st.fixed_dictionaries({n: values(k) for n, k in fields.kinds(verb.request).items()}))
    try:
        request = make(verb.request, asked)
    except GanimaError as error:
        # Fields that contradict each other; each alone is right.
        assert "`" in str(error) or verb.name in ("verify", "train_vocoder")
        return
    assert verbs.loads(verbs.dumps(verb, request)) == (verb, request)
    assert make(verb.request, json.loads(json.dumps(request.to_json()))) == request


@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_a_word_says_the_value_that_it_is_shown_for(data: st.DataObject) -> None:
    kinds = {repr(kind): kind for verb in VERBS for kind in fields.kinds(verb.request).values()}
    kind = kinds[data.draw(st.sampled_from(sorted(kinds)))]
    while isinstance(kind, fields.Optional | fields.Many):
        kind = kind.kind
    if not isinstance(kind, fields.Switch | fields.Sliders):
        value = kind.take(data.draw(values(kind)))
        assert kind.read(kind.show(value)) == value


@pytest.mark.parametrize("verb", VERBS, ids=NAMES_OF_VERBS)
def test_every_field_is_explained_and_of_a_kind(verb: Verb) -> None:
    assert issubclass(verb.request, Request) and verb.request.__doc__
    assert set(fields.kinds(verb.request)) == set(explained(verb.request))


def test_requests_import_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "import ganima\n"
        "from ganima.verbs import VERBS\n"
        "print(ganima.train.__name__, [verb.request.__name__ for verb in VERBS][:1])\n"
        "print(sorted({'torch', 'numpy', 'PIL', 'safetensors', 'tyro', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["train ['Create']", "[]"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minutes": 0}, "`minutes` is a number from 0.01"),
        ({"minutes": float("nan")}, "not 'nan'"),
        ({"seed": True}, "`seed` is a whole number"),
        ({"seed": 1.5}, "`seed` is a whole number"),
        ({"conditional": "yes"}, "`conditional` is true or false"),
        ({"settings": "loss=hinge"}, "`settings` is a list"),
        ({"resolution": 65}, "multiples of 8"),
        ({"preset": "huge"}, "classic, tiny"),
        ({"name": " "}, "`name` is empty"),
        ({"out": 7}, "`out` is a path"),
        ({"bogus": 1}, "no field `bogus`"),
        ({"minutes": 1, "kimg": 1}, "give `minutes` or `kimg`, not both"),
    ],
)
def test_what_a_field_cannot_hold_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(GanimaError) as raised:
        make(TrainPictures, {"folder": "a", "out": "b"} | wrong)
    assert said in str(raised.value)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(GanimaError, match="`out` is missing"):
        make(TrainPictures, {"folder": "a"})


def test_presets_that_can_be_asked_for_are_those_that_there_are() -> None:
    assert set(typing.get_args(Preset)) == set(PRESETS)


def test_ganima_shows_public_names_alone() -> None:
    others = {"Cancelled", "GanimaError", "QUIET", "Reporter", "__version__", "draw", "load"}
    assert set(dir(ganima)) == set(ganima.__all__) == others | set(NAMES_OF_VERBS)
    assert all(getattr(ganima, name) is not None for name in dir(ganima))
    with pytest.raises(AttributeError, match="nothing"):
        _ = ganima.nothing  # type: ignore[attr-defined]


def test_no_verb_is_called_like_a_module() -> None:
    assert all(importlib.util.find_spec(f"ganima.{name}") is None for name in NAMES_OF_VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=NAMES_OF_VERBS)
def test_functions_take_the_fields_of_their_requests(verb: Verb) -> None:
    function = getattr(ganima, verb.name)
    *arguments, report = inspect.signature(function).parameters.values()
    known = dataclasses.fields(verb.request)  # type: ignore[arg-type]
    assert {argument.name for argument in arguments} == {field.name for field in known}
    assert {argument.name for argument in arguments if argument.default is inspect.Parameter.empty} == {
        field.name for field in known if required(field)
    }
    assert report.name == "report" and function.__doc__


def test_the_stub_is_that_of_the_requests() -> None:
    spec = importlib.util.spec_from_file_location("stub", ROOT / "docs/generate/stub.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.STUB.read_text(encoding="utf-8") == module.stub(), "make stub"


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda out: ganima.sample("nobody", out), "model"),
        (lambda out: ganima.blend("portrait", "nobody", out / "a.safetensors", at=16), "child"),
        (lambda out: ganima.speak("Hi.", out=out / "a.wav", vocoder="nobody"), "vocoder"),
    ],
)
def test_a_model_that_is_not_there_names_its_field(ask: Callable[[Path], object], field: str, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="there is no model 'nobody'") as raised:
        ask(tmp_path)
    assert raised.value.field == field
