"""What a model file says about its model."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ganima._version import __version__

Facts = dict[str, Any]
"""What is said about a model before it is a card: names of the card's fields, and whatever else is worth saying."""


@dataclass(frozen=True)
class Parent:
    """The model that another one was made from."""

    name: str
    sha256: str
    """Of its file, in hexadecimal."""


@dataclass(frozen=True)
class Card:
    """What every model says of itself, and in `facts` what only models of its kind say."""

    name: str
    kind: str
    """What it is, which decides how it is loaded: see `ganima.loading`."""
    description: str = ""
    licence: str = ""
    attribution: str = ""
    """Whose work it was made from."""
    consent: str = ""
    """Which real persons it shows or speaks as, and who agreed to that."""
    limits: str = ""
    """What it is not good at, or not meant for."""
    space: str = ""
    """The latent space that it shares with the model it was made from, or that it is for; empty where it has its own,
    see `ModelFile.space`."""
    parent: Parent | None = None
    date: str = ""
    """When it was made, such as 2026-11-20."""
    version: str = __version__
    """Of ganima, which wrote it."""
    command: str = ""
    """What makes it anew."""
    hardware: str = ""
    seed: int | None = None
    examples: int = 0
    """How many pictures, recordings or sounds it has seen in training, repeated ones counted."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Plain JSON data by name: `data` it was trained on, `training` configuration, `metrics`, labels and the like."""

    def to_json(self) -> Facts:
        """As it stands in the file: one object, without the fields that say nothing."""
        fields = {name: value for name, value in vars(self).items() if name != "facts"}
        said = {name: value for name, value in fields.items() if value != "" and value is not None}
        if not self.examples:
            del said["examples"]
        return said | ({"parent": dataclasses.asdict(self.parent)} if self.parent else {}) | dict(self.facts)


def card_of(said: Mapping[str, Any]) -> Card:
    """The card of plain JSON data. Raises TypeError where a field is missing or is not of its type."""
    known = {item.name: said[item.name] for item in dataclasses.fields(Card) if item.name in said}
    if "facts" in known or not {"name", "kind"} <= known.keys():
        raise TypeError("it has no name, or no kind, or a field that is none of its own")
    facts = {name: value for name, value in said.items() if name not in known}
    wanted = {"seed": int, "examples": int, "parent": dict}
    for name, value in known.items():
        if type(value) is not wanted.get(name, str):
            raise TypeError(f"its {name} is {value!r}")
    if "parent" in known:
        parent = known["parent"]
        if set(parent) != {"name", "sha256"} or not all(isinstance(words, str) for words in parent.values()):
            raise TypeError(f"its parent is {parent!r}")
        known["parent"] = Parent(**parent)
    return Card(**known, facts=facts)
