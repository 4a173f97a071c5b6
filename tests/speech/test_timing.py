"""The timing file: what goes in comes out, equal visemes are one, and a mistake is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from ganima import provenance
from ganima.errors import GanimaError
from ganima.provenance import Origin
from ganima.signal.mel import HOP, RATE
from ganima.speech import timing
from ganima.speech.timing import Shown, Spoken, Timing, of_frames, read, to_json, visemes, write
from ganima.speech.visemes import WEIGHTS

ORIGIN = Origin("voice", "ab" * 32)
FRAME = HOP / RATE


def hello() -> Timing:
    symbols = ["HH", "AH0", "L", "OW1", "_", "n", "i3", "h", "ao3", "."]
    words = ["Hello"] * 4 + [""] + ["你"] * 2 + ["好"] * 2 + [""]
    return of_frames("Hello 你好。", symbols, [5, 6, 7, 15, 0, 6, 12, 5, 20, 30], words)


def rounded(one: Timing) -> Timing:
    data = to_json(one)
    spoken = tuple(Spoken(**entry) for entry in data["phonemes"])
    return Timing(one.text, data["seconds"], spoken, tuple(Shown(**entry) for entry in data["visemes"]))


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "hello.json"
    write(hello(), path, ORIGIN)
    assert read(path) == rounded(hello())
    assert provenance.verify(path).labelled
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["ai_generated"] is True and data["timing"] == 1 and data["vrm"] == WEIGHTS
    assert data["phonemes"][0] == {"phoneme": "HH", "start": 0.0, "end": round(5 * FRAME, 4), "word": "Hello"}
    assert "word" not in data["phonemes"][-1] and data["text"] == "Hello 你好。"


def test_the_same_timing_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write(hello(), tmp_path / name, ORIGIN)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_times_are_those_of_the_frames() -> None:
    found = hello()
    assert found.seconds == pytest.approx(106 * FRAME)
    for entries in (found.phonemes, found.visemes):
        times = [(one.start, one.end) for one in entries]
        assert times[0][0] == 0 and times[-1][1] == found.seconds
        assert all(before[1] == after[0] for before, after in zip(times, times[1:], strict=False))


def test_a_diphthong_changes_within_its_sound() -> None:
    assert visemes([Spoken("AY1", 1.0, 1.5)]) == (
        Shown("aa", 1.0, pytest.approx(1.3)),
        Shown("I", pytest.approx(1.3), 1.5),
    )


def test_equal_neighbours_are_one() -> None:
    # p, then b of the next word; between them a break, which takes no shape of its own.
    spoken = [Spoken("P", 0.0, 0.1), Spoken("_", 0.1, 0.13), Spoken("B", 0.13, 0.2), Spoken("IY1", 0.2, 0.3)]
    assert visemes(spoken) == (Shown("PP", 0.0, 0.2), Shown("I", 0.2, 0.3))
    # The end of one sound and the beginning of the next: a y after an ay.
    spoken = [Spoken("AY1", 0.0, 0.1), Spoken("Y", 0.1 + 1e-12, 0.2)]
    assert [one.viseme for one in visemes(spoken)] == ["aa", "I"]
    # With a gap between them they are two.
    assert len(visemes([Spoken("P", 0.0, 0.1), Spoken("B", 0.2, 0.3)])) == 2


def test_sounds_without_duration_are_not_seen() -> None:
    assert visemes([Spoken("_", 0.0, 0.1), Spoken("AA1", 0.1, 0.1), Spoken("uai4", 0.1, 0.1)]) == (
        Shown("sil", 0.0, 0.1),
    )
    nothing = of_frames("", [], [])
    assert nothing == Timing("", 0.0, (), ())


def test_an_empty_timing_is_a_file_as_well(tmp_path: Path) -> None:
    write(of_frames("", [], []), tmp_path / "a.json", ORIGIN)
    assert read(tmp_path / "a.json") == Timing("", 0.0, (), ())


def broken(**changes: Any) -> str:
    return json.dumps(to_json(hello()) | changes)


def without(field: str) -> str:
    return json.dumps({name: value for name, value in to_json(hello()).items() if name != field})


A = {"phoneme": "AA1", "start": 0.0, "end": 0.1}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no timing file: it is not JSON"),
        ("[1]", "no field 'timing'"),
        ("[" * 100_000, "not JSON"),
        ('{"latent": {}}', "no field 'timing'"),
        (broken(timing=2), "of the version 2"),
        (without("text"), "has no field 'text'"),
        (without("visemes"), "has no field 'visemes'"),
        (broken(text=5), "5 is not of the type str"),
        (broken(seconds="long"), "'long' is not of the type float"),
        (broken(seconds=float("nan")), "nan is not finite"),
        (broken(phonemes={}), "its phonemes are no list"),
        (broken(phonemes=[A, "AA1"]), "its phoneme 2 has no 'phoneme'"),
        (broken(phonemes=[{"phoneme": "AA1", "start": 0}]), "its phoneme 1 has no 'end'"),
        (broken(phonemes=[A | {"start": "0"}]), "its phoneme 1: '0' is not of the type float"),
        (broken(phonemes=[A | {"phoneme": "XX"}]), "its phoneme 1 is 'XX', which is none"),
        (broken(phonemes=[A | {"phoneme": ["AA1"]}]), "its phoneme 1"),
        (broken(phonemes=[A | {"loud": 1}]), "its phoneme 1: unknown field 'loud'"),
        (broken(phonemes=[A | {"end": 99}]), "its phoneme 1 goes from 0.0 to 99.0 s"),
        (broken(phonemes=[A | {"start": 0.2}]), "its phoneme 1 goes from 0.2 to 0.1 s"),
        (broken(phonemes=[A | {"start": -0.1}]), "its phoneme 1 begins at -0.1 s"),
        (broken(phonemes=[A, A]), "its phoneme 2 begins at 0.0 s, before 0.1 s"),
        (broken(visemes=[{"viseme": "ah", "start": 0, "end": 0.1}]), "its viseme 1 is 'ah', which is none"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GanimaError) as raised:
        read(path)
    assert says in str(raised.value) and str(path) in str(raised.value) and "\n" not in str(raised.value)


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GanimaError, match="cannot read"):
        read(tmp_path / "missing.json")
    with pytest.raises(GanimaError, match="cannot read"):
        read(tmp_path)
    (tmp_path / "binary.json").write_bytes(bytes(range(256)))
    with pytest.raises(GanimaError, match="not JSON"):
        read(tmp_path / "binary.json")
    monkeypatch.setattr(timing, "READ_MAX", 10)
    (tmp_path / "long.json").write_text(broken(), encoding="utf-8")
    with pytest.raises(GanimaError, match="too large"):
        read(tmp_path / "long.json")
