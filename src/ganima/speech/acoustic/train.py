"""From a folder of recordings with transcripts to a run that trains a voice: remembers what was chosen, and resumes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganima.data.files import find_files
from ganima.data.recordings import Recordings, load_recordings
from ganima.data.sound import SOUND_SUFFIXES
from ganima.data.transcripts import FILE, name_in, read_transcripts
from ganima.errors import GanimaError
from ganima.models.card import Facts
from ganima.reporter import QUIET, Reporter
from ganima.signal.mel import HOP, RATE
from ganima.speech.acoustic.apply import FIRST, load_pair
from ganima.speech.acoustic.apply import start_from as weights_of
from ganima.speech.acoustic.recipe import AcousticRecipe
from ganima.speech.acoustic.sentences import Utterance, sentences
from ganima.speech.acoustic.step import AcousticTraining
from ganima.speech.request import TrainVoice
from ganima.text import front_end
from ganima.text.symbols import NUMBERS
from ganima.training import distributed
from ganima.training.recordings import open_run
from ganima.training.run import Budget, Outcome

MINUTES = 120.0
"""How long to train when nothing is said."""
HELD_OUT, SHARE = 40, 0.1
"""Sentences that are kept for judging: so many, but no larger share than this."""
LONG = 150
"""Frames of a sentence that is worth judging, 1.6 s, if there are enough of these."""
SENTENCES_MIN = 20


def train_voice(
    folder: Path,
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
    """Trains an acoustic model on the recordings in `folder` and on what `metadata.csv` there says that they say.

    It goes on in `out` for `minutes`, or until so many `thousands` of sentences were heard, or goes on with what is
    there, until it is done or cancelled. `start_from` is an acoustic model whose weights it begins with, `settings` are
    fields of `AcousticTraining` to replace, and `card` adds to the model's card. Raises GanimaError where the user has
    to change something, and Cancelled before there is anything to save.
    """
    with distributed.group(threads):
        run = open_run(out, [folder], AcousticTraining(), seed=seed, start_from=start_from, settings=settings)
        if run.source is not None:
            # What is wrong with it is said before anything takes long, or is written.
            load_pair(run.source)
        find_files(folder, SOUND_SUFFIXES, "recordings")
        texts = read_transcripts(folder)
        if not texts:
            raise GanimaError(f"{folder} has no {FILE}: write one with a line name|text for every recording")
        data = load_recordings([folder], SENTENCES_MIN, report)
        spoken, symbols = transcribed(data, texts)
        if len(spoken.names) < SENTENCES_MIN:
            raise GanimaError(
                f"{len(spoken.names)} recordings in {folder} have a transcript that can be said; at least "
                f"{SENTENCES_MIN} are needed"
            )
        run.keep(data)
        found = sentences(spoken, symbols, report=report)
        training, held_out = split(found, seed)
        minutes_of = sum(sentence.mel.shape[1] for sentence in training[0]) * HOP / RATE / 60
        report.say(
            f"{len(training[0]):,} sentences ({minutes_of:.0f} minutes) are trained on, {len(held_out)} are kept back"
        )
        facts = {
            "sentences": len(training[0]),
            "minutes": round(minutes_of, 1),
            "held_out": [sentence.name for sentence in held_out],
        }
        recipe = AcousticRecipe(
            config=run.config, data=training, held_out=held_out, card=run.card(data, facts, {}, card)
        )
        return run.fit(recipe, weights_of, Budget.of(minutes, thousands, MINUTES), checkpoint_seconds, report)


def transcribed(data: Recordings, texts: dict[str, str]) -> tuple[Recordings, list[list[int]]]:
    """The recordings whose transcript has something to say, and the numbers of its symbols."""
    kept, symbols = [], []
    for number, name in enumerate(data.names):
        key = name_in(texts, name)
        said = [symbol for one in front_end.sentences(texts[key]) for symbol in one.symbols] if key else []
        if said:
            kept.append(number)
            symbols.append([NUMBERS[symbol] for symbol in (FIRST, *said)])
    return data.only(kept), symbols


def split(found: list[list[Utterance]], seed: int) -> tuple[list[list[Utterance]], list[Utterance]]:
    """Sentences to train on, at all speeds, and held-out ones as they are: chosen by the seed among the long ones."""
    usual = found[0]
    count = max(1, min(HELD_OUT, int(len(usual) * SHARE)))
    by_length = sorted((sentence.mel.shape[1], sentence.name) for sentence in usual)
    least = min(LONG, by_length[-min(2 * count, len(by_length))][0])
    names = sorted(name for frames, name in by_length if frames >= least)
    held = set(np.random.default_rng(seed).permutation(names)[:count].tolist())
    training = [[sentence for sentence in place if sentence.name not in held] for place in found]
    return training, [sentence for sentence in usual if sentence.name in held]


def train(request: TrainVoice, report: Reporter = QUIET) -> Outcome:
    """Trains as asked. See `train_voice`."""
    r = request
    return train_voice(
        r.folder,
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
