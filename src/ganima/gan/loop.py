"""The training of one run: steps until the budget is spent, checkpoints, previews, metrics, and the watch."""

import json
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from ganima import atomic, typed_json
from ganima.data.folder import PictureSet
from ganima.data.sampler import indices
from ganima.errors import GanimaError
from ganima.gan import checkpoint, distributed
from ganima.gan.config import TrainConfig
from ganima.gan.state import TrainState, new_state
from ganima.gan.step import train_step
from ganima.gan.watch import Trouble, Watch
from ganima.models.file import Card, save_model

LOG_STEPS = 50
"""A line of metrics is written every so many steps."""
ROLLBACKS_MAX = 4
"""After so many returns to the last good state the run stops."""
PREVIEWS = 32
"""Latents in the preview."""


@dataclass(frozen=True)
class Budget:
    """How long to train: by the clock, or by the number of images."""

    minutes: float | None = None
    """Minutes of training, pauses left out."""
    images: int | None = None
    """Real images to be seen."""

    def progress(self, state: TrainState) -> float:
        """Share of the budget that is spent, from 0 to 1."""
        if self.images is not None:
            return min(state.images / max(self.images, 1), 1.0)
        assert self.minutes is not None
        return min(state.seconds / max(self.minutes * 60, 1e-9), 1.0)


class Interrupted(Exception):
    """The user stopped the training; everything is saved."""


class Listener(Protocol):
    """Shows a training to somebody. Only the first process of a group has one."""

    def metrics(self, line: dict[str, float]) -> None:
        """A new line of metrics."""

    def trouble(self, trouble: Trouble) -> None:
        """The watch saw something and the run went back."""

    def preview(self, pictures: Tensor, images: int) -> None:
        """New pictures of the fixed latents, [count, channels, height, width]."""


@dataclass
class Run:
    """One training in one folder."""

    out: Path
    """The run's folder."""
    config: TrainConfig
    data: PictureSet
    budget: Budget
    seed: int
    card: Card
    """What the model's card says besides what training adds."""
    listeners: list[Listener] = field(default_factory=list)
    checkpoint_seconds: float = 60.0
    preview_seconds: float = 60.0
    start_from: Callable[[TrainState], None] | None = None
    """Fills a new state with weights from elsewhere."""

    def train(self) -> Path:
        """Trains, or trains on, until the budget is spent; returns the path of the model.

        Raises Interrupted after Ctrl-C, and GanimaError when the disk is full or the watch gives up.
        """
        device = distributed.start()
        dtype = fast_dtype(device)
        torch.set_flush_denormal(True)
        state = new_state(self.config, self.seed, device)
        if not checkpoint.load(state, self.checkpoint_path) and self.start_from is not None:
            self.start_from(state)
        watch = Watch(self._pictures(range(min(256, len(self.data.pictures))), device))
        meter = Meter()
        saved = previewed = time.monotonic()
        if distributed.rank() == 0:
            self._drop_metrics_after(state.images)
            if not self.checkpoint_path.exists():
                self._save(state)
        with interruptible() as stop:
            while (progress := self.budget.progress(state)) < 1:
                started = time.perf_counter()
                real, labels = self.batch(state)
                measures = train_step(state, self.config, real, labels, progress, dtype)
                elapsed = time.perf_counter() - started
                state.seconds = distributed.average(torch.tensor(state.seconds + elapsed, dtype=torch.float64, device=device)).item()
                meter.add(measures, elapsed, len(real) * distributed.world())
                trouble = None
                if state.steps % LOG_STEPS == 0 or self.budget.progress(state) >= 1:
                    line = meter.line(state, self.config, progress)
                    trouble = watch.check_values(line)
                    if trouble is None:
                        self._log(line)
                now = time.monotonic()
                if trouble is None and distributed.agree(now - previewed > self.preview_seconds):
                    previewed = now
                    fixed = self.fixed_pictures(state)
                    trouble = watch.check_pictures(fixed, meter.last_sign, progress)
                    self._tell(lambda listener, f=fixed: listener.preview(f, state.images))  # type: ignore[misc]
                if trouble is not None:
                    self._roll_back(state, trouble)
                    watch.reset()
                    meter = Meter()
                elif distributed.agree(now - saved > self.checkpoint_seconds):
                    saved = now
                    self._save(state)
                if distributed.agree(stop.asked):
                    self._save(state)
                    raise Interrupted
        fixed = self.fixed_pictures(state)
        self._tell(lambda listener: listener.preview(fixed, state.images))
        self._save(state)
        return self.model_path

    @property
    def checkpoint_path(self) -> Path:
        """Where the state lies."""
        return self.out / "checkpoint.safetensors"

    @property
    def model_path(self) -> Path:
        """Where the newest averaged model lies."""
        return self.out / "model.safetensors"

    def batch(self, state: TrainState) -> tuple[Tensor, Tensor | None]:
        """This process's pictures of the next step, in [-1, 1], some of them mirrored, and their labels."""
        count = self.config.batch * distributed.world()
        chosen = torch.from_numpy(indices(self.seed, state.images, count, len(self.data.pictures)))
        mirrored = torch.rand(count, generator=state.rng) < (0.5 if self.config.mirror else 0.0)
        mine = distributed.my_slice(chosen)
        pictures = self._pictures(mine.tolist(), state.device)
        flip = distributed.my_slice(mirrored).to(state.device)[:, None, None, None]
        pictures = torch.where(flip, pictures.flip(3), pictures)
        if self.data.labels is None:
            return pictures, None
        return pictures, torch.from_numpy(self.data.labels[mine.numpy()]).to(state.device)

    def fixed_pictures(self, state: TrainState) -> Tensor:
        """The average's pictures [count, channels, height, width] of latents that stay the same for the whole run."""
        rng = torch.Generator().manual_seed(self.seed + 1)
        z = torch.randn(PREVIEWS, state.average.z_dim, generator=rng).to(state.device)
        labels = None
        if self.data.classes:
            labels = (torch.arange(PREVIEWS) % len(self.data.classes)).to(state.device)
        with torch.no_grad():
            return state.average(z, labels).cpu()

    def _pictures(self, chosen: Any, device: torch.device) -> Tensor:
        raw = torch.from_numpy(self.data.pictures[list(chosen)]).to(device)
        return raw.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.channels_last) / 127.5 - 1

    def _save(self, state: TrainState) -> None:
        """The checkpoint and the model; by the first process alone, while the others wait at their next message."""
        if distributed.rank() == 0:
            checkpoint.save(state, self.checkpoint_path)
            update_w_mean(state, len(self.data.classes))
            save_model(self.model_path, state.average, state.discriminator, self.card | self.training_card(state))

    def training_card(self, state: TrainState) -> Card:
        """What training adds to the card."""
        return {
            "training": typed_json.dump(self.config),
            "images_seen": state.images,
            "training_seconds": round(state.seconds),
            "seed": self.seed,
            "classes": list(self.data.classes),
        }

    def _roll_back(self, state: TrainState, trouble: Trouble) -> None:
        rollbacks = state.rollbacks + 1
        if rollbacks > ROLLBACKS_MAX:
            raise GanimaError(
                f"training gave up after {ROLLBACKS_MAX} returns to the last good state: {trouble.words}; {trouble.remedy}"
            )
        checkpoint.load(state, self.checkpoint_path)
        state.rollbacks = rollbacks
        # Other random numbers than before, or the same thing happens again.
        state.rng.manual_seed(self.seed + 1_000_003 * rollbacks)
        self._tell(lambda listener: listener.trouble(trouble))

    def _tell(self, what: Callable[[Listener], None]) -> None:
        for listener in self.listeners if distributed.rank() == 0 else []:
            what(listener)

    @property
    def metrics_path(self) -> Path:
        """Where the metrics lie, one JSON object a line."""
        return self.out / "metrics.jsonl"

    def _log(self, line: dict[str, float]) -> None:
        if distributed.rank() == 0:
            with self.metrics_path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        self._tell(lambda listener: listener.metrics(line))

    def _drop_metrics_after(self, images: int) -> None:
        """Lines that a crash left beyond the checkpoint are written again by the steps that are done again."""
        lines = read_metrics(self.metrics_path)
        kept = [line for line in lines if line["images"] <= images]
        if len(kept) < len(lines):
            atomic.write_text(self.metrics_path, "".join(json.dumps(line) + "\n" for line in kept))


