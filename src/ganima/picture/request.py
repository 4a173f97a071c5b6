"""What can be asked of the picture GAN."""

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal

from ganima.fields import (
    Folder,
    Labels,
    Minutes,
    Model,
    Out,
    RandomSeed,
    Real,
    Size,
    Thousands,
    Towards,
    Truncation,
    Whole,
)
from ganima.request import Request, not_both
from ganima.training.request import Training

Preset = Literal["classic", "tiny", "cpu64", "cpu128", "gpu256", "gpu512"]
"""How to train."""


@dataclass(frozen=True)
class TrainPictures(Training):
    """Train a GAN on a folder of pictures; the same command again continues."""

    folder: Folder
    """Folder with pictures, subfolders included."""
    out: Out
    """Folder of the run; the newest model is always in model.safetensors."""
    _: KW_ONLY
    preset: Preset | None = None
    """How to train; chosen from pictures and device unless given."""
    resolution: Annotated[int | tuple[int, int], Size(longer_side=True)] | None = None
    """Longer side, or height and width, in pixels; chosen from the pictures unless given."""
    minutes: Minutes | None = None
    """How long to train; an hour for most presets unless given."""
    kimg: Thousands | None = None
    """How long to train instead, in thousands of pictures seen."""
    batch: Annotated[int, Whole(2, 65536, "B")] | None = None
    """Pictures a step and process; the preset's unless given."""
    conditional: bool = False
    """Learn the classes too, from subfolders or labels.csv."""
    start_from: Model | None = None
    """Start from a model: a name, a file, or the folder of a run."""
    no_critics: bool = False
    """Leave out the frozen networks that a preset may judge with."""
    evaluate_every: Annotated[float, Real(0.001, 1_000_000_000, "KIMG")] | None = None
    """Score the model every so many thousand pictures, and keep the best in best.safetensors."""

    def check(self) -> None:
        not_both(self, "minutes", "kimg")


@dataclass(frozen=True)
class SamplePictures(Request):
    """Write pictures from a model; the same seed gives the same bytes."""

    model: Model
    """A name, a file, or the folder of a run."""
    out: Out
    """Folder for the pictures."""
    _: KW_ONLY
    count: Annotated[int, Whole(1, 1_000_000_000)] = 16
    """How many pictures."""
    seed: RandomSeed = 0
    """Decides which pictures."""
    truncation: Truncation = 1.0
    """Below 1: more typical and less diverse; 0 gives the picture of what it goes towards."""
    towards: Towards = "mean"
    """What truncation goes towards: the mean, or the nearest of 64 cluster centres."""
    labels: Labels = ()
    """A class or label of a conditional model, as dress or mouth=smile; may be given several times; the others are
    drawn."""
    grid: bool = False
    """Write grid.png too, with the first 64 pictures."""
