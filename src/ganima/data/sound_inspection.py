"""What is in a folder of recordings, and whether a voice can be trained on it."""

import dataclasses
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganima.data.content import Unusable, read_bytes
from ganima.data.files import count_files, find_files, in_threads, relative_name, require_enough
from ganima.data.pictures import PICTURE_SUFFIXES
from ganima.data.sound import SOUND_SUFFIXES, decode_sound
from ganima.data.transcripts import FILE, name_in, read_transcripts
from ganima.errors import GanimaError
from ganima.reporter import QUIET, Reporter, counted
from ganima.signal.loudness import Loudness, loudness

RATE_MIN = 16_000
"""Below this sample rate consonants are lost."""
PAUSE = 4.0
"""Seconds; a recording that lasts as long has pauses, in which its noise can be measured."""
NOISY = 20.0
"""The loud parts should lie at least so many dB above the noise."""
FAINT = -40.0
"""Loud parts below this level in dB are hard to hear."""
MINUTES_FEW = 15.0
"""With less speech a voice of its own stays unclear."""
LONG = 15.0
"""Seconds; longer recordings are hard to align with their text."""


@dataclass(frozen=True)
class SoundInspection:
    """A report on a folder of recordings. Files are named relative to it, times are in seconds, levels in dB."""

    folder: str
    usable: int
    unusable: tuple[tuple[str, str], ...]
    """Files that give no sound, each with the reason."""
    notes: tuple[tuple[str, str], ...]
    """Files that are odd but can be used, each with what is odd."""
    seconds: float
    """Of all recordings together."""
    shortest: float
    median: float
    longest: float
    rates: dict[str, int]
    """How many recordings have which sample rate, the commonest first."""
    channels: dict[str, int]
    clipped: int
    """Recordings that were cut off at the largest amplitude."""
    silent: int
    """Recordings in which nothing is to be heard."""
    silence: float
    """Share of all time that is silent."""
    loud: float
    """Level of the loud parts of the median recording."""
    noise: float | None
    """Level of the noise in the median recording of 4 seconds or more; None where all are shorter."""
    speakers: dict[str, int]
    """How many recordings each speaker has, by name; empty where neither subfolders nor names say who speaks."""
    transcribed: int
    """Recordings whose text is known."""
    untold: tuple[str, ...]
    """Names in `metadata.csv` that no recording has."""
    duplicates: tuple[tuple[str, ...], ...]
    """Groups of files that are the same, byte for byte."""
    advice: tuple[str, ...]
    """What to think of before training."""


@dataclass(frozen=True)
class _Heard:
    """What is kept of a recording."""

    seconds: float
    rate: int
    channels: int
    note: str | None
    digest: bytes
    loudness: Loudness

    @property
    def noise(self) -> float | None:
        """Level of the noise where it is known."""
        return self.loudness.noise if self.seconds >= PAUSE else None


def inspect_sounds(folder: Path, report: Reporter = QUIET) -> SoundInspection:
    """Reads every recording below `folder` and reports on them.

    Raises GanimaError where `folder` cannot be used or has no usable recording.
    """
    files = find_files(folder, SOUND_SUFFIXES, "recordings")
    heard: dict[Path, _Heard] = {}
    unusable: list[tuple[str, str]] = []
    recordings = zip(files, in_threads(_hear, files), strict=True)
    for file, result in counted(recordings, "reading", len(files), report):
        if isinstance(result, Unusable):
            unusable.append((relative_name(file, folder), result.reason))
        else:
            heard[file] = result
    require_enough(folder, len(heard), tuple(unusable), 1, "recordings")

    names = {file: relative_name(file, folder) for file in heard}
    all_ = list(heard.values())
    seconds = [one.seconds for one in all_]
    total = sum(seconds)
    noises = [one.noise for one in all_ if one.noise is not None]
    texts, complaint = _texts(folder)
    told = [name_in(texts, file.relative_to(folder).as_posix()) for file in heard]
    transcribed = sum(name is not None for name in told)
    return SoundInspection(
        folder=str(folder),
        usable=len(heard),
        unusable=tuple(unusable),
        notes=tuple((names[file], words) for file, one in heard.items() for words in _odd(one)),
        seconds=total,
        shortest=min(seconds),
        median=float(np.median(seconds)),
        longest=max(seconds),
        rates=dict(Counter(f"{one.rate / 1000:g} kHz" for one in all_).most_common()),
        channels=dict(Counter(_channels(one.channels) for one in all_).most_common()),
        clipped=sum(one.loudness.clipped > 0 for one in all_),
        silent=sum(one.loudness.silence == 1 for one in all_),
        silence=sum(one.loudness.silence * one.seconds for one in all_) / total,
        loud=float(np.median([one.loudness.loud for one in all_])),
        noise=float(np.median(noises)) if noises else None,
        speakers=speakers(list(names.values())),
        transcribed=transcribed,
        untold=tuple(sorted(texts.keys() - set(told))),
        duplicates=_same(heard, names),
        advice=(*complaint, *_advice(all_, transcribed, count_files(folder, PICTURE_SUFFIXES))),
    )


