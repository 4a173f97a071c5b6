"""What the configurations of all trainings have in common."""

import json
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from ganima.errors import GanimaError
from ganima.files import typed_json
from ganima.training.schedule import Schedule


class Pace(Protocol):
    """What the configurations of all trainings have, on pictures and on sound: how fast optimisers and average move."""

    @property
    def lr_generator(self) -> Schedule: ...

    @property
    def lr_discriminator(self) -> Schedule: ...

    @property
    def beta1(self) -> float: ...

    @property
    def beta2(self) -> Schedule: ...

    @property
    def average_share(self) -> float: ...

    @property
    def average_max(self) -> float: ...


C = TypeVar("C")


def with_settings(config: C, settings: Sequence[str]) -> C:
    """`config` with fields replaced, each given as `path=value`: `loss=hinge`, `penalties.r1.start=5`, `clip=1`.

    The value is read as JSON, or as a word where it is none. Raises GanimaError for a field that does not exist (naming
    those that do) and for a value of the wrong type.
    """
    data = typed_json.dump(config)
    for setting in settings:
        path, equals, text = setting.partition("=")
        *parents, name = path.split(".")
        place: Any = data
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if not equals or not isinstance(place, dict) or name not in place:
            fields = ", ".join(sorted(place if isinstance(place, dict) else data))
            raise GanimaError(f"--set {setting}: give FIELD=VALUE with one of these fields: {fields}")
        try:
            place[name] = json.loads(text)
        except ValueError:
            place[name] = text
        try:
            config = typed_json.parse(type(config), data)
        except (TypeError, ValueError) as error:
            raise GanimaError(f"--set {setting}: {error}") from error
    return config
