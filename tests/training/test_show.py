"""What a training shows while it works: to its reporter, on the terminal, in its folder, and for TensorBoard."""

import dataclasses
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from safetensors.torch import load_file
from trainings import Heard, Training

from ganima import provenance
from ganima.cli.terminal import Terminal
from ganima.data.folder import PictureSet
from ganima.data.labels import Labels
from ganima.pages.run import read_lines
from ganima.picture import train as training
from ganima.picture.classic_line import ClassicLine
from ganima.picture.presets import PRESETS
from ganima.picture.recipe import PictureRecipe
from ganima.picture.state import PictureState
from ganima.picture.watch import PictureWatch
from ganima.training.metrics import read_metrics
from ganima.training.run import Budget, Listener, Run
from ganima.training.watch import Trouble

BATCH = 8
PICTURES = 44


class Patient(PictureRecipe):
    """So few steps give pictures that look alike, which is no trouble here."""

    def watch(self, state: PictureState) -> PictureWatch:
        watch = super().watch(state)
        watch.warm_up = 1.0
        return watch


class Shown(Training):
    """Everything is shown so often that a run of a few steps shows it all."""

    @property
    def recipe(self) -> PictureRecipe:
        return Patient(config=self.config, data=self.data, card=self.card, train_step=self.step)


def new_run(
    out: Path, steps: int, preset: str = "tiny", minutes: float | None = None, previews: float = 0.0, **options: Any
) -> Shown:
    """A run of so many steps on synthesised pictures: discs of any colour in any place."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:16, :16]
    places = rng.uniform(4, 12, (PICTURES, 2, 1, 1))
    inside = (y - places[:, 0]) ** 2 + (x - places[:, 1]) ** 2 < 16
    pictures = (inside[..., None] * rng.integers(80, 256, (PICTURES, 1, 1, 3))).astype(np.uint8)
    data = PictureSet(pictures, None, Labels(), tuple(f"{i}.png" for i in range(PICTURES)), (), "", "")
    often = {"checkpoint_seconds": 1e9, "preview_seconds": previews, "progress_seconds": 0.0, "log_steps": 2}
    return Shown(
        out=out,
        config=dataclasses.replace(PRESETS[preset](16, 16, 3, 0), batch=BATCH),
        data=data,
        budget=Budget(minutes=minutes) if minutes else Budget(examples=steps * BATCH),
        card={"name": "discs", "data": {"folder": "discs & co"}},
        options=often | options,
    )


def train(run: Training, *listeners: Listener) -> None:
    run.listeners += listeners
    run.train()


def on_terminal(run: Training, console: Console, line_seconds: float = 0.0) -> None:
    """Trains with everything that a terminal shows."""
    with Terminal(console, line_seconds) as run.report:  # type: ignore[assignment]
        run.train()


def previewed(out: Path) -> list[int]:
    """Steps after which a preview was kept."""
    return [int(path.stem) // BATCH for path in sorted((out / "previews").iterdir())]


class Killed(Exception):
    """Stands for a process that is gone."""


class Kill(Listener):
    """Ends a run after so many steps, without a checkpoint."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def preview(self, preview: object, examples: int) -> None:
        if examples >= self.steps * BATCH:
            raise Killed


def test_plain_lines_without_a_terminal(tmp_path: Path) -> None:
    output = io.StringIO()
    run = new_run(tmp_path, 10, previews=1e9)
    on_terminal(run, Console(file=output, width=40))
    lines = output.getvalue().splitlines()
    assert "\x1b" not in output.getvalue()
    pattern = r" *\d+% · \d+ images · [\d.e+]+ images/s · \d+ s left · loss D \d+\.\d{3} G \d+\.\d{3}"
    pattern += r" · penalty \d+% · augmentation \d+%"
    assert all(re.fullmatch(pattern, line) for line in lines[1:-1]), lines
    assert (lines[0], len(lines)) == ("  0% · 0 images", 11)
    assert (
        lines[1].startswith(" 10% · 8 images") and lines[-1].startswith("100% · 80 images") and "left" not in lines[-1]
    )


def test_plain_lines_come_every_ten_seconds(tmp_path: Path) -> None:
    output = io.StringIO()
    on_terminal(new_run(tmp_path, 10, previews=1e9), Console(file=output), line_seconds=1e9)
    assert len(output.getvalue().splitlines()) == 2, "ten steps take less, so that only begin and end are printed"


