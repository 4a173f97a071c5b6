"""A run that was stopped, killed or ran out of disk goes on as if nothing had happened."""

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from drawing import discs
from safetensors.torch import load_file
from torch import Tensor
from trainings import StopAt, Training

from ganima.cli.terminal import Terminal
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.files.locks import only_one
from ganima.gan.augmentation import AugmentConfig
from ganima.gan.critics.config import CriticsConfig
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.model import load_model
from ganima.picture.presets import classic, tiny
from ganima.picture.state import PictureState, new_state
from ganima.picture.step import train_step
from ganima.training import checkpoint, loop
from ganima.training.metrics import read_metrics
from ganima.training.run import Budget, Listener, Outcome
from ganima.training.schedule import Schedule
from ganima.training.update import Measures

CPU = torch.device("cpu")
TINY = replace(tiny(16, 16, 3, 0), batch=4)
SCHEDULED = replace(
    TINY,
    augment=AugmentConfig(mode="adaptive", strength=0.3, adapt_images=100),
    penalties=PenaltyConfig(r1=Schedule(2.0, 0.2), r2=Schedule(2.0, 0.2), every=3),
)
CRITICS = CriticsConfig(weight=Schedule(0.0, 0.5, over=0.2, after=0.2), width=4, side=32)
CONFIGS: dict[str, TrainConfig] = {
    "tiny": TINY,
    "adaptive": SCHEDULED,
    "noise": replace(TINY, generator=replace(TINY.generator, noise=True)),
    "path length": replace(TINY, penalties=PenaltyConfig(path_length=2.0, wgan_gp=10.0, every=4), clip=0.1, beta1=0.5),
    "conditional": replace(tiny(16, 16, 3, 3), batch=4),
    "critics": replace(tiny(16, 16, 4, 3), batch=4, critics=CRITICS),
    "classic": replace(classic(16, 16, 1, 0), batch=4),
}


def run(out: Path, config: TrainConfig = TINY, steps: int = 20, **options: Any) -> Training:
    layout = config.generator
    data = discs(30, layout.height, layout.width, layout.channels, layout.classes)
    budget = Budget(examples=steps * config.batch)
    return Training(out=out, config=config, data=data, budget=budget, seed=3, options=options)


