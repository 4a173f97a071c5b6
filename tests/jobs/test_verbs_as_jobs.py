"""The real verbs as jobs: the same bytes as without, and trainings that go on."""

import json
import os
import signal
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from small_models import model_file

from ganima import verbs
from ganima.jobs import Store
from ganima.picture.request import SamplePictures, TrainPictures

LONG = 300.0
"""Seconds after which a test gives up."""


def pictures(folder: Path) -> Path:
    """A folder of small pictures."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(12):
        pixels = rng.integers(0, 255, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def test_a_sample_has_the_bytes_that_it_has_without_a_job(store: Store, tmp_path: Path) -> None:
    model = model_file(tmp_path / "small.safetensors")
    request = SamplePictures(str(model), tmp_path / "job", count=3, seed=5)
    job = store.submit(request)
    verbs.find_verb("sample").run(SamplePictures(str(model), tmp_path / "here", count=3, seed=5))
    assert job.wait(LONG).state == "done"
    made = {path.name: path.read_bytes() for path in (tmp_path / "job").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    assert len(made) == 3 and {path.name for path in job.files()} <= set(made)


def test_a_training_in_a_queue(store: Store, tmp_path: Path) -> None:
    data = pictures(tmp_path / "pictures")
    job = store.submit(TrainPictures(data, tmp_path / "run", preset="tiny", resolution=16, kimg=0.04, threads=1))
    outcome = job.wait(LONG)
    assert (outcome.state, outcome.error) == ("done", None)
    assert job.files() == [tmp_path / "run" / "model.safetensors"]
    assert any(event["kind"] == "say" and "tiny" in event["words"] for event in job.events())


def test_a_training_that_is_killed_or_cancelled_goes_on(store: Store, tmp_path: Path) -> None:
    data = pictures(tmp_path / "pictures")
    asked = {"preset": "tiny", "resolution": 16, "checkpoint_seconds": 0.0, "threads": 1}
    whole = store.submit(TrainPictures(data, tmp_path / "whole", kimg=0.2, **asked))
    assert whole.wait(LONG).state == "done"

    job = store.submit(TrainPictures(data, tmp_path / "run", kimg=0.2, **asked))
    next(event for event in job.follow() if event["kind"] == "training")
    os.kill(int(json.loads((job.folder / "started.json").read_text())["pid"]), signal.SIGKILL)
    assert job.wait(LONG).state == "failed"
    before = len(job.events())
    job.again()
    next(event for event in islice(job.follow(), before, None) if event["kind"] == "training")
    job.cancel()
    # A training of this size may be done before it looks.
    assert job.wait(LONG).state in ("cancelled", "done")
    if job.state == "cancelled":
        assert job.again().wait(LONG).state == "done"
    ends = [tmp_path / name / "checkpoint.safetensors" for name in ("whole", "run")]
    first, second = (load_file(path) for path in ends)
    assert all(torch.equal(first[name], second[name]) for name in first) and first.keys() == second.keys()
