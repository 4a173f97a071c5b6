"""One thread for every test: as fast on small tensors, and the same sums on every machine."""

import pytest
import torch

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Also after a test that ran a command, which takes all threads unless it is told otherwise."""
    torch.set_num_threads(1)
