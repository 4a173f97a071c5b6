"""`ganima directions`: sliders for a model."""

from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganima.cli.values import HINT_IN_TEXT, Flag, ModelName, Seed, path, whole
from ganima.cli.values import layers as layers_value
from ganima.errors import GanimaError


def directions(
    model: Positional[ModelName],
    method: Annotated[Literal["sefa", "pca", "labels"] | None, HINT_IN_TEXT] = None,
    labels: Annotated[Path | None, path("--labels", "FILE.csv"), HINT_IN_TEXT] = None,
    count: Annotated[int, whole("--count", 1, 4096)] = 12,
    layers: Annotated[tuple[int, ...] | None, layers_value("--layers"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    out: Annotated[Path | None, path("--out", "DIR"), HINT_IN_TEXT] = None,
    to_label: Annotated[int | None, whole("--to-label", 1, 100_000), HINT_IN_TEXT] = None,
    force: Flag = False,
) -> int:
    """Find edit directions of a model, the sliders of edit and create; and show on a sheet what each one does.

    Args:
        model: A name, a file, or the folder of a run.
        method: sefa (factorised style weights) unless given, pca (components of w), or labels (needs --labels).
        labels: Table of labelled samples: a column seed or file, and one for each slider with numbers or yes and no.
        count: How many directions; with labels there is one for each column.
        layers: Layers that move, such as 0-4 or 0-4,7: the first hold shape, the last colours; all unless given.
        seed: First of the persons on the sheet; decides what is drawn at random.
        out: Folder for the directions and the sheet; beside the model unless given.
        to_label: Write numbered sheets of so many samples and an empty table instead, to be filled in for --labels.
        force: Replace files that exist.
    """
    if to_label is not None:
        return _to_label(model, to_label, seed, out, force)
    if method == "labels" and labels is None:
        raise GanimaError("--method labels needs --labels FILE.csv; --to-label writes sheets to make one from")
    if method in ("sefa", "pca") and labels is not None:
        raise GanimaError(f"--method {method} takes no --labels: leave one of them out")

    from ganima.latent.new_directions import new_directions

    chosen = "labels" if labels is not None else method or "sefa"
    file, sheet, found = new_directions(model, chosen, labels, count, layers, seed, out, force)
    for name, does in found.about.get("does", {}).items():
        print(f"{name:16} {does}")
    print(f"{len(found.names)} directions in {file}; what each one does: {sheet}")
    return 0


def _to_label(model: str, count: int, seed: int, out: Path | None, force: bool) -> int:
    if out is None:
        raise GanimaError("say where the sheets go: --out DIR")

    from ganima.latent.label_sheets import write_label_sheets
    from ganima.models.library import find_model
    from ganima.picture.model import load_model

    *sheets, table = write_label_sheets(out, load_model(find_model(model)), count, seed, force)
    print(f"{len(sheets)} sheets in {out}: write what you see into {table.name}, a column for each thing, and then")
    print(f"ganima directions {model} --labels {table}")
    return 0
