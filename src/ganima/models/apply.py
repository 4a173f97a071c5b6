"""The verbs of models: each unpacks a request, and does it."""

from dataclasses import dataclass
from pathlib import Path

from ganima.errors import GanimaError
from ganima.models.file import open_model
from ganima.models.library import list_models
from ganima.models.request import ListModels
from ganima.reporter import QUIET, Reporter


@dataclass(frozen=True)
class Listed:
    """A model that has a name."""

    name: str
    path: Path
    description: str
    trouble: str = ""
    """Why it cannot be used."""


def list_named(request: ListModels, report: Reporter = QUIET) -> list[Listed]:
    """Every model that has a name, also those that cannot be used."""
    return [_listed(name, path) for name, path in list_models().items()]


def _listed(name: str, path: Path) -> Listed:
    try:
        return Listed(name, path, open_model(path).card.description)
    except GanimaError as error:
        return Listed(name, path, "", str(error))
