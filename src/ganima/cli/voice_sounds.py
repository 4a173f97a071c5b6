"""`ganima voice train-sound` and `ganima voice sound`: a model of short sounds, and sounds from it."""

from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, UseAppendAction, arg

from ganima.cli.progress import progress, say
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, ModelName, Seed, path, real, whole
from ganima.cli.values import text as words
from ganima.cli.voice import card_of, trained
from ganima.errors import GanimaError


def train_sound(
    folder: Positional[Folder],
    out: Annotated[Path, path("--out", "DIR")],
    minutes: Annotated[float | None, real("--minutes", 0.01, 1_000_000, "M"), HINT_IN_TEXT] = None,
    thousands: Annotated[float | None, real("--thousands", 0.001, 1_000_000_000, "K"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    start_from: Annotated[str | None, words("--from", "MODEL"), arg(name="from"), HINT_IN_TEXT] = None,
    settings: Annotated[tuple[str, ...], arg(name="set", metavar="FIELD=VALUE"), UseAppendAction] = (),
    name: Annotated[str | None, words("--name", "NAME"), HINT_IN_TEXT] = None,
    licence: Annotated[str | None, words("--licence", "TEXT"), HINT_IN_TEXT] = None,
    attribution: Annotated[str | None, words("--attribution", "TEXT"), HINT_IN_TEXT] = None,
    checkpoint_seconds: Annotated[float, real("--checkpoint-seconds", 0, 86_400, "S")] = 60,
    threads: Annotated[int | None, whole("--threads", 1, 1024), HINT_IN_TEXT] = None,
) -> int:
    """Train a model of short sounds, such as jingles and notifications; the same command again continues.

    Args:
        folder: Folder with sounds of at most four seconds, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
        minutes: How long to train; an hour unless given.
        thousands: How long to train instead, in thousands of sounds heard.
        seed: Decides everything that is drawn at random.
        start_from: Start from a model of sounds: a name, a file, or the folder of a run.
        settings: Change a field of the training, such as batch=16 or loss=hinge; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of the sounds, for the model's card.
        attribution: Whom the sounds are by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
    """
    if minutes is not None and thousands is not None:
        raise GanimaError("give --minutes or --thousands, not both")

    from ganima.voice.train_sounds import train_sounds

    return trained(
        lambda **shown: train_sounds(
            folder,
            out,
            minutes=minutes,
            thousands=thousands,
            seed=seed,
            start_from=start_from,
            settings=settings,
            card=card_of(name=name, licence=licence, attribution=attribution),
            checkpoint_seconds=checkpoint_seconds,
            threads=threads,
            **shown,
        ),
        out,
    )


def sound(
    model: Positional[ModelName],
    out: Annotated[Path, path("--out", "DIR|FILE")],
    count: Annotated[int | None, whole("--count", 1, 1_000_000), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    truncation: Annotated[float, real("--truncation", -2, 2, "PSI")] = 1.0,
    vocoder: Annotated[str, words("--vocoder", "MODEL")] = "vocoder",
    format: Annotated[Literal["wav", "flac", "ogg", "mp3"] | None, HINT_IN_TEXT] = None,
    force: Flag = False,
) -> int:
    """Write short sounds from a model, labelled as AI-generated; the same seed gives the same bytes.

    Args:
        model: A model of sounds: a name, a file, or the folder of a run.
        out: Folder for the sounds, or a file for one sound; .wav, .flac, .ogg or .mp3.
        count: How many sounds; 16 in a folder unless given.
        seed: Decides which sounds.
        truncation: Below 1: more typical and less diverse; 0 gives the same sound each time.
        vocoder: A vocoder: a name, a file, or the folder of a run.
        format: Of the files in a folder; wav unless given.
        force: Replace files that exist.
    """
    from ganima.voice.sounds import write_sounds

    with progress("sounds") as bar:
        summary = write_sounds(
            model,
            vocoder,
            out,
            count=count,
            seed=seed,
            truncation=truncation,
            suffix=None if format is None else f".{format}",
            force=force,
            progress=bar,
        )
    say(f"{out}: {summary.count:,} sounds, {summary.seconds:.1f} s together")
    return 0
