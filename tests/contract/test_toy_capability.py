"""A new capability is six small files and one line: from its request follow Python, the command line, and jobs."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contract import toy
from contract.materials import Materials
from contract.toy.model import KIND, load
from ganima import verbs
from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.jobs import Store
from ganima.provenance import verify

FILES = {"request.py", "network.py", "step.py", "train.py", "model.py", "apply.py"}
LONG = 300.0
"""Seconds after which a test gives up."""


def painted(run: Path) -> np.ndarray:  # type: ignore[type-arg]
    """The colours in a run, which are labelled."""
    assert verify(run / "palette.png").labelled
    return np.asarray(Image.open(run / "palette.png"))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose processes know the toy's line; in the end nothing of it is at work any more."""
    started = tmp_path / "start"
    started.mkdir()
    # Python runs a file of this name when it starts.
    (started / "sitecustomize.py").write_text(
        "from contract.toy import VERB\nfrom ganima import verbs\nverbs.VERBS += (VERB,)\n"
    )
    places = [str(started), str(Path(__file__).parents[1]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, places)))
    store = Store(tmp_path / "jobs")
    yield store
    for job in store.jobs():
        job.cancel(grace=0)
        job.wait(timeout=60)


def test_it_is_six_small_files() -> None:
    files = {path.name: path.read_text("utf-8").splitlines() for path in Path(toy.__path__[0]).glob("*.py")}
    assert files.keys() == FILES | {"__init__.py"}
    assert max(map(len, files.values())) <= 100


def test_from_python_the_command_line_and_json(
    materials: Materials, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"folder": materials.pictures, "thousands": 0.032, "seed": 3, "threads": 1}
    job = store.submit(
        "paint",
        {name: str(v) if isinstance(v, Path) else v for name, v in asked.items()} | {"out": str(tmp_path / "c")},
    )
    outcome = verbs.function("paint")(tmp_path / "a", **asked)
    assert outcome.done and outcome.examples == 32
    words = ["--folder", str(materials.pictures), "--thousands", "0.032", "--seed", "3", "--threads", "1"]
    assert main(["paint", "--out", str(tmp_path / "b"), *words]) == 0
    assert str(tmp_path / "b" / "model.safetensors") in capsys.readouterr().out
    ended = job.wait(LONG)
    assert (ended.state, ended.error) == ("done", None)
    first = painted(tmp_path / "a")
    assert first.shape == (8, 64, 3) and len(np.unique(first[0], axis=0)) > 1
    for name in "bc":
        np.testing.assert_array_equal(painted(tmp_path / name), first)


def test_its_model_has_a_card_and_paints_on(materials: Materials, tmp_path: Path) -> None:
    paint = verbs.function("paint")
    made = paint(tmp_path / "run", folder=materials.pictures, thousands=0.016, name="discs", threads=1)
    mixer, file = load(made.model)
    card = file.card
    assert (card.name, card.kind, card.examples) == ("discs", KIND, 16)
    assert card.facts["training"]["layout"] == {"z_dim": mixer.config.z_dim, "width": mixer.config.width}
    paint(tmp_path / "more", model=tmp_path / "run", count=2)
    assert verify(tmp_path / "more" / "palette.png").model == "discs"
    assert painted(tmp_path / "more").shape == (8, 16, 3)


def test_help_and_mistakes_are_those_of_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "\n  paint " in capsys.readouterr().out
    assert main(["paint", "--out", str(tmp_path / "a")]) == 2
    assert "--folder" in capsys.readouterr().err
    with pytest.raises(GanimaError, match="`folder` or `model`, not both"):
        verbs.find_verb("paint").request(tmp_path / "a", folder=tmp_path, model="b")
