"""`ganima robustness`: how a result changes when the picture that it is made from is damaged."""

from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganima.cli.progress import progress
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, Seed, path, text, whole
from ganima.errors import GanimaError

WHAT = {"invert": "inversion into", "stylize": "stylisation with"}


def robustness(
    command: Positional[Literal["invert", "stylize", "align"]],
    folder: Positional[Folder],
    model: Annotated[str, text("--model", "MODEL")] = "portrait",
    parent: Annotated[str | None, text("--parent", "MODEL"), HINT_IN_TEXT] = None,
    count: Annotated[int, whole("--count", 2, 100_000)] = 16,
    steps: Annotated[int, whole("--steps", 0, 100_000)] = 0,
    out: Annotated[Path | None, path("--out", "FILE"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    force: Flag = False,
) -> int:
    """Say how the result of a command changes when its picture is noisy, blurred, compressed, small, turned, too light
    or too dark, or covered in part.

    Seven kinds of damage, five strengths each; a result is compared with that of the same picture when clean.

    Args:
        command: invert, stylize or align.
        folder: Folder with pictures; for invert and stylize framed like the model's own (ganima align does it).
        model: The model to invert into, or to stylize with: a name, a file, or the folder of a run.
        parent: For stylize, the model that it was made from, where that is not one of the named ones.
        count: Pictures to look at, at most.
        steps: Steps of refinement after the encoder; each picture is inverted 36 times.
        out: A page with curves and examples (.html), the numbers beside it as .json; only printed unless given.
        seed: Decides everything that is drawn at random.
        force: Replace files that exist.
    """
    from ganima.evaluation import robustness as judging
    from ganima.evaluation import runs
    from ganima.evaluation.report import check_out
    from ganima.evaluation.robustness_page import words
    from ganima.evaluation.robustness_report import write_robustness
    from ganima.models.library import find_model
    from ganima.picture.model import load_model
    from ganima.style.lineage import ancestor

    if out is not None:
        check_out(out, force)
    if command != "stylize" and parent is not None:
        raise GanimaError("--parent is for stylize: leave it out")
    if command == "align" and steps:
        raise GanimaError("--steps is for invert and stylize: leave it out")
    loaded = load_model(find_model(model))
    if command == "align":
        what, run, note = "alignment", runs.alignment(), runs.ALIGNMENT_NOTE
        pictures = runs.photographs(folder, count)
    else:
        root = ancestor(loaded, parent) if command == "stylize" else loaded
        what, note = f"{WHAT[command]} {loaded.name}", runs.INVERSION_NOTE
        what += f", {steps} step{'s' * (steps != 1)}" if steps else ""
        run = runs.inversion(loaded, steps) if command == "invert" else runs.stylisation(root, loaded, steps)
        pictures = runs.pictures_for(root, folder, count)
    with progress("looking") as bar:
        found = judging.robustness(what, run, pictures, seed, note, progress=bar)
    if out is not None:
        write_robustness(found, run, loaded, out, folder, seed)
    print(f"{what}: difference from the clean result over {found.pictures} pictures, at strengths 1 to 5")
    print("(0 the same, 1 as different as the result for another picture)")
    print("\n".join(words(found)))
    if found.without:
        print(f"{found.without} more had no result even when clean")
    if out is not None:
        print(f"open {out}; the numbers are in {out.with_suffix('.json')}")
    return 0