def test_bar_on_a_terminal(tmp_path: Path) -> None:
    output = io.StringIO()
    run = new_run(tmp_path, 10, previews=1e9)
    on_terminal(run, Console(file=output, width=100, force_terminal=True, _environ={}))
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", output.getvalue())
    last, below = plain.splitlines()[-2:]
    assert re.fullmatch(r"100% ━+ 80 images · [\d.e+]+ images/s *", last)
    assert re.fullmatch(r" +loss D [\d.]+ G [\d.]+ · penalty \d+% · augmentation \d+% *", below)


def test_a_minutes_budget_tells_the_time_left(tmp_path: Path) -> None:
    run = new_run(tmp_path, 0, minutes=2.0)
    with pytest.raises(Killed):
        train(run, Kill(3))
    left = [event["seconds_left"] for event in run.report.events if event["kind"] == "training"]
    assert left[0] is None and 100 < left[-1] <= 120


def test_the_reporter_is_told_where_the_training_is(tmp_path: Path) -> None:
    run = new_run(tmp_path, 4)
    train(run)
    json.dumps(run.report.events)
    told = [event for event in run.report.events if event["kind"] == "training"]
    assert [event["examples"] for event in told][:5] == [0, 8, 16, 24, 32] and told[-1]["progress"] == 1
    assert {"loss_d", "loss_g"} <= set(told[-1]["measures"]) and told[-1]["counted"] == "images"
    kinds = {event["kind"] for event in run.report.events}
    assert kinds == {"training", "metrics", "preview"}
    paths = {event["path"] for event in run.report.events if event["kind"] == "preview"}
    assert paths == {str(path) for path in (tmp_path / "previews").iterdir()}


def test_classic_line_and_samples(tmp_path: Path) -> None:
    run = new_run(tmp_path, 30, "classic", previews=1e9)
    train(run, ClassicLine(run.recipe, every=10))
    pattern = r"Epoch \[(\d+)/(\d+)\], Batch \[(\d+)/(\d+)\], real_loss=\d+\.\d{4}, fake_loss=\d+\.\d{4}"
    found = [re.fullmatch(pattern, line) for line in run.report.said]
    # 240 of 44 pictures are 6 epochs of 6 batches; 80, 160 and 240 pictures end in the 2nd, 4th and 6th.
    assert [match and match.groups() for match in found] == [
        ("2", "6", "5", "6"),
        ("4", "6", "4", "6"),
        ("6", "6", "3", "6"),
    ]
    names = [path.name for path in sorted((tmp_path / "samples").iterdir())]
    assert names == ["epoch_002_batch_0005.png", "epoch_004_batch_0004.png", "epoch_006_batch_0003.png"]
    with Image.open(tmp_path / "samples" / names[0]) as image:
        assert (image.size, image.mode) == ((8 * 16, 4 * 16), "RGB")
    assert provenance.verify(tmp_path / "samples" / names[0]).labelled


def test_classic_epochs_are_estimated_for_minutes(tmp_path: Path) -> None:
    run = new_run(tmp_path, 0, "classic", minutes=10.0)
    with pytest.raises(Killed):
        train(run, ClassicLine(run.recipe, every=10), Kill(11))
    match = re.match(r"Epoch \[2/(\d+)\]", run.report.said[0])
    assert match and int(match[1]) > 100


def test_losses_are_the_cross_entropies(tmp_path: Path) -> None:
    run = new_run(tmp_path, 5, "classic")
    train(run)
    line = read_metrics(run.metrics_path)[-1]
    assert line["real_loss"] > 0 and line["fake_loss"] > 0
    assert line["real_loss"] + line["fake_loss"] == pytest.approx(line["loss_d"], abs=1e-5)


@pytest.mark.parametrize("preset", ["tiny", "classic"])
def test_the_classic_preset_says_the_classic_line_alone(
    preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "ClassicLine", lambda recipe: ClassicLine(recipe, every=2))
    (tmp_path / "pictures").mkdir()
    for number, picture in enumerate(new_run(tmp_path, 1).data.pictures):
        Image.fromarray(picture).save(tmp_path / "pictures" / f"{number}.png")
    report = Heard()
    training.train(
        tmp_path / "pictures", tmp_path / "run", preset=preset, resolution=16, kimg=0.032, batch=8, report=report
    )
    classic = any(words.startswith("Epoch [") for words in report.said)
    bar = any(event["kind"] == "training" for event in report.events)
    assert (classic, bar) == ((True, False) if preset == "classic" else (False, True))


