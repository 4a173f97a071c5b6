"""Fields that a user changes: set as said, the others as they were; anything else is one line."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganima.errors import GanimaError
from ganima.files import typed_json
from ganima.picture.presets import tiny
from ganima.training.config import with_settings

CONFIG = tiny(16, 16, 3, 0)


def paths(data: dict[str, Any], start: str = "") -> dict[str, Any]:
    """All fields that hold no others, and their values."""
    found = {}
    for name, value in data.items():
        found |= paths(value, f"{start}{name}.") if isinstance(value, dict) else {start + name: value}
    return found


PATHS = paths(typed_json.dump(CONFIG))
NUMBERED = sorted(path for path, value in PATHS.items() if type(value) is float)


@given(st.sampled_from(NUMBERED), st.floats(0.01, 0.9))
def test_a_number_is_set_and_nothing_else(path: str, value: float) -> None:
    changed = paths(typed_json.dump(with_settings(CONFIG, [f"{path}={value!r}"])))
    assert changed == PATHS | {path: value}


@given(st.lists(st.sampled_from(sorted(PATHS)), unique=True))
def test_what_is_there_may_be_said_again(chosen: list[str]) -> None:
    words = [f"{path}={PATHS[path] if isinstance(PATHS[path], str) else json.dumps(PATHS[path])}" for path in chosen]
    assert with_settings(CONFIG, words) == CONFIG


@given(st.text() | st.builds("{}={}".format, st.sampled_from([*PATHS, "penalties", "generator"]), st.text()))
def test_any_text_is_a_setting_or_an_error(text: str) -> None:
    try:
        changed = with_settings(CONFIG, [text])
    except GanimaError as error:
        assert str(error)
        return
    assert dataclasses.is_dataclass(changed) and type(changed) is type(CONFIG)


@pytest.mark.parametrize("text", ["", "=", "loss", "loss.x=1", "nothing=1", "batch=1.5", "batch=null", "loss=no"])
def test_examples_of_errors(text: str) -> None:
    with pytest.raises(GanimaError):
        with_settings(CONFIG, [text])
