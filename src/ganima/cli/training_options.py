"""The options that all trainings on sound have."""

from dataclasses import dataclass
from typing import Annotated, Any

from tyro.conf import OmitArgPrefixes, UseAppendAction, arg

from ganima.cli.values import HINT_IN_TEXT, Seed, real, text, whole
from ganima.errors import GanimaError


@dataclass(frozen=True)
class TrainingOptions:
    """How to train, and what the model's card says."""

    minutes: Annotated[float | None, real("--minutes", 0.01, 1_000_000, "M"), HINT_IN_TEXT] = None
    """How long to train; an hour unless given, two for a voice."""
    thousands: Annotated[float | None, real("--thousands", 0.001, 1_000_000_000, "K"), HINT_IN_TEXT] = None
    """How long to train instead, in thousands of pieces, sentences or sounds heard."""
    seed: Seed = 0
    """Decides everything that is drawn at random."""
    start_from: Annotated[str | None, text("--from", "MODEL"), arg(name="from"), HINT_IN_TEXT] = None
    """Start from a model of the same kind: a name, a file, or the folder of a run."""
    settings: Annotated[tuple[str, ...], arg(name="set", metavar="FIELD=VALUE"), UseAppendAction] = ()
    """Change a field of the training, such as batch=8 or loss=hinge; may be given several times."""
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None
    """Name of the model; the run's folder unless given."""
    licence: Annotated[str | None, text("--licence", "TEXT"), HINT_IN_TEXT] = None
    """Licence of what is trained on, for the model's card."""
    attribution: Annotated[str | None, text("--attribution", "TEXT"), HINT_IN_TEXT] = None
    """Whom that is by, for the model's card."""
    checkpoint_seconds: Annotated[float, real("--checkpoint-seconds", 0, 86_400, "S")] = 60
    """How often to save."""
    threads: Annotated[int | None, whole("--threads", 1, 1024), HINT_IN_TEXT] = None
    """Threads of the processor; all cores unless given."""

    def arguments(self) -> dict[str, Any]:
        """They as the functions that train take them. Raises GanimaError where two contradict each other."""
        if self.minutes is not None and self.thousands is not None:
            raise GanimaError("give --minutes or --thousands, not both")
        card = {"name": self.name, "licence": self.licence, "attribution": self.attribution}
        return {
            "minutes": self.minutes,
            "thousands": self.thousands,
            "seed": self.seed,
            "start_from": self.start_from,
            "settings": self.settings,
            "card": {field: words for field, words in card.items() if words is not None},
            "checkpoint_seconds": self.checkpoint_seconds,
            "threads": self.threads,
        }


Options = OmitArgPrefixes[TrainingOptions]
"""They in a command, each under its own name."""
