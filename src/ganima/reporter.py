"""What takes time says what it is doing, and looks up whether it is still wanted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from ganima.errors import Cancelled

T = TypeVar("T")


class Reporter(Protocol):
    """Whoever asked for something: a terminal, a Python program, or the page that a job belongs to."""

    def say(self, words: str) -> None:
        """One line that the user should read, such as what was chosen and why."""

    def progress(self, stage: str, done: float, total: float) -> None:
        """`done` of `total` (0 where nobody knows) of a stage are done; stages have names such as `drawing`."""

    def event(self, event: Mapping[str, Any]) -> None:
        """Something for a program to read: a preview, a line of metrics. JSON can hold it, with its `kind`."""

    @property
    def cancelled(self) -> bool:
        """Whether to stop as soon as nothing is half-done. May be asked often, and from any thread."""


class Quiet:
    """Says nothing, and is never cancelled."""

    cancelled = False

    def say(self, words: str) -> None: ...

    def progress(self, stage: str, done: float, total: float) -> None: ...

    def event(self, event: Mapping[str, Any]) -> None: ...


QUIET: Reporter = Quiet()


def go_on(report: Reporter) -> None:
    """Raises Cancelled where the reporter wants no more."""
    if report.cancelled:
        raise Cancelled


def counted(items: Iterable[T], stage: str, total: int, report: Reporter) -> Iterator[T]:
    """The items one by one, each reported when it is done; raises Cancelled between two of them."""
    for done, item in enumerate(items):
        go_on(report)
        yield item
        report.progress(stage, done + 1, total)
