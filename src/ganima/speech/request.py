"""What can be asked of speech."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated

from ganima.errors import GanimaError
from ganima.fields import File, Model, OutFile, Real, Text
from ganima.request import Request, not_both, require_new

Voice = Annotated[Path, File("FILE")]
"""A designed voice: its file, or the folder of a character."""
STDIN = Path("-")
"""The standard input, where a file can be read."""


@dataclass(frozen=True)
class Speak(Request):
    """Say a text into a sound file, labelled as AI-generated, sentence by sentence."""

    text: Annotated[str, Text("TEXT")] | None = None
    """What to say."""
    out: OutFile | None = None
    """File to write; .wav, .flac, .ogg or .mp3."""
    _: KW_ONLY
    file: Annotated[Path, File("FILE")] | None = None
    """Read the text from a file; - is the standard input."""
    voice: Voice | None = None
    """A designed voice: its file, or the folder of a character; the model's own unless given."""
    model: Model | None = None
    """An acoustic model: a name, a file, or the folder of a run; the one that comes with ganima unless given."""
    vocoder: Model | None = None
    """A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given."""
    speed: Annotated[float, Real(0.25, 4, "TIMES")] = 1.0
    """Times the usual speed."""
    pitch: Annotated[float, Real(-12, 12, "SEMITONES")] = 0.0
    """Semitones above the usual pitch."""
    expressive: Annotated[float, Real(0, 1, "AMOUNT")] = 0.5
    """How far pitch and loudness move, 0.5 being as the voice does."""
    timing: OutFile | None = None
    """Also write when each phoneme is heard and each viseme seen, as JSON."""
    notice: bool = False
    """Begin with the mark that can be heard, short-long-short-short, which says that this is AI-generated."""
    force: bool = False
    """Replace files that exist."""

    def check(self) -> None:
        not_both(self, "text", "file")
        if self.text is None and self.file is None:
            raise GanimaError("say what to speak: `text` or `file`", "text")

    def ready(self) -> None:
        for field in ("out", "timing"):
            require_new(getattr(self, field), self.force, field)
