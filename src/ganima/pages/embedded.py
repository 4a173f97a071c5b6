"""Files inside a page, which needs no other file so."""

import base64
from dataclasses import dataclass

from PIL import Image

from ganima import provenance


@dataclass(frozen=True)
class Embedded:
    """A picture inside a page."""

    address: str
    size: tuple[int, int]
    """Width and height in pixels."""
    words: str
    """What it shows, for the caption and for those who do not see it."""


def data_uri(content: bytes, kind: str = "image/webp") -> str:
    """The file as an address that needs no server."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def embedded(image: Image.Image, origin: provenance.Origin, words: str, widest: int = 1600) -> Embedded:
    """The picture, labelled; one that is wider than `widest` is scaled down, so that the page stays small."""
    if image.width > widest:
        size = (widest, max(1, round(image.height * widest / image.width)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return Embedded(data_uri(provenance.picture_bytes(image, origin, "WEBP")), image.size, words)
