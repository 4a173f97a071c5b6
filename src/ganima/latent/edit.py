"""Edits: a latent moved along named directions, drawn anew."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ganima.latent.directions import find_directions, move
from ganima.latent.latents import model_of, read_all
from ganima.latent.look import check_look, short, write_look
from ganima.latent.relabel import relabelled
from ganima.picture.render import one_thread
from ganima.picture.truncation import Towards


def edit(
    word: str,
    settings: Mapping[str, float],
    out: Path,
    *,
    labels: Sequence[str] = (),
    model: str | None = None,
    truncation: float | None = None,
    towards: Towards = "mean",
    force: bool = False,
) -> Path:
    """Writes a new look of what `word` names (see `latents.read`) to `out`, and its latent beside it.

    `settings` are sliders and their amounts in [-5, 5], and `labels` of a conditional model, such as `mouth=smile`,
    take the place of the latent's own. `truncation` ψ is 0.7 for seeds unless it is given; then it is
    for files too. Returns the path of the latent file, which edits can start from again. Raises GanimaError for a word
    slider or label that is not there, and for an `out` that is in the way or cannot be written.
    """
    check_look(out, force)
    loaded = model_of([word], model)
    directions = find_directions(loaded) if settings else None
    with one_thread():
        (latent,) = read_all([word], loaded, truncation, towards)
        moved = relabelled(latent, loaded, labels)
        if directions is not None:
            moved = move(moved, directions, settings)
    said = {"of": short(word), "set": dict(settings)} | ({"labels": list(labels)} if labels else {})
    return write_look(out, moved, loaded, [word], edit=said)
