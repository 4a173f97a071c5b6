"""Scores on pictures and vectors whose answers are known."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganima.metrics.coverage import coverage
from ganima.metrics.features import DIMENSIONS, features, standardise
from ganima.metrics.frechet import frechet
from ganima.metrics.kid import kid
from ganima.metrics.memorisation import memorisation
from ganima.metrics.scores import score

Vectors = NDArray[np.float32]


def gaussian(count: int, dimensions: int = 16, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, dimensions), dtype=np.float32)


def blobs(count: int, seed: int, size: tuple[int, int] = (24, 16)) -> NDArray[np.uint8]:
    """Smooth random pictures [count, height, width, 3]."""
    rng = np.random.default_rng(seed)
    coarse = torch.from_numpy(rng.uniform(0, 255, (count, 3, 4, 4)).astype(np.float32))
    smooth = torch.nn.functional.interpolate(coarse, size, mode="bilinear")
    return smooth.byte().permute(0, 2, 3, 1).contiguous().numpy()


def test_kid_is_zero_for_equal_distributions_and_grows_with_the_shift() -> None:
    a, b = gaussian(600), gaussian(600, seed=1)
    distances = [kid(a, b + np.float32(shift), subsets=20)[0] for shift in (0.0, 0.2, 0.4, 0.8)]
    assert abs(distances[0]) < 5
    assert distances[1] > 20
    assert distances == sorted(distances)


def test_kid_says_how_sure_it_is_and_repeats() -> None:
    a, b = gaussian(400), gaussian(300, seed=1)
    mean, deviation = kid(a, b, subsets=20, size=100)
    assert (mean, deviation) == kid(a, b, subsets=20, size=100)
    assert abs(mean) < 2 * deviation


def test_frechet_distance_of_known_gaussians() -> None:
    a = gaussian(20_000, 4)
    b = gaussian(20_000, 4, seed=1) * np.array([1, 2, 3, 1], np.float32) + np.array([0, 0, 0, 2], np.float32)
    # |difference of means|² + the sum of (σa - σb)²
    assert frechet(a, b) == pytest.approx(4 + 1 + 4, rel=0.03)
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)


def test_frechet_distance_does_not_depend_on_the_axes() -> None:
    turn = np.linalg.qr(gaussian(8, 8, seed=5))[0]
    a, b = gaussian(500, 8), gaussian(300, 8, seed=1) @ np.diag(np.arange(1, 9)).astype(np.float32)
    assert frechet(a @ turn, b @ turn) == pytest.approx(frechet(a, b), rel=1e-4)


def test_frechet_distance_of_fewer_vectors_than_dimensions() -> None:
    a, b = gaussian(20, 64), gaussian(30, 64, seed=1)
    root = np.cov(a, rowvar=False) @ np.cov(b, rowvar=False)
    eigenvalues = np.linalg.eigvals(root).real.clip(0)
    expected = np.square(a.mean(0) - b.mean(0)).sum() + np.var(a, 0, ddof=1).sum() + np.var(b, 0, ddof=1).sum()
    assert frechet(a, b) == pytest.approx(float(expected - 2 * np.sqrt(eigenvalues).sum()), rel=1e-3)


def test_equal_distributions_are_precise_and_covered() -> None:
    found = coverage(gaussian(1200, 6), gaussian(1200, 6, seed=1))
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.02)
    assert found.density == pytest.approx(1, abs=0.1)
    assert found.precision == pytest.approx(found.recall, abs=0.1)


def test_a_collapsed_generator_covers_nothing() -> None:
    real = gaussian(600, 6)
    found = coverage(real, real[:1] + 0.01 * gaussian(600, 6, seed=1))
    assert found.coverage < 0.05
    assert found.recall < 0.05
    assert found.precision > 0.9


def test_a_generator_far_from_everything_is_not_precise() -> None:
    found = coverage(gaussian(600, 6), gaussian(600, 6, seed=1) + 20)
    assert (found.precision, found.recall, found.density, found.coverage) == (0, 0, 0, 0)


def test_features_are_the_same_everywhere() -> None:
    ramp = np.arange(2 * 32 * 24 * 3, dtype=np.int64).reshape(2, 32, 24, 3)
    found = features((ramp * 37 % 251).astype(np.uint8))
    assert found.shape == (2, DIMENSIONS)
    assert found.dtype == np.float32
    weights = np.cos(np.arange(DIMENSIONS))
    assert found @ weights == pytest.approx([1.21548, 0.16496], abs=1e-3)


def test_features_take_grey_and_transparent_pictures_and_tensors() -> None:
    grey = blobs(3, 0)[..., :1]
    assert features(grey) == pytest.approx(features(np.repeat(grey, 3, axis=3)), abs=1e-5)
    clear = np.concatenate([blobs(3, 0), np.zeros((3, 24, 16, 1), np.uint8)], axis=3)
    assert features(clear) == pytest.approx(features(np.full((3, 24, 16, 3), 255, np.uint8)), abs=1e-5)
    tensor = torch.from_numpy(blobs(3, 0)).permute(0, 3, 1, 2) / 127.5 - 1
    assert features(tensor) == pytest.approx(features(blobs(3, 0)), abs=1e-5)


def test_features_do_not_depend_on_the_batch() -> None:
    assert features(blobs(5, 0), batch=2) == pytest.approx(features(blobs(5, 0)), abs=1e-5)


def test_features_tell_blurred_pictures_from_sharp_ones() -> None:
    rng = np.random.default_rng(0)
    sharp = (blobs(300, 0, (32, 24)) * 0.6 + rng.uniform(0, 60, (300, 32, 24, 3))).astype(np.uint8)
    tensor = torch.from_numpy(sharp).permute(0, 3, 1, 2).float()
    blurred = (
        torch.nn.functional.avg_pool2d(tensor, 3, 1, 1, count_include_pad=False).byte().permute(0, 2, 3, 1).numpy()
    )
    real = features(sharp[:150])
    same, changed = (standardise(features(some), real) for some in (sharp[150:], blurred[150:]))
    assert kid(changed, standardise(real, real))[0] > 20 * abs(kid(same, standardise(real, real))[0])


def test_copies_of_training_pictures_are_found() -> None:
    training, held_out = blobs(80, 0), blobs(40, 1)
    copies = training[[5, 3, 5, 60]][:, :, ::-1]
    found = memorisation(copies, training, held_out, mirror=True)
    assert found.features < 0.01
    assert found.pixels < 0.01
    assert {(pair.generated, pair.training, pair.mirrored) for pair in found.pairs} == {
        (0, 5, True), (1, 3, True), (2, 5, True), (3, 60, True),
    }  # fmt: skip
    assert memorisation(copies, training, held_out, mirror=False).features > 0.5


def test_fresh_pictures_are_no_copies() -> None:
    found = memorisation(blobs(40, 2), blobs(80, 0), blobs(40, 1), mirror=False)
    assert found.features == pytest.approx(1, abs=0.1)
    assert found.pixels == pytest.approx(1, abs=0.1)
    assert [pair.distance for pair in found.pairs] == sorted(pair.distance for pair in found.pairs)


def test_scores_rank_generators_and_name_their_extractor() -> None:
    training, held_out = blobs(200, 0), blobs(120, 1)
    good = score(blobs(150, 2), training, held_out, mirror=False)
    poor = score(np.repeat(blobs(3, 2), 50, axis=0), training, held_out, mirror=False)
    assert (good["n"], good["n training"], good["n generated"]) == (120, 150, 150)
    for name in ("kid", "frechet", "coverage", "recall"):
        better = (good if name in ("coverage", "recall") else poor)[f"{name}[random-v1]"]
        worse = (poor if name in ("coverage", "recall") else good)[f"{name}[random-v1]"]
        assert better > 2 * abs(worse)
        reference = good[f"{name}[random-v1] real"]
        assert abs(good[f"{name}[random-v1]"] - reference) < abs(poor[f"{name}[random-v1]"] - reference)
    assert good["nearest[random-v1]"] == pytest.approx(1, abs=0.1)