def test_previews_are_labelled_grids_of_the_same_latents(tmp_path: Path) -> None:
    run = new_run(tmp_path, 3)
    train(run)
    assert previewed(tmp_path) == [1, 2, 3]
    path = tmp_path / "previews" / f"{3 * BATCH:09d}.png"
    with Image.open(path) as image:
        assert image.size == (8 * 16, 4 * 16)
    verdict = provenance.verify(path)
    assert verdict.labelled and verdict.model == "discs"


def test_looking_does_not_change_the_training(tmp_path: Path) -> None:
    looked = new_run(tmp_path / "looked", 6, "classic")
    alone = new_run(tmp_path / "alone", 6, "classic", previews=1e9, progress_seconds=None)
    train(looked, ClassicLine(looked.recipe, every=2))
    train(alone)
    first, second = (load_file(run.out / "checkpoint.safetensors") for run in (looked, alone))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_resume_after_a_crash_leaves_nothing_double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.summary.writer import event_file_writer

    # Files of one second and one process are read in the order of their numbers as words: 10 before 9.
    monkeypatch.setattr(event_file_writer, "_global_uid", event_file_writer.AtomicCounter(100))
    first = new_run(tmp_path, 4)
    train(first)
    crashed = new_run(tmp_path, 10)
    with pytest.raises(Killed):
        train(crashed, Kill(7))
    assert previewed(tmp_path)[-1] == 6
    resumed = new_run(tmp_path, 10, previews=1e9)
    train(resumed)

    # A preview comes after the first step and at the end.
    assert previewed(tmp_path) == [1, 2, 3, 4, 5, 10]
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    drawn = json.loads(re.search(r'id="curves">(.*?)</script>', html)[1])
    assert drawn["seen"] == [2 * BATCH * i for i in range(1, 6)]
    assert "finished" in html
    events = EventAccumulator(str(tmp_path / "tensorboard"), {"images": 0}).Reload()
    assert [event.step for event in events.Scalars("loss_d")] == drawn["seen"]
    assert [event.step // BATCH for event in events.Images("preview")] == [1, 2, 3, 4, 5, 10]


def test_tensorboard_holds_scalars_and_labelled_previews(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = new_run(tmp_path, 5)
    train(run)
    train(new_run(tmp_path, 5))
    events = EventAccumulator(str(tmp_path / "tensorboard"), {"images": 0}).Reload()
    lines = read_metrics(run.metrics_path)
    for name in set(lines[-1]) - {"examples", "penalty", "penalty_share"}:
        wanted = [(line["examples"], pytest.approx(line[name], rel=1e-6)) for line in lines]
        assert [(event.step, event.value) for event in events.Scalars(name)] == wanted
    shown = events.Images("preview")
    assert [event.step for event in shown] == [8, 16, 24, 32, 40]
    picture = tmp_path / "picture.png"
    picture.write_bytes(shown[-1].encoded_image_string)
    assert provenance.verify(picture).labelled


def test_trouble_is_told_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = new_run(tmp_path, 4, previews=1e9)
    train(begun)
    told: list[Trouble] = []

    def collapse_once(self: PictureWatch, made: object, means: object, progress: float) -> Trouble | None:
        if progress < 0.6 or told:
            return None
        told.append(Trouble("mode collapse <everywhere>", "more pictures help"))
        return told[0]

    monkeypatch.setattr(PictureWatch, "check_preview", collapse_once)
    output = io.StringIO()
    run = new_run(tmp_path, 10)
    on_terminal(run, Console(file=output, width=40))
    says = (
        "56 images: mode collapse <everywhere>; the run went back to 32 images and goes on with halved learning rates; "
    )
    assert says + "more pictures help." in output.getvalue().splitlines()
    (line,) = read_lines(tmp_path / "troubles.jsonl")
    assert (line["examples"], line["back_to"]) == (7 * BATCH, 4 * BATCH)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "mode collapse &lt;everywhere&gt;" in page and "more pictures help" in page and 'class="mark"' in page
    images = [line["examples"] for line in read_metrics(run.metrics_path)]
    assert images == sorted(set(images))
    assert previewed(tmp_path) == [1, 4, 5, 6, 7, 8, 9, 10]


def test_every_listener_is_told_of_the_end(tmp_path: Path) -> None:
    class Ends(Listener):
        told: list[str] = []

        def begin(self, run: Run[PictureState], state: PictureState) -> None:
            self.told.append("begin")

        def end(self) -> None:
            self.told.append("end")

    with pytest.raises(Killed):
        train(new_run(tmp_path, 5), Ends(), Kill(2))
    assert Ends.told == ["begin", "end"]
