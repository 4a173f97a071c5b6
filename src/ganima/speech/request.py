"""What can be asked of speech."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated, Literal

from ganima.errors import GanimaError
from ganima.fields import File, Folder, Model, Name, Out, OutFile, RandomSeed, Real, Text
from ganima.request import Request, not_both
from ganima.training.request import SoundTraining

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


@dataclass(frozen=True)
class TrainVoice(SoundTraining):
    """Train a voice on recordings of one person and what they say; the same command again continues."""

    folder: Folder
    """Folder with recordings, and metadata.csv with a line name|text for each."""
    out: Out
    """Folder of the run; the newest model is always in model.safetensors."""


@dataclass(frozen=True)
class DesignVoice(Request):
    """Make a voice that nobody has, to speak with, or to convert recordings to."""

    out: OutFile
    """File to write, such as mei.voice.json."""
    _: KW_ONLY
    seed: RandomSeed = 0
    """Decides whose voice it is."""
    pitch: Annotated[str, Name("low|mid|high|HZ")] | None = None
    """How high it is, in words or in Hz; left to the seed unless given."""
    age: Literal["child", "teen", "adult", "old"] = "adult"
    """How old it sounds."""
    brightness: Annotated[float, Real(-4, 4, "DB")] = 0.0
    """In dB per octave: more is brighter, less is darker."""
    name: Annotated[str, Text("NAME")] | None = None
    """Name of the voice; that of the file unless given."""
    model: Model | None = None
    """A model of voices; the one that comes with ganima unless given."""
    vocoder: Model | None = None
    """A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given."""
    force: bool = False
    """Replace a file that exists."""


@dataclass(frozen=True)
class ConvertVoice(Request):
    """Say a recording again in another voice, with the same words and times."""

    recording: Annotated[Path, File("IN")]
    """Recording of speech; WAV, FLAC, OGG or MP3."""
    out: OutFile
    """File to write; .wav, .flac, .ogg or .mp3."""
    _: KW_ONLY
    voice: Voice | None = None
    """A designed voice: its file, or the folder of a character."""
    target: Folder | None = None
    """A folder with recordings of the person whose voice it becomes; needs consent."""
    consent: Annotated[str, Text("WHO")] | None = None
    """Who agreed to that, when and for what; goes into the file."""
    model: Model | None = None
    """A model of voices; the one that comes with ganima unless given."""
    vocoder: Model | None = None
    """A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given."""
    notice: bool = False
    """Begin with the mark that can be heard, short-long-short-short, which says that this is AI-generated."""
    force: bool = False
    """Replace a file that exists."""

    def check(self) -> None:
        not_both(self, "voice", "target")
        if self.voice is None and self.target is None:
            raise GanimaError(
                "say whose voice it becomes: `voice`, one that was designed, or `target`, a person's", "voice"
            )
        if self.target is not None and self.consent is None:
            raise GanimaError(
                "`target` takes the voice of a real person: add `consent` (who agreed, when, for what); without "
                "consent, design a voice of nobody's",
                "consent",
            )
