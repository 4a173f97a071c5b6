"""The engine: a recipe's steps until the budget is spent, with checkpoints, previews, metrics, watch and records."""

import importlib.util
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import torch

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.files.locks import only_one
from ganima.reporter import QUIET, Reporter
from ganima.training import checkpoint, distributed
from ganima.training.metrics import Meter, read_metrics
from ganima.training.recipe import Recipe
from ganima.training.record import RunFiles, TensorBoard
from ganima.training.run import MODEL, Budget, Listener, Outcome, Run
from ganima.training.state import State
from ganima.training.ticks import Alarm, agree
from ganima.training.told import Told
from ganima.training.watch import Trouble, Watch

LOG_STEPS = 50
"""A line of metrics is written every so many steps."""
PROGRESS_SECONDS = 0.5
"""The reporter is told of the progress every so many seconds."""
TICK_STEPS = 10
"""Several processes agree on clock and plans every so many steps; one alone has nobody to wait for."""
ROLLBACKS_MAX = 4
"""After so many returns to the last good state the run stops."""

S = TypeVar("S", bound=State)


def fit(
    recipe: Recipe[S],
    out: Path,
    budget: Budget,
    seed: int = 0,
    report: Reporter = QUIET,
    *,
    start_from: Callable[[S], None] | None = None,
    enough: Callable[[S], bool] = lambda state: False,
    listeners: Sequence[Listener] = (),
    newest: str = MODEL,
    dtype: torch.dtype | None = None,
    checkpoint_seconds: float = 60.0,
    preview_seconds: float = 60.0,
    progress_seconds: float | None = PROGRESS_SECONDS,
    log_steps: int = LOG_STEPS,
) -> Outcome:
    """Trains, or trains on, in the folder `out` until the budget is spent, or the reporter wants no more.

    Either way everything is saved, and the same call goes on. `start_from` fills a new state with weights from
    elsewhere. `enough` looks at the state before every step and in the end, alike in every process; True ends the
    training before the budget is spent. `listeners` are told besides those that keep the run's files, `newest` is the
    name of the model's file, and `dtype` the precision (`fast_dtype` unless given). The reporter is told of the
    progress every `progress_seconds`, or not at all. Raises GanimaError when the disk is full, another training is at
    work in the folder, or the watch gives up.
    """
    run = Run(recipe=recipe, out=out, budget=budget, seed=seed, report=report, newest=newest)
    device = distributed.start()
    torch.set_flush_denormal(True)
    with only_one(out) if distributed.rank() == 0 else nullcontext():
        state = recipe.begin(seed, device)
        if not checkpoint.load(state, run.checkpoint_path) and start_from is not None:
            start_from(state)
        before = state.examples
        loop = _Loop(
            run=run,
            state=state,
            enough=enough,
            listeners=[*listeners, *_keepers(progress_seconds)] if distributed.rank() == 0 else [],
            dtype=dtype or fast_dtype(device),
            log_steps=log_steps,
            checkpoint_due=Alarm(checkpoint_seconds),
            preview_due=Alarm(preview_seconds, at_once=True),
        )
        done = loop.train()
    return Outcome(done, run.model_path, before, state.examples)


def _keepers(progress_seconds: float | None) -> list[Listener]:
    """Everything that shows every run: to the reporter, in its folder, and for TensorBoard where that is installed."""
    kept: list[Listener] = [Told(progress_seconds), RunFiles()]
    return kept + ([TensorBoard()] if importlib.util.find_spec("tensorboard") is not None else [])


