"""What can be asked for when a character is made."""

from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from ganima.fields import Amounts, File, Labels, Model, Name, Out, Text, Whole
from ganima.request import Request, not_both

Age = Literal["child", "teen", "adult", "old"]
"""How old somebody sounds."""


@dataclass(frozen=True)
class Create(Request):
    """Create a virtual character: a page to open in the browser, its portrait, looks, a moving picture, and a voice."""

    out: Out
    """Folder for the character."""
    _: KW_ONLY
    name: Annotated[str, Text("NAME")] | None = None
    """The character's name; given by the seed unless you choose one."""
    seed: Annotated[int, Whole(0, 2**32 - 1, "S")] | None = None
    """Decides who the character is, and the same one gives the same bytes; drawn unless given."""
    start_from: Annotated[str, Name("FILE|DIR")] | None = None
    """Start from another character or a latent file instead of a seed."""
    labels: Labels = ()
    """A label of a conditional model, such as hair=long; may be given several times."""
    settings: Amounts = field(default_factory=dict)
    """Move a slider of the model, such as smile=1.5; may be given several times."""
    style: Literal["portrait", "cartoon"] | None = None
    """A bundled model: portrait, or cartoon for a drawn character with a sheet of expressions."""
    model: Model | None = None
    """In place of a style: a name, a file, or the folder of a run; portrait, or the model of what it starts from,
    unless given."""
    voice: Annotated[Path, File("FILE")] | None = None
    """Its voice: the file of a designed one, or another character's folder; designed unless given."""
    pitch: Annotated[str, Name("low|mid|high|HZ")] | None = None
    """How high the voice is, in words or in Hz; as fits the portrait unless given."""
    age: Age | None = None
    """How old the voice sounds; as fits the portrait unless given."""
    force: bool = False
    """Replace a character that exists in the folder."""

    def check(self) -> None:
        not_both(self, "style", "model")
