"""From folders of recordings to a run that trains a vocoder: remembers what was chosen, and resumes."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from ganima.data.files import in_threads
from ganima.data.recordings import load_recordings, split
from ganima.models.file import Card
from ganima.models.library import find_model
from ganima.signal.pitch import pitch
from ganima.training import distributed
from ganima.training.loop import Budget, Listener
from ganima.training.recordings_plan import keep_plan, open_run
from ganima.vocoder.apply import start_from as weights_of
from ganima.vocoder.recipe import VocoderRun
from ganima.vocoder.step import VocoderTraining

MINUTES = 60.0
"""How long to train when nothing is said."""


def train_vocoder(
    folders: Sequence[Path],
    out: Path,
    *,
    minutes: float | None = None,
    thousands: float | None = None,
    seed: int = 0,
    start_from: str | None = None,
    settings: Sequence[str] = (),
    card: Card | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    listeners: Callable[[VocoderRun], Sequence[Listener]] = lambda run: (),
    say: Callable[[str], None] = lambda words: None,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Path:
    """Trains on the recordings in `folders` into `out`, or trains on what is there; returns the path of the model.

    It goes on for `minutes`, or until so many `thousands` of pieces were heard. `start_from` is a vocoder whose weights
    it begins with, `settings` are fields of `VocoderTraining` to replace, and `card` adds to the model's card.
    `listeners` are made for the run, `say` is told in words what was chosen, and `progress` what is done, how much of
    it, and of all. Raises GanimaError where the user has to change something, and `loop.Interrupted`
    after Ctrl-C.
    """
    with distributed.group(threads):
        config, options, before = open_run(
            out, folders, VocoderTraining(), seed=seed, start_from=start_from, settings=settings
        )
        source = None if start_from is None else find_model(start_from)
        data = load_recordings(folders, lambda done, total: progress("reading", done, total))
        keep_plan(out, folders, config, options, before, data)
        training, held_out = split(data, seed)
        said = f"{len(training.names):,} recordings ({training.seconds / 60:.0f} minutes) are trained on"
        say(f"{said}, {len(held_out.names):,} are only listened to")
        heard = []
        for done, hz in enumerate(
            in_threads(lambda number: pitch(training.one(number)), range(len(training.names))), 1
        ):
            heard.append(hz)
            progress("listening", done, len(training.names))
        about = {
            "name": out.name,
            "date": date.today().isoformat(),
            "data": {
                "folder": ", ".join(folder.name for folder in folders),
                "recordings": len(training.names),
                "minutes": round(training.seconds / 60, 1),
                "speakers": len(set(training.speakers)),
                "held_out": list(held_out.names),
                "fingerprint": data.fingerprint,
            },
        }
        run = VocoderRun(
            out=out,
            config=config,
            data=training,
            pitch=heard,
            held_out=held_out,
            budget=Budget.of(minutes, thousands, MINUTES),
            seed=seed,
            card=about | (card or {}),
            checkpoint_seconds=checkpoint_seconds,
            start_from=None if source is None else lambda state: weights_of(state, source),
        )
        if distributed.rank() == 0:
            run.listeners += listeners(run)
        return run.train()