@dataclass(kw_only=True)
class _Loop(Generic[S]):
    """A run, and what it needs only as long as the program does."""

    run: Run[S]
    state: S
    enough: Callable[[S], bool]
    listeners: Sequence[Listener]
    dtype: torch.dtype
    log_steps: int
    checkpoint_due: Alarm
    preview_due: Alarm
    meter: Meter = field(default_factory=Meter)
    elapsed: float = 0.0
    """Seconds of this process since the last tick, where there are several."""

    def train(self) -> bool:
        """Steps until there is nothing left to do, or the reporter wants no more; whether it is done."""
        run, state = self.run, self.state
        watch = run.recipe.watch(state)
        if distributed.rank() == 0:
            atomic.sweep(run.out)
        self._drop_metrics_after(state.examples)
        if not run.checkpoint_path.exists():
            self._save()
        with self._listening():
            while not self._done():
                progress = run.budget.progress(state)
                self._step(progress)
                if self._ticks() and not self._tick(watch, progress):
                    return False
            preview = run.recipe.preview(state)
            self._tell(lambda listener: listener.preview(preview, state.examples))
            self._save()
        return True

    def _done(self) -> bool:
        """Whether there is nothing left to do."""
        self.run.ended = self.enough(self.state)
        return self.run.progress(self.state) >= 1

    def _step(self, progress: float) -> None:
        """One step of training, its time and its measures."""
        started, seen = time.perf_counter(), self.state.examples
        measures = self.run.recipe.step(self.state, progress, self.dtype)
        elapsed = time.perf_counter() - started
        if distributed.world() == 1:
            self.state.seconds += elapsed
        else:
            # One clock for all processes, which they agree on at the next tick: budget and schedules follow it.
            self.elapsed += elapsed
        self.meter.add(measures, elapsed, self.state.examples - seen)
        self._tell(lambda listener: listener.step(self.state, measures, progress))

    def _ticks(self) -> bool:
        """Whether the processes look up from their steps: a single one always does."""
        every = 1 if distributed.world() == 1 else math.gcd(TICK_STEPS, self.log_steps)
        return self.state.steps % every == 0 or self.run.budget.progress(self.state) >= 1

    def _tick(self, watch: Watch, progress: float) -> bool:
        """What has to be done between steps now and then; False where the training is to stop."""
        state = self.state
        votes = (self.run.report.cancelled, self.checkpoint_due.rings, self.preview_due.rings)
        (stop, save, preview), state.seconds = agree(votes, state.seconds + self.elapsed)
        self.elapsed = 0.0
        for due, alarm in ((save, self.checkpoint_due), (preview, self.preview_due)):
            if due:
                alarm.set()
        save = save or stop
        done = self.run.budget.progress(state) >= 1
        log = state.steps % self.log_steps == 0 or done
        trouble = self._look(watch, progress, log=log, preview=preview, weights=save or done)
        # Processes may see different things: batch statistics are each one's own.
        looked = log or preview or save
        back = looked and agree([trouble is not None], 0.0)[0][0]
        if back:
            self._roll_back(trouble or Trouble("another process is in trouble", "see its words", True))
            watch.reset()
            self.meter = Meter()
        if save or back:
            # Also after going back: a crash must not resume from the state that was in trouble.
            self._save()
            if distributed.rank() == 0 and watch.calm:
                checkpoint.link(self.run.checkpoint_path, self.run.good_path)
        return not stop

    def _look(self, watch: Watch, progress: float, *, log: bool, preview: bool, weights: bool) -> Trouble | None:
        """Looks at what is due to be looked at, shows it, and returns the first trouble that the watch sees in it."""
        state = self.state
        if log:
            line = self.meter.line(state, progress)
            if trouble := watch.check_values(line):
                return trouble
            self._log(line)
        if preview:
            shown = self.run.recipe.preview(state)
            self._tell(lambda listener: listener.preview(shown, state.examples))
            if trouble := watch.check_preview(shown.made, self.meter.means, progress):
                return trouble
        # What is saved is what the run goes back to, or on from.
        return watch.check_weights((*state.networks.values(), *state.averages.values())) if weights else None

    def _save(self) -> None:
        """The checkpoint and the model; by the first process alone, while the others wait at their next message."""
        if distributed.rank() == 0:
            checkpoint.save(self.state, self.run.checkpoint_path)
            self.run.recipe.publish(self.state, self.run.model_path)

    def _roll_back(self, trouble: Trouble) -> None:
        """Goes back to the last good state, with halved learning rates and other random numbers.

        A run that has gone back often enough goes on as it is, or gives up where that makes no sense.
        """
        run, state = self.run, self.state
        seen = state.examples
        if state.rollbacks >= ROLLBACKS_MAX:
            self._tell(lambda listener: listener.trouble(trouble, seen, None))
            if trouble.fatal:
                raise GanimaError(
                    f"training gave up after going back {ROLLBACKS_MAX} times: {trouble.words}; {trouble.remedy}"
                )
            return
        rollbacks = state.rollbacks + 1
        checkpoint.load(state, run.good_path if run.good_path.exists() else run.checkpoint_path)
        state.rollbacks = rollbacks
        state.rng.manual_seed(run.seed + 1_000_003 * rollbacks)
        self._drop_metrics_after(state.examples)
        self._tell(lambda listener: listener.trouble(trouble, seen, state.examples))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        self._tell(lambda listener: listener.begin(self.run, self.state))
        try:
            yield
        finally:
            self._tell(lambda listener: listener.end())

    def _tell(self, what: Callable[[Listener], None]) -> None:
        for listener in self.listeners:
            what(listener)

    def _log(self, line: dict[str, float]) -> None:
        path = self.run.metrics_path
        if distributed.rank() == 0:
            try:
                with path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
            except OSError as error:
                raise GanimaError(f"cannot write {path}: {error.strerror}; free some space and go on") from error
        self._tell(lambda listener: listener.metrics(line))

    def _drop_metrics_after(self, examples: int) -> None:
        """Lines that a crash left beyond the checkpoint are written again by the steps that are done again."""
        path = self.run.metrics_path
        # Also where nothing is dropped: the next line must not be appended to one that was cut off.
        if distributed.rank() == 0 and path.exists():
            kept = [line for line in read_metrics(path) if line["examples"] <= examples]
            atomic.write_text(path, "".join(json.dumps(line) + "\n" for line in kept))


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the processor computes in it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
