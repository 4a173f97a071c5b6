"""Measures speed and memory, beside what the machine can do at best: python benchmarks/bench.py (or make bench).

Nothing else should run on the machine meanwhile. Every figure is the median of several repeats.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from ganima.data.folder import PictureSet
from ganima.picture.build import build_generator
from ganima.picture.config import TrainConfig
from ganima.picture.presets import PRESETS
from ganima.picture.recipe import PictureRecipe
from ganima.picture.state import TrainState, new_state
from ganima.picture.step import train_step
from ganima.training.loop import fast_dtype, fit
from ganima.training.run import Budget

STRENGTH = 0.3
"""Strength of the augmentation, about what the adaptive one settles at."""
PRECISION = {torch.float32: "float32", torch.bfloat16: "bfloat16"}
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = True
    """Whether the goal is a lower bound."""
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """None without a goal."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def markdown(self) -> str:
        goal = "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:g} {self.unit}"
        verdict = {None: "", True: "yes", False: "**no**"}[self.reached]
        return f"| {self.what} | {self.value:,.3g} {self.unit} | {self.note} | {goal} | {verdict} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of PyTorch (default: all cores)")
    parser.add_argument("--quick", action="store_true", help="few repeats: to see that it works, not to be believed")
    parser.add_argument("--json", type=Path, help="write the figures as JSON, too")
    parser.add_argument("--train-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    if options.train_only:
        print(train_for_real())
        return

    repeats = 2 if options.quick else 7
    dtype = fast_dtype(CPU)
    about = {
        "machine": f"{processor()}, {options.threads} threads",
        "software": f"Python {platform.python_version()}, torch {torch.__version__}, {PRECISION[dtype]} convolutions",
    }
    print("\n".join(f"{name}: {text}" for name, text in about.items()), end="\n\n")
    print("| what | measured | remark | goal | reached |\n|---|---|---|---|---|")
    rows: list[Row] = []
    for measure in (limits, training, sampling, memory, commands):
        for row in measure(dtype, repeats):
            rows.append(row)
            print(row.markdown(), flush=True)
    if options.json:
        data = about | {"rows": [asdict(row) | {"reached": row.reached} for row in rows]}
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def limits(dtype: torch.dtype, repeats: int) -> Iterator[Row]:
    """What the machine reaches on a large matrix product and on a convolution, forward and backward."""
    size = 2048
    a, b = (torch.randn(size, size, dtype=dtype) for _ in range(2))
    matrix = median(lambda: a @ b, repeats, inner=4)
    yield Row("matrix product 2048³", 2 * size**3 / matrix / 1e9, "GFLOP/s", note=PRECISION[dtype])
    name = "3×3 convolution, 128 channels, forward and backward"
    yield Row(name, convolution_limit(dtype, repeats), "GFLOP/s", note=f"{PRECISION[dtype]}, channels_last")


def convolution_limit(dtype: torch.dtype, repeats: int) -> float:
    """GFLOP/s of a 3×3 convolution of 16 pictures of 128 channels and 32×32 pixels, forward and backward."""
    x = torch.randn(16, 128, 32, 32, dtype=dtype).to(memory_format=torch.channels_last).requires_grad_()
    weight = torch.randn(128, 128, 3, 3, dtype=dtype).to(memory_format=torch.channels_last).requires_grad_()
    upstream = torch.randn_like(x)

    def both_ways() -> None:
        torch.autograd.grad(F.conv2d(x, weight, padding=1), (x, weight), upstream)

    flops = 3 * 2 * 16 * 32 * 32 * 128 * 128 * 9
    return flops / median(both_ways, repeats, inner=4) / 1e9


def training(dtype: torch.dtype, repeats: int) -> Iterator[Row]:
    """Images per second of whole steps, and the share of the convolution's speed that they reach."""
    for preset, side, goal in (("cpu64", 64, None), ("cpu128", 128, 50)):
        config = PRESETS[preset](side, side, 3, 0)
        steps = config.penalties.every
        state = new_state(config, 0, CPU)
        state.strength = STRENGTH
        real = torch.randn(config.batch, 3, side, side).to(memory_format=torch.channels_last)

        # A whole round of lazy penalties: one step with them and the others without.
        def round_of_steps(state: TrainState = state, config: TrainConfig = config, real: torch.Tensor = real) -> None:
            for _ in range(config.penalties.every):
                train_step(state, config, real, None, 0.1, dtype)

        with FlopCounter() as counter:
            round_of_steps()
        # Measured before and after: a machine's speed wanders.
        before = convolution_limit(dtype, repeats)
        seconds = median(round_of_steps, repeats)
        limit = (before + convolution_limit(dtype, repeats)) / 2
        reached = counter.flops / seconds / 1e9
        images = steps * config.batch
        name = f"training at {side}×{side} (`{preset}`, batch {config.batch})"
        yield Row(name, images / seconds, "images/s", note=f"{counter.flops / images / 1e9:.2f} GFLOP an image")
        name = f"training at {side}×{side}: share of the convolution's speed"
        yield Row(name, 100 * reached / limit, "%", goal, note=f"{reached:.0f} of {limit:.0f} GFLOP/s")


def sampling(dtype: torch.dtype, repeats: int) -> Iterator[Row]:
    """Images per second in batches, and the time of a single picture."""
    generator = build_generator(PRESETS["cpu128"](128, 128, 3, 0).generator).eval()
    generator.to(memory_format=torch.channels_last)
    many, one = torch.randn(64, generator.z_dim), torch.randn(1, generator.z_dim)
    for precision in dict.fromkeys((torch.float32, dtype)):
        word = PRECISION[precision]
        with torch.inference_mode():
            batch = median(lambda p=precision: generator(many, None, p), repeats)
            single = median(lambda p=precision: generator(one, None, p), 5 * repeats, inner=4)
        yield Row(f"sampling at 128×128, batch 64, {word}", 64 / batch, "images/s")
        yield Row(f"sampling at 128×128, batch 1, {word}", 1000 * single, "ms", 15, at_least=False)


def commands(dtype: torch.dtype, repeats: int) -> Iterator[Row]:
    """Wall time of whole processes."""
    ganima = [sys.executable, "-m", "ganima"]
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    with tempfile.TemporaryDirectory() as folder:
        create = [*ganima, "create", "--out", f"{folder}/character", "--seed", "1", "--force"]

        def run(command: list[str]) -> Callable[[], object]:
            return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)

        yield Row("`ganima --help`", median(run([*ganima, "--help"]), repeats), "s", 0.3, at_least=False)
        yield Row("`ganima create`", median(run(create), min(repeats, 3)), "s", 10, at_least=False)


