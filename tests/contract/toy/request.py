"""What can be asked of the toy."""

from dataclasses import KW_ONLY, dataclass
from typing import Annotated

from ganima.errors import GanimaError
from ganima.fields import Folder, Model, Out, Thousands, Whole
from ganima.request import not_both
from ganima.training.request import Training


@dataclass(frozen=True)
class Paint(Training):
    """Paint colours like those of pictures, with a model that learns them first; the same command again continues."""

    out: Out
    """Folder for palette.png, and for the training."""
    _: KW_ONLY
    folder: Folder | None = None
    """Folder with pictures to learn from, subfolders included."""
    model: Model | None = None
    """A model of colours instead: a name, a file, or the folder of a run."""
    thousands: Thousands | None = None
    """How long to train instead of a minute, in thousands of colours seen."""
    count: Annotated[int, Whole(1, 64)] = 8
    """How many colours to paint."""

    def check(self) -> None:
        not_both(self, "minutes", "thousands")
        not_both(self, "folder", "model")
        if self.folder is None and self.model is None:
            raise GanimaError("say what to learn from, `folder`, or which `model` paints", "folder")
