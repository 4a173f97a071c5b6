"""A photo framed like the pictures that a model was trained on, and the consent of the person in it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganima import provenance
from ganima.data.align import align_picture
from ganima.data.content import Unusable
from ganima.data.folder import fit
from ganima.data.pictures import read_picture
from ganima.errors import GanimaError
from ganima.metrics.similarity import WINDOW
from ganima.models.card import Card
from ganima.picture.model import Model
from ganima.provenance import Origin, Verdict

SIDE_MIN = 32
"""Smallest height and width of a photo in pixels."""
FRAMED_BY_EYES = "eyes"
"""What a card says under `framing` when the training pictures are aligned by the eyes."""
NOBODY = "none that is real, as whoever made this states"
"""What files say of the persons in a picture without any."""


@dataclass(frozen=True)
class Photo:
    """A photo at a model's size."""

    pixels: NDArray[np.uint8]
    """[height, width, channels] of the model."""
    framing: str
    """How it came to be framed, in words."""
    persons: dict[str, str]
    """What files have to say of whom it shows: `consent`, or `persons`; nothing where AI has made the picture."""
    origin: Origin | None = None
    """What made it, where it says that AI has."""

    @property
    def image(self) -> Image.Image:
        """As an 8-bit image: grey, RGB or RGBA."""
        return Image.fromarray(self.pixels if self.pixels.shape[2] > 1 else self.pixels[..., 0])

    @property
    def tensor(self) -> Tensor:
        """As [1, channels, height, width] in [-1, 1]."""
        return torch.tensor(self.pixels).permute(2, 0, 1)[None].float() / 127.5 - 1


def framed_by_eyes(card: Card) -> bool:
    """Whether the model's pictures have their eyes on the fixed points of `data.align`."""
    data = card.facts.get("data")
    fitted = str(data.get("fit", "")) if isinstance(data, dict) else ""
    return bool(card.facts.get("framing", FRAMED_BY_EYES if "aligned by the eyes" in fitted else "") == FRAMED_BY_EYES)


def read_photo(
    path: Path,
    model: Model,
    *,
    consent: str | None = None,
    no_real_person: bool = False,
    face: int | None = None,
    aligned: bool = False,
) -> Photo:
    """Reads a photo and frames it like the model's training pictures.

    Where these are aligned by the eyes, one face is looked for, number `face` from the left where there are several,
    unless the picture is `aligned` already; for other models the picture is fitted to their size. Raises GanimaError
    where the picture or its face cannot be used, and where nobody has said whom it shows.
    """
    layout = model.generator.config
    if min(layout.height, layout.width) < WINDOW:
        raise GanimaError(f"the pictures of {model.name!r} are too small for a photo: {layout.width}×{layout.height}")
    try:
        picture = read_picture(path)
        # The one note on a picture that holds more than is used.
        if "several frames" in (picture.note or ""):
            raise Unusable("an animation: save one of its frames as a picture")
        height, width = picture.size
        if min(picture.size) < SIDE_MIN:
            raise Unusable(f"too small: {width}×{height} pixels (the least is {SIDE_MIN}×{SIDE_MIN})")
        label = _label(path)
        persons = _persons(path, label, consent, no_real_person)
        origin = Origin(label.model, label.model_sha256, label.consent) if label.labelled else None
        if not framed_by_eyes(model.card) or aligned:
            if face is not None:
                raise GanimaError(
                    "`face` chooses among the faces that are looked for: this picture is used as it is", "face"
                )
            framing = f"fitted to {layout.width}×{layout.height}"
            return Photo(fit(picture.pixels, layout.height, layout.width, layout.channels), framing, persons, origin)
        rgb = fit(picture.pixels, height, width, 3)
        crop = np.asarray(align_picture(rgb, layout.height, layout.width, face))
    except Unusable as unusable:
        raise GanimaError(f"{path} cannot be used: {unusable.reason}") from unusable
    framing = f"aligned by the eyes to {layout.width}×{layout.height}"
    return Photo(fit(crop, layout.height, layout.width, layout.channels), framing, persons, origin)


def _label(path: Path) -> Verdict:
    try:
        return provenance.verify(path)
    except GanimaError:
        # A picture of a kind that carries no label.
        return Verdict(labelled=False)


def _persons(path: Path, label: Verdict, consent: str | None, no_real_person: bool) -> dict[str, str]:
    """Whom a picture shows, as its user or its label says."""
    if consent is not None and no_real_person:
        raise GanimaError("give `consent` or `no_real_person`, not both", "consent")
    if consent is not None:
        return {"consent": consent}
    if no_real_person:
        return {"persons": NOBODY}
    if not label.labelled:
        raise GanimaError(
            f"{path} carries no label that AI made it, so it and what is made of it may show a real person: give "
            "`consent` (who agreed, when, for what), or `no_real_person` for a drawing, a thing, or nobody who exists",
            "consent",
        )
    return {"consent": label.consent} if label.consent else {}
