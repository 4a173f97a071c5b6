"""The two measures of how alike pictures are."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ganima.metrics.similarity import psnr, ssim


def waves(height: float, shift: int, light: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[:48, :36]
    return np.rint(127.5 + height * np.sin((x + shift) / 5) * np.cos(y / 7) + light).astype(np.uint8)


def test_equal_pictures_are_as_alike_as_can_be() -> None:
    picture = waves(100, 0, 0)
    assert psnr(picture, picture) == float("inf")
    assert ssim(picture, picture) == pytest.approx(1)


def test_psnr_of_a_known_error() -> None:
    # Everywhere one grey level off: 20 log10(255).
    picture = waves(100, 0, 0)
    assert psnr(picture, picture + 1) == pytest.approx(48.1308, abs=1e-4)


def test_the_values_are_those_of_scikit_image() -> None:
    # Of scikit-image 0.26.0: structural_similarity(a, b, gaussian_weights=True, sigma=1.5,
    # use_sample_covariance=False, data_range=255) and peak_signal_noise_ratio(a, b).
    a, b = waves(100, 0, 0), waves(80, 1, 10)
    assert ssim(a, b) == pytest.approx(0.9364840902, abs=1e-6)
    assert psnr(a, b) == pytest.approx(23.7306459282, abs=1e-6)


def test_channels_count_alike() -> None:
    a, b = waves(100, 0, 0), waves(80, 1, 10)
    both = np.stack([a, a], axis=2), np.stack([a, b], axis=2)
    assert ssim(*both) == pytest.approx((1 + ssim(a, b)) / 2)


def test_structure_counts_and_not_light_alone() -> None:
    a = waves(100, 0, 0)
    noise = np.random.default_rng(0).normal(0, 20, a.shape)
    noisy = np.clip(a + noise, 0, 255).astype(np.uint8)
    lighter = np.clip(a.astype(int) + 20, 0, 255).astype(np.uint8)
    assert abs(psnr(a, noisy) - psnr(a, lighter)) < 1
    assert ssim(a, lighter) > 0.9 > 0.8 > ssim(a, noisy)


def test_a_picture_smaller_than_the_window_is_refused() -> None:
    small = np.zeros((10, 40), dtype=np.uint8)
    with pytest.raises(ValueError, match="11×11"):
        ssim(small, small)
