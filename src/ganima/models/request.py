"""What can be asked about models."""

from dataclasses import dataclass

from ganima.fields import Model
from ganima.request import Request


@dataclass(frozen=True)
class ListModels(Request):
    """List the models that have a name: those that come with ganima, and those in your own folder."""


@dataclass(frozen=True)
class ShowModel(Request):
    """Show a model's card: what it was trained on, how, with which licence, how well it does, what its sliders do."""

    model: Model
    """A name, a file, or the folder of a run."""
