"""The timing file of a spoken text: when each sound is heard, and what the mouth looks like meanwhile.

It is JSON in UTF-8, labelled as all that leaves the program, and goes with one sound file:

    {
      "ai_generated": true, "provenance": {…}, "AIGC": {…},
      "timing": 1,
      "text": "Hello.",
      "seconds": 0.8107,
      "phonemes": [{"phoneme": "HH", "start": 0.0, "end": 0.064, "word": "Hello"}, …],
      "visemes": [{"viseme": "kk", "start": 0.0, "end": 0.064}, …],
      "vrm": {"sil": {}, "PP": {}, "FF": {"ih": 0.1}, …, "aa": {"aa": 1.0}, …}
    }

`timing` is the version of the format. All times are seconds from the beginning of the sound, rounded to 0.1 ms.
Phonemes are symbols of `ganima.text.symbols`, pauses among them, in order and without overlap; `word` is the word
that one belongs to, as it is written, and is left out where that is not known. Visemes are those of Oculus, in order
and without overlap, neighbours that are equal merged into one; what is not covered is silence. `vrm` has for each
viseme how far VRM's mouth shapes are on, 0 to 1, those that are left out being off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganima import provenance
from ganima.errors import GanimaError
from ganima.files import json_file, typed_json
from ganima.provenance import Origin
from ganima.signal.mel import HOP, RATE
from ganima.speech.visemes import SHARES, VISEMES, WEIGHTS
from ganima.text.symbols import NUMBERS

VERSION = 1
"""Of the format."""
DIGITS = 4
"""Of times after the point."""
SAME = 1e-6
"""Times that differ by fewer seconds are one."""
READ_MAX = 256 * 2**20
"""Longest file in bytes."""


@dataclass(frozen=True)
class Spoken:
    """A sound, or a pause, and when it is heard."""

    phoneme: str
    """A symbol of `ganima.text.symbols`."""
    start: float
    """Seconds from the beginning of the sound."""
    end: float
    word: str = ""
    """The word that it belongs to, as it is written; empty where that is not known."""


@dataclass(frozen=True)
class Shown:
    """A shape of the mouth, and when it is there."""

    viseme: str
    """One of `ganima.speech.visemes.VISEMES`."""
    start: float
    """Seconds from the beginning of the sound."""
    end: float


@dataclass(frozen=True)
class Timing:
    """When everything of a spoken text is heard and seen."""

    text: str
    """As it was given."""
    seconds: float
    """Duration of the sound."""
    phonemes: tuple[Spoken, ...]
    visemes: tuple[Shown, ...]


def of_frames(text: str, symbols: Sequence[str], frames: Sequence[int], words: Sequence[str] | None = None) -> Timing:
    """The timing of a text whose symbols take so many mel frames each; `words` are those that they belong to."""
    spoken: list[Spoken] = []
    at = 0
    for symbol, length, word in zip(symbols, frames, words or [""] * len(symbols), strict=True):
        spoken.append(Spoken(symbol, at * HOP / RATE, (at + length) * HOP / RATE, word))
        at += length
    return Timing(text, at * HOP / RATE, tuple(spoken), visemes(spoken))


def visemes(phonemes: Iterable[Spoken]) -> tuple[Shown, ...]:
    """The shapes of the mouth for these sounds; neighbours that are equal are one, and none is without duration."""
    found: list[Shown] = []
    for spoken in phonemes:
        # The break between two words keeps the shape before it; there is none at the beginning.
        shares = SHARES[spoken.phoneme] or (((found[-1].viseme if found else "sil"), 1.0),)
        length, done = spoken.end - spoken.start, 0.0
        for number, (viseme, share) in enumerate(shares, 1):
            start = spoken.start + done * length
            done += share
            # The last one ends exactly where the sound does.
            end = spoken.end if number == len(shares) else spoken.start + done * length
            if end <= start:
                continue
            if found and found[-1].viseme == viseme and start - found[-1].end < SAME:
                start = found.pop().start
            found.append(Shown(viseme, start, end))
    return tuple(found)


def to_json(timing: Timing) -> dict[str, Any]:
    """What a timing file says, without its label."""
    return {
        "timing": VERSION,
        "text": timing.text,
        "seconds": round(timing.seconds, DIGITS),
        "phonemes": [
            {"phoneme": one.phoneme, **_times(one), **({"word": one.word} if one.word else {})}
            for one in timing.phonemes
        ],
        "visemes": [{"viseme": one.viseme, **_times(one)} for one in timing.visemes],
        "vrm": WEIGHTS,
    }


def write(timing: Timing, path: Path, origin: Origin) -> None:
    """Writes a timing file, labelled. Raises GanimaError when it cannot be written."""
    provenance.save_json(to_json(timing), path, origin)


def read(path: Path) -> Timing:
    """Reads a timing file. Raises GanimaError, which says where the mistake is, for any other file."""
    content = json_file.read_version(path, "timing file", READ_MAX, "timing", VERSION)
    try:
        timing = Timing(
            text=typed_json.parse(str, content["text"]),
            seconds=typed_json.parse(float, content["seconds"]),
            phonemes=_entries(Spoken, content["phonemes"], "phoneme", NUMBERS),
            visemes=_entries(Shown, content["visemes"], "viseme", VISEMES),
        )
        _check_order("phoneme", [(one.start, one.end) for one in timing.phonemes], timing.seconds)
        _check_order("viseme", [(one.start, one.end) for one in timing.visemes], timing.seconds)
    except KeyError as error:
        raise GanimaError(f"{path} is damaged: it has no field {error}") from error
    except (TypeError, ValueError) as error:
        raise GanimaError(f"{path} is damaged: {error}") from error
    return timing


def _times(one: Spoken | Shown) -> dict[str, float]:
    return {"start": round(one.start, DIGITS), "end": round(one.end, DIGITS)}


def _entries(kind: Any, data: Any, name: str, known: Iterable[str]) -> tuple[Any, ...]:
    """The entries of a list. Raises TypeError or ValueError, which says which one is wrong."""
    if not isinstance(data, list):
        raise TypeError(f"its {name}s are no list")
    found: list[Any] = []
    for number, entry in enumerate(data, 1):
        where = f"its {name} {number}"
        missing = [field for field in (name, "start", "end") if not isinstance(entry, dict) or field not in entry]
        if missing:
            raise TypeError(f"{where} has no {missing[0]!r}")
        try:
            found.append(typed_json.parse(kind, entry))
        except (TypeError, ValueError) as error:
            raise TypeError(f"{where}: {error}") from error
        if entry[name] not in known:
            raise ValueError(f"{where} is {entry[name]!r}, which is none")
    return tuple(found)


def _check_order(name: str, times: list[tuple[float, float]], seconds: float) -> None:
    """Raises ValueError where times go backwards, or past the end."""
    before = 0.0
    for number, (start, end) in enumerate(times, 1):
        if not start <= end <= seconds:
            raise ValueError(f"its {name} {number} goes from {start} to {end} s of {seconds} s of sound")
        if start < before:
            raise ValueError(f"its {name} {number} begins at {start} s, before {before} s, where the last one ended")
        before = end
