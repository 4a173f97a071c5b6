"""What can be asked about short sounds."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated, Literal

from ganima.fields import File, Folder, Model, Out, RandomSeed, Truncation, Whole
from ganima.request import Request
from ganima.training.request import SoundTraining


@dataclass(frozen=True)
class TrainSounds(SoundTraining):
    """Train a model of short sounds, such as jingles and notifications; the same command again continues."""

    folder: Folder
    """Folder with sounds of at most four seconds, subfolders included."""
    out: Out
    """Folder of the run; the newest model is always in model.safetensors."""


@dataclass(frozen=True)
class MakeSounds(Request):
    """Write short sounds from a model, labelled as AI-generated; the same seed gives the same bytes."""

    model: Model
    """A model of sounds: a name, a file, or the folder of a run."""
    out: Annotated[Path, File("DIR|FILE")]
    """Folder for the sounds, or a file for one sound; .wav, .flac, .ogg or .mp3."""
    _: KW_ONLY
    count: Annotated[int, Whole(1, 1_000_000)] | None = None
    """How many sounds; 16 in a folder unless given."""
    seed: RandomSeed = 0
    """Decides which sounds."""
    truncation: Truncation = 1.0
    """Below 1: more typical and less diverse; 0 gives the same sound each time."""
    vocoder: Model | None = None
    """A vocoder: a name, a file, the folder of a run, or "tones"; the one that suits the model unless given."""
    format: Literal["wav", "flac", "ogg", "mp3"] | None = None
    """Of the files in a folder; wav unless given."""
    force: bool = False
    """Replace files that exist."""