def saved(out: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and counters of the newest checkpoint, without the time it took."""
    path = out / "checkpoint.safetensors"
    with checkpoint.safe_open(path, framework="pt") as file:
        counters = json.loads(file.metadata()["counters"])
    del counters["seconds"]
    return load_file(path), counters


def assert_same(first: Path, second: Path) -> None:
    (tensors, counters), (other_tensors, other_counters) = saved(first), saved(second)
    assert counters == other_counters
    assert tensors.keys() == other_tensors.keys()
    assert [name for name in tensors if not torch.equal(tensors[name], other_tensors[name])] == []
    models = [load_model(out / "model.safetensors").generator.state_dict() for out in (first, second)]
    assert all(torch.equal(models[0][name], models[1][name]) for name in models[0])


def interrupt(first: Training, step: int) -> None:
    first.listeners.append(StopAt(step, first.report))
    outcome = first.train()
    assert (outcome.done, outcome.examples) == (False, step * first.config.batch)


# Exact resume


@pytest.mark.parametrize("name", CONFIGS)
def test_ten_steps_and_ten_more_are_twenty_bit_for_bit(name: str, tmp_path: Path) -> None:
    """In the precision that this machine trains in."""
    run(tmp_path / "whole", CONFIGS[name]).train()
    interrupt(run(tmp_path / "parts", CONFIGS[name]), 10)
    assert saved(tmp_path / "parts")[1]["steps"] == 10
    run(tmp_path / "parts", CONFIGS[name]).train()
    assert saved(tmp_path / "parts")[1]["steps"] == 20
    assert_same(tmp_path / "whole", tmp_path / "parts")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_resume_is_exact_in_either_precision(dtype: torch.dtype, tmp_path: Path) -> None:
    run(tmp_path / "whole", SCHEDULED, dtype=dtype).train()
    interrupt(run(tmp_path / "parts", SCHEDULED, dtype=dtype), 7)
    interrupt(run(tmp_path / "parts", SCHEDULED, dtype=dtype), 13)
    run(tmp_path / "parts", SCHEDULED, dtype=dtype).train()
    assert_same(tmp_path / "whole", tmp_path / "parts")


def test_previews_and_checkpoints_do_not_change_the_training(tmp_path: Path) -> None:
    config = CONFIGS["noise"]
    run(tmp_path / "seldom", config, steps=8).train()
    run(tmp_path / "often", config, steps=8, checkpoint_seconds=-1.0, preview_seconds=-1.0).train()
    assert_same(tmp_path / "seldom", tmp_path / "often")


def test_every_part_of_the_state_is_restored(tmp_path: Path) -> None:
    config = replace(CONFIGS["path length"], augment=AugmentConfig(mode="adaptive", strength=0.3, adapt_images=100))
    state = new_state(config, 1, CPU)
    for _ in range(3):
        train_step(state, config, torch.randn(4, 3, 16, 16).clamp(-1, 1), None, 0.3)
    state.seconds, state.rollbacks = 12.345678901234567, 2
    checkpoint.save(state, tmp_path / "state.safetensors")
    other = new_state(config, 2, CPU)
    assert checkpoint.load(other, tmp_path / "state.safetensors")
    assert all(getattr(other, name) == getattr(state, name) for name in state.COUNTERS)
    theirs = checkpoint.tensors_of(other)
    assert all(torch.equal(tensor, theirs[name]) for name, tensor in checkpoint.tensors_of(state).items())
    # The fused optimiser walks through memory: equal values in another layout would be other moments.
    for parameter in other.generator.parameters():
        assert other.optimizers["generator"].state[parameter]["exp_avg"].stride() == parameter.stride()


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    run(tmp_path, steps=4).train()
    before = saved(tmp_path)
    outcome = run(tmp_path, steps=4).train()
    assert outcome == Outcome(True, tmp_path / "model.safetensors", 16, 16)
    assert saved(tmp_path)[1] == before[1]
    run(tmp_path, steps=6).train()
    assert saved(tmp_path)[1]["steps"] == 6


def test_metrics_have_every_step_once(tmp_path: Path) -> None:
    """Also when a crash came after lines that the checkpoint knows nothing of, and cut the last one off."""
    interrupt(run(tmp_path, steps=8, log_steps=1), 5)
    path = tmp_path / "metrics.jsonl"
    with path.open("a") as file:
        file.write(json.dumps({"examples": 24, "steps": 6}) + "\n" + '{"examples": 28, "st')
    run(tmp_path, steps=8, log_steps=1).train()
    assert [line["steps"] for line in read_metrics(path)] == list(range(1, 9))
    assert len(path.read_text().splitlines()) == 8


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"3\n[]\n{}\n", b"\n\n"])
def test_damaged_metrics_do_not_stop_a_run(content: bytes, tmp_path: Path) -> None:
    interrupt(run(tmp_path, steps=4), 2)
    (tmp_path / "metrics.jsonl").write_bytes(content)
    run(tmp_path, steps=4).train()
    assert [line["steps"] for line in read_metrics(tmp_path / "metrics.jsonl")] == [4]


# Damaged checkpoints


def two_checkpoints(out: Path) -> PictureState:
    """Checkpoints after one step and after two; returns the state after the first."""
    state = new_state(TINY, 0, CPU)
    for _ in range(2):
        train_step(state, TINY, torch.zeros(4, 3, 16, 16), None, 0.0)
        checkpoint.save(state, out / "checkpoint.safetensors")
    return state


def loaded_steps(out: Path) -> int:
    state = new_state(TINY, 5, CPU)
    assert checkpoint.load(state, out / "checkpoint.safetensors")
    return state.steps


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    match how:
        case "missing":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "garbage":
            path.write_bytes(random.Random(0).randbytes(10_000))
        case "half":
            path.write_bytes(content[: len(content) // 2])
        case "last byte":
            path.write_bytes(content[:-1])
        case "header":
            path.write_bytes(content[:9] + b"\xff\xff" + content[11:])
        case "foreign":
            path.write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")


DAMAGES = pytest.mark.parametrize("how", ["missing", "empty", "garbage", "half", "last byte", "header", "foreign"])


@DAMAGES
def test_the_previous_checkpoint_stands_in_for_a_damaged_one(how: str, tmp_path: Path) -> None:
    two_checkpoints(tmp_path)
    assert loaded_steps(tmp_path) == 2
    damage(tmp_path / "checkpoint.safetensors", how)
    assert loaded_steps(tmp_path) == 1


@DAMAGES
def test_a_damaged_checkpoint_never_replaces_a_good_one(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two renames of the save that follows, there is still one to go on from."""
    state = two_checkpoints(tmp_path)
    damage(tmp_path / "checkpoint.safetensors", how)
    replace_file = os.replace

    def killed(source: Any, target: Any) -> None:
        if Path(target).name == "checkpoint.safetensors":
            raise KeyboardInterrupt
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(state, tmp_path / "checkpoint.safetensors")
    assert loaded_steps(tmp_path) == 1


@DAMAGES
def test_two_damaged_checkpoints_are_a_clear_error(how: str, tmp_path: Path) -> None:
    two_checkpoints(tmp_path)
    damage(tmp_path / "checkpoint.safetensors", how)
    damage(tmp_path / "checkpoint-previous.safetensors", "half")
    with pytest.raises(GanimaError, match="no checkpoint in .* can be read") as caught:
        loaded_steps(tmp_path)
    assert "\n" not in str(caught.value)


def test_without_checkpoints_there_is_nothing_to_load(tmp_path: Path) -> None:
    state = new_state(TINY, 0, CPU)
    before = {name: t.clone() for name, t in checkpoint.tensors_of(state).items()}
    assert not checkpoint.load(state, tmp_path / "checkpoint.safetensors")
    assert all(torch.equal(t, before[name]) for name, t in checkpoint.tensors_of(state).items())


def test_a_checkpoint_of_another_layout_is_a_clear_error(tmp_path: Path) -> None:
    two_checkpoints(tmp_path)
    with pytest.raises(GanimaError, match="train into a new folder"):
        checkpoint.load(new_state(tiny(32, 32, 3, 0), 0, CPU), tmp_path / "checkpoint.safetensors")


# Failing disks


def litter(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_last_checkpoint_intact(
    call: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = two_checkpoints(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*args: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(GanimaError, match=os.strerror(code)) as caught:
        checkpoint.save(state, tmp_path / "checkpoint.safetensors")
    assert "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_that_outgrow_their_limit_are_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel itself refuses to write on, as it does on a full disk."""
    state = two_checkpoints(tmp_path)
    size = (tmp_path / "checkpoint.safetensors").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, before[1]))
    try:
        with pytest.raises(GanimaError, match="cannot write"):
            checkpoint.save(state, tmp_path / "checkpoint.safetensors")
        with pytest.raises(GanimaError, match="cannot write"):
            atomic.write_text(tmp_path / "text", "x" * size)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert litter(tmp_path) == []
    assert loaded_steps(tmp_path) == 2


def test_metrics_that_cannot_be_written_are_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", *args: Any, **named: Any) -> Any:
        if path.name == "metrics.jsonl" and mode == "a":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, mode, *args, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(GanimaError, match="No space left"):
        run(tmp_path, log_steps=1).train()


SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r} + "/training", {tests!r}]
import torch
torch.set_num_threads(1)
import test_resume
from ganima.cli.terminal import Terminal
from ganima.errors import GanimaError
from ganima.training.run import Listener

