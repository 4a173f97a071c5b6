"""What can be asked for to balance a labelled set of pictures."""

from dataclasses import KW_ONLY, dataclass
from typing import Annotated

from ganima.fields import Folder, Minutes, Model, Out, RandomSeed, Size, Text, Thousands, Threads, Whole
from ganima.picture.request import Preset
from ganima.request import Request, not_both


@dataclass(frozen=True)
class Augment(Request):
    """Balance and enlarge a labelled set of pictures with generated ones, and say whether that helps a classifier.

    The new folder holds the originals as they were, the generated pictures (each labelled as AI-generated), labels.csv,
    which says which are which, and the report. Unless there is a model, one is trained first, in OUT-model; the same
    command again continues.
    """

    folder: Folder
    """Folder with labelled pictures: a subfolder for each class, or a labels.csv."""
    out: Out
    """Folder for the enlarged set."""
    _: KW_ONLY
    per_class: Annotated[int, Whole(1, 10_000_000)]
    """Pictures that each class has in the end."""
    by: Annotated[str, Text("GROUP")] | None = None
    """Which group of labels to balance, where labels.csv has several."""
    model: Model | None = None
    """A conditional model of these classes: a name, a file, or the folder of a run."""
    minutes: Minutes | None = None
    """How long to train a model; an hour for most presets unless given."""
    kimg: Thousands | None = None
    """How long to train instead, in thousands of pictures seen."""
    preset: Preset | None = None
    """How to train it; chosen from pictures and device unless given."""
    resolution: Annotated[int | tuple[int, int], Size(longer_side=True)] | None = None
    """Longer side, or height and width, of what it makes in pixels; chosen from the pictures unless given."""
    seed: RandomSeed = 0
    """Decides everything that is drawn at random."""
    threads: Threads | None = None
    """Threads of the processor for the training; all cores unless given."""
    force: bool = False
    """Replace an enlarged set that exists."""

    def check(self) -> None:
        not_both(self, "minutes", "kimg")
