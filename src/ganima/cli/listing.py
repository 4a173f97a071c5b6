"""How a report on a folder looks in a terminal."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

LISTED_MAX = 20
"""Lines of one kind that are shown at most; unusable files are all shown."""


def facts(rows: Sequence[tuple[str, str]]) -> RenderableType:
    """Names in bold, each with what is known."""
    table = Table.grid(padding=(0, 2))
    for name, words in rows:
        table.add_row(Text(name, style="bold"), Text(words))
    return table


def section(title: str, rows: Sequence[tuple[str, str]], most: int) -> list[RenderableType]:
    """A list below a title, at most so many lines of it; nothing where there are none."""
    if not rows:
        return []
    table = Table.grid(padding=(0, 2))
    for name, words in rows[:most]:
        table.add_row(Text(name), Text(words))
    more = [Text(f"… and {len(rows) - most:,} more")] if len(rows) > most else []
    return [Text(), Text(title, style="bold"), table, *more]


def counts(numbers: dict[str, int]) -> str:
    """Names, each with its number."""
    return ", ".join(f"{name} {number:,}" for name, number in numbers.items())
