"""One thread for every test: as fast on small tensors, and the same sums on every machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings

# The same examples every time, however slow the machine is.
settings.register_profile(
    "ganima", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ganima")

SLOW = (
    "balance/test_enlarge.py",
    "contract/",
    "gan/test_toy_modes.py",
    "jobs/",
    "latent/test_encoder.py",
    "picture/test_best.py",
    "picture/test_classic.py",
    "picture/test_presets.py",
    "picture/test_transfer.py",
    "speech/test_voice_training.py",
    "style/test_adapt.py",
    "training/test_distributed.py",
    "training/test_resume.py",
    "training/test_watch.py",
)
"""Where each test trains for seconds, or waits for other processes; single tests elsewhere are marked as `slow`."""

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Also after a test that ran a command, which takes all threads unless it is told otherwise."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def no_users_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made for several tests goes into no cache folder of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where each test, and the processes that it starts, have their cache: a folder that is not there yet."""
    place = tmp_path_factory.mktemp("cache") / "own"
    monkeypatch.setenv("XDG_CACHE_HOME", str(place))
    return place


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(Path(__file__).parent).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)
