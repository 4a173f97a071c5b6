"""All scores from the statistics of three sets: generated, training and held-out pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from ganima.data.duplicates import groups_of
from ganima.evaluation.scores import Score, Verdict, distance, share
from ganima.metrics.extractors import Extractor
from ganima.metrics.features import Features
from ganima.metrics.frechet import frechet
from ganima.metrics.kid import kid
from ganima.metrics.memorisation import Memorisation, nearest_ratios
from ganima.metrics.path_length import path_length
from ganima.metrics.scores import compare_features
from ganima.metrics.statistics import Statistics
from ganima.metrics.wasserstein import sliced_wasserstein

SLACK_KERNEL = 2.0
"""A kernel distance that is within so many deviations of that of real pictures is no difference yet."""
SLACK_FRECHET = 0.1
"""A Fréchet distance that is larger than that of real pictures by this share of it is no difference yet."""


@dataclass(frozen=True)
class Measured:
    """Everything that is a number."""

    scores: list[Score]
    """With their meaning; those that cannot be taken of these pictures are missing."""
    numbers: dict[str, float]
    """All of `compare_features`, and the scores, by name."""
    levels: dict[int, tuple[float, float]]
    """Sliced Wasserstein distance, by the longer side of a level: of generated and of real pictures."""
    memorisation: Memorisation
    duplicates: list[list[int]]
    """Groups of generated pictures that are nearly the same, by number."""


def measure(
    fake: Statistics,
    training: Statistics,
    held: Statistics,
    extractor: Extractor,
    steps: Iterable[tuple[Tensor, Tensor]],
) -> Measured:
    """Scores generated pictures, and real ones in their place. `steps` are those of `path_length`."""
    real = training.features
    f, t, h = (extractor.scaled(some.features, real) for some in (fake, training, held))
    numbers = compare_features(f, h, t, extractor.name)
    soft = extractor.scaled(training.soft, real)
    base = np.concatenate([t, extractor.scaled(training.mirrored, real)]) if len(training.mirrored) else t
    pixels = _with_mirrored(training) if len(training.mirrored) else training.thumbnails
    memorised = nearest_ratios((f, fake.thumbnails), (base, pixels), (h, held.thumbnails), len(training))
    numbers |= {f"nearest[{extractor.name}]": memorised.features, "nearest[pixels]": memorised.pixels}
    levels = _levels(fake, training, held)
    groups = groups_of(fake.looks)
    scores = [
        *_distances(numbers, extractor.name, soft, h),
        *_shares(numbers, extractor.name),
        _details(levels),
        *_likeness(fake, training),
        *_memory(memorised, extractor.name),
        _repeated(groups, len(fake), groups_of(held.looks), len(held)),
        _smoothness(path_length(steps, extractor, real), extractor.name),
    ]
    return Measured(scores, numbers | {score.key: score.value for score in scores}, levels, memorised, groups)


def _distances(numbers: dict[str, float], name: str, soft: Features, held: Features) -> list[Score]:
    """The kernel distance and Fréchet's."""
    n = min(int(numbers["n"]), len(soft))
    rng = np.random.default_rng(0)
    blurred, sharp = rng.permutation(soft), rng.permutation(held)
    kernel, deviation, usual = (numbers[f"kid[{name}]{suffix}"] for suffix in ("", " ±", " real"))
    by_kernel = distance(
        f"kid[{name}]",
        "Kernel distance (KID × 1000)",
        "How far the generated pictures as a whole are from held-out real ones, in every respect at once. Lower is "
        "better, and real pictures score about 0. It does not depend on the number of pictures.",
        kernel,
        usual,
        kid(blurred, sharp)[0],
        slack=SLACK_KERNEL * numbers[f"kid[{name}] ± real"],
    )
    gauss, usual = (numbers[f"frechet[{name}]{suffix}"] for suffix in ("", " real"))
    by_gauss = distance(
        f"frechet[{name}]",
        "Fréchet distance (FID)",
        "The same question, asked of means and covariances only. Lower is better. It grows as the number of pictures "
        f"falls: compare numbers of {n:,} pictures only.",
        gauss,
        usual,
        frechet(blurred[:n], sharp[:n]),
        slack=SLACK_FRECHET * usual,
    )
    return [replace(by_kernel, deviation=deviation), by_gauss]


def _shares(numbers: dict[str, float], name: str) -> list[Score]:
    """Fidelity and variety, apart from each other."""
    wanted = (
        (
            "precision",
            "Precision",
            "Share of generated pictures that look like real ones. Higher is better.",
            "what is generated looks real",
            "some of what is generated looks like no real picture",
        ),
        (
            "recall",
            "Recall",
            "Share of real pictures that look like generated ones. Higher is better.",
            "the variety of the real pictures is there",
            "some kinds of real pictures are not generated",
        ),
        (
            "density",
            "Density",
            "How many real pictures lie around a generated one, as a share of the usual number. Higher is better.",
            "generated pictures lie where real ones are common",
            "many generated pictures lie where real ones are rare",
        ),
        (
            "coverage",
            "Coverage",
            "Share of real pictures with a generated one in their neighbourhood. Higher is better.",
            "nearly all kinds of real pictures are generated",
            "some kinds of real pictures are missing",
        ),
    )
    return [
        share(f"{key}[{name}]", title, meaning, numbers[f"{key}[{name}]"], numbers[f"{key}[{name}] real"], good, poor)
        for key, title, meaning, good, poor in wanted
    ]


