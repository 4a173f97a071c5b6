"""Settings: fields of a configuration, replaced by the user."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from ganima.errors import GanimaError
from ganima.files import typed_json

C = TypeVar("C")


def with_settings(config: C, settings: Sequence[str]) -> C:
    """`config` with fields replaced, each given as `path=value`: `loss=hinge`, `penalties.r1.start=5`, `clip=1`.

    The value is read as JSON, or as a word where it is none. Raises GanimaError for a field that does not exist (naming
    those that do) and for a value of the wrong type.
    """
    for setting in settings:
        data = typed_json.dump(config)
        path, equals, text = setting.partition("=")
        *parents, name = path.split(".")
        place: Any = data
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if not equals or not isinstance(place, dict) or name not in place:
            fields = ", ".join(sorted(place if isinstance(place, dict) else data))
            raise GanimaError(f"`settings` {setting}: give FIELD=VALUE with one of these fields: {fields}", "settings")
        try:
            place[name] = json.loads(text)
        except ValueError:
            place[name] = text
        try:
            config = typed_json.parse(type(config), data)
        except (TypeError, ValueError) as error:
            raise GanimaError(f"`settings` {setting}: {error}", "settings") from error
    return config
