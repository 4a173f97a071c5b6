"""The command line: thin skins over public functions, each importing what takes long only when it runs."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import tyro

from ganima._version import __version__
from ganima.cli.bring import export, import_model
from ganima.cli.characters import create, verify
from ganima.cli.directions import directions
from ganima.cli.editing import edit, mix, walk
from ganima.cli.enlarging import augment
from ganima.cli.evaluation import evaluate
from ganima.cli.inversion import encoder, invert
from ganima.cli.models import models, sample
from ganima.cli.pictures import align, inspect
from ganima.cli.robustness import robustness
from ganima.cli.styling import adapt, blend, stylize
from ganima.cli.training import train
from ganima.cli.voice import voice
from ganima.cli.voice_sounds import sound, train_sound
from ganima.cli.voices import convert, design
from ganima.cli.words import worded
from ganima.errors import Cancelled, GanimaError

DESCRIPTION = """Virtual characters, made by generative adversarial networks that you train yourself.

A character now: ganima create --out mira

A model of your pictures: ganima inspect FOLDER, then ganima train FOLDER --out RUN"""

SHORT = {(): ["--help"], ("--version",): ["version"], ("models",): ["models", "list"]}
"""What else may be said."""

for command_of_voice in (design, convert, sound):
    voice.command(worded(command_of_voice))
voice.command(name="train-sound")(worded(train_sound))


def version() -> int:
    """Print ganima's version."""
    print(f"ganima {__version__}")
    return 0


def run(args: Sequence[str]) -> int:
    """Reads the arguments and runs the command that they name; returns the exit status."""
    app = tyro.extras.SubcommandApp()
    commands: tuple[Callable[..., Any], ...] = (
        create,
        edit,
        mix,
        walk,
        invert,
        inspect,
        align,
        train,
        augment,
        sample,
        evaluate,
        robustness,
        adapt,
        blend,
        stylize,
        directions,
        encoder,
        export,
        verify,
    )
    for command in commands:
        app.command(worded(command))
    app.command(name="import")(worded(import_model))
    app.command(models, name="models", help="List the models that have a name, or show one's card.")
    app.command(voice, name="voice", help="Speak, make voices and sounds, and train what makes them.")
    app.command(version)
    words = SHORT.get(tuple(args), args)
    status: int = app.cli(prog="ganima", description=DESCRIPTION, args=words, config=(tyro.conf.FlagCreatePairsOff,))
    return status


def main(args: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status.

    0 done, 1 `verify` found a file without a label, 2 something for the user to mend, 130 Ctrl-C, 141 nobody reads on.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a question mark, not a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        try:
            return run(sys.argv[1:] if args is None else args)
        finally:
            sys.stdout.flush()
    except GanimaError as error:
        _complain(" ".join(str(error).splitlines()))
        return 2
    except ImportError as error:
        _complain(f"a package that ganima needs cannot be loaded ({error}): install ganima again")
        return 2
    except (KeyboardInterrupt, Cancelled):
        _complain("stopped")
        return 130
    except BrokenPipeError:
        # What is left to write goes nowhere, or Python would complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _complain(words: str) -> None:
    # Of several processes on one machine, one speaks.
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print("ganima:", words, file=sys.stderr)
