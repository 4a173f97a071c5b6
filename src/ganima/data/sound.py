"""One sound file, decoded safely: whatever the file holds, it becomes samples or a reason why not."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganima.data.content import Unusable, describe, read_bytes
from ganima.signal.resampling import Samples, resampled

FORMATS = {"WAV": (".wav", ".wave"), "FLAC": (".flac",), "OGG": (".ogg", ".oga", ".opus"), "MP3": (".mp3",)}
"""The formats that are read, and the ends of their files' names."""
VARIANTS = {"WAVEX": "WAV", "RF64": "WAV", "MPEG": "MP3"}
"""Other names of these formats."""
SOUND_SUFFIXES = frozenset(suffix for suffixes in FORMATS.values() for suffix in suffixes)
"""Ends of the names of sound files, in lower case."""
SECONDS_MAX = 4 * 3600
"""Longest recording."""
BLOCK = 1 << 16
"""Frames that are decoded at a time."""
UNKNOWN = 2**63 - 1
"""Frames that the decoder takes a FLAC file to have that was streamed: it says nothing, and its end cannot be read."""


@dataclass(frozen=True)
class Sound:
    """A decoded recording, its channels averaged."""

    samples: Samples
    rate: int
    """Samples per second."""
    channels: int
    """Channels in the file."""
    note: str | None
    """What is odd about the file though it can be used."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.rate


def read_sound(path: Path, rate: int | None = None) -> Sound:
    """Decodes a file, whatever its bits, channels and sample rate; with `rate`, at that many samples per second.

    Raises Unusable for any file that gives no sound, and GanimaError where a package is missing.
    """
    sound = decode_sound(read_bytes(path), path.suffix)
    if rate is None or rate == sound.rate:
        return sound
    return Sound(resampled(sound.samples, sound.rate, rate), rate, sound.channels, sound.note)


def decode_sound(content: bytes, suffix: str) -> Sound:
    """`read_sound` for a file's content; `suffix` is the end of its name, which the content need not keep to."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            kind = VARIANTS.get(file.format, file.format)
            if kind not in FORMATS:
                raise Unusable(f"a {file.format} file, which is not read; convert it to WAV or FLAC")
            samples = _decode(file, _share(content))
            return Sound(samples, file.samplerate, file.channels, _odd(content, kind, suffix))
    except Unusable:
        raise
    except MemoryError as error:
        raise Unusable("too large for the memory") from error
    except soundfile.LibsndfileError as error:
        raise Unusable(_what(content)) from error
    # A damaged file can make a decoder raise anything.
    except Exception as error:
        raise Unusable(f"damaged ({str(error) or type(error).__name__})") from error


def _share(content: bytes) -> float:
    """How much of a file is there, by its own account: the decoder takes the start of a WAV file for all of it."""
    declared = 8 + int.from_bytes(content[4:8], "little")
    # A recorder that was cut off, or could not go back, leaves the length at either end of its range.
    known = content.startswith(b"RIFF") and 8 < declared < 2**32
    return min(len(content) / declared, 1.0) if known else 1.0


def _decode(file: Any, share: float) -> Samples:
    """All samples of a file, of which there is this share."""
    if file.frames == UNKNOWN:
        raise Unusable("does not say how long it is; convert it to WAV, or to FLAC anew")
    declared = file.frames / share
    if declared > SECONDS_MAX * file.samplerate:
        raise Unusable(f"too long: more than {SECONDS_MAX // 3600} hours")
    blocks: list[Samples] = []
    # Block by block, so that a sound of many channels is never there as a whole.
    while len(block := file.read(BLOCK, dtype="float32", always_2d=True)):
        blocks.append(block.mean(1))
    samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    if not len(samples):
        raise Unusable("holds no sound")
    if len(samples) < 0.999 * declared:
        have, all_ = (count / file.samplerate for count in (len(samples), declared))
        raise Unusable(f"truncated: {have:.1f} of {all_:.1f} seconds are there")
    if not np.isfinite(samples).all():
        raise Unusable("has samples that are no numbers")
    return samples


def _odd(content: bytes, kind: str, suffix: str) -> str | None:
    """What is odd about a file that was decoded."""
    if suffix.lower() not in FORMATS[kind]:
        return f"is a {kind} file in spite of its name"
    # An OGG file does not say how long it is, but a bit of its last page says that it is the last.
    if kind == "OGG" and not content[content.rfind(b"OggS") + 5] & 4:
        return "has no end: a part of it may be missing"
    return None


def _what(content: bytes) -> str:
    """Says what a file is that the decoder does not know."""
    starts = {b"RIFF": "WAV", b"fLaC": "FLAC", b"OggS": "OGG", b"ID3": "MP3", b"\xff\xfb": "MP3", b"\xff\xf3": "MP3"}
    for start, kind in starts.items():
        if content.startswith(start):
            return f"damaged, or a kind of {kind} that cannot be read"
    if content[4:8] == b"ftyp":
        return "an M4A recording or a video, which cannot be read; convert it to WAV or FLAC"
    return describe(content, "sound")
