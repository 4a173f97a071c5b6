"""From folders of recordings to a run that trains a vocoder: remembers what was chosen, and resumes."""

from collections.abc import Sequence
from pathlib import Path

from ganima.data.files import in_threads
from ganima.data.recordings import load_recordings, split
from ganima.models.card import Facts
from ganima.reporter import QUIET, Reporter, counted
from ganima.signal.pitch import pitch
from ganima.training import distributed
from ganima.training.recordings import open_run
from ganima.training.run import Budget, Outcome
from ganima.vocoder.apply import load_pair
from ganima.vocoder.apply import start_from as weights_of
from ganima.vocoder.recipe import VocoderRecipe
from ganima.vocoder.request import TrainVocoder
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
    card: Facts | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    report: Reporter = QUIET,
) -> Outcome:
    """Trains on the recordings in `folders` into `out`, or trains on what is there, until it is done or cancelled.

    It goes on for `minutes`, or until so many `thousands` of pieces were heard. `start_from` is a vocoder whose weights
    it begins with, `settings` are fields of `VocoderTraining` to replace, and `card` adds to the model's card. Raises
    GanimaError where the user has to change something, and Cancelled before there is anything to save.
    """
    with distributed.group(threads):
        run = open_run(out, folders, VocoderTraining(), seed=seed, start_from=start_from, settings=settings)
        if run.source is not None:
            # What is wrong with it is said before anything takes long, or is written.
            load_pair(run.source)
        data = load_recordings(folders, report=report)
        run.keep(data)
        training, held_out = split(data, seed)
        said = f"{len(training.names):,} recordings ({training.seconds / 60:.0f} minutes) are trained on"
        report.say(f"{said}, {len(held_out.names):,} are only listened to")
        count = len(training.names)
        found = in_threads(lambda number: pitch(training.one(number)), range(count))
        facts = {
            "recordings": count,
            "minutes": round(training.seconds / 60, 1),
            "speakers": len(set(training.speakers)),
            "held_out": list(held_out.names),
        }
        recipe = VocoderRecipe(
            config=run.config,
            data=training,
            pitch=list(counted(found, "listening", count, report)),
            held_out=held_out,
            card=run.card(data, facts, {}, card),
        )
        return run.fit(recipe, weights_of, Budget.of(minutes, thousands, MINUTES), checkpoint_seconds, report)


def train(request: TrainVocoder, report: Reporter = QUIET) -> Outcome:
    """Trains as asked. See `train_vocoder`."""
    r = request
    return train_vocoder(
        r.folders,
        r.out,
        minutes=r.minutes,
        thousands=r.thousands,
        seed=r.seed,
        start_from=r.start_from,
        settings=r.settings,
        card=r.card(),
        checkpoint_seconds=r.checkpoint_seconds,
        threads=r.threads,
        report=report,
    )
