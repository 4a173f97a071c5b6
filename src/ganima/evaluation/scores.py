"""Scores in words: what each one means, what real pictures reach, and whether it is good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "fair", "poor", ""]
"""Empty where a number is neither good nor bad by itself."""

CLOSE, FAR = 0.9, 0.6
"""Shares of what real pictures reach that are good, and not poor any more."""


@dataclass(frozen=True)
class Score:
    """A number with what it means."""

    key: str
    """Name with the extractor."""
    title: str
    value: float
    meaning: str
    """What is measured, and which way is better."""
    verdict: Verdict = ""
    words: str = ""
    """What this value says."""
    deviation: float | None = None
    """Standard deviation over subsets."""
    real: float | None = None
    """What real pictures score in the place of the generated ones."""
    soft: float | None = None
    """What real pictures at half their resolution score."""


def distance(key: str, title: str, meaning: str, value: float, real: float, soft: float, slack: float) -> Score:
    """A distance to real pictures: good where it is within `slack` of what real ones score themselves, and fair where
    it is below what real pictures at half their resolution score.
    """
    verdict: Verdict
    if value <= real + slack >= soft:
        verdict, words = "", "Too few pictures to tell: even half their resolution would make no difference."
    elif value <= real + slack:
        verdict, words = "good", "No difference from real pictures can be told at this number of pictures."
    elif value <= soft:
        verdict, words = "fair", "Nearer to real pictures than real pictures at half their resolution are."
    else:
        verdict, words = "poor", "Further from real pictures than real pictures at half their resolution are."
    return Score(key, title, value, meaning, verdict, words, real=real, soft=soft)


def share(key: str, title: str, meaning: str, value: float, real: float, good: str, poor: str) -> Score:
    """A score that is the better the higher, judged by the share of what real pictures reach."""
    part = value / real if real > 0 else 1.0
    verdict: Verdict = "good" if part >= CLOSE else "fair" if part >= FAR else "poor"
    reached = f"{min(part, 9.99):.0%} of what real pictures reach"
    return Score(key, title, value, meaning, verdict, f"{reached}: {good if verdict == 'good' else poor}", real=real)


def summary(scores: Sequence[Score]) -> str:
    """How many scores are good, fair and poor."""
    counts = {kind: sum(score.verdict == kind for score in scores) for kind in ("good", "fair", "poor")}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
