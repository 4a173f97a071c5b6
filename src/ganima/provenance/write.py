"""Pictures, pages and JSON, each with its label inside."""

import io
import json
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.provenance.label import SOURCE_TYPE, TOOL, WORDS, Origin, aigc, aigc_text, fields, number_of, xmp

XMP_KEYWORD = "XML:com.adobe.xmp"

PictureFormat = Literal["PNG", "WEBP"]


def save_picture(image: Image.Image, path: Path, origin: Origin) -> None:
    """Writes a labelled PNG or WebP, by the suffix of `path`: whole or not at all, the same bytes for the same picture.

    Raises GanimaError for another suffix and when the file cannot be written.
    """
    content = picture_bytes(image, origin, check_picture(path))
    atomic.write(path, lambda beside: beside.write_bytes(content))


def save_picture_with_json(image: Image.Image, path: Path, data: dict[str, Any], origin: Origin) -> Path:
    """Writes a labelled picture, and `data` into the file of the same name that ends in .json: both or neither.

    Returns the path of the JSON file. Raises GanimaError as `save_picture` does.
    """
    content, beside_it = picture_bytes(image, origin, check_picture(path)), path.with_suffix(".json")
    atomic.write_both(path, lambda beside: beside.write_bytes(content), lambda: save_json(data, beside_it, origin))
    return beside_it


def save_training_picture(image: Image.Image, path: Path) -> None:
    """Writes a plain PNG: the user's own picture, prepared for training, which no AI has made."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    atomic.write(path, lambda beside: beside.write_bytes(buffer.getvalue()))


def save_page(html: str, path: Path, origin: Origin) -> None:
    """Writes a page (UTF-8) with the label as meta elements at the start of its head.

    Raises ValueError when the page does not say in words that AI generated what it shows, and GanimaError when the file
    cannot be written.
    """
    if WORDS not in html or "<head>" not in html:
        raise ValueError(f"a page has a <head> and says {WORDS!r}")
    label = fields(number_of(html.encode("utf-8", "replace"), origin), origin)
    # Browsers look for the encoding in the first kilobyte only.
    metas = ['<meta charset="utf-8">']
    metas += [f"<meta name={quoteattr(name)} content={quoteattr(text)}>" for name, text in label.items()]
    page = html.replace("<head>", "\n".join(["<head>", *metas]), 1)
    atomic.write(path, lambda beside: beside.write_bytes(page.encode("utf-8", "replace")))


def save_json(data: dict[str, Any], path: Path, origin: Origin) -> None:
    """Writes `data` as JSON (UTF-8), with the label before it. Raises GanimaError when the file cannot be written."""
    content = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    made_by = {
        "tool": TOOL,
        "model": origin.model,
        "model_sha256": origin.model_sha256,
        "source_type": SOURCE_TYPE,
        "consent": origin.consent,
    }
    label = {
        "ai_generated": True,
        "provenance": {name: text for name, text in made_by.items() if text or name != "consent"},
        "AIGC": aigc(number_of(content, origin)),
    }
    text = json.dumps(label | data, ensure_ascii=False, indent=2) + "\n"
    atomic.write(path, lambda beside: beside.write_bytes(text.encode("utf-8", "replace")))


def picture_bytes(image: Image.Image, origin: Origin, kind: PictureFormat) -> bytes:
    """The labelled picture as a PNG or WebP file in memory, to put into a page."""
    buffer = io.BytesIO()
    number = number_of(f"{image.mode} {image.size} ".encode() + image.tobytes(), origin)
    if kind == "PNG":
        chunks = PngInfo()
        chunks.add_itxt(XMP_KEYWORD, xmp(number, origin))
        chunks.add_text("AIGC", aigc_text(number))
        image.save(buffer, "PNG", pnginfo=chunks)
    else:
        image.save(buffer, "WEBP", quality=90, method=4, xmp=xmp(number, origin).encode())
    return buffer.getvalue()


def check_picture(path: Path) -> PictureFormat:
    """The format that the suffix of `path` names. Raises GanimaError for one that no picture is written in."""
    suffix = path.suffix.lower()
    if suffix not in (".png", ".webp"):
        raise GanimaError(f"cannot write {path}: choose a name that ends in .png or .webp")
    return "PNG" if suffix == ".png" else "WEBP"
