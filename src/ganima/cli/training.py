"""`ganima train`: a new model of the user's own pictures."""

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tyro.conf import Positional, UseAppendAction, arg

from ganima.cli.terminal import Terminal
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, Out, Seed, longer_side_or_size, real, text, whole
from ganima.errors import GanimaError

if TYPE_CHECKING:
    from ganima.training.run import Outcome


def train(
    folder: Positional[Folder],
    out: Out,
    preset: Annotated[str | None, text("--preset", "PRESET"), HINT_IN_TEXT] = None,
    resolution: Annotated[tuple[int, int] | int | None, longer_side_or_size("--resolution"), HINT_IN_TEXT] = None,
    minutes: Annotated[float | None, real("--minutes", 0.01, 1_000_000, "M"), HINT_IN_TEXT] = None,
    kimg: Annotated[float | None, real("--kimg", 0.001, 1_000_000_000, "K"), HINT_IN_TEXT] = None,
    batch: Annotated[int | None, whole("--batch", 2, 65536, "B"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    conditional: Flag = False,
    start_from: Annotated[str | None, text("--from", "MODEL"), arg(name="from"), HINT_IN_TEXT] = None,
    settings: Annotated[tuple[str, ...], arg(name="set", metavar="FIELD=VALUE"), UseAppendAction] = (),
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    licence: Annotated[str | None, text("--licence", "TEXT"), HINT_IN_TEXT] = None,
    attribution: Annotated[str | None, text("--attribution", "TEXT"), HINT_IN_TEXT] = None,
    checkpoint_seconds: Annotated[float, real("--checkpoint-seconds", 0, 86_400, "S")] = 60,
    evaluate_every: Annotated[
        float | None, real("--evaluate-every", 0.001, 1_000_000_000, "KIMG"), HINT_IN_TEXT
    ] = None,
    threads: Annotated[int | None, whole("--threads", 1, 1024), HINT_IN_TEXT] = None,
) -> int:
    """Train a generative adversarial network on a folder of pictures; the same command again continues.

    Args:
        folder: Folder with pictures, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
        preset: classic, tiny, cpu64, cpu128, gpu256 or gpu512; chosen from pictures and device unless given.
        resolution: Longer side, or height and width, in pixels; chosen from the pictures unless given.
        minutes: How long to train; an hour for most presets unless given.
        kimg: How long to train instead, in thousands of pictures seen.
        batch: Pictures a step and process; the preset's unless given.
        seed: Decides everything that is drawn at random.
        conditional: Learn the classes too, from subfolders or labels.csv.
        start_from: Start from a model: a name, a file, or the folder of a run.
        settings: Change a field of the preset, such as loss=hinge or penalties.r1.start=5; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of the pictures, for the model's card.
        attribution: Whom the pictures are by, for the model's card.
        checkpoint_seconds: How often to save.
        evaluate_every: Score the model every so many thousand pictures, and keep the best in best.safetensors.
        threads: Threads of the processor; all cores unless given.
    """
    if minutes is not None and kimg is not None:
        raise GanimaError("give --minutes or --kimg, not both")

    from ganima.picture import train as training

    card = {"name": name, "licence": licence, "attribution": attribution}
    with Terminal() as terminal:
        outcome = training.train(
            folder,
            out,
            preset=preset,
            resolution=resolution,
            minutes=minutes,
            kimg=kimg,
            batch=batch,
            seed=seed,
            conditional=conditional,
            start_from=start_from,
            settings=settings,
            card={field: said for field, said in card.items() if said is not None},
            checkpoint_seconds=checkpoint_seconds,
            evaluate_every=evaluate_every,
            threads=threads,
            report=terminal,
        )
    if terminal.silent:
        return 0 if outcome.done else 130
    return trained(outcome, out, "--minutes or --kimg")


def trained(outcome: "Outcome", out: Path, more: str, what: str = "model") -> int:
    """Says how a training ended; returns the exit status. `more` are the options that let it go on."""
    if not outcome.done:
        print(f"saved in {out}; to continue: {_same_command()}", file=sys.stderr)
        return 130
    if outcome.before == outcome.examples:
        print(f"{out} was finished already, after {outcome.examples:,} examples: give more {more} to train on")
    print(f"{what}: {outcome.model}")
    return 0


def _same_command() -> str:
    if "WORLD_SIZE" in os.environ:
        return "the same torchrun command again"
    return shlex.join(["ganima", *sys.argv[1:]])
