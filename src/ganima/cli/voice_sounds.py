"""`ganima voice train-sound` and `ganima voice sound`: a model of short sounds, and sounds from it."""

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganima.cli.progress import counted, progress, say
from ganima.cli.training_options import Options
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, ModelName, Out, Seed, path, real, whole
from ganima.cli.values import text as words
from ganima.cli.voice import run_training


def train_sound(folder: Positional[Folder], out: Out, training: Options) -> int:
    """Train a model of short sounds, such as jingles and notifications; the same command again continues.

    Args:
        folder: Folder with sounds of at most four seconds, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
    """
    arguments = training.arguments()

    from ganima.sounds.train import train_sounds

    return run_training(partial(train_sounds, folder, out, **arguments), out)


def sound(
    model: Positional[ModelName],
    out: Annotated[Path, path("--out", "DIR|FILE")],
    count: Annotated[int | None, whole("--count", 1, 1_000_000), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    truncation: Annotated[float, real("--truncation", -2, 2, "PSI")] = 1.0,
    vocoder: Annotated[str | None, words("--vocoder", "MODEL"), HINT_IN_TEXT] = None,
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
        vocoder: A vocoder: a name, a file, the folder of a run, or "tones"; the one that suits the model unless given.
        format: Of the files in a folder; wav unless given.
        force: Replace files that exist.
    """
    from ganima.sounds.apply import write_sounds

    with progress("sounds") as bar:
        summary = write_sounds(
            model,
            out,
            vocoder=vocoder,
            count=count,
            seed=seed,
            truncation=truncation,
            suffix=None if format is None else f".{format}",
            force=force,
            progress=bar,
        )
    say(f"{out}: {counted(summary.count, 'sound')}, {summary.seconds:.1f} s")
    return 0
