"""Vorbis comments, the texts of FLAC, Ogg Vorbis and Opus, and where a FLAC file has them (xiph.org, RFC 9639)."""

import struct
from collections.abc import Iterator
from shutil import copyfileobj
from typing import BinaryIO

from ganima.provenance.formats import id3
from ganima.provenance.label import TOOL

HEAD = 1 << 20
"""Bytes in which all blocks before the sound lie; an encoder makes a few hundred."""
COMMENTS = 4
"""The kind of a FLAC file's block that holds comments."""


def comments(texts: dict[str, str]) -> bytes:
    """The block of comments that every one of these formats has somewhere."""
    entries = [f"{name}={text}".encode("utf-8", "replace") for name, text in texts.items()]
    return _counted(TOOL.encode()) + struct.pack("<I", len(entries)) + b"".join(map(_counted, entries))


def read_comments(block: bytes) -> dict[str, str]:
    """The texts of a block, by their names in lower case. Raises ValueError where it is cut off."""
    start = 4 + _count(block, 0)
    number, start = _count(block, start), start + 4
    found: dict[str, str] = {}
    for _ in range(number):
        size = _count(block, start)
        name, _, text = block[start + 4 : start + 4 + size].decode("utf-8", "replace").partition("=")
        found.setdefault(name.lower(), text)
        start += 4 + size
    return found


def copy(source: BinaryIO, target: BinaryIO, texts: dict[str, str]) -> None:
    """Copies a FLAC file, with `texts` in place of what comments it has."""
    content = source.read(HEAD)
    blocks = list(_blocks(content, 4))
    sound = content[4 + sum(4 + len(inner) for _, inner in blocks) :]
    kept = [(kind, inner) for kind, inner in blocks if kind != COMMENTS] + [(COMMENTS, comments(texts))]
    heads = [struct.pack(">I", kind << 24 | len(inner)) for kind, inner in kept]
    # A bit says which block is the last.
    heads[-1] = bytes([heads[-1][0] | 0x80]) + heads[-1][1:]
    target.write(b"fLaC" + b"".join(head + inner for head, (_, inner) in zip(heads, kept, strict=True)) + sound)
    copyfileobj(source, target)


def read_texts(content: bytes) -> dict[str, str]:
    """The texts of a FLAC file. Raises ValueError when it is cut off before its sound, damaged, or no FLAC."""
    start = id3.length(content)
    if content[start : start + 4] != b"fLaC":
        raise ValueError("it is no FLAC file")
    return next((read_comments(inner) for kind, inner in _blocks(content, start + 4) if kind == COMMENTS), {})


def _blocks(content: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    last = False
    while not last:
        head = int.from_bytes(content[start : start + 4])
        last, kind, size = bool(head >> 31), head >> 24 & 0x7F, head & 0xFFFFFF
        if start + 4 + size >= len(content):
            raise ValueError("a part of it is cut off")
        yield kind, content[start + 4 : start + 4 + size]
        start += 4 + size


def _counted(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content


def _count(block: bytes, start: int) -> int:
    """The length that stands there, of something that fits into the block."""
    number = int.from_bytes(block[start : start + 4], "little")
    if number > len(block) - start - 4:
        raise ValueError("its comments are cut off")
    return number
