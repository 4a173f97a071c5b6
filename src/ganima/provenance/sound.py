"""Sound: WAV, FLAC, OGG and MP3, each with its label inside."""

import io
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from ganima import atomic, extras
from ganima.errors import GanimaError
from ganima.provenance import id3, ogg, riff, vorbis
from ganima.provenance.label import TOOL, WORDS, Origin, fields, number_of

SoundFormat = Literal["WAV", "FLAC", "OGG", "MP3"]

FORMATS: dict[str, SoundFormat] = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}
SUBTYPES = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}
BLOCK = 1 << 14
"""Samples that are encoded at a time: Vorbis's encoder runs out of stack with a long sound at once."""


def save_sound(samples: NDArray[np.float32], rate: int, path: Path, origin: Origin) -> None:
    """Writes a labelled WAV or FLAC (16 bits), OGG (Vorbis) or MP3, by the suffix of `path`: whole or not at all.

    `samples` [samples] is one channel in [-1, 1]; what is louder is cut off. `rate` is in samples per second. The same
    samples give the same bytes. Raises GanimaError for another suffix, for a rate that the format does not have,
    without the extra `voice`, and when the file cannot be written.
    """
    content = sound_bytes(samples, rate, origin, check_sound(path))
    atomic.write(path, lambda beside: beside.write_bytes(content))


def sound_bytes(samples: NDArray[np.float32], rate: int, origin: Origin, kind: SoundFormat) -> bytes:
    """The labelled sound as a file in memory, as `save_sound` would write it."""
    # A file of 16 bits holds -1, but not 1.
    whole = np.clip(np.rint(samples * 2.0**15), -(2**15), 2**15 - 1).astype(np.int16)
    number = number_of(f"{rate} ".encode() + whole.tobytes(), origin)
    made_by = f"{WORDS}, by {TOOL}" + (f" with the model {origin.model}" if origin.model else "")
    texts = {name: _text(text) for name, text in ({id3.COMMENT: made_by} | fields(number, origin)).items()}
    content = _encoded(whole, rate, kind)
    match kind:
        case "WAV":
            return riff.with_texts(content, texts)
        case "FLAC":
            return vorbis.with_texts(content, texts)
        case "OGG":
            return ogg.with_texts(content, texts, int(number[:8], 16))
        case "MP3":
            return id3.tag(texts) + content


def check_sound(path: Path) -> SoundFormat:
    """The format that the suffix of `path` names. Raises GanimaError for another one and without the extra `voice`."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise GanimaError(f"cannot write {path}: choose a name that ends in .wav, .flac, .ogg or .mp3")
    extras.voice("soundfile")
    return FORMATS[suffix]


def _encoded(samples: NDArray[np.int16], rate: int, kind: SoundFormat) -> bytes:
    soundfile: Any = extras.voice("soundfile")
    buffer = io.BytesIO()
    try:
        with soundfile.SoundFile(buffer, "w", rate, 1, SUBTYPES[kind], format=kind) as file:
            for start in range(0, len(samples), BLOCK):
                file.write(samples[start : start + BLOCK])
    except soundfile.LibsndfileError as error:
        raise GanimaError(f"cannot write {kind} at {rate} samples per second; choose .wav or .flac") from error
    return buffer.getvalue()


def _text(text: str) -> str:
    """`text` without controls, one of which ends a text, and without halves of characters."""
    return "".join(letter for letter in text if letter == "\n" or category(letter) not in ("Cc", "Cs"))
