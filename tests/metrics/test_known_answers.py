"""Each score on distributions whose answers are known: real, shifted, collapsed and memorised ones."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from known_pictures import Bytes, blobs, drawings, grained, repeated
from torch import Tensor

from ganima.evaluation.measures import Measured, measure
from ganima.evaluation.scores import Score
from ganima.metrics import kid as kid_module
from ganima.metrics import wasserstein
from ganima.metrics.coverage import coverage
from ganima.metrics.extractors import random_v1
from ganima.metrics.frechet import frechet
from ganima.metrics.kid import kid
from ganima.metrics.multiscale import ms_ssim, scales
from ganima.metrics.path_length import EPSILON, path_length
from ganima.metrics.similarity import ssim
from ganima.metrics.statistics import Statistics, from_arrays, softened, statistics, to_arrays
from ganima.metrics.wasserstein import patches, pyramid, sliced_wasserstein


def in_batches(pictures: Bytes) -> Iterator[Bytes]:
    return (pictures[start : start + 64] for start in range(0, len(pictures), 64))


def look(pictures: Bytes, mirror: bool = False) -> Statistics:
    return statistics(in_batches(pictures), len(pictures), random_v1(), mirror)


def steps() -> Iterator[tuple[Tensor, Tensor]]:
    before = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)) - 0.5
    yield before, before + EPSILON


@pytest.fixture(scope="module")
def measured() -> Iterator[dict[str, Measured]]:
    training, held_out = drawings(200, 0), drawings(100, 1)
    generated = {
        "perfect": drawings(120, 2),
        "shifted": grained(drawings(120, 2)),
        "collapsed": repeated(drawings(3, 2), times=40),
        "memorising": repeated(training[:120]),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wasserstein, "PER_PICTURE", 16)
        train, held = look(training, mirror=True), look(held_out)
        yield {name: measure(look(some), train, held, random_v1(), steps()) for name, some in generated.items()}


def scores(found: dict[str, Measured], start: str) -> dict[str, Score]:
    """The score whose name begins with `start`, of each generator."""
    return {name: next(s for s in some.scores if s.key.startswith(start)) for name, some in found.items()}


LOWER, HIGHER = 1, -1
PERFECT, SHIFTED, COLLAPSED, MEMORISING = "perfect", "shifted", "collapsed", "memorising"


@pytest.mark.parametrize(
    ("start", "better", "bad", "fine"),
    [
        ("kid", LOWER, {SHIFTED, COLLAPSED}, {PERFECT, MEMORISING}),
        ("frechet", LOWER, {SHIFTED, COLLAPSED}, {PERFECT, MEMORISING}),
        ("precision", HIGHER, {SHIFTED}, {PERFECT, MEMORISING}),
        ("recall", HIGHER, {COLLAPSED, SHIFTED}, {PERFECT, MEMORISING}),
        ("density", HIGHER, {SHIFTED}, {PERFECT, MEMORISING, COLLAPSED}),
        ("coverage", HIGHER, {COLLAPSED, SHIFTED}, {PERFECT, MEMORISING}),
        ("swd", LOWER, {SHIFTED, COLLAPSED}, {PERFECT, MEMORISING}),
        ("ms-ssim", LOWER, {COLLAPSED}, {PERFECT, SHIFTED, MEMORISING}),
        ("nearest[random-v1]", HIGHER, {MEMORISING}, {PERFECT, SHIFTED, COLLAPSED}),
        ("nearest[pixels]", HIGHER, {MEMORISING}, {PERFECT, SHIFTED, COLLAPSED}),
        ("duplicates", LOWER, {COLLAPSED}, {PERFECT, SHIFTED}),
    ],
)
def test_each_score_ranks_the_generators(
    measured: dict[str, Measured], start: str, better: int, bad: set[str], fine: set[str]
) -> None:
    found = scores(measured, start)
    worst = max(better * found[name].value for name in fine)
    for name in bad:
        assert better * found[name].value > worst, (name, found)
        assert found[name].verdict in ("fair", "poor"), (name, found[name])
    for name in fine:
        assert found[name].verdict in ("good", ""), (name, found[name])
    if start not in ("kid", "frechet", "swd"):
        assert "poor" in {found[name].verdict for name in bad}


def test_real_pictures_in_the_place_of_generated_ones_score_like_a_perfect_generator(
    measured: dict[str, Measured],
) -> None:
    for score in measured["perfect"].scores:
        if score.real is not None and score.key != "duplicates":
            near = 2 * score.deviation if score.deviation is not None else 0.06
            assert score.value == pytest.approx(score.real, rel=0.25, abs=near), score.key


def test_a_copy_that_was_mirrored_is_found(measured: dict[str, Measured]) -> None:
    training = blobs(80, 0)
    mirrored = np.ascontiguousarray(training[:60, :, ::-1])
    found = measure(look(mirrored), look(training, mirror=True), look(blobs(40, 1)), random_v1(), steps())
    assert found.memorisation.features < 0.01
    assert all(pair.mirrored and pair.generated == pair.training for pair in found.memorisation.pairs)
    assert found.memorisation.generated.max() < 0.05 < found.memorisation.held_out.min()


def test_kid_of_large_sets_is_computed_subset_by_subset_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = (np.random.default_rng(i).standard_normal((90, 12), dtype=np.float32) for i in range(2))
    whole = kid(a, b, subsets=5, size=40)
    monkeypatch.setattr(kid_module, "WHOLE", 100)
    assert kid(a, b, subsets=5, size=40) == pytest.approx(whole, rel=1e-4)


def test_frechet_and_coverage_of_a_set_with_itself() -> None:
    a = np.random.default_rng(0).standard_normal((200, 8), dtype=np.float32)
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert coverage(a, a).precision == coverage(a, a).recall == coverage(a, a).coverage == 1


def test_the_multi_scale_similarity_is_that_of_scikit_image_at_each_scale() -> None:
    # Of scikit-image 0.26.0, see the next test: five scales of the first pictures, two of the second.
    rng = np.random.default_rng(0)
    large = blobs(2, 5, (192, 180))
    noisy = np.clip(large + rng.normal(0, 12, large.shape), 0, 255).astype(np.uint8)
    assert scales(192, 180) == 5
    assert ms_ssim(large, noisy) == pytest.approx(LARGE, abs=1e-4)
    small = noisy[:, :32, :40]
    assert scales(32, 40) == 2
    assert ms_ssim(large[:, :32, :40], small) == pytest.approx(SMALL, abs=1e-4)


LARGE, SMALL = (0.8858721, 0.8896135), (0.5898975, 0.6686945)


def test_the_multi_scale_similarity_beside_scikit_image() -> None:
    metrics = pytest.importorskip("skimage.metrics", reason="scikit-image is not installed")
    rng = np.random.default_rng(1)
    a = blobs(3, 6, (96, 72))
    b = np.clip(a + rng.normal(0, 20, a.shape), 0, 255).astype(np.uint8)
    options = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, channel_axis=2)
    for x, y, found in zip(a, b, ms_ssim(a, b), strict=True):
        assert ssim(x, y) == pytest.approx(metrics.structural_similarity(x, y, **options), abs=1e-4)
        assert found == pytest.approx(by_scikit_image(metrics, x, y), abs=1e-4)


def by_scikit_image(metrics: object, x: Bytes, y: Bytes) -> float:
    """Its structural similarity at each scale; a large K1 takes the luminance out of it."""
    options = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[: scales(*x.shape[:2])]
    weights /= weights.sum()
    values = []
    for channel in range(3):
        p, q = (some[:, :, channel].astype(np.float64) for some in (x, y))
        total = 1.0
        for scale, weight in enumerate(weights):
            if scale:
                p, q = (halved(some) for some in (p, q))
            k1 = 0.01 if scale == len(weights) - 1 else 1e9
            total *= metrics.structural_similarity(p, q, K1=k1, **options) ** weight  # type: ignore[attr-defined]
        values.append(total)
    return float(np.mean(values))


def halved(some: np.ndarray) -> np.ndarray:
    height, width = (side // 2 * 2 for side in some.shape)
    return some[:height, :width].reshape(height // 2, 2, width // 2, 2).mean((1, 3))


def test_pictures_smaller_than_the_window_have_no_multi_scale_similarity() -> None:
    assert len(look(blobs(20, 0, (8, 8))).alike) == 0
    with pytest.raises(ValueError, match="11×11"):
        ms_ssim(blobs(1, 0, (8, 8)), blobs(1, 0, (8, 8)))


def test_the_levels_of_a_pyramid_add_up_to_the_picture() -> None:
    picture = torch.rand(1, 3, 64, 48)
    levels = pyramid(picture)
    assert [tuple(level.shape[2:]) for level in levels] == [(64, 48), (32, 24)]
    # A flat picture has no details, and its rest is as bright as it was.
    fine, rest = pyramid(torch.full((1, 3, 64, 48), 0.5))
    assert fine[:, :, 4:-4, 4:-4].abs().max() < 1e-6
    assert torch.allclose(rest, torch.tensor(0.5))


def test_the_sliced_wasserstein_distance_says_at_which_size_details_differ() -> None:
    real, other = blobs(60, 0), blobs(60, 1)
    same = sliced_wasserstein(patches(real, 4000), patches(other, 4000))
    fine = sliced_wasserstein(patches(real, 4000), patches(grained(other), 4000))
    assert list(same) == [32, 16]
    assert sliced_wasserstein(patches(real, 4000), patches(real, 4000)) == pytest.approx({32: 0, 16: 0}, abs=1e-3)
    assert fine[32] > 1.8 * same[32]
    assert fine[16] < 1.3 * same[16]


def test_a_path_that_jumps_is_longer_than_a_smooth_one() -> None:
    real = random_v1().describe(blobs(60, 0))
    start = torch.from_numpy(blobs(8, 3)).permute(0, 3, 1, 2) / 127.5 - 1
    lengths = [path_length([(start, start * (1 - EPSILON * speed))], random_v1(), real) for speed in (1, 2, 4)]
    assert lengths[1] == pytest.approx(4 * lengths[0], rel=0.05)
    assert lengths[2] == pytest.approx(16 * lengths[0], rel=0.05)


def test_half_the_resolution_keeps_colours_beside_what_is_transparent() -> None:
    picture = np.zeros((1, 8, 8, 4), np.uint8)
    picture[:, :, 3:] = (200, 100, 50, 255)
    soft = softened(picture)
    assert soft.shape == picture.shape
    seen = soft[..., 3] > 8
    assert np.abs(soft[seen][:, :3].astype(int) - (200, 100, 50)).max() <= 8
    assert 0 < soft[..., 3][:, :, 2].max() < 255


def test_statistics_do_not_depend_on_how_they_are_kept_and_are_taken_by_number() -> None:
    pictures = blobs(70, 0)
    found = look(pictures, mirror=True)
    again = from_arrays(to_arrays(found))
    assert len(again) == 70
    assert np.array_equal(again.patches[16], found.patches[16])
    chosen = found.take(np.array([3, 65]))
    assert chosen.features == pytest.approx(random_v1().describe(pictures[[3, 65]]), abs=1e-5)
    assert chosen.mirrored == pytest.approx(random_v1().describe(pictures[[3, 65], :, ::-1]), abs=1e-5)
    assert len(chosen.thumbnails) == len(chosen.mirrored_thumbnails) == len(chosen.looks) == 2
