"""Sound: WAV, FLAC, OGG and MP3, each with its label inside."""

from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, BinaryIO, Literal, Self
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.provenance.formats import id3, ogg, riff, vorbis
from ganima.provenance.label import TOOL, WORDS, Number, Origin, fields, number_of

Samples = NDArray[np.float32]
SoundFormat = Literal["WAV", "FLAC", "OGG", "MP3"]

FORMATS: dict[str, SoundFormat] = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}
SUBTYPES = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}
BLOCK = 1 << 14
"""Samples that are encoded at a time: Vorbis's encoder runs out of stack with a long sound at once."""


def save_sound(samples: Samples, rate: int, path: Path, origin: Origin) -> None:
    """Writes a labelled WAV or FLAC (16 bits), OGG (Vorbis) or MP3, by the suffix of `path`: whole or not at all.

    `samples` [samples] is one channel in [-1, 1]; what is louder is cut off. `rate` is in samples per second. The same
    samples give the same bytes. Raises GanimaError for another suffix, for a rate that the format does not have,
    where a package is missing, and when the file cannot be written.
    """
    with SoundWriter(path, rate, origin) as file:
        file.write(samples)


def sound_bytes(samples: Samples, rate: int, origin: Origin, kind: SoundFormat) -> bytes:
    """The labelled sound as a file in memory, as `save_sound` would write it."""
    content = BytesIO()
    whole = whole_numbers(samples)
    number = number_of(f"{rate} ".encode() + whole.tobytes(), origin)
    _labelled(BytesIO(whole.tobytes()), content, rate, origin, kind, number, None)
    return content.getvalue()


class SoundWriter:
    """`save_sound` for sound that comes piece by piece, of any length: the memory that it takes stays the same.

    What was written lies in a nameless file beside `path` until the end. If anything is raised inside of the `with`
    block, no file is made.
    """

    def __init__(self, path: Path, rate: int, origin: Origin) -> None:
        """Raises GanimaError as `save_sound` does."""
        self.path, self.rate, self.origin = path, rate, origin
        self.kind = check_sound(path)
        self.number = Number(origin, f"{rate} ".encode())

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.spool = TemporaryFile(dir=self.path.parent)
        except OSError as error:
            raise _cannot(self.path, error) from error
        return self

    def write(self, samples: Samples) -> None:
        """The next piece, [samples] in [-1, 1]."""
        piece = whole_numbers(samples).tobytes()
        self.number.add(piece)
        try:
            self.spool.write(piece)
        except OSError as error:
            raise _cannot(self.path, error) from error

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        with self.spool:
            if kind is None:
                atomic.write(self.path, self._finish)

    def _finish(self, beside: Path) -> None:
        self.spool.seek(0)
        with beside.open("wb") as target:
            _labelled(self.spool, target, self.rate, self.origin, self.kind, self.number.text, self.path.parent)


class SoundStream:
    """A labelled WAV of 16 bits to whoever is listening, piece by piece, while its end is not known.

    The label and the beginning of the sound leave together, and each further piece at once. The lengths in the file are
    as large as can be, which is how programs that stream say that they do not know. The number in the label follows
    from the first piece. The same pieces give the same bytes.
    """

    def __init__(self, target: BinaryIO, rate: int, origin: Origin) -> None:
        """`target` need not be able to go back; it stays open."""
        self.target, self.rate, self.origin = target, rate, origin
        self.begun = False

    def write(self, samples: Samples) -> None:
        """The next piece, [samples] in [-1, 1]. Raises BrokenPipeError where nobody listens any more, and GanimaError
        where the target cannot be written for another reason."""
        piece = whole_numbers(samples).tobytes()
        if not self.begun:
            number = number_of(f"{self.rate} ".encode() + piece, self.origin)
            piece = riff.streamed(self.rate, _texts(number, self.origin)) + piece
            self.begun = True
        try:
            self.target.write(piece)
            self.target.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise GanimaError(f"cannot write the sound: {error.strerror or error}") from error


def whole_numbers(samples: Samples) -> NDArray[np.int16]:
    """Samples in [-1, 1] as 16 bits hold them: -1, but not 1."""
    whole: NDArray[np.int16] = np.clip(np.rint(samples * 2.0**15), -(2**15), 2**15 - 1).astype(np.int16)
    return whole


def check_sound(path: Path) -> SoundFormat:
    """The format that the suffix of `path` names. Raises GanimaError for another one and where a package is missing."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise GanimaError(f"cannot write {path}: choose a name that ends in .wav, .flac, .ogg or .mp3")
    return FORMATS[suffix]


def _labelled(
    raw: IO[bytes], target: BinaryIO, rate: int, origin: Origin, kind: SoundFormat, number: str, folder: Path | None
) -> None:
    """Writes samples of 16 bits from `raw` as a labelled file to `target`; what it needs meanwhile lies in `folder`."""
    texts = _texts(number, origin)
    with TemporaryFile(dir=folder) as encoded:
        _encode(raw, encoded, rate, kind)
        encoded.seek(0)
        match kind:
            case "WAV":
                riff.copy(encoded, target, texts)
            case "FLAC":
                vorbis.copy(encoded, target, texts)
            case "OGG":
                ogg.copy(encoded, target, texts, int(number[:8], 16))
            case "MP3":
                target.write(id3.tag(texts))
                copyfileobj(encoded, target)


def _texts(number: str, origin: Origin) -> dict[str, str]:
    """The label as texts with names."""
    made_by = f"{WORDS}, by {TOOL}" + (f" with the model {origin.model}" if origin.model else "")
    return {name: _text(text) for name, text in ({id3.COMMENT: made_by} | fields(number, origin)).items()}


def _encode(raw: IO[bytes], target: IO[bytes], rate: int, kind: SoundFormat) -> None:
    import soundfile

    place = _Place(target)
    try:
        with soundfile.SoundFile(place, "w", rate, 1, SUBTYPES[kind], format=kind) as file:
            while piece := raw.read(2 * BLOCK):
                file.write(np.frombuffer(piece, np.int16))
    except soundfile.LibsndfileError as error:
        if place.error is None:
            raise GanimaError(f"cannot write {kind} at {rate} samples per second; choose .wav or .flac") from error
    if place.error is not None:
        raise place.error


class _Place:
    """A file for libsndfile to write to, through which no error gets: this one remembers it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.error: OSError | None = None
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def write(self, content: bytes) -> int:
        try:
            return self.file.write(content)
        except OSError as error:
            self.error = error
        # As if it had been written, for what libsndfile's caller thinks of less is no OSError.
        return len(content)


def _cannot(path: Path, error: OSError) -> GanimaError:
    reason = error.strerror or str(error)
    return GanimaError(f"cannot write {path}: {reason}; free some space or choose another folder")


def _text(text: str) -> str:
    """`text` without controls, one of which ends a text, and without halves of characters."""
    return "".join(letter for letter in text if letter == "\n" or category(letter) not in ("Cc", "Cs"))