class Tell(Listener):
    def step(self, state, measures, progress):
        print(state.steps, flush=True)

out, steps, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
training = test_resume.run(out, test_resume.SCHEDULED, steps, checkpoint_seconds=seconds, progress_seconds=None)
training.listeners.append(Tell())
try:
    with Terminal() as training.report:
        outcome = training.train()
    sys.exit(0 if outcome.done else 130)
except GanimaError as error:
    print("error:", error, flush=True)
    sys.exit(2)
"""


def child(out: Path, steps: int, checkpoint_seconds: float, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Another process that trains, and prints the number of each step; `before` is the start of the command."""
    script = SCRIPT.format(tests=str(Path(__file__).parents[1]))
    command = [*before, sys.executable, "-c", script, str(out), str(steps), str(checkpoint_seconds)]
    source = str(Path(loop.__file__).parents[2])
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": source}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def wait_for_step(process: subprocess.Popen[str], step: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().isdecimal() and int(line) >= step:
            return
    pytest.fail("the training ended before it reached the step")


def test_kill_minus_nine_at_any_moment_loses_little_and_changes_nothing(tmp_path: Path) -> None:
    steps, rng, reached = 60, random.Random(1), 0
    for _ in range(3):
        process = child(tmp_path / "killed", steps, -1.0)
        wait_for_step(process, reached + rng.randint(3, 15))
        # Saving takes most of the time, so this is some moment of it.
        for _ in range(rng.randint(0, 30_000)):
            pass
        process.kill()
        assert process.wait() == -signal.SIGKILL
        state = new_state(SCHEDULED, 9, CPU)
        assert checkpoint.load(state, tmp_path / "killed" / "checkpoint.safetensors")
        assert state.steps > reached
        reached = state.steps
    # As if one more had been killed while it wrote.
    (tmp_path / "killed" / ".checkpoint.safetensors.123.part").write_bytes(b"half")
    run(tmp_path / "killed", SCHEDULED, steps).train()
    assert litter(tmp_path / "killed") == []
    run(tmp_path / "whole", SCHEDULED, steps).train()
    assert_same(tmp_path / "whole", tmp_path / "killed")


