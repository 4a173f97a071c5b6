"""Words for the command line: the fields of a request as the options that they are given with."""

import re
from collections.abc import Mapping

FIELD = re.compile(r"`(\w+)`")


def in_options(words: str, options: Mapping[str, str]) -> str:
    """`words` with each field in backticks as its option; what is no field of the request stays as it is."""
    return FIELD.sub(lambda match: options.get(match[1], match[0]), words)


def counted(number: int, name: str) -> str:
    """So many of what has a name: one sentence, 1,200 sentences."""
    return f"one {name}" if number == 1 else f"{number:,} {name}s"
