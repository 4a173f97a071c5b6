"""One picture of a latent, enlarged, and beside it the latent itself in a file that every command takes again."""

from pathlib import Path
from typing import Any

from ganima import provenance
from ganima.files.places import require_free
from ganima.latent.latents import Latent, as_seed, consents_of, file_content
from ganima.picture.grid import to_images
from ganima.picture.model import Model, origin_of
from ganima.picture.render import SIDE, enlarge, enlarged_size, one_thread, pictures


def write_look(out: Path, latent: Latent, model: Model, words: list[str], **more: Any) -> Path:
    """Writes the picture (PNG or WebP) and the latent file; returns the latter's path. `more` is said in it.

    `words` are what the latent was made of (see `latents.read`), whose consents are passed on.

    The same latent gives the same bytes. Raises GanimaError when one of them cannot be written; then neither is there.
    """
    with one_thread():
        image = to_images(pictures(model.generator, latent.ws[None]))[0]
    large = enlarge(image, enlarged_size(image, SIDE))
    origin = origin_of(model, *consents_of(words))
    return provenance.save_picture_with_json(large, out, file_content(latent, model) | more, origin)


def check_look(out: Path, force: bool) -> None:
    """Raises GanimaError when `out` is no picture's name, or it or the file beside it may not be replaced."""
    provenance.check_picture(out)
    require_free((out, out.with_suffix(".json")), force)


def short(word: str) -> str:
    """What a file says about where it came from: a seed, or a name without the folders that lead there."""
    return word if as_seed(word) is not None else Path(word).expanduser().resolve().name
