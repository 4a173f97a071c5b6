"""The training of one run: steps until the budget is spent, checkpoints, previews, metrics, and the watch."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganima import atomic, typed_json
from ganima.data.folder import PictureSet
from ganima.data.labels import Labels
from ganima.data.sampler import indices
from ganima.errors import GanimaError
from ganima.gan import checkpoint, distributed
from ganima.gan.config import TrainConfig
from ganima.gan.lock import only_one
from ganima.gan.metrics import Meter, read_metrics
from ganima.gan.state import TrainState, new_state
from ganima.gan.step import Measures, train_step
from ganima.gan.timing import Alarm, interruptible
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


class Listener:
    """Shows a training to somebody; only the first process of a group has one. A subclass shows what it defines."""

    def begin(self, state: TrainState) -> None:
        """The training begins, or goes on, from `state`; what was told of later images is not true any more."""

    def step(self, state: TrainState, measures: Measures, progress: float) -> None:
        """A step was done. Reading a measure waits for the device, so not at every step."""

    def metrics(self, line: dict[str, float]) -> None:
        """A new line of metrics."""

    def trouble(self, trouble: Trouble, images: int, back_to: int | None) -> None:
        """The watch saw something at `images`; the run went back to `back_to` images, or goes on as it is (None)."""

    def preview(self, pictures: Tensor, images: int) -> None:
        """New pictures of the fixed latents, [count, channels, height, width]."""

    def end(self) -> None:
        """The training is over for now, whether it is done, was stopped or failed."""


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
    step: Callable[..., Measures] = field(default_factory=lambda: train_step)
    """One step of training."""
    enough: Callable[[TrainState], bool] = lambda state: False
    """Looks at the state before every step, and in the end; True ends the training before the budget is spent."""
    newest: str = "model.safetensors"
    """Name of the newest averaged model's file."""
    ended: bool = field(default=False, init=False)
    """Whether the training is over before its budget is spent."""

    def train(self) -> Path:
        """Trains, or trains on, until the budget is spent; returns the path of the model.

        Raises Interrupted after Ctrl-C, and GanimaError when the disk is full, another training is at work in the
        folder, or the watch gives up.
        """
        device = distributed.start()
        torch.set_flush_denormal(True)
        with only_one(self.out) if distributed.rank() == 0 else nullcontext():
            state = new_state(self.config, self.seed, device)
            if not checkpoint.load(state, self.checkpoint_path) and self.start_from is not None:
                self.start_from(state)
            self._train(state)
        return self.model_path

    def _train(self, state: TrainState) -> None:
        """Steps until the budget is spent, and what has to be done between them."""
        dtype = fast_dtype(state.device)
        size = len(self.data.pictures)
        watch = Watch(self._pictures(indices(self.seed, 0, min(64, size), size), state.device))
        meter = Meter()
        checkpoint_due, preview_due = Alarm(self.checkpoint_seconds), Alarm(self.preview_seconds, at_once=True)
        if distributed.rank() == 0:
            atomic.sweep(self.out)
        self._drop_metrics_after(state.images)
        if not self.checkpoint_path.exists():
            self._save(state)
        with self._listening(state), interruptible() as stop:
            while not self._done(state):
                progress = self.budget.progress(state)
                self._step(state, meter, progress, dtype)
                done = self.budget.progress(state) >= 1
                asked = distributed.agree(stop.asked)
                save = checkpoint_due.rings() or asked
                log = state.steps % LOG_STEPS == 0 or done
                trouble = self._look(
                    state, watch, meter, progress, log=log, preview=preview_due.rings(), weights=save or done
                )
                # Processes may see different things: batch statistics are each one's own.
                back = distributed.agree(trouble is not None)
                if back:
                    self._roll_back(state, trouble or Trouble("another process is in trouble", "see its words", True))
                    watch.reset()
                    meter = Meter()
                if save or back:
                    # Also after going back: a crash must not resume from the state that was in trouble.
                    self._save(state)
                    if distributed.rank() == 0 and watch.calm:
                        checkpoint.link(self.checkpoint_path, self.good_path)
                if asked:
                    raise Interrupted
            fixed = self.fixed_pictures(state)
            self._tell(lambda listener: listener.preview(fixed, state.images))
            self._save(state)

    def _done(self, state: TrainState) -> bool:
        """Whether there is nothing left to do."""
        self.ended = self.enough(state)
        return self.ended or self.budget.progress(state) >= 1

    def progress(self, state: TrainState) -> float:
        """Share of the training that is done, from 0 to 1."""
        return 1.0 if self.ended else self.budget.progress(state)

    def _step(self, state: TrainState, meter: Meter, progress: float, dtype: torch.dtype) -> None:
        """One step of training, its time and its measures."""
        started = time.perf_counter()
        real, labels = self.batch(state)
        measures = self.step(state, self.config, real, labels, progress, dtype)
        elapsed = time.perf_counter() - started
        # One clock for all processes: budget and schedules follow it.
        clock = torch.tensor(state.seconds + elapsed, dtype=torch.float64, device=state.device)
        state.seconds = distributed.average(clock).item()
        meter.add(measures, elapsed, len(real) * distributed.world())
        self._tell(lambda listener: listener.step(state, measures, progress))

    def _look(
        self, state: TrainState, watch: Watch, meter: Meter, progress: float, *, log: bool, preview: bool, weights: bool
    ) -> Trouble | None:
        """Looks at what is due to be looked at, shows it, and returns the first trouble that the watch sees in it."""
        if log:
            line = meter.line(state, self.config, progress)
            if trouble := watch.check_values(line):
                return trouble
            self._log(line)
        if preview:
            fixed = self.fixed_pictures(state)
            self._tell(lambda listener: listener.preview(fixed, state.images))
            if trouble := watch.check_pictures(fixed, meter.last_sign, meter.last_loss, progress):
                return trouble
        # What is saved is what the run goes back to, or on from.
        return watch.check_weights((state.generator, state.discriminator, state.average)) if weights else None

    @property
    def checkpoint_path(self) -> Path:
        """Where the state lies."""
        return self.out / "checkpoint.safetensors"

    @property
    def good_path(self) -> Path:
        """The last checkpoint at which the watch had nothing to say."""
        return self.out / "checkpoint-good.safetensors"

    @property
    def model_path(self) -> Path:
        """Where the newest averaged model lies."""
        return self.out / self.newest

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
        labels = on(self.data.vocabulary.even(PREVIEWS), state.device)
        # Looking must not change what training draws, or the time of a preview would decide the result.
        devices = [state.device] if state.device.type == "cuda" else []
        with torch.no_grad(), torch.random.fork_rng(devices):
            torch.manual_seed(self.seed)
            pictures: Tensor = state.average(z, labels)
        return pictures.cpu()

    def _pictures(self, chosen: Any, device: torch.device) -> Tensor:
        raw = torch.from_numpy(self.data.pictures[list(chosen)]).to(device)
        return raw.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.channels_last) / 127.5 - 1

    def _save(self, state: TrainState) -> None:
        """The checkpoint and the model; by the first process alone, while the others wait at their next message."""
        if distributed.rank() == 0:
            if not self.config.frozen_mapping:
                update_w_mean(state, self.data.vocabulary)
            checkpoint.save(state, self.checkpoint_path)
            save_model(self.model_path, state.average, state.discriminator, self.card | self.training_card(state))

    def training_card(self, state: TrainState) -> Card:
        """What training adds to the card."""
        return {
            "training": typed_json.dump(self.config),
            "images_seen": state.images,
            "training_seconds": round(state.seconds),
            "seed": self.seed,
            **self.data.vocabulary.to_card(),
        }

    def _roll_back(self, state: TrainState, trouble: Trouble) -> None:
        """Goes back to the last good state, with halved learning rates and other random numbers.

        A run that has gone back often enough goes on as it is, or gives up where that makes no sense.
        """
        seen = state.images
        if state.rollbacks >= ROLLBACKS_MAX:
            self._tell(lambda listener: listener.trouble(trouble, seen, None))
            if trouble.fatal:
                raise GanimaError(
                    f"training gave up after going back {ROLLBACKS_MAX} times: {trouble.words}; {trouble.remedy}"
                )
            return
        rollbacks = state.rollbacks + 1
        checkpoint.load(state, self.good_path if self.good_path.exists() else self.checkpoint_path)
        state.rollbacks = rollbacks
        state.rng.manual_seed(self.seed + 1_000_003 * rollbacks)
        self._drop_metrics_after(state.images)
        self._tell(lambda listener: listener.trouble(trouble, seen, state.images))

    @contextmanager
    def _listening(self, state: TrainState) -> Iterator[None]:
        self._tell(lambda listener: listener.begin(state))
        try:
            yield
        finally:
            self._tell(lambda listener: listener.end())

    def _tell(self, what: Callable[[Listener], None]) -> None:
        for listener in self.listeners if distributed.rank() == 0 else []:
            what(listener)

    @property
    def metrics_path(self) -> Path:
        """Where the metrics lie, one JSON object a line."""
        return self.out / "metrics.jsonl"

    def _log(self, line: dict[str, float]) -> None:
        if distributed.rank() == 0:
            try:
                with self.metrics_path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
            except OSError as error:
                raise GanimaError(
                    f"cannot write {self.metrics_path}: {error.strerror}; free some space and go on"
                ) from error
        self._tell(lambda listener: listener.metrics(line))

    def _drop_metrics_after(self, images: int) -> None:
        """Lines that a crash left beyond the checkpoint are written again by the steps that are done again."""
        if distributed.rank() > 0:
            return
        # Also where nothing is dropped: the next line must not be appended to one that was cut off.
        if self.metrics_path.exists():
            kept = [line for line in read_metrics(self.metrics_path) if line["images"] <= images]
            atomic.write_text(self.metrics_path, "".join(json.dumps(line) + "\n" for line in kept))


@torch.no_grad()
def update_w_mean(state: TrainState, vocabulary: Labels) -> None:
    """Sets the average's mean w, towards which truncation goes, from 4,096 latents of its own."""
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(4096, state.average.z_dim, generator=rng).to(state.device)
    labels = on(vocabulary.even(4096), state.device)
    state.average.w_mean.copy_(state.average.mapping(z, labels).mean(0))


def on(labels: Tensor | None, device: torch.device) -> Tensor | None:
    """`labels` on `device`, where there are any."""
    return None if labels is None else labels.to(device)


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the processor computes in it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
