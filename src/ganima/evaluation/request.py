"""What can be asked about how good a model is."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated, Literal

from ganima.errors import GanimaError
from ganima.fields import Folder, Model, Name, OutFile, RandomSeed, Text, Truncation, Whole
from ganima.request import Request


@dataclass(frozen=True)
class Evaluate(Request):
    """Judge a model by real pictures: fidelity, variety, memorisation."""

    model: Model
    """A name, a file, or the folder of a run."""
    folder: Folder
    """The real pictures: those that the model was trained on, where it is your own."""
    out: OutFile = Path("report.html")
    """The page to write; the same as JSON lies beside it."""
    _: KW_ONLY
    held_out: Folder | None = None
    """Real pictures that the model has never seen; every tenth of the folder unless given."""
    extractor: Annotated[str, Name("random|own|FILE")] = "random"
    """What makes features of pictures: random needs nothing; own is the model's discriminator; a file is Inception
    (.safetensors), or TorchScript, which is code: only from whom you trust."""
    count: Annotated[int, Whole(50, 1_000_000)] | None = None
    """How many to generate; as many as are real unless given."""
    robustness: bool = False
    """Also say how its results change when pictures are damaged."""
    application: bool = False
    """Also compare what generated and real pictures teach."""
    by: Annotated[str, Text("GROUP")] | None = None
    """Which group of labels they tell apart, if not all."""
    seed: RandomSeed = 0
    """Decides which pictures."""
    truncation: Truncation = 1.0
    """Below 1: more typical and less diverse; scores are usually given at 1."""
    no_real_pictures: bool = False
    """Show no real pictures: such a page can be published."""
    force: bool = False
    """Replace an existing page."""

    def check(self) -> None:
        if self.by is not None and not self.application:
            raise GanimaError("`by` is for `application`: leave it out, or give both", "by")


@dataclass(frozen=True)
class MeasureRobustness(Request):
    """Say how a result changes when its picture is noisy, blurred, compressed, small, turned, too light or too dark, or
    covered in part.

    Seven kinds of damage, five strengths each; a result is compared with that of the same picture when clean.
    """

    command: Literal["invert", "stylize", "align"]
    """Whose result."""
    folder: Folder
    """Folder with pictures; for invert and stylize framed like the model's own, as alignment does it."""
    out: OutFile | None = None
    """A page with curves and examples (.html), the numbers beside it as .json."""
    _: KW_ONLY
    model: Model = "portrait"
    """The model to invert into, or to stylize with: a name, a file, or the folder of a run."""
    parent: Model | None = None
    """For stylize, the model that it was made from, where that is not one of the named ones."""
    count: Annotated[int, Whole(2, 100_000)] = 16
    """Pictures to look at, at most."""
    steps: Annotated[int, Whole(0, 100_000)] = 0
    """Steps of refinement after the encoder; each picture is inverted 36 times."""
    seed: RandomSeed = 0
    """Decides everything that is drawn at random."""
    force: bool = False
    """Replace files that exist."""

    def check(self) -> None:
        if self.command != "stylize" and self.parent is not None:
            raise GanimaError("`parent` is for stylize: leave it out", "parent")
        if self.command == "align" and self.steps:
            raise GanimaError("`steps` is for invert and stylize: leave it out", "steps")
