"""`ganima train --evaluate-every`: scores during the training, and the best average so far."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from drawing import discs
from safetensors.torch import load_file
from trainings import StopAt, Training

from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.pages.curves import between
from ganima.pages.run import best_so_far, write_report
from ganima.picture import evaluation
from ganima.picture.charts import CHARTS
from ganima.picture.evaluation import EvaluationListener
from ganima.picture.model import load_discriminator, load_model
from ganima.picture.presets import tiny
from ganima.picture.state import PictureState
from ganima.provenance import Origin
from ganima.training.run import Budget, Listener
from ganima.training.update import Measures

CONFIG = replace(tiny(16, 16, 3, 0), batch=4)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "SAMPLES", 24)


class Crash(Listener):
    """Ends the training after a step."""

    def step(self, state: PictureState, measures: Measures, progress: float) -> None:
        if state.steps == 7:
            raise KeyError


def trained(
    out: Path,
    steps: int = 12,
    every: int | None = 16,
    classes: int = 0,
    crash: bool = False,
    stop: int | None = None,
    saving: float = 1000,
) -> Training:
    config = CONFIG if not classes else replace(tiny(16, 16, 3, classes), batch=4)
    run = Training(
        out=out,
        config=config,
        data=discs(classes=classes),
        budget=Budget(examples=4 * steps),
        card={"name": "run"},
        options={"checkpoint_seconds": saving},
    )
    if every is not None:
        run.listeners.append(EvaluationListener(run.recipe, every))
    if crash:
        run.listeners.append(Crash())
    if stop is not None:
        run.listeners.append(StopAt(stop, run.report))
    run.train()
    return run


def lines(out: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (out / "evaluations.jsonl").read_text().splitlines()]


def test_scores_are_taken_and_the_best_average_is_kept(tmp_path: Path) -> None:
    trained(tmp_path / "run", steps=14)
    taken = lines(tmp_path / "run")
    assert [line["examples"] for line in taken] == [16, 32, 48, 56]
    assert set(taken[0]) == {"examples", "kid", "frechet", "precision", "recall", "density", "coverage"}
    best = load_model(tmp_path / "run" / "best.safetensors")
    lowest = min(taken, key=lambda line: line["kid"])
    assert best.card.facts["evaluation"]["kid"] == lowest["kid"]
    assert best_so_far(best.path) == (lowest["kid"], lowest["examples"])
    assert best.card.examples == lowest["examples"]
    assert load_discriminator(best.path) is not None


def test_training_is_the_same_bit_for_bit_with_it_and_without(tmp_path: Path) -> None:
    for name, every in (("with", 8), ("without", None)):
        trained(tmp_path / name, every=every, classes=2)
    with_it, without = (load_file(tmp_path / name / "checkpoint.safetensors") for name in ("with", "without"))
    assert with_it.keys() == without.keys()
    assert all(torch.equal(with_it[name], without[name]) for name in without)


@pytest.mark.parametrize("crash", [False, True])
def test_a_run_that_goes_on_takes_the_same_scores_and_keeps_the_best(tmp_path: Path, crash: bool) -> None:
    trained(tmp_path / "whole")
    out = tmp_path / "stopped"
    if crash:
        with pytest.raises(KeyError):
            trained(out, crash=True, saving=0)
        # As if the last checkpoint were older than the last scores.
        lost = {"examples": 10_000, "kid": -1e6}
        (out / "evaluations.jsonl").write_text((out / "evaluations.jsonl").read_text() + json.dumps(lost) + "\n" + "{")
    else:
        trained(out, stop=7)
    trained(out)
    assert lines(out) == lines(tmp_path / "whole")
    assert best_so_far(out / "best.safetensors")[0] == min(line["kid"] for line in lines(out))


def test_the_best_model_is_never_replaced_by_a_worse_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([5.0, 3.0, 4.0, math.nan, 3.0])
    scores = lambda self, state: {"kid": next(found), "coverage": 0.5}  # noqa: E731
    monkeypatch.setattr(EvaluationListener, "_scores", scores)
    trained(tmp_path / "run", steps=20)
    card = load_model(tmp_path / "run" / "best.safetensors").card
    assert (card.facts["evaluation"]["kid"], card.examples) == (3.0, 32)
    # What is not finite is left out.
    assert [line["kid"] for line in lines(tmp_path / "run")] == [5.0, 3.0, 4.0, 3.0]


def test_a_damaged_best_model_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "best.safetensors").write_bytes(b"damaged")
    assert best_so_far(tmp_path / "run" / "best.safetensors") is None
    trained(tmp_path / "run")
    assert best_so_far(tmp_path / "run" / "best.safetensors") is not None


def test_going_back_after_trouble_forgets_later_scores(tmp_path: Path) -> None:
    run = trained(tmp_path / "run")
    listener = next(some for some in run.listeners if isinstance(some, EvaluationListener))
    listener.trouble(None, 48, 20)  # type: ignore[arg-type]
    assert [line["examples"] for line in lines(tmp_path / "run")] == [16]
    assert listener.done == 16


def test_a_full_disk_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise GanimaError("cannot write best.safetensors: No space left on device")

    monkeypatch.setattr(evaluation, "save_picture_model", full)
    with pytest.raises(GanimaError, match="No space"):
        trained(tmp_path / "run")


def test_the_report_of_the_run_shows_the_scores(tmp_path: Path) -> None:
    out = tmp_path / "run"
    trained(out, steps=52, every=80)
    write_report(out, {"preset": "tiny", "loss": "nonsaturating"}, {"Seed": "0"}, Origin("run"), 1.0, CHARTS)
    page = (out / "report.html").read_text("utf-8")
    assert "Kernel distance" in page and "Best average" in page and "Variety" in page
    assert "nan" not in page.replace("nance", "")


def test_scores_lie_on_straight_lines_between_the_times_they_were_taken() -> None:
    taken = [{"examples": 10.0, "kid": 4.0}, {"examples": 20.0, "kid": 2.0}]
    found = [line.get("kid") for line in between(taken, [5, 10, 15, 40])]
    assert math.isnan(found[0]) and found[1:] == [4, 3, 2]
    assert between([], [1, 2]) == [{}, {}]
    assert between(taken, [1, 2]) == [{}, {}]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    (tmp_path / "pictures").mkdir()
    for number, picture in enumerate(discs(12).pictures):
        Image.fromarray(picture).save(tmp_path / "pictures" / f"{number}.png")
    words = ["train", str(tmp_path / "pictures"), "--out", str(tmp_path / "run"), "--preset", "tiny", "--kimg", "0.1"]
    words += ["--threads", "1"]
    assert main([*words, "--evaluate-every", "0.05"]) == 0
    assert (tmp_path / "run" / "best.safetensors").is_file()
    assert "Kernel distance" in (tmp_path / "run" / "report.html").read_text("utf-8")
    # It may be left out, or be another number, when the same run goes on.
    assert main([*words[:-4], "--kimg", "0.2", "--threads", "1"]) == 0
    assert main([*words, "--evaluate-every", "0"]) == 2
    assert "--evaluate-every" in capsys.readouterr().err
