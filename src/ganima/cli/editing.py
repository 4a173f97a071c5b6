"""`ganima edit`, `ganima mix` and `ganima walk`: around in a model's latent space."""

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from ganima.cli.progress import progress
from ganima.cli.values import (
    HINT_IN_TEXT,
    Flag,
    ItsModel,
    LabelNames,
    OutFile,
    Place,
    Settings,
    Towards,
    Truncation,
    as_mapping,
    path,
    real,
)
from ganima.cli.values import layers as layers_value
from ganima.errors import GanimaError


def edit(
    character: Positional[Place],
    settings: Settings = (),
    labels: LabelNames = (),
    out: Annotated[Path | None, path("--out", "FILE"), HINT_IN_TEXT] = None,
    model: ItsModel = None,
    truncation: Truncation = None,
    towards: Towards = "mean",
    force: Flag = False,
) -> int:
    """Write a new look of a character: smile, age and other sliders moved, or other labels; without any, list them.

    Beside the picture lies its latent (.json), which every command takes again, so edits can be stacked.

    Args:
        character: A character's folder or character.json, a latent file, or a seed.
        settings: Move a slider, such as smile=1.5 or age=-1; may be given several times.
        labels: A label of a conditional model, such as mouth=smile; may be given several times.
        out: The picture to write, .png or .webp.
        model: A name, a file, or the folder of a run; the one that the character was made with unless given.
        truncation: Below 1: more typical; 0.7 for a seed unless given, and files stay as they are.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        force: Replace files that exist.
    """
    if not settings and not labels:
        if out is not None:
            raise GanimaError(
                f"nothing to change: say --set NAME=AMOUNT or --label NAME; ganima edit {character} lists them"
            )
        return _list_changes(character, model)
    if out is None:
        raise GanimaError("say where the new look goes: --out FILE.png")

    from ganima.latent import edit as editing

    latent = editing.edit(
        character,
        as_mapping(settings),
        out,
        labels=labels,
        model=model,
        truncation=truncation,
        towards=towards,
        force=force,
    )
    print(f"new look in {out}, its latent in {latent}")
    return 0


def mix(
    a: Positional[Place],
    b: Positional[Place],
    layers: Annotated[tuple[int, ...], layers_value("--layers")],
    out: OutFile,
    amount: Annotated[float, real("--amount", 0, 1, "SHARE")] = 1.0,
    model: ItsModel = None,
    truncation: Truncation = None,
    towards: Towards = "mean",
    force: Flag = False,
) -> int:
    """Mix two characters: some layers of the second, the others of the first.

    The first layers hold pose and shape, the last ones colours and light. Beside the picture lies its latent (.json).

    Args:
        a: A character's folder or character.json, a latent file, or a seed.
        b: The other one.
        layers: Which layers come from the second, such as 0-4 or 0-4,7.
        out: The picture to write, .png or .webp.
        amount: How far those layers go, from 0 to 1.
        model: A name, a file, or the folder of a run; the one that the characters were made with unless given.
        truncation: Below 1: more typical; 0.7 for seeds unless given, and files stay as they are.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        force: Replace files that exist.
    """
    from ganima.latent import mix as mixing

    latent = mixing.mix(
        a, b, layers, out, amount=amount, model=model, truncation=truncation, towards=towards, force=force
    )
    print(f"mixed look in {out}, its latent in {latent}")
    return 0


def walk(
    places: Positional[Annotated[list[str], arg(metavar="SEED|FILE|DIR ..."), HINT_IN_TEXT]],
    out: OutFile,
    loop: Flag = False,
    seconds: Annotated[float, real("--seconds", 0.1, 3600, "S")] = 6.0,
    fps: Annotated[float, real("--fps", 1, 120, "N")] = 25.0,
    model: ItsModel = None,
    truncation: Truncation = None,
    towards: Towards = "mean",
    force: Flag = False,
) -> int:
    """Write an animation that goes smoothly from one character to the next.

    Args:
        places: Characters (folder or character.json), latent files or seeds, two or more.
        out: The animation to write, .webp, .gif or .mp4 (which needs the extra "video").
        loop: Lead back to the first one, so that the end is the beginning.
        seconds: How long it lasts.
        fps: Frames a second.
        model: A name, a file, or the folder of a run; the one that the characters were made with unless given.
        truncation: Below 1: more typical; 0.7 for seeds unless given, and files stay as they are.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        force: Replace a file that exists.
    """
    from ganima.latent import walk as walking

    with progress("drawing") as bar:
        frames = walking.walk(
            places,
            out,
            loop=loop,
            seconds=seconds,
            fps=fps,
            model=model,
            truncation=truncation,
            towards=towards,
            force=force,
            progress=bar,
        )
    print(f"{frames:,} frames in {out}")
    return 0


def _list_changes(character: str, model: str | None) -> int:
    """What can be changed: the model's labels and sliders."""
    from ganima.latent.directions import NoDirections, find_directions
    from ganima.latent.latents import model_of

    loaded = model_of([character], model)
    for line in loaded.labels.lines():
        print(f"--label {line}")
    try:
        directions = find_directions(loaded)
    except NoDirections:
        if loaded.labels.classes:
            return 0
        raise
    said = directions.about.get("does", {})
    width = max(map(len, directions.names))
    for name in directions.names:
        print(f"{name:{width}}  {said.get(name, '')}".rstrip())
    return 0
