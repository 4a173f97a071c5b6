"""A new capability cannot forget the contract."""

import importlib
import typing
from pathlib import Path

from contract.capabilities import ASKED
from contract.materials import Materials
from ganima import verbs
from ganima.training.run import Outcome
from ganima.verbs import verb_of


def test_every_verb_that_trains_is_in_the_contract(materials: Materials, tmp_path: Path) -> None:
    """One that trains says how that came to its end."""
    here = {verb_of(one.trains(materials, tmp_path / one.name)).name for one in ASKED if one.trains is not None}
    module_of = {verb.name: verb.does.split(":") for verb in verbs.VERBS}
    functions = {name: getattr(importlib.import_module(place), does) for name, (place, does) in module_of.items()}
    trains = {name for name, does in functions.items() if typing.get_type_hints(does)["return"] is Outcome}
    assert trains <= here and len(trains) >= 6
