"""Damage to pictures: repeatable, growing with its strength, and of the picture's own shape."""

import numpy as np
import pytest
from drawing import discs

from ganima.evaluation.corruptions import CORRUPTIONS, STRENGTHS, Corruption, Picture, corrupt
from ganima.metrics.similarity import psnr

every_kind = pytest.mark.parametrize("kind", CORRUPTIONS, ids=lambda kind: kind.name)


def picture(channels: int = 3) -> Picture:
    """Discs on a gradient, of an odd shape."""
    flat = discs(1, 45, 34, channels).pictures[0]
    ramp = np.linspace(0, 80, 34).astype(np.uint8)[None, :, None]
    return np.maximum(flat, ramp)


def kind_of(name: str) -> Corruption:
    return next(kind for kind in CORRUPTIONS if kind.name == name)


def test_all_kinds_are_there() -> None:
    names = {"noise", "blur", "JPEG", "down-scaling", "rotation", "brightness", "occlusion"}
    assert {kind.name for kind in CORRUPTIONS} == names


@every_kind
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_shape_stays_and_a_seed_repeats(kind: Corruption, channels: int) -> None:
    clean = picture(channels)
    before = clean.copy()
    first, again = (corrupt(clean, kind, 3, 7) for _ in range(2))
    assert first.shape == clean.shape and first.dtype == np.uint8
    assert np.array_equal(first, again) and not np.array_equal(first, clean)
    assert np.array_equal(clean, before)


@every_kind
def test_more_strength_does_more_damage(kind: Corruption) -> None:
    clean = picture()
    found = [
        np.mean([psnr(corrupt(clean, kind, s, seed), clean) for seed in range(8)]) for s in range(1, STRENGTHS + 1)
    ]
    assert all(weaker > stronger for weaker, stronger in zip(found, found[1:], strict=False)), found
    assert kind.label(1) != kind.label(STRENGTHS)


@pytest.mark.parametrize("name", ["noise", "rotation", "brightness", "occlusion"])
def test_seeds_differ(name: str) -> None:
    made = {corrupt(picture(), kind_of(name), 4, seed).tobytes() for seed in range(8)}
    assert len(made) > 1


def test_a_covered_place_is_the_same_at_every_strength() -> None:
    clean = np.zeros((50, 50, 3), dtype=np.uint8)
    middles = []
    for strength in (1, 2, 3):
        rows, columns = np.nonzero(corrupt(clean, kind_of("occlusion"), strength, 1)[..., 0])
        middles.append((rows.min() / (50 - np.ptp(rows)), columns.min() / (50 - np.ptp(columns))))
    assert np.ptp(np.array(middles), axis=0).max() < 0.05


def test_how_much_is_covered() -> None:
    clean = np.zeros((200, 100, 3), dtype=np.uint8)
    for strength, amount in enumerate(kind_of("occlusion").amounts, 1):
        covered = (corrupt(clean, kind_of("occlusion"), strength, 0) > 0).mean()
        assert 100 * covered == pytest.approx(amount, rel=0.05)


def test_noise_has_the_spread_that_it_says() -> None:
    grey = np.full((80, 80, 3), 128, dtype=np.uint8)
    assert corrupt(grey, kind_of("noise"), 2, 0).std() / 2.55 == pytest.approx(5, rel=0.05)


def test_a_rotation_turns_and_leaves_no_corner_empty() -> None:
    halves = np.full((41, 41, 3), 200, dtype=np.uint8)
    halves[:, :20] = 100
    turned = corrupt(halves, kind_of("rotation"), 5, 0)
    # The filter overshoots a little at the edge between the halves.
    assert turned.min() > 70 and turned.max() < 230
    assert abs(int(turned[0, 20, 0]) - int(turned[-1, 20, 0])) > 50


def test_what_cannot_be_seen_does_not_bleed_in() -> None:
    clean = np.zeros((40, 40, 4), dtype=np.uint8)
    clean[:, :20] = (0, 255, 0, 255)
    clean[:, 20:, 0] = 255
    for name in ("blur", "down-scaling", "rotation"):
        damaged = corrupt(clean, kind_of(name), 3, 0)
        seen = damaged[damaged[..., 3] > 25]
        assert seen[:, 0].max() < 30, name


def test_transparency_is_left_alone_by_noise_and_jpeg() -> None:
    clean = picture(4)
    clean[..., 3] = np.arange(34, dtype=np.uint8) * 7
    for name in ("noise", "JPEG", "brightness"):
        assert np.array_equal(corrupt(clean, kind_of(name), 5, 0)[..., 3], clean[..., 3]), name
