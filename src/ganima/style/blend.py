"""Half-way styles: the small levels of one model under the large levels of another (Pinkney & Adler 2020, arXiv
2010.05334).

The small levels hold the structure, the large ones texture and colour, and models of one latent space understand each
other's features.
"""

import copy
from pathlib import Path

from ganima.errors import GanimaError
from ganima.files.places import require_free
from ganima.layers.resample import pyramid
from ganima.picture.generator import Generator
from ganima.picture.model import Model, save_picture_model
from ganima.style.lineage import child_card


def blend(parent: Model, child: Model, at: int, out: Path, *, reverse: bool = False, force: bool = False) -> Path:
    """Writes the model whose levels below `at` pixels (longer side) are the child's, the others the parent's.

    With `reverse` the child gives the levels from `at` on instead. Returns `out`. Raises GanimaError when the models
    do not go together, there is no such level, or the file cannot be written.
    """
    if out.suffix != ".safetensors":
        raise GanimaError(f"cannot write {out}: choose a name that ends in .safetensors")
    require_free([out], force)
    low, high = (parent, child) if reverse else (child, parent)
    generator = swap(low, high, at)
    own = {
        "name": out.stem,
        "description": f"{low.name} below {at} pixels, {high.name} from there on",
        "blend": {
            "at": at,
            "below": {"name": low.name, "sha256": low.sha256},
            "from": {"name": high.name, "sha256": high.sha256},
        },
    }
    save_picture_model(out, generator, None, child_card([parent, child], own))
    return out


def swap(low: Model, high: Model, at: int) -> Generator:
    """A generator with the levels of `low` below `at` pixels and those of `high` from there on."""
    below, above = low.generator, high.generator
    if not isinstance(below, Generator) or not isinstance(above, Generator):
        raise GanimaError("only style-based models can be blended")
    if low.space != high.space:
        raise GanimaError(
            f"{low.name!r} and {high.name!r} have different latent spaces: blend a model with one adapted from it"
        )
    if below.config != above.config:
        raise GanimaError(f"{low.name!r} and {high.name!r} have different layouts: blend models of one size and width")
    layout = below.config
    sides = [max(size) for size in pyramid(layout.height, layout.width, len(layout.widths))]
    if at not in sides[1:]:
        raise GanimaError(f"there is no level of {at} pixels: `at` is one of {', '.join(map(str, sides[1:]))}")
    blended = copy.deepcopy(below)
    for number in range(sides.index(at) - 1, len(blended.levels)):
        blended.levels[number] = copy.deepcopy(above.levels[number])
    return blended
