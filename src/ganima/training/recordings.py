"""From folders of recordings to a run: what all trainings on sound do before and after they look at the recordings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from ganima.data.recordings import Recordings
from ganima.models.card import Facts
from ganima.models.library import find_model
from ganima.reporter import Reporter
from ganima.training.config import with_settings
from ganima.training.loop import fit
from ganima.training.plan import Plan, keep_plan, require_beside, started
from ganima.training.recipe import Recipe
from ganima.training.run import Budget, Outcome
from ganima.training.state import State

C = TypeVar("C")
S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Opened(Generic[C]):
    """A run on recordings, new or begun, which goes with what it was started with."""

    out: Path
    folders: Sequence[Path]
    config: C
    options: Mapping[str, Any]
    before: Plan[C] | None
    """What it was started with; None where it is new."""
    source: Path | None
    """The model that it starts from."""

    def keep(self, data: Recordings) -> None:
        """Writes down what a new run was started with. Raises GanimaError where an older one's recordings changed."""
        places = ", ".join(map(str, self.folders))
        keep_plan(
            self.out,
            Plan(self.options, self.config, places, data.fingerprint, len(data.names)),
            self.before,
            "recordings",
        )

    def card(self, data: Recordings, facts: Facts, about: Facts, own: Facts | None) -> Facts:
        """The model's card: `facts` on the recordings, what else is known `about` it, and what its owner says."""
        folder = ", ".join(folder.name for folder in self.folders)
        said = {"folder": folder, **facts, "fingerprint": data.fingerprint}
        return {"name": self.out.name, "date": date.today().isoformat(), "data": said} | about | (own or {})

    def fit(
        self,
        recipe: Recipe[S],
        weights: Callable[[S, Path], None],
        budget: Budget,
        checkpoint_seconds: float,
        report: Reporter,
    ) -> Outcome:
        """Trains; `weights` fills a new state with those of the model that the run starts from."""
        source, seed = self.source, int(self.options["seed"])
        return fit(
            recipe,
            self.out,
            budget,
            seed,
            report,
            start_from=None if source is None else lambda state: weights(state, source),
            checkpoint_seconds=checkpoint_seconds,
        )


def open_run(
    out: Path,
    folders: Sequence[Path],
    usual: C,
    *,
    seed: int,
    start_from: str | None,
    settings: Sequence[str],
) -> Opened[C]:
    """The run in `out` on the recordings in `folders`; `usual` is its configuration before `settings`.

    Raises GanimaError where `out` holds something else, lies inside one of the folders, or was started with other
    options, and where there is no model `start_from`.
    """
    require_beside(out, folders, "recordings")
    options: dict[str, Any] = {
        "folders": [folder.name for folder in folders],
        "seed": seed,
        "start_from": start_from,
        "settings": list(settings),
    }
    before = started(out, type(usual), options)
    config = with_settings(usual, settings) if before is None else before.config
    return Opened(
        out, folders, config, options, before, None if start_from is None else find_model(start_from, "start_from")
    )
