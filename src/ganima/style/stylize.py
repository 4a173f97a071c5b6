"""The same latent through another model: a photo, a character or a seed as an adapted model shows it."""

from pathlib import Path

from PIL import Image

from ganima import provenance
from ganima.data.pictures import PICTURE_SUFFIXES
from ganima.errors import GanimaError
from ganima.latent.invert import run_stages
from ganima.latent.latents import Latent, as_seed, consents_of, file_content, read_all
from ganima.latent.look import check_look, short
from ganima.latent.photo import read_photo
from ganima.models.library import find_model
from ganima.picture.grid import grid, to_images
from ganima.picture.model import Model, load_model, origin_of
from ganima.picture.render import SIDE, enlarge, enlarged_size, one_thread, pictures
from ganima.reporter import QUIET, Reporter
from ganima.style.lineage import ancestor
from ganima.style.usual import usual

STEPS = 100
"""Steps in which a photo's latent is found."""


def stylize(
    word: str,
    model: str,
    out: Path,
    *,
    parent: str | None = None,
    consent: str | None = None,
    no_real_person: bool = False,
    face: int | None = None,
    aligned: bool = False,
    steps: int = STEPS,
    truncation: float | None = None,
    beside: bool = False,
    force: bool = False,
    report: Reporter = QUIET,
) -> Path:
    """Writes to `out` how `model` shows what `word` names, and the latent beside it; returns the latent's path.

    `word` is a photo, or what `latents.read` takes. A photo is inverted in the model whose latent space `model` shares:
    `parent`, or the named model of that hash. `beside` puts the photo, or what the parent shows, to the left. Raises
    GanimaError where the user has to change something.
    """
    check_look(out, force)
    child = load_model(find_model(model))
    path = Path(word).expanduser()
    left: Image.Image | None = None
    said: dict[str, str] = {}
    if as_seed(word) is None and path.suffix.lower() in PICTURE_SUFFIXES:
        root = ancestor(child, parent)
        photo = read_photo(path, root, consent=consent, no_real_person=no_real_person, face=face, aligned=aligned)
        said, left = photo.persons, photo.image
        with one_thread():
            latent = Latent(usual(root, run_stages(root, photo, steps, "w+", 0, 0, report=report)[-1].ws))
        consents = [said.get("consent", "")]
    else:
        if consent is not None or no_real_person or face is not None or aligned:
            raise GanimaError(
                f"{word} is no photo: leave `consent`, `no_real_person`, `face` and `aligned` out", "photo"
            )
        (latent,), consents = read_all([word], child, truncation, "mean"), consents_of([word])
        if beside:
            left = draw(ancestor(child, parent), latent)
    image = draw(child, latent)
    if beside and left is not None:
        image = grid([left.convert(image.mode), image])
    large = enlarge(image, enlarged_size(image, SIDE))
    content = file_content(latent, child) | said | {"stylize": {"of": short(word)}}
    return provenance.save_picture_with_json(large, out, content, origin_of(child, *consents))


def draw(model: Model, latent: Latent) -> Image.Image:
    """The picture at the model's own size."""
    with one_thread():
        return to_images(pictures(model.generator, latent.ws[None]))[0]
