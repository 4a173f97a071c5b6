"""Models by name: those that come with ganima, and those in the user's own folder."""

import os
from importlib import resources
from pathlib import Path

from ganima.errors import GanimaError

SUFFIX = ".safetensors"
BESIDE = (".directions", ".encoder")
"""What stands between a model's name and the suffix of files that belong to it and are no models."""


def user_folder() -> Path:
    """Where a user's own models are looked for: `$GANIMA_MODELS`, or `ganima/models` in the user's data folder."""
    if "GANIMA_MODELS" in os.environ:
        return Path(os.environ["GANIMA_MODELS"])
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "ganima" / "models"


def list_models() -> dict[str, Path]:
    """Every model that has a name: the bundled ones, then the user's (which hide bundled ones of the same name)."""
    folders = [Path(str(resources.files("ganima.models"))), user_folder()]
    files = (path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*" + SUFFIX)))
    return {path.stem: path for path in files if not path.stem.endswith(BESIDE)}


def find_model(model: str) -> Path:
    """The file of a model that is given as a name, as a file, or as the folder of a training run.

    Raises GanimaError when there is none, and names those that there are.
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
        f"there is no model {model!r}: give a file, the folder of a training, or one of these names: {names}"
    )
