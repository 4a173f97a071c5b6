"""Models by name: those that come with ganima, and those in the user's own folder; and by their latent space."""

import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from platformdirs import user_data_path

from ganima.errors import GanimaError
from ganima.models.file import ModelFile, open_model

SUFFIX = ".safetensors"
BESIDE = (".directions", ".encoder")
"""What stands between a model's name and the suffix of files that belong to it and are not used by themselves."""


def user_folder() -> Path:
    """Where a user's own models are looked for: `$GANIMA_MODELS`, or `ganima/models` in the user's data folder."""
    if "GANIMA_MODELS" in os.environ:
        return Path(os.environ["GANIMA_MODELS"])
    return user_data_path("ganima", appauthor=False) / "models"


def bundled_folder() -> Path:
    """Where the models lie that come with ganima."""
    return Path(str(resources.files("ganima.models")))


def list_models() -> dict[str, Path]:
    """Every model that has a name: the bundled ones, then the user's (which hide bundled ones of the same name)."""
    files = (*_files(bundled_folder()), *_files(user_folder()))
    return {path.stem: path for path in files if not path.stem.endswith(BESIDE)}


def find_model(model: str, field: str = "model") -> Path:
    """The file of a model that is given as a name, as a file, or as the folder of a training run.

    Raises GanimaError, about the request's `field`, when there is none, and names those that there are.
    """
    named = list_models()
    if model in named:
        return named[model]
    path = Path(model).expanduser()
    if path.is_dir():
        path = path / f"model{SUFFIX}"
    if path.is_file():
        return path
    names = ", ".join(named) or "none"
    raise GanimaError(
        f"there is no model {model!r}: give a file, the folder of a training, or one of these names: {names}",
        field,
    )


def find(kind: str, space: str, beside: Path | None = None) -> Iterator[ModelFile]:
    """Yields what there is of a kind in a latent space, of which the headers alone are read.

    First the file `beside` a model, unless the model is a bundled one, then the user's own, then the bundled ones.
    Files that are damaged are passed over, but for `beside`: GanimaError is raised where that is damaged or of another
    kind.
    """
    own = [beside] if beside is not None and beside.parent != bundled_folder() and beside.is_file() else []
    for path in dict.fromkeys((*own, *_files(user_folder()), *_files(bundled_folder()))):
        try:
            file = open_model(path)
            if path == beside:
                file.require(kind)
        except GanimaError:
            # Another model's file, which whoever uses that model will be told about.
            if path != beside:
                continue
            raise
        if file.card.kind == kind and file.space == space:
            yield file


def path_beside(model: Path, ending: str) -> Path:
    """Where a file belongs that goes with the model at the path `model`, and whose name ends in `ending`."""
    return model.with_name(model.name.removesuffix(SUFFIX) + ending)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*" + SUFFIX)) if folder.is_dir() else []
