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
    "character/test_character.py",
    "cli/test_job.py",
    "contract/",
    "data/test_align.py",
    "data/test_labels.py",
    "evaluation/test_application.py",
    "evaluation/test_evaluation.py",
    "evaluation/test_robustness.py",
    "gan/test_toy_modes.py",
    "interchange/",
    "jobs/",
    "latent/test_directions.py",
    "latent/test_edit.py",
    "latent/test_encoder.py",
    "latent/test_invert.py",
    "metrics/test_classifier.py",
    "metrics/test_extractors.py",
    "metrics/test_known_answers.py",
    "picture/test_best.py",
    "picture/test_classic.py",
    "picture/test_critics.py",
    "picture/test_presets.py",
    "picture/test_transfer.py",
    "provenance/test_provenance_sound.py",
    "sounds/test_sounds.py",
    "speech/test_acoustic.py",
    "speech/test_speak.py",
    "speech/test_voice_training.py",
    "speech/test_voices.py",
    "style/test_adapt.py",
    "style/test_stylize.py",
    "training/test_distributed.py",
    "training/test_resume.py",
    "training/test_show.py",
    "training/test_watch.py",
)
"""Where tests train, draw with whole models or wait for other processes; single ones elsewhere are marked as `slow`."""

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
