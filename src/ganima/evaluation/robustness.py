"""How much a result changes when the picture that it is made from is damaged."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ganima.errors import GanimaError
from ganima.evaluation.corruptions import CORRUPTIONS, STRENGTHS, Corruption, Picture, corrupt
from ganima.metrics.diversity import spread
from ganima.metrics.features import NAME, Features, features, standardise
from ganima.metrics.similarity import psnr, ssim
from ganima.reporter import QUIET, Reporter, go_on

PSNR_MAX = 60.0
"""Pictures that are nearer to each other than this, in dB, are the same to any eye; equal ones count as this."""
HELD = 0.5
"""A result has held while it differs from the clean one at most by this share of what two results differ by."""
FAILED_MAX = 0.1
"""And while at most this share of the pictures gives no result any more."""

Run = Callable[[Picture], Picture | None]
"""A picture to a result, or to None where there is none: no face is found, for example."""
Distance = Callable[[Picture, Picture], float]


@dataclass(frozen=True)
class Change:
    """How pictures differ from clean ones, on average; None where there is none left to compare."""

    psnr: float | None
    """In dB, at most 60."""
    ssim: float | None
    """1 for the same, 0 for nothing in common."""
    difference: float | None
    """Distance of features, as a share of the mean distance between two clean ones: 0 the same, 1 another picture."""
    failed: float
    """Share of the pictures that had a result and have none any more."""


@dataclass(frozen=True)
class Damage:
    """What one kind of damage does."""

    name: str
    says: str
    labels: tuple[str, ...]
    """The amount of each strength, weakest first."""
    results: tuple[Change, ...]
    """Of the results, for each strength."""
    inputs: tuple[Change, ...]
    """Of the pictures themselves, to compare with."""

    @property
    def holds(self) -> int:
        """Up to which strength the results hold: hardly fewer of them, and nearer to the clean ones than to others."""
        for strength, change in enumerate(self.results):
            if change.failed > FAILED_MAX or change.difference is None or change.difference > HELD:
                return strength
        return len(self.results)


@dataclass(frozen=True)
class Robustness:
    """How a command takes damaged pictures."""

    what: str
    """The command, in words."""
    extractor: str
    """Whose features the differences are measured in."""
    pictures: int
    """Pictures that have a result while they are clean: on these it is measured."""
    without: int
    """Pictures that had no result from the start."""
    damages: tuple[Damage, ...]
    note: str = ""
    """What has to be known to read the numbers."""

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        data = asdict(self)
        for entry, damage in zip(data["damages"], self.damages, strict=True):
            entry["holds"] = damage.holds
        return data


def robustness(
    what: str,
    run: Run,
    pictures: Sequence[Picture],
    seed: int = 0,
    note: str = "",
    corruptions: Sequence[Corruption] = CORRUPTIONS,
    report: Reporter = QUIET,
) -> Robustness:
    """Compares the results of `run` on damaged `pictures`, in five strengths of each kind, with those on clean ones.

    `note` is what has to be known to read the numbers. The results are of one size for each picture; every side of a
    picture or result has 11 pixels or more. The same arguments give the same numbers. Raises GanimaError where fewer
    than two of the pictures have a result.
    """
    total = len(pictures) * (1 + STRENGTHS * len(corruptions))
    clean: list[tuple[int, Picture, Picture]] = []
    for number, picture in enumerate(pictures):
        go_on(report)
        result = run(picture)
        report.progress("damaging", number + 1, total)
        if result is not None:
            clean.append((number, picture, result))
    if len(clean) < 2:
        raise GanimaError(
            f"{what} has a result for {len(clean)} of {len(pictures)} pictures; two or more are needed to see how it "
            "changes: give other pictures, or more of them"
        )
    between_inputs = ruler([picture for _, picture, _ in clean])
    between_results = ruler([result for _, _, result in clean])
    damages, done = [], len(pictures)
    for kind in corruptions:
        inputs, results = [], []
        for strength in range(1, STRENGTHS + 1):
            damaged = [corrupt(picture, kind, strength, seed + number) for number, picture, _ in clean]
            made = []
            for picture in damaged:
                go_on(report)
                made.append(run(picture))
                done += 1
                report.progress("damaging", done, total)
            inputs.append(_change([picture for _, picture, _ in clean], damaged, between_inputs))
            results.append(_change([result for _, _, result in clean], made, between_results))
        labels = tuple(kind.label(strength) for strength in range(1, STRENGTHS + 1))
        damages.append(Damage(kind.name, kind.says, labels, tuple(results), tuple(inputs)))
    report.progress("damaging", total, total)
    return Robustness(what, NAME, len(clean), len(pictures) - len(clean), tuple(damages), note)


def ruler(pictures: Sequence[Picture]) -> Distance:
    """What measures how far two pictures are apart, with the mean distance between two of `pictures` as 1."""
    known = np.concatenate([_describe(picture) for picture in pictures])
    unit = max(spread(standardise(known, known)), 1e-6)

    def distance(a: Picture, b: Picture) -> float:
        first, second = (standardise(_describe(picture), known) for picture in (a, b))
        return float(np.linalg.norm(first - second)) / unit

    return distance


def _describe(picture: Picture) -> Features:
    return features(picture[None])


def _change(clean: Sequence[Picture], made: Sequence[Picture | None], distance: Distance) -> Change:
    pairs = [(before, after) for before, after in zip(clean, made, strict=True) if after is not None]
    failed = 1 - len(pairs) / len(clean)
    if not pairs:
        return Change(None, None, None, failed)
    return Change(
        psnr=_mean([min(psnr(a, b), PSNR_MAX) for a, b in pairs]),
        ssim=_mean([ssim(a, b) for a, b in pairs]),
        difference=_mean([distance(a, b) for a, b in pairs]),
        failed=failed,
    )


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)
