"""Folders of recordings, as sound at one rate that a training takes pieces from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganima.data.content import Unusable, read_bytes
from ganima.data.files import find_files, in_threads, relative_name, require_enough
from ganima.data.sound import SOUND_SUFFIXES, decode_sound
from ganima.data.sound_inspection import speakers
from ganima.reporter import QUIET, Reporter, counted
from ganima.signal.mel import HOP, RATE
from ganima.signal.resampling import resampled

RECORDINGS_MIN = 10
"""Fewer than these are too few to learn a voice from."""
HELD_OUT = 0.04
"""Share of the recordings that is kept for judging, or of the speakers where there are many."""
MANY_SPEAKERS = 10


@dataclass(frozen=True)
class Recordings:
    """Recordings at 24 kHz, one behind the other in memory."""

    samples: NDArray[np.int16]
    """[all samples]"""
    starts: NDArray[np.int64]
    """Where each one begins, and where the last one ends [recordings + 1]."""
    names: tuple[str, ...]
    """Their files, relative to their folder."""
    speakers: tuple[str, ...]
    """Who speaks in each one."""
    skipped: tuple[tuple[str, str], ...]
    """Files that are not used, each with the reason."""
    fingerprint: str
    """SHA-256 in hexadecimal over names and contents."""

    @property
    def seconds(self) -> float:
        """Duration of all of them."""
        return len(self.samples) / RATE

    def one(self, number: int) -> NDArray[np.float32]:
        """A whole recording [samples], in [-1, 1]."""
        return self.samples[self.starts[number] : self.starts[number + 1]] * np.float32(1 / 32768)

    def only(self, numbers: Sequence[int]) -> "Recordings":
        """Some of them, in the order of `numbers`."""
        parts = [self.samples[self.starts[i] : self.starts[i + 1]] for i in numbers]
        return Recordings(
            samples=np.concatenate([np.zeros(0, np.int16), *parts]),
            starts=np.cumsum([0, *map(len, parts)]),
            names=tuple(self.names[i] for i in numbers),
            speakers=tuple(self.speakers[i] for i in numbers),
            skipped=self.skipped,
            fingerprint=self.fingerprint,
        )


def load_recordings(folders: Sequence[Path], least: int = RECORDINGS_MIN, report: Reporter = QUIET) -> Recordings:
    """Decodes every recording below `folders` once, at 24 kHz.

    Speakers are told by subfolders or names, see `data.sound_inspection.speakers`; a folder in which they cannot be
    told is one speaker. Raises GanimaError where a folder cannot be used, or where all together have fewer than `least`
    usable recordings.
    """
    files = [(folder, file) for folder in folders for file in find_files(folder, SOUND_SUFFIXES, "recordings")]
    parts: list[NDArray[np.int16]] = []
    kept: list[tuple[Path, Path]] = []
    skipped: list[tuple[str, str]] = []
    fingerprint = hashlib.sha256()

    def read(place: tuple[Path, Path]) -> tuple[NDArray[np.int16], str] | Unusable:
        try:
            content = read_bytes(place[1])
            sound = decode_sound(content, place[1].suffix)
            samples = resampled(sound.samples, sound.rate, RATE)
            return (samples.clip(-1, 1) * 32767).round().astype(np.int16), hashlib.sha256(content).hexdigest()
        except Unusable as unusable:
            return unusable

    recordings = zip(files, in_threads(read, files), strict=True)
    for place, found in counted(recordings, "reading", len(files), report):
        if isinstance(found, Unusable):
            skipped.append((relative_name(place[1], place[0]), found.reason))
            continue
        parts.append(found[0])
        kept.append(place)
        fingerprint.update(f"{relative_name(place[1], place[0])}\0{found[1]}\0".encode())
    require_enough(folders[0], len(kept), tuple(skipped), least, "recordings")
    return Recordings(
        samples=np.concatenate(parts),
        starts=np.cumsum([0, *map(len, parts)]),
        names=tuple(relative_name(file, folder) for folder, file in kept),
        speakers=_speakers(kept),
        skipped=tuple(skipped),
        fingerprint=fingerprint.hexdigest(),
    )


def _speakers(places: list[tuple[Path, Path]]) -> tuple[str, ...]:
    """Who speaks in each file."""
    named: list[str] = []
    for folder in dict.fromkeys(folder for folder, _ in places):
        names = [relative_name(file, folder) for where, file in places if where == folder]
        known = speakers(names)
        named += [_speaker(name, known) or folder.name for name in names]
    return tuple(named)


def _speaker(name: str, known: dict[str, int]) -> str:
    parent, _, stem = name.rpartition("/")
    if parent in known:
        return parent
    part = stem.replace("_", "-").partition("-")[0]
    return part if part in known else ""


def split(data: Recordings, seed: int) -> tuple[Recordings, Recordings]:
    """Recordings to train on and held-out ones, chosen by the seed.

    Whole speakers are held out where there are many, so that judging asks for voices that were never heard.
    """
    rng = np.random.default_rng(seed)
    people = sorted(set(data.speakers))
    if len(people) >= MANY_SPEAKERS:
        out = set(rng.permutation(people)[: max(1, round(len(people) * HELD_OUT))].tolist())
        held = [i for i, who in enumerate(data.speakers) if who in out]
    else:
        held = sorted(rng.permutation(len(data.names))[: max(1, round(len(data.names) * HELD_OUT))].tolist())
    chosen = set(held)
    return data.only([i for i in range(len(data.names)) if i not in chosen]), data.only(held)


class Pieces:
    """Every recording cut into pieces of `length` samples, the last of which overlaps the one before it."""

    def __init__(self, data: Recordings, length: int) -> None:
        self.data, self.length = data, length
        self.places = [
            (number, start)
            for number in range(len(data.names))
            for start in range(0, max(1, int(data.starts[number + 1] - data.starts[number]) - length // 2), length)
        ]

    def __len__(self) -> int:
        return len(self.places)

    def begin(self, number: int, shift: float) -> tuple[int, int]:
        """The recording of piece `number`, and where in it the piece begins `shift` (0 to 1) of its length later: with
        a frame of the recording's mel spectrogram."""
        recording, start = self.places[number]
        latest = max(int(self.data.starts[recording + 1] - self.data.starts[recording]) - self.length, 0)
        return recording, min(start + int(shift * self.length), latest) // HOP * HOP

    def piece(self, recording: int, start: int) -> NDArray[np.float32]:
        """Sound [length] in [-1, 1] from `start` on; silence fills up what is shorter."""
        first, end = self.data.starts[recording], self.data.starts[recording + 1]
        found = self.data.samples[first + start : min(first + start + self.length, end)] * np.float32(1 / 32768)
        return np.pad(found, (0, self.length - len(found)))
