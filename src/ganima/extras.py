"""Packages that only some commands need: they are loaded when one of those runs, and not on every start."""

from importlib import import_module
from typing import Any

from ganima.errors import GanimaError


def voice(package: str) -> Any:
    """A package that sound needs. Raises GanimaError where it is not installed, or cannot be loaded."""
    try:
        return import_module(package)
    # Where a system has no libsndfile, importing soundfile is an OSError.
    except (ImportError, OSError) as error:
        name = package.partition(".")[0]
        raise GanimaError(
            f"sound needs the package {name}, which cannot be loaded: run pip install --force-reinstall {name}"
        ) from error
