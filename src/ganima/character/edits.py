"""The same person with a slider of the model moved, as far as it is still the same person."""

import torch

from ganima.character.looks import Look, Person, last_allowed, measure
from ganima.errors import GanimaError
from ganima.latent.directions import Directions, find_directions, steer
from ganima.picture.grid import to_images
from ganima.picture.model import Model
from ganima.picture.render import pictures

SLIDERS = (("smile", 1), ("age", 1), ("age", -1), ("turn", 1), ("smile", -1), ("turn", -1))
"""Sliders to show, where the model has them, and which way, in the order in which they are tried."""
AMOUNTS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
SAME = 0.82
"""Likeness that an edit must leave. Less than for changes of light: a smile moves half of a face."""
SEEN = 0.97
"""Likeness above which nothing is seen."""


def edits(person: Person, count: int) -> list[Look]:
    """At most `count` edits of the person, each by the largest amount that leaves the person; none without sliders."""
    found: list[Look] = []
    directions = _directions(person.model)
    if directions is None:
        return found
    for name, sign in SLIDERS:
        if name not in directions.names or len(found) == count:
            continue
        amounts = torch.zeros(len(AMOUNTS), len(directions.names))
        amounts[:, directions.names.index(name)] = sign * torch.tensor(AMOUNTS)
        drawn = pictures(person.generator, steer(person.base.expand(len(AMOUNTS), -1, -1), directions, amounts))
        likeness = measure(drawn, person.portrait).structure @ person.own
        best = last_allowed(likeness >= SAME)
        if SAME <= likeness[best] <= SEEN:
            caption = f"{name.capitalize()} {sign * AMOUNTS[best]:+g}"
            found.append(Look(caption, str(directions.about.get("does", {}).get(name, "")), to_images(drawn)[best]))
    return found


def _directions(model: Model) -> Directions | None:
    try:
        return find_directions(model)
    except GanimaError:
        # A character can be had without sliders; whoever asks for them is told what is wrong.
        return None
