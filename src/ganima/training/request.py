"""What every training can be asked."""

from dataclasses import dataclass
from typing import Annotated

from ganima.fields import Minutes, Model, RandomSeed, Seconds, Settings, Text, Thousands, Threads
from ganima.request import Request, not_both


@dataclass(frozen=True, kw_only=True)
class Training(Request):
    """The fields of all trainings."""

    minutes: Minutes | None = None
    """How long to train."""
    seed: RandomSeed = 0
    """Decides everything that is drawn at random."""
    settings: Settings = ()
    """Change a field, as loss=hinge; may be given several times."""
    name: Annotated[str, Text("NAME")] | None = None
    """Name of the model; the run's folder unless given."""
    licence: Annotated[str, Text("TEXT")] | None = None
    """Licence of what is trained on, for the model's card."""
    attribution: Annotated[str, Text("TEXT")] | None = None
    """Whom that is by, for the model's card."""
    checkpoint_seconds: Seconds = 60.0
    """How often to save."""
    threads: Threads | None = None
    """Threads of the processor; all cores unless given."""

    def card(self) -> dict[str, str]:
        """What is said for the model's card."""
        said = {"name": self.name, "licence": self.licence, "attribution": self.attribution}
        return {field: words for field, words in said.items() if words is not None}


@dataclass(frozen=True, kw_only=True)
class SoundTraining(Training):
    """The fields of all trainings on recordings."""

    minutes: Minutes | None = None
    """How long to train; an hour unless given, two for a voice."""
    thousands: Thousands | None = None
    """How long to train instead, in thousands of pieces, sentences or sounds heard."""
    start_from: Model | None = None
    """Start from a model of the same kind: a name, a file, or the folder of a run."""

    def check(self) -> None:
        not_both(self, "minutes", "thousands")
