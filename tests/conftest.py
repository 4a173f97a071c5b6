"""One thread for every test: as fast on small tensors, and the same sums on every machine."""

import pytest
import torch
from hypothesis import HealthCheck, settings

# The same examples every time, however slow the machine is.
settings.register_profile(
    "ganima", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ganima")
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Also after a test that ran a command, which takes all threads unless it is told otherwise."""
    torch.set_num_threads(1)
