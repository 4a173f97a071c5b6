"""The lines of metrics of a run as curves: few enough to draw, and smoothed."""

import math
from dataclasses import dataclass

import numpy as np

POINTS = 500
"""Most points of a curve."""
SMOOTH_SHARE = 0.02
"""A smoothed point is the mean of its neighbours up to this share of the curve to either side."""


@dataclass(frozen=True)
class Curves:
    """Measures by name over one axis; a value that was not taken is not finite."""

    seen: list[float]
    """How many examples had been seen."""
    raw: dict[str, list[float]]
    smooth: dict[str, list[float]]


def curves(lines: list[dict[str, float]]) -> Curves:
    """At most 500 points; each is the mean of the lines that fall into its part of the images seen."""
    last = lines[-1]["examples"]
    parts: dict[int, list[dict[str, float]]] = {}
    for line in lines:
        parts.setdefault(math.ceil(line["examples"] / last * POINTS), []).append(line)
    names = list(dict.fromkeys(name for line in lines for name in line))
    raw = {name: [_mean([line.get(name, math.nan) for line in part]) for part in parts.values()] for name in names}
    half = math.ceil(SMOOTH_SHARE * len(parts)) if len(parts) > 10 else 0
    smooth = {name: smoothed(values, half) for name, values in raw.items()}
    return Curves([part[-1]["examples"] for part in parts.values()], raw, smooth)


def smoothed(values: list[float], half: int) -> list[float]:
    """The mean of each value and of up to `half` neighbours to either side."""
    return [_mean(values[max(i - half, 0) : i + half + 1]) for i in range(len(values))]


def between(evaluations: list[dict[str, float]], images: list[float]) -> list[dict[str, float]]:
    """Scores at places of a run, [images], on straight lines between the times at which they were taken.

    Nothing is said before the first time; after the last one, its scores stay.
    """
    if not evaluations or not images or images[-1] < evaluations[0]["examples"]:
        return [{} for _ in images]
    taken = [line["examples"] for line in evaluations]
    curves = {
        name: np.interp(images, taken, [line[name] for line in evaluations], left=math.nan)
        for name in evaluations[-1]
        if name != "examples"
    }
    return [{name: float(values[i]) for name, values in curves.items()} for i in range(len(images))]


def _mean(values: list[float]) -> float:
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite) / len(finite) if finite else math.nan
