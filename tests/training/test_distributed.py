"""Two processes that share a batch do what one process does with all of it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from drawing import discs
from safetensors.torch import load_file, save_file
from trainings import Heard, Training

from ganima.gan.augmentation import AugmentConfig
from ganima.gan.critics.config import CriticsConfig
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.presets import tiny
from ganima.picture.recipe import PictureStep
from ganima.picture.state import PictureState
from ganima.picture.step import train_step
from ganima.training import checkpoint, distributed, loop
from ganima.training.metrics import read_metrics
from ganima.training.run import Budget, Listener
from ganima.training.schedule import constant
from ganima.training.ticks import agree
from ganima.training.update import Measures

STEPS = 5
CONFIG = replace(
    tiny(16, 16, 3, 2),
    batch=8,
    penalties=PenaltyConfig(r1=constant(2.0), r2=constant(2.0), wgan_gp=1.0, path_length=1.0, every=2),
    augment=AugmentConfig(mode="adaptive", strength=0.5, adapt_images=200),
    clip=1.0,
    mismatch=1.0,
    critics=CriticsConfig(weight=constant(0.5), width=4, side=32),
)


def run(out: Path, config: TrainConfig) -> Training:
    """Trains for as many steps of 8 images in any number of processes."""
    options = {"dtype": torch.float32, "log_steps": 1}
    return Training(
        out=out, config=config, data=discs(20, classes=2), budget=Budget(examples=8 * STEPS), options=options
    )


SCRIPT = f"""
import sys
from dataclasses import replace
from pathlib import Path
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[1])!r}]
import torch
torch.set_num_threads(1)
import test_distributed
from ganima.training import distributed

out = Path(sys.argv[1])
training = test_distributed.run(out / "run", replace(test_distributed.CONFIG, batch=4))
training.step = test_distributed.keeping_states(out, training.report, stop_after=int(sys.argv[2]))
try:
    training.train()
finally:
    distributed.stop()
"""


def keeping_states(out: Path, report: Heard, stop_after: int = STEPS) -> PictureStep:
    """A step that writes this process's whole state, and in the first process asks to stop after so many."""

    def step(state: PictureState, *args: Any) -> Measures:
        measures = train_step(state, *args)
        tensors = {name: t.clone().contiguous() for name, t in checkpoint.tensors_of(state).items()}
        tensors["strength"] = torch.tensor(state.strength)
        out.mkdir(exist_ok=True)
        save_file(tensors, out / f"{distributed.rank()}-{state.steps}.safetensors")
        report.cancelled = state.steps == stop_after and distributed.rank() == 0
        return measures

    return step


def in_two_processes(out: Path, stop_after: int) -> None:
    script = out.parent / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    source = str(Path(loop.__file__).parents[2])
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": source, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run([*command, str(out), str(stop_after)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not torch.distributed.is_available() or not torch.distributed.is_gloo_available():
        pytest.skip("this build of PyTorch has no gloo")
    out = tmp_path_factory.mktemp("two") / "out"
    # In two sittings, so that stopping and resuming are shown as well.
    in_two_processes(out, 3)
    assert not (out / "1-4.safetensors").exists()
    in_two_processes(out, STEPS + 1)
    return out


def test_both_processes_hold_the_same_weights_after_every_step(two: Path) -> None:
    for step in range(1, STEPS + 1):
        first, second = (load_file(two / f"{rank}-{step}.safetensors") for rank in (0, 1))
        assert [name for name in first if not torch.equal(first[name], second[name])] == []


def test_the_loss_curve_is_that_of_one_process_with_the_double_batch(two: Path, tmp_path: Path) -> None:
    training = run(tmp_path / "run", CONFIG)
    training.step = keeping_states(tmp_path, training.report, STEPS + 1)
    training.train()
    lines, others = (read_metrics(out / "run" / "metrics.jsonl") for out in (tmp_path, two))
    assert len(lines) == len(others) == STEPS
    for line, other in zip(lines, others, strict=True):
        assert line.keys() == other.keys()
        # A share is of each process's own loss.
        for name in line.keys() - {"seconds", "examples_per_second", "penalty_share"}:
            assert other[name] == pytest.approx(line[name], rel=1e-2, abs=1e-3), f"{name} after {line['steps']} steps"
    # What was drawn is the same to the bit, and what was computed nearly so: Adam makes rounding grow.
    single, shared = load_file(tmp_path / "0-1.safetensors"), load_file(two / "0-1.safetensors")
    assert torch.equal(single["rng"], shared["rng"])
    assert torch.equal(single["strength"], shared["strength"])


def test_the_model_of_two_processes_is_whole(two: Path) -> None:
    state = load_file(two / "run" / "checkpoint.safetensors")
    last = load_file(two / f"0-{STEPS}.safetensors")
    assert all(torch.equal(state[name], last[name]) for name in state if name != "average.generator.w_mean")
    assert (two / "run" / "model.safetensors").exists()


# One process is a group of one


def test_alone_everything_is_mine() -> None:
    assert (distributed.rank(), distributed.world()) == (0, 1)
    x = torch.arange(6.0)
    assert torch.equal(distributed.my_slice(x), x)
    assert torch.equal(distributed.average(x), x)
    assert agree([True, False], 1.5) == ([True, False], 1.5)
    distributed.broadcast([x])
    distributed.average_gradients(torch.nn.Linear(2, 2))
    distributed.stop()


def test_slices_cover_the_batch_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "world", lambda: 3)
    x, pieces = torch.arange(12), []
    for rank in range(3):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        pieces.append(distributed.my_slice(x))
    assert [len(piece) for piece in pieces] == [4, 4, 4]
    assert torch.equal(torch.cat(pieces), x)


def test_only_the_first_process_tells_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []

    class Told(Listener):
        def metrics(self, line: dict[str, float]) -> None:
            told.append(line["steps"])

    training = run(tmp_path, CONFIG)
    training.listeners.append(Told())
    monkeypatch.setattr(distributed, "rank", lambda: 1)
    monkeypatch.setattr(distributed, "my_slice", lambda tensor: tensor)
    training.train()
    assert told == [] and training.report.events == []
    assert not list(tmp_path.iterdir())
