"""Which pictures a step sees: each once an epoch, and the same ones however the steps are cut."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ganima.data.sampler import evenly, indices

SEED, SIZE = st.integers(0, 2**63 - 1), st.integers(1, 60)


@given(SEED, SIZE, st.integers(0, 20))
def test_an_epoch_has_each_picture_once(seed: int, size: int, epoch: int) -> None:
    assert Counter(indices(seed, epoch * size, size, size).tolist()) == Counter(range(size))


@given(SEED, SIZE, st.integers(0, 10_000), st.lists(st.integers(0, 40), max_size=6))
def test_steps_of_any_size_see_the_same_pictures(seed: int, size: int, start: int, counts: list[int]) -> None:
    places = np.cumsum([start, *counts])
    parts = [indices(seed, int(place), count, size) for place, count in zip(places, counts, strict=False)]
    whole = indices(seed, start, sum(counts), size)
    np.testing.assert_array_equal(np.concatenate([*parts, np.empty(0, np.int64)]), whole)
    assert ((whole >= 0) & (whole < size)).all()


@given(st.integers(1, 10_000), st.integers(1, 100))
def test_evenly_is_in_order_and_without_doubles(length: int, count: int) -> None:
    found = evenly(length, count)
    assert len(found) == min(length, count) == len(set(found))
    assert found == sorted(found) and 0 <= found[0] and found[-1] < length
