"""A store of jobs, whose processes know the toy verb too."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganima import verbs
from ganima.jobs import Store

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from toys import TOY  # noqa: E402

# Python runs a file of this name when it starts.
START = "from ganima import verbs\nfrom toys import TOY\nverbs.VERBS += (TOY,)\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store. In the end nothing of it is at work any more."""
    started = tmp_path / "start"
    started.mkdir()
    (started / "sitecustomize.py").write_text(START)
    places = [str(started), str(HERE), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, places)))
    monkeypatch.setattr(verbs, "VERBS", (*verbs.VERBS, TOY))
    store = Store(tmp_path / "jobs")
    yield store
    for job in reversed(store.jobs()):
        job.cancel(grace=0)
    for job in store.jobs():
        job.wait(timeout=60)
