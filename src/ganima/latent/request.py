"""What can be asked for in a picture model's latent space."""

from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from ganima.errors import GanimaError
from ganima.fields import (
    Amounts,
    File,
    Folder,
    Labels,
    LayerNumbers,
    Minutes,
    Model,
    Out,
    OutFile,
    Place,
    RandomSeed,
    Real,
    Text,
    Thousands,
    Threads,
    Towards,
    Truncation,
    Whole,
)
from ganima.request import Request, not_both

Layers = Annotated[tuple[int, ...], LayerNumbers()]
"""Layers by number."""


@dataclass(frozen=True, kw_only=True)
class LookRequest(Request):
    """The fields of all that go from places in a latent space to a picture."""

    model: Model | None = None
    """A name, a file, or the folder of a run; the one that the character was made with unless given."""
    truncation: Truncation | None = None
    """Below 1: more typical; 0.7 for a seed unless given, and files stay as they are."""
    towards: Towards = "mean"
    """What truncation goes towards: the mean, or the nearest of 64 cluster centres."""
    force: bool = False
    """Replace files that exist."""


@dataclass(frozen=True)
class Edit(LookRequest):
    """Write a new look of a character: smile, age and other sliders moved, or other labels; without any, list them.

    Beside the picture lies its latent (.json), which every command takes again, so edits can be stacked.
    """

    character: Place
    """A character's folder or character.json, a latent file, or a seed."""
    out: OutFile | None = None
    """The picture to write, .png or .webp."""
    _: KW_ONLY
    settings: Amounts = field(default_factory=dict)
    """Move a slider, such as smile=1.5 or age=-1; may be given several times."""
    labels: Labels = ()
    """A label of a conditional model, such as mouth=smile; may be given several times."""

    @property
    def changes(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self.settings or self.labels)

    def check(self) -> None:
        if self.changes and self.out is None:
            raise GanimaError("say where the new look goes: `out`", "out")
        if self.out is not None and not self.changes:
            raise GanimaError(
                "nothing to change: say `settings` or `labels`; without `out` they are listed", "settings"
            )


@dataclass(frozen=True)
class Mix(LookRequest):
    """Mix two characters: some layers of the second, the others of the first.

    The first layers hold pose and shape, the last ones colours and light. Beside the picture lies its latent (.json).
    """

    a: Place
    """A character's folder or character.json, a latent file, or a seed."""
    b: Place
    """The other one."""
    out: OutFile
    """The picture to write, .png or .webp."""
    _: KW_ONLY
    layers: Layers
    """Which layers come from the second, such as 0-4 or 0-4,7."""
    amount: Annotated[float, Real(0, 1, "SHARE")] = 1.0
    """How far those layers go, from 0 to 1."""


@dataclass(frozen=True)
class Walk(LookRequest):
    """Write an animation that goes smoothly from one character to the next."""

    places: tuple[Place, ...]
    """Characters (folder or character.json), latent files or seeds, two or more."""
    out: OutFile
    """The animation to write, .webp, .gif or .mp4 (which needs the extra "video")."""
    _: KW_ONLY
    loop: bool = False
    """Lead back to the first one, so that the end is the beginning."""
    seconds: Annotated[float, Real(0.1, 3600, "S")] = 6.0
    """How long it lasts."""
    fps: Annotated[float, Real(1, 120, "N")] = 25.0
    """Frames a second."""


