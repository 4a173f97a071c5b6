"""What changes with progress, what the average remembers, and which pictures a step sees."""

import numpy as np
import pytest
import torch
from torch import nn

from ganima.data.sampler import indices
from ganima.training import ema
from ganima.training.schedule import Schedule, constant

# Schedules


def test_a_schedule_goes_along_half_a_cosine() -> None:
    schedule = Schedule(1.0, 0.2)
    assert schedule(0.0) == pytest.approx(1.0)
    assert schedule(0.5) == pytest.approx(0.6)
    assert schedule(1.0) == pytest.approx(0.2)
    values = [schedule(p / 100) for p in range(101)]
    assert values == sorted(values, reverse=True)
    # Slow at both ends, fast in the middle.
    assert values[0] - values[10] < values[45] - values[55] > values[90] - values[100]


def test_a_schedule_is_done_after_its_share_of_the_training() -> None:
    schedule = Schedule(0.9, 0.99, over=0.2)
    assert schedule(0.1) == pytest.approx(0.945)
    assert schedule(0.2) == schedule(0.7) == schedule(1.0) == pytest.approx(0.99)


def test_a_schedule_may_begin_later() -> None:
    schedule = Schedule(0.0, 0.5, over=0.2, after=0.3)
    assert schedule(0.0) == schedule(0.3) == 0.0
    assert schedule(0.4) == pytest.approx(0.25)
    assert schedule(0.5) == schedule(1.0) == 0.5
    with pytest.raises(ValueError, match="0 or more"):
        Schedule(0.0, 1.0, after=-0.1)


def test_a_schedule_stays_within_its_ends() -> None:
    assert Schedule(2.0, 1.0)(-0.5) == 2.0
    assert Schedule(2.0, 1.0)(1.5) == 1.0


def test_a_constant_does_not_change() -> None:
    assert {constant(0.3)(p / 10) for p in range(11)} == {0.3}


# The average


def network(value: float) -> nn.Module:
    layer = nn.BatchNorm1d(3)
    nn.init.constant_(layer.weight, value)
    nn.init.constant_(layer.running_mean, value)
    return layer


@pytest.mark.parametrize("batch", [1, 8, 50])
def test_the_half_life_of_the_average_is_as_stated_for_any_batch(batch: int) -> None:
    average, current, half_life = network(1.0), network(0.0), 400.0
    for _ in range(round(half_life / batch)):
        ema.update(average, current, ema.decay(batch, 10**9, 0.5, half_life))
    assert average.weight[0].item() == pytest.approx(0.5, rel=1e-4)


def test_the_half_life_is_a_share_of_the_images_seen_until_it_reaches_its_limit() -> None:
    def half_life(images: int) -> float:
        return float(-8 / np.log2(ema.decay(8, images, 0.05, 10_000)))

    assert half_life(1_000) == pytest.approx(50)
    assert half_life(20_000) == pytest.approx(1_000)
    assert half_life(10**7) == pytest.approx(10_000)


def test_the_average_starts_from_scratch_with_the_first_step() -> None:
    assert ema.decay(8, 0, 0.05, 10_000) == 0.0
    assert ema.decay(8, 8, 0.05, 10_000) < 1e-5


def test_every_parameter_is_averaged_and_every_buffer_copied() -> None:
    average, current = network(1.0), network(3.0)
    current.num_batches_tracked += 5
    ema.update(average, current, 0.75)
    torch.testing.assert_close(average.weight, torch.full((3,), 1.5))
    torch.testing.assert_close(average.running_mean, torch.full((3,), 3.0))
    assert average.num_batches_tracked == 5
    torch.testing.assert_close(current.weight, torch.full((3,), 3.0))


# The sampler


@pytest.mark.parametrize("batch", [1, 7, 32, 250])
def test_every_picture_is_seen_once_an_epoch(batch: int) -> None:
    size = 100
    seen = np.concatenate([indices(5, start, batch, size) for start in range(0, 700, batch)])[:700]
    for epoch in seen.reshape(7, size):
        assert sorted(epoch) == list(range(size))


def test_the_order_differs_between_epochs_and_seeds() -> None:
    first, second = indices(5, 0, 100, 100), indices(5, 100, 100, 100)
    assert (first != second).any()
    assert (first != indices(6, 0, 100, 100)).any()
    assert (first != np.arange(100)).any()


def test_what_a_step_sees_depends_on_its_position_alone() -> None:
    whole = indices(3, 0, 64, 50)
    np.testing.assert_array_equal(indices(3, 0, 64, 50), whole)
    np.testing.assert_array_equal(indices(3, 40, 24, 50), whole[40:])
    np.testing.assert_array_equal(np.concatenate([indices(3, 0, 30, 50), indices(3, 30, 34, 50)]), whole)


def test_a_batch_may_be_larger_than_the_set() -> None:
    assert sorted(indices(0, 0, 30, 10)) == sorted(list(range(10)) * 3)


def test_the_sampler_does_not_touch_the_global_random_state() -> None:
    np.random.seed(0)
    expected = np.random.rand()
    np.random.seed(0)
    indices(1, 0, 10, 10)
    assert np.random.rand() == expected