class Meter:
    """Means of a step's measures since the last line."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = {}
        self.counts: dict[str, int] = {}
        self.seconds = 0.0
        self.images = 0
        self.last_sign = 0.0

    def add(self, measures: dict[str, Tensor], seconds: float, images: int) -> None:
        """Takes in one step."""
        for name, value in measures.items():
            self.sums[name] = self.sums[name] + value if name in self.sums else value
            self.counts[name] = self.counts.get(name, 0) + 1
        self.seconds += seconds
        self.images += images

    def line(self, state: TrainState, config: TrainConfig, progress: float) -> dict[str, float]:
        """One line of metrics; the sums start anew."""
        means = {name: distributed.average(total / self.counts[name]).item() for name, total in self.sums.items()}
        self.last_sign = means["sign"]
        line: dict[str, float] = {
            "images": state.images,
            "steps": state.steps,
            "seconds": round(state.seconds, 3),
            "progress": round(progress, 6),
            **{name: round(value, 6) if math.isfinite(value) else value for name, value in means.items()},
            "penalty_share": penalty_share(means),
            "strength": round(state.strength, 4),
            "lr_generator": state.optimizer_g.param_groups[0]["lr"],
            "lr_discriminator": state.optimizer_d.param_groups[0]["lr"],
            "images_per_second": round(self.images / max(self.seconds, 1e-9), 2),
        }
        self.sums, self.counts, self.seconds, self.images = {}, {}, 0.0, 0
        return line


def penalty_share(means: dict[str, float]) -> float:
    """The penalty's part of the discriminator's whole loss, in [0, 1]."""
    penalty, game = means.get("penalty", 0.0), abs(means["loss_d"])
    return round(penalty / (penalty + game), 6) if penalty + game > 0 else 0.0


def read_metrics(path: Path) -> list[dict[str, float]]:
    """The lines of a metrics file; a line that a crash cut off is left out."""
    if not path.exists():
        return []
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            continue
    return lines


@torch.no_grad()
def update_w_mean(state: TrainState, classes: int) -> None:
    """Sets the average's mean w, towards which truncation goes, from 4,096 latents of its own."""
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(4096, state.average.z_dim, generator=rng).to(state.device)
    labels = (torch.arange(4096) % classes).to(state.device) if classes else None
    state.average.w_mean.copy_(state.average.mapping(z, labels).mean(0))


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the processor computes in it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32


class Stop:
    """Whether the user asked to stop."""

    asked = False


@contextmanager
def interruptible() -> Iterator[Stop]:
    """Turns the first Ctrl-C or SIGTERM into a wish that the loop looks at between steps; the second one interrupts at once."""
    stop = Stop()

    def ask(number: int, frame: object) -> None:
        if stop.asked:
            raise KeyboardInterrupt
        stop.asked = True

    # Only the main thread may handle signals; a training in another thread is stopped by whoever started it.
    numbers = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