def memory(dtype: torch.dtype, repeats: int) -> Iterator[Row]:
    """Peak memory of a process that trains, previews and saves."""
    command = [sys.executable, __file__, "--train-only", "--threads", str(torch.get_num_threads())]
    peak = int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1])
    note = "with checkpoints, previews and 1,000 pictures"
    yield Row("peak memory of training at 128×128", peak / 1e9, "GB", 3, at_least=False, note=note)


def train_for_real() -> int:
    """Trains `cpu128` for two rounds of lazy penalties; returns the peak of this process's resident memory in bytes."""
    config = PRESETS["cpu128"](128, 128, 3, 0)
    noise = np.random.default_rng(0).integers(0, 256, (1000, 128, 128, 3), dtype=np.uint8)
    data = PictureSet(noise, labels=None, classes=(), files=(), skipped=(), fingerprint="", fit="")
    with tempfile.TemporaryDirectory() as folder:
        images = 2 * config.penalties.every * config.batch
        recipe = PictureRecipe(config=config, data=data, card={"name": "bench"})
        fit(recipe, Path(folder), Budget(examples=images))
    # Kilobytes, but bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class FlopCounter(TorchDispatchMode):
    """Counts the operations of convolutions and matrix products, also those of a gradient's gradient.

    `torch.utils.flop_counter.FlopCounterMode` refuses `torch.autograd.grad` inside a step.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        count = flop_registry.get(func._overloadpacket)
        if count is not None:
            self.flops += count(*args, **(kwargs or {}), out_val=out)
        return out


def median(action: Callable[[], object], repeats: int, inner: int = 1) -> float:
    """Seconds that `action` takes once warm: the median of `repeats` means over `inner` calls."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(inner):
            action()
        times.append((time.perf_counter() - start) / inner)
    return statistics.median(times)


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