def test_ctrl_c_saves_what_was_done(tmp_path: Path) -> None:
    process = child(tmp_path / "stopped", 100_000, 3600.0)
    wait_for_step(process, 5)
    process.send_signal(signal.SIGINT)
    assert process.wait(300) == 130
    assert saved(tmp_path / "stopped")[1]["steps"] >= 5
    assert load_model(tmp_path / "stopped" / "model.safetensors").card.examples >= 20


def test_a_second_ctrl_c_does_not_wait() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Terminal() as report:
        signal.raise_signal(signal.SIGINT)
        assert report.cancelled
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_training_in_a_thread_is_stopped_from_another_one(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(whole, steps=30).train()
    begun = run(parts, steps=30)
    going, outcomes = threading.Event(), []

    class Going(Listener):
        def step(self, state: PictureState, measures: Measures, progress: float) -> None:
            going.set()

    begun.listeners.append(Going())
    thread = threading.Thread(target=lambda: outcomes.append(begun.train()))
    thread.start()
    assert going.wait(60)
    begun.report.cancelled = True
    thread.join(60)
    (outcome,) = outcomes
    assert not outcome.done and 0 < outcome.examples
    assert load_model(outcome.model).card.examples == outcome.examples
    assert run(parts, steps=30).train().before == outcome.examples
    assert_same(whole, parts)


def tiny_disk(folder: Path, size: str) -> list[str]:
    """The start of a command that sees a disk of `size` at `folder`, in a name space of its own."""
    mount = f'mount -t tmpfs -o size={size} ganima {folder} && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    folder.mkdir()
    if shutil.which("unshare") is None or subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    return command


def test_a_full_disk_is_a_clear_error_and_the_last_checkpoint_stays(tmp_path: Path) -> None:
    """On a real one with room for one checkpoint and a half."""
    two_checkpoints(tmp_path)
    room = (tmp_path / "checkpoint.safetensors").stat().st_size * 3 // 2 // 1024
    disk = tmp_path / "disk"
    look = f'"$@"; echo $?; ls -A {disk}/run; cp {disk}/run/checkpoint*.safetensors {tmp_path}'
    process = child(disk / "run", 50, -1.0, [*tiny_disk(disk, f"{room}k"), "sh", "-c", look, "sh"])
    output, _ = process.communicate(timeout=300)
    lines = output.splitlines()
    assert any(line.startswith("error: cannot write") and "No space left" in line for line in lines), output
    assert "2" in lines
    assert not any(line.endswith(".part") for line in lines)
    (tmp_path / "checkpoint-previous.safetensors").unlink()
    state = new_state(SCHEDULED, 9, CPU)
    assert checkpoint.load(state, tmp_path / "checkpoint.safetensors")


def test_only_one_training_works_in_a_folder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(GanimaError, match="another training is at work"):
        run(tmp_path, SCHEDULED).train()
    run(tmp_path, SCHEDULED).train()
    assert (tmp_path / "model.safetensors").exists()
