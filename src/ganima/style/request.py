"""What can be asked for to change the style of a model, or of a photo."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated

from ganima.errors import GanimaError
from ganima.fields import File, Model, Name, Out, OutFile, Text, Thousands, Truncation, Whole
from ganima.request import Request, not_both
from ganima.training.request import Training


@dataclass(frozen=True)
class Adapt(Training):
    """Make a new model from 10 to 500 pictures, or from one, out of a model; the same command again continues."""

    model: Model
    """A name, a file, or the folder of a run; its latents stay valid in the new model."""
    pictures: Annotated[Path, File("PICTURES")]
    """Folder with pictures, subfolders included; or a single picture, whose style is taken over."""
    out: Out
    """Folder of the run; the best model so far is always in model.safetensors."""
    _: KW_ONLY
    consent: Annotated[str, Text("TEXT")] | None = None
    """Who agreed to be shown, when and for what, where the pictures show real persons; every file says it."""
    no_real_person: bool = False
    """The pictures show drawings, things, or people who do not exist."""
    kimg: Thousands | None = None
    """How long at most instead of 15 minutes, in thousands of pictures seen."""

    def check(self) -> None:
        not_both(self, "minutes", "kimg")
        not_both(self, "consent", "no_real_person")
        if self.consent is None and not self.no_real_person:
            raise GanimaError(
                "say whom the pictures show: `consent` (who agreed, when, for what) where they are of a real person, "
                "or `no_real_person` for drawings, things, and people who do not exist",
                "consent",
            )

    def card(self) -> dict[str, str]:
        persons = {"persons": "none that is real, as whoever made this states"}
        return super().card() | (persons if self.consent is None else {"consent": self.consent})


@dataclass(frozen=True)
class Blend(Request):
    """Make a half-way style: the child's structure with the parent's texture, or the other way round."""

    parent: Annotated[str, Name("PARENT")]
    """A model: a name, a file, or the folder of a run."""
    child: Annotated[str, Name("CHILD")]
    """A model that was adapted from it."""
    out: OutFile
    """The new model, a .safetensors file."""
    _: KW_ONLY
    at: Annotated[int, Whole(1, 65536, "RES")]
    """Levels of fewer pixels (longer side) are the child's, the others the parent's."""
    reverse: bool = False
    """Take the levels from that size on from the child instead."""
    force: bool = False
    """Replace a file that exists."""


@dataclass(frozen=True)
class Stylize(Request):
    """Show a photo, a character or a seed in the style of an adapted model."""

    photo: Annotated[str, Name("PHOTO")]
    """A picture file; or a seed, a latent file, a character's folder or its character.json."""
    out: OutFile
    """Picture to write, .png or .webp; the latent is written beside it."""
    _: KW_ONLY
    model: Model
    """The adapted model: a name, a file, or the folder of a run."""
    parent: Model | None = None
    """The model that it was adapted from, where it has no name; photos are inverted in it."""
    consent: Annotated[str, Text("TEXT")] | None = None
    """Who agreed to be shown, when and for what, where the photo shows a real person."""
    no_real_person: bool = False
    """The photo shows a drawing, a thing, or a person who does not exist."""
    face: Annotated[int, Whole(1, 1000)] | None = None
    """Which face in the photo, counted from the left, where there are several."""
    aligned: bool = False
    """The photo is framed like the model's pictures already."""
    steps: Annotated[int, Whole(1, 100_000)] = 100
    """Steps in which the photo's latent is found."""
    truncation: Truncation | None = None
    """For seeds, 0.7 unless given: below 1 more typical and less diverse."""
    beside: bool = False
    """Show the photo, or what the parent shows, to the left."""
    force: bool = False
    """Replace files that exist."""

    def check(self) -> None:
        not_both(self, "consent", "no_real_person")
