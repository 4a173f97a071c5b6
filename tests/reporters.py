"""A reporter that remembers everything, and cancels when it is wanted to."""

from collections.abc import Mapping
from typing import Any


class Remembering:
    """Takes down what it is told; with `until`, cancels after so many reports of progress."""

    def __init__(self, until: int | None = None) -> None:
        self.until = until
        self.said: list[str] = []
        self.told: list[tuple[str, float, float]] = []
        self.events: list[Mapping[str, Any]] = []

    def say(self, words: str) -> None:
        self.said.append(words)

    def progress(self, stage: str, done: float, total: float) -> None:
        self.told.append((stage, done, total))

    def event(self, event: Mapping[str, Any]) -> None:
        self.events.append(event)

    @property
    def cancelled(self) -> bool:
        return self.until is not None and len(self.told) >= self.until
