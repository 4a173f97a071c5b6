"""From a folder of short sounds to a run that trains a generator of them: remembers what was chosen, and resumes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ganima.data.files import require_enough
from ganima.data.recordings import RECORDINGS_MIN, Recordings, load_recordings
from ganima.errors import GanimaError
from ganima.models.card import Facts
from ganima.models.file import load_network
from ganima.models.library import find_model
from ganima.picture.config import TrainConfig
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.picture.state import PictureState
from ganima.picture.transfer import take_over
from ganima.reporter import QUIET, Reporter
from ganima.signal.mel import RATE
from ganima.sounds.apply import load_sounds
from ganima.sounds.recipe import KIND, SoundRecipe, usual
from ganima.sounds.request import TrainSounds
from ganima.sounds.short import SECONDS_MAX, frames_for, short_sounds
from ganima.sounds.vocoders import TONES, suited
from ganima.training import distributed
from ganima.training.recordings import open_run
from ganima.training.run import Budget, Outcome

MINUTES = 60.0
"""How long to train when nothing is said."""


def train_sounds(
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
    """Trains on the short sounds in `folder` into `out`, or trains on what is there, until it is done or cancelled.

    It goes on for `minutes`, or until so many `thousands` of sounds were heard. `start_from` is a model of sounds whose
    weights it begins with, `settings` are fields of `TrainConfig` to replace, and `card` adds to the model's card.
    Raises GanimaError where the user has to change something, and Cancelled before there is anything to save.
    """
    with distributed.group(threads):
        source = None if start_from is None else find_model(start_from, "start_from")
        data = load_sounds_of(folder, report)
        longest = int(np.diff(data.starts).argmax())
        seconds = (data.starts[longest + 1] - data.starts[longest]) / RATE
        config = usual(frames_for(int(seconds * RATE)))
        if source is not None:
            config = with_layout_of(config, source)
        shape = _shape(config)
        run = open_run(out, [folder], config, seed=seed, start_from=start_from, settings=settings)
        if _shape(run.config) != shape and run.before is None:
            raise GanimaError("height, width, channels, classes and mirror follow from the sounds: leave them out")
        run.keep(data)
        if data.skipped:
            name, reason = data.skipped[0]
            report.say(f"files left out: {len(data.skipped):,}; the first one, {name}: {reason}")
        frames = run.config.generator.width
        said = f"{len(data.names):,} sounds of at most {seconds:.2f} s ({data.names[longest]})"
        report.say(f"{said}, each in a window of {frames} frames; without the longest ones it trains faster")
        vocoder = suited(data, frames)
        report.say(f"{'sines' if vocoder == TONES else 'a vocoder of voices'} will make what it draws heard")
        facts = {"sounds": len(data.names), "seconds": round(data.seconds, 1), "longest": round(seconds, 2)}
        recipe = SoundRecipe(config=run.config, data=data, card=run.card(data, facts, {"vocoder": vocoder}, card))
        return run.fit(recipe, weights_of, Budget.of(minutes, thousands, MINUTES), checkpoint_seconds, report)


def load_sounds_of(folder: Path, report: Reporter = QUIET) -> Recordings:
    """The short sounds below `folder`, trimmed. Raises GanimaError where there are fewer than 10."""
    data = short_sounds(load_recordings([folder], 1, report))
    require_enough(folder, len(data.names), data.skipped, RECORDINGS_MIN, f"sounds of at most {SECONDS_MAX:g} s")
    return data


def with_layout_of(config: TrainConfig, path: Path) -> TrainConfig:
    """`config` with the networks of the model at `path`. Raises GanimaError where its sounds are too short."""
    generator, _ = load_sounds(path)
    critic, _ = load_network(path, KIND, "discriminator", DiscriminatorConfig, Discriminator)
    if generator.config.width < config.generator.width:
        raise GanimaError(
            f"{path} makes sounds in windows of {generator.config.width} frames, and the longest one here needs "
            f"{config.generator.width}: leave out the longer ones, or train without `start_from`",
            "start_from",
        )
    return replace(config, generator=generator.config, discriminator=critic.config)


def weights_of(state: PictureState, path: Path) -> None:
    """Fills a new state with the weights of the model at `path`. Raises GanimaError where the layouts differ."""
    critic, _ = load_network(path, KIND, "discriminator", DiscriminatorConfig, Discriminator)
    take_over(state, load_sounds(path)[0], critic, path)


def _shape(config: TrainConfig) -> tuple[object, ...]:
    """What sounds decide about a training."""
    layouts = (config.generator, config.discriminator)
    return config.mirror, *((each.height, each.width, each.channels, each.classes) for each in layouts)


def train(request: TrainSounds, report: Reporter = QUIET) -> Outcome:
    """Trains as asked. See `train_sounds`."""
    r = request
    return train_sounds(
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
