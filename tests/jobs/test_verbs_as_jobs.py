"""The real verbs as jobs: the same bytes as without, and trainings that go on."""

from pathlib import Path

import numpy as np
from PIL import Image
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
