"""The label of a file, read back."""

import json
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ganima.errors import GanimaError
from ganima.provenance.formats import gif, id3, mp4, ogg, riff, vorbis
from ganima.provenance.label import Verdict, labels_of_fields, labels_of_xmp, verdict

READ_MAX = 256 * 2**20
"""Longest page or JSON file in bytes that `verify` reads."""
KINDS = "PNG, WebP, JPEG, GIF, MP4, WAV, FLAC, OGG, MP3, HTML or JSON"


def verify(path: Path) -> Verdict:
    """Reads the label of a PNG, WebP, JPEG, GIF, MP4, WAV, FLAC, OGG, MP3, HTML or JSON file back.

    Raises GanimaError when the file cannot be read, is broken, or is of another kind. Of sound and films only what
    holds them together is looked at: whether they play to their end is not known.
    """
    try:
        match path.suffix.lower():
            case ".html" | ".htm":
                labels = _labels_of_page(_text(path))
            case ".json":
                labels = _labels_of_json(path, _text(path))
            case ".mp4" | ".m4v" | ".mov":
                packet, aigc = mp4.read_labels(path)
                labels = {"aigc": aigc} | labels_of_xmp(packet)
            case ".wav" | ".wave":
                labels = labels_of_fields(riff.read_texts(path.read_bytes()))
            case ".flac":
                labels = labels_of_fields(vorbis.read_texts(path.read_bytes()))
            case ".ogg" | ".oga" | ".opus":
                labels = labels_of_fields(ogg.read_texts(path.read_bytes()))
            case ".mp3":
                labels = _labels_of_mp3(path.read_bytes())
            case _:
                labels = _labels_of_picture(path)
    except UnidentifiedImageError as error:
        raise GanimaError(f"{path} is no {KINDS} file, or it is broken") from error
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror or error}") from error
    except (SyntaxError, ValueError, EOFError, IndexError, Image.DecompressionBombError) as error:
        raise GanimaError(f"{path} is broken: {error}") from error
    return verdict(labels)


def _labels_of_picture(path: Path) -> dict[str, str]:
    with Image.open(path, formats=("PNG", "WEBP", "JPEG", "GIF")) as image:
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            image.load()
        packet = gif.read_xmp(path) if image.format == "GIF" else image.info.get("xmp", b"")
        return {"aigc": image.info.get("AIGC", "")} | labels_of_xmp(packet)


def _labels_of_page(html: str) -> dict[str, str]:
    reader = _MetaReader()
    reader.feed(html)
    return labels_of_fields(reader.metas)


def _labels_of_mp3(content: bytes) -> dict[str, str]:
    start = id3.length(content)
    # Every frame of MPEG sound starts with eleven ones.
    if int.from_bytes(content[start : start + 2]) < 0xFFE0:
        raise ValueError("it is no MP3 file, or a part of it is cut off")
    return labels_of_fields(id3.read_texts(content)) if start else {}


def _labels_of_json(path: Path, text: str) -> dict[str, str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GanimaError(f"{path} is broken: it is not JSON ({error})") from error
    if not isinstance(data, dict):
        return {}
    found = data.get("provenance")
    labels = {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}
    return labels | {"aigc": json.dumps(data.get("AIGC"))}


def _text(path: Path) -> str:
    if path.stat().st_size > READ_MAX:
        raise GanimaError(f"{path} is too large to be a page or a description")
    return path.read_text(encoding="utf-8")


class _MetaReader(HTMLParser):
    """Collects the meta elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("name"):
            self.metas.setdefault(str(named["name"]), named.get("content") or "")