@dataclass(frozen=True)
class Invert(Request):
    """Put a photo into a model's latent space: the nearest picture that the model can make, and three edits of it.

    Faces are aligned as the model's training pictures were; finding them takes the extra "faces". The latent
    (latent.json) is taken by every command that takes a character.
    """

    model: Model
    """A name, a file, or the folder of a run."""
    photo: Annotated[Path, File("PHOTO")]
    """A picture file."""
    out: Out
    """Folder for the latent and the pictures."""
    _: KW_ONLY
    consent: Annotated[str, Text("TEXT")] | None = None
    """Who agreed to be shown, when and for what, where the photo is of a real person; every file says it."""
    no_real_person: bool = False
    """The photo shows a drawing, a thing, or nobody who exists."""
    steps: Annotated[int, Whole(0, 100_000)] = 300
    """Steps of refinement; 0 leaves what the encoder finds at once."""
    space: Literal["w", "w+"] | None = None
    """One w for each layer (w+: nearer to the photo), or one for all (w: edits work better); w+ unless given, and w
    with tuning, which comes near the photo anyway."""
    tune: bool = False
    """Adapt the model to the photo too, and write it beside the latent."""
    face: Annotated[int, Whole(1, 1000)] | None = None
    """Which face, counted from the left, where there are several."""
    aligned: bool = False
    """The picture is framed like the model's already: no face is looked for."""
    seed: RandomSeed = 0
    """Decides what tuning draws at random."""
    force: bool = False
    """Replace an inversion that exists in the folder."""

    def check(self) -> None:
        not_both(self, "consent", "no_real_person")


@dataclass(frozen=True)
class FindDirections(Request):
    """Find edit directions of a model, the sliders of edit and create; and show on a sheet what each one does."""

    model: Model
    """A name, a file, or the folder of a run."""
    out: Out | None = None
    """Folder for the directions and the sheet; beside the model unless given."""
    _: KW_ONLY
    method: Literal["sefa", "pca", "labels"] | None = None
    """sefa (factorised style weights) unless given, pca (components of w), or labels (needs a table of labels)."""
    labels: Annotated[Path, File("FILE.csv")] | None = None
    """Table of labelled samples: a column seed or file, and one for each slider with numbers or yes and no."""
    count: Annotated[int, Whole(1, 4096)] = 12
    """How many directions; with labels there is one for each column."""
    layers: Layers | None = None
    """Layers that move, such as 0-4 or 0-4,7: the first hold shape, the last colours; all unless given."""
    seed: RandomSeed = 0
    """First of the persons on the sheet; decides what is drawn at random."""
    force: bool = False
    """Replace files that exist."""

    def check(self) -> None:
        if self.method == "labels" and self.labels is None:
            raise GanimaError("`method` labels needs `labels`: a table of labelled samples", "labels")
        if self.method in ("sefa", "pca") and self.labels is not None:
            raise GanimaError(f"`method` {self.method} takes no `labels`: leave one of them out", "labels")


@dataclass(frozen=True)
class WriteLabelSheets(Request):
    """Write numbered sheets of samples and an empty table, to be filled in: sliders can be found from such labels."""

    model: Model
    """A name, a file, or the folder of a run."""
    out: Out
    """Folder for the sheets."""
    _: KW_ONLY
    count: Annotated[int, Whole(1, 100_000)] = 128
    """How many samples."""
    seed: RandomSeed = 0
    """The first of their seeds."""
    force: bool = False
    """Replace files that exist."""


@dataclass(frozen=True)
class TrainEncoder(Request):
    """Train an encoder, which gives the inversion of a photo its first guess; the same command again continues."""

    model: Model
    """A name, a file, or the folder of a run."""
    out: OutFile
    """The encoder. Named MODEL.encoder.safetensors beside the model's file, it is found by itself."""
    folder: Folder | None = None
    """The pictures that the model was trained on, if you have them: with them, photos are inverted better."""
    _: KW_ONLY
    minutes: Minutes | None = None
    """How long to train; 25 minutes unless given."""
    kimg: Thousands | None = None
    """How long to train instead, in thousands of pictures seen."""
    seed: RandomSeed = 0
    """Decides everything that is drawn at random."""
    threads: Threads | None = None
    """Threads of the processor; all cores unless given."""
    force: bool = False
    """Replace a file that exists."""

    def check(self) -> None:
        not_both(self, "minutes", "kimg")