def _levels(fake: Statistics, training: Statistics, held: Statistics) -> dict[int, tuple[float, float]]:
    """Distances of equally many pictures, and equally many patches of each."""
    n = min(len(fake), len(training), len(held))
    rng = np.random.default_rng(0)
    sets = [some.take(rng.permutation(len(some))[:n]).patches for some in (fake, training, held)]
    each = min(patches.shape[1] for some in sets for patches in some.values())
    made, train, real = ({side: patches[:, :each] for side, patches in some.items()} for some in sets)
    generated, usual = sliced_wasserstein(made, real), sliced_wasserstein(train, real)
    return {side: (generated[side], usual[side]) for side in generated}


def _details(levels: dict[int, tuple[float, float]]) -> Score:
    value, real = (float(np.mean(values)) for values in zip(*levels.values(), strict=True))
    verdict: Verdict = "good" if value <= 1.25 * real else "fair" if value <= 2 * real else "poor"
    worst = max(levels, key=lambda side: levels[side][0] / max(levels[side][1], 1e-9))
    words = {
        "good": "Details of all sizes are like those of real pictures.",
        "fair": f"Details differ a little, most at {worst} pixels.",
        "poor": f"Details differ, most at {worst} pixels.",
    }[verdict]
    return Score(
        "swd",
        "Details (sliced Wasserstein × 1000)",
        value,
        "How far small patches are from real ones, on average over the levels of a Laplacian pyramid. Lower is better. "
        "No network takes part.",
        verdict,
        words,
        real=real,
    )


def _likeness(fake: Statistics, training: Statistics) -> list[Score]:
    if not len(fake.alike) or not len(training.alike):
        return []
    value, real = float(fake.alike.mean()), float(training.alike.mean())
    verdict: Verdict = "good" if value <= real + 0.03 else "fair" if value <= real + 0.1 else "poor"
    words = {
        "good": "Generated pictures differ from each other as much as real ones do.",
        "fair": "Generated pictures are a little more alike than real ones.",
        "poor": "Generated pictures are much more alike than real ones.",
    }[verdict]
    meaning = (
        f"How alike two pictures are on average, over {len(fake.alike)} pairs; 1 is the same picture. Lower is more "
        "diverse; it should be near what real pictures score."
    )
    return [Score("ms-ssim", "Likeness of pairs (MS-SSIM)", value, meaning, verdict, words, real=real)]


def _memory(found: Memorisation, name: str) -> list[Score]:
    words = {
        "good": "No sign that training pictures are repeated.",
        "fair": "Nearer to training pictures than new pictures are: look at the closest pairs.",
        "poor": "Training pictures are repeated: look at the closest pairs.",
    }
    meaning = (
        "Distance of a generated picture to its nearest training picture, over that of a held-out real one. Near or "
        "above 1 nothing is memorised, near 0 training pictures are repeated."
    )
    scores = []
    for key, title, value in (
        (f"nearest[{name}]", "Memorisation, in features", found.features),
        ("nearest[pixels]", "Memorisation, in pixels", found.pixels),
    ):
        verdict: Verdict = "good" if value >= 0.8 else "fair" if value >= 0.5 else "poor"
        scores.append(Score(key, title, value, meaning, verdict, words[verdict], real=1.0))
    return scores


def _repeated(groups: list[list[int]], count: int, real_groups: list[list[int]], real_count: int) -> Score:
    """Duplicates in the output."""
    value, real = (sum(len(g) - 1 for g in some) / n for some, n in ((groups, count), (real_groups, real_count)))
    verdict: Verdict = "good" if value <= real + 0.005 else "fair" if value <= real + 0.05 else "poor"
    words = {
        "good": "The output does not repeat itself.",
        "fair": "A few pictures come up more than once.",
        "poor": "The same pictures come up again and again.",
    }[verdict]
    meaning = (
        f"Share of {count:,} generated pictures that are nearly the same as an earlier one. 0 is best; simple drawings "
        "that differ in a detail count as the same, so compare with real pictures."
    )
    return Score("duplicates", "Duplicates in the output", value, meaning, verdict, words, real=real)


def _smoothness(value: float, name: str) -> Score:
    meaning = (
        "How much pictures change along short steps between two latents, in this extractor's features instead of the "
        "paper's LPIPS. Lower is smoother. It compares models of one kind, and is neither good nor bad by itself."
    )
    return Score(f"path length[{name}]", "Path length (PPL)", value, meaning)


def _with_mirrored(training: Statistics) -> Features:
    """The thumbnails' pixels, and those of their mirror images."""
    return np.concatenate([training.thumbnails, training.mirrored_thumbnails])
