"""New directions for a model, stored beside it with their contact sheet."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

from ganima.errors import GanimaError
from ganima.files.places import require_free
from ganima.latent.components import components
from ganima.latent.direction_sheet import sheet_path, write_sheet
from ganima.latent.directions import Directions, directions_path, save_directions
from ganima.latent.factorise import factorise
from ganima.latent.separate import separate
from ganima.models.library import find_model
from ganima.picture.model import Model, load_model
from ganima.picture.render import one_thread
from ganima.reporter import QUIET, Reporter, go_on

Method = Literal["sefa", "pca", "labels"]


def new_directions(
    word: str,
    method: Method,
    labels: Path | None = None,
    count: int = 12,
    layers: Sequence[int] | None = None,
    seed: int = 0,
    out: Path | None = None,
    force: bool = False,
    report: Reporter = QUIET,
) -> tuple[Path, Path, Directions]:
    """Finds directions of the model that `word` names; writes them, and the sheet, into `out` or beside the model.

    `labels` is the table for the method of that name. `layers`, all of them unless given, are those that move. Returns
    the file, the sheet and the directions. Raises GanimaError for what is not there, is in the way, cannot be used, or
    cannot be written.
    """
    model = load_model(find_model(word))
    file = place(model, out)
    sheet = sheet_path(file)
    require_free((file, sheet), force)
    chosen = checked(model, layers)
    report.progress("finding directions", 0, 0)
    with one_thread():
        if method == "labels":
            assert labels is not None
            found = separate(model, labels, chosen, seed)
        else:
            found = (factorise if method == "sefa" else components)(model, count, chosen, seed)
    go_on(report)
    write_sheet(sheet, model, found, seed)
    save_directions(file, found)
    return file, sheet, found


def place(model: Model, out: Path | None) -> Path:
    """Where the directions file goes. Raises GanimaError for a bundled model without `out`."""
    beside = directions_path(model)
    if out is not None:
        return out / beside.name
    if beside.parent == Path(str(resources.files("ganima.models"))):
        raise GanimaError(
            f"{model.name!r} comes with ganima, whose own files stay as they are: name a folder as `out`",
            "out",
        )
    return beside


def checked(model: Model, layers: Sequence[int] | None) -> list[int]:
    """The layers that move. Raises GanimaError for one that the model lacks."""
    there = range(model.generator.layers)
    for layer in layers or ():
        if layer not in there:
            raise GanimaError(f"there is no layer {layer}: this model has the layers 0 to {there[-1]}")
    return list(there if layers is None else layers)
