"""A model by its name."""

from pathlib import Path

from ganima.models.library import find_model
from ganima.picture.model import Model, load_model


def load(model: str | Path) -> Model:
    """A model by name, file, or folder of a training run. Raises GanimaError when there is none or it is damaged."""
    return load_model(find_model(str(model)))