def speakers(names: list[str]) -> dict[str, int]:
    """How many recordings each speaker has, from the files' names with slashes.

    Subfolders are speakers where there are two or more; otherwise what stands before the first - or _ of every name is
    one, where it has a figure (p225_001, 1034-121119-0000). Empty where that gives a single speaker.
    """
    folders = Counter(name.rpartition("/")[0] for name in names)
    if len(folders) > 1:
        return dict(sorted(folders.items()))
    stems = [name.rpartition("/")[2].rpartition(".")[0].replace("_", "-") for name in names]
    parts = Counter(stem.partition("-")[0] if "-" in stem else "" for stem in stems)
    numbered = all(any(letter.isdigit() for letter in part) for part in parts)
    return dict(sorted(parts.items())) if numbered and 1 < len(parts) else {}


def to_json(inspection: SoundInspection) -> dict[str, Any]:
    """The report as plain JSON data."""
    return dataclasses.asdict(inspection)


def _hear(file: Path) -> _Heard | Unusable:
    try:
        content = read_bytes(file)
        sound = decode_sound(content, file.suffix)
    except Unusable as unusable:
        return unusable
    digest = hashlib.sha256(content).digest()
    measured = loudness(sound.samples, sound.rate)
    return _Heard(sound.seconds, sound.rate, sound.channels, sound.note, digest, measured)


def _texts(folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The transcripts, and why there are none where they are malformed: that is no reason to report nothing."""
    try:
        return read_transcripts(folder), ()
    except GanimaError as error:
        return {}, (f"The transcripts cannot be used: {error}.",)


def _odd(one: _Heard) -> list[str]:
    found = [one.note] if one.note is not None else []
    if one.loudness.silence == 1:
        return [*found, "nothing is to be heard"]
    if one.loudness.clipped:
        found.append(f"is clipped: {one.loudness.clipped:,} samples are cut off")
    if one.noise is not None and one.loudness.loud - one.noise < NOISY:
        found.append(f"is noisy: the noise is {one.loudness.loud - one.noise:.0f} dB below what is loud")
    if one.loudness.loud < FAINT:
        found.append(f"is quiet: {one.loudness.loud:.0f} dB")
    return found


def _same(heard: dict[Path, _Heard], names: dict[Path, str]) -> tuple[tuple[str, ...], ...]:
    groups: dict[bytes, list[str]] = {}
    for file, one in heard.items():
        groups.setdefault(one.digest, []).append(names[file])
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _advice(heard: list[_Heard], transcribed: int, pictures: int) -> list[str]:
    advice = []
    spoken = sum((1 - one.loudness.silence) * one.seconds for one in heard) / 60
    if spoken < MINUTES_FEW:
        advice.append(f"{spoken:.1f} minutes of sound are few: a voice of its own wants {MINUTES_FEW:.0f} or more.")
    low = sum(one.rate < RATE_MIN for one in heard)
    if low:
        advice.append(f"Recordings with fewer than {RATE_MIN / 1000:g} kHz: {low:,}. Their consonants stay dull.")
    long = sum(one.seconds > LONG for one in heard)
    if long:
        advice.append(f"Recordings longer than {LONG:.0f} s: {long:,}. Cut them at pauses, one sentence a file.")
    if transcribed < len(heard):
        without = f"{len(heard) - transcribed:,} of {len(heard):,} recordings have no transcript"
        advice.append(f"{without}: text to speech needs one, as a line name|text in {FILE}; a vocoder needs none.")
    if pictures:
        advice.append(f"The folder holds pictures as well, which were not looked at: {pictures:,}.")
    return advice


def _channels(number: int) -> str:
    return {1: "mono", 2: "stereo"}.get(number, f"{number} channels")
