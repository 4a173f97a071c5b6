"""`ganima augment`: a labelled set of pictures, balanced and enlarged."""

import shlex
import sys
from typing import Annotated

from tyro.conf import Positional

from ganima.cli.terminal import Terminal
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, Out, Seed, longer_side_or_size, real, text, whole
from ganima.errors import Cancelled, GanimaError


def augment(
    folder: Positional[Folder],
    per_class: Annotated[int, whole("--per-class", 1, 10_000_000)],
    out: Out,
    by: Annotated[str | None, text("--by", "GROUP"), HINT_IN_TEXT] = None,
    model: Annotated[str | None, text("--model", "MODEL"), HINT_IN_TEXT] = None,
    minutes: Annotated[float | None, real("--minutes", 0.01, 1_000_000, "M"), HINT_IN_TEXT] = None,
    kimg: Annotated[float | None, real("--kimg", 0.001, 1_000_000_000, "K"), HINT_IN_TEXT] = None,
    preset: Annotated[str | None, text("--preset", "PRESET"), HINT_IN_TEXT] = None,
    resolution: Annotated[tuple[int, int] | int | None, longer_side_or_size("--resolution"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    threads: Annotated[int | None, whole("--threads", 1, 1024), HINT_IN_TEXT] = None,
    force: Flag = False,
) -> int:
    """Balance and enlarge a labelled set of pictures with generated ones, and say whether that helps a classifier.

    The new folder holds the originals as they were, the generated pictures (each labelled as AI-generated), labels.csv,
    which says which are which, and the report. Without --model, one is trained first, in DIR-model; the same command
    again continues.

    Args:
        folder: Folder with labelled pictures: a subfolder for each class, or a labels.csv.
        per_class: Pictures that each class has in the end.
        out: Folder for the enlarged set.
        by: Which group of labels to balance, where labels.csv has several.
        model: A conditional model of these classes: a name, a file, or the folder of a run.
        minutes: How long to train a model; an hour for most presets unless given.
        kimg: How long to train instead, in thousands of pictures seen.
        preset: How to train it; chosen from pictures and device unless given.
        resolution: Longer side, or height and width, of what it makes in pixels; chosen from the pictures unless given.
        seed: Decides everything that is drawn at random.
        threads: Threads of the processor for the training; all cores unless given.
        force: Replace an enlarged set that exists.
    """
    if minutes is not None and kimg is not None:
        raise GanimaError("give --minutes or --kimg, not both")

    from ganima.balance import augment as enlarge
    from ganima.balance.originals import TABLE
    from ganima.balance.page import advice, answer, limits

    run = out.with_name(enlarge.RUN.format(out.name))
    with Terminal() as terminal:
        try:
            made = enlarge.augment(
                folder,
                per_class,
                out,
                by=by,
                model=model,
                minutes=minutes,
                kimg=kimg,
                preset=preset,
                resolution=resolution,
                seed=seed,
                threads=threads,
                force=force,
                report=terminal,
                progress=terminal.progress,
            )
        except Cancelled:
            print(f"saved in {run}; to continue: {shlex.join(['ganima', *sys.argv[1:]])}", file=sys.stderr)
            return 130
    width = max(len(entry.name) for entry in made.classes)
    for entry in made.classes:
        known = "" if entry.recognised is None else f", {entry.recognised:.0%} of them recognised"
        print(f"{entry.name:{width}}  {entry.originals:6,} originals  {entry.generated:6,} generated{known}")
    if made.skipped:
        print(f"{len(made.skipped):,} files of {folder} are left out; the report says why")
    print(answer(made))
    print(limits(made))
    if words := advice(made):
        print(words)
    print(f"open {out / enlarge.PAGE}; the set is {out}, with {TABLE}")
    if made.unseen:
        print(f"the model is {run}")
    return 0
