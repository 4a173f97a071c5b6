"""Labels inside of a WAV: the chunk AIGC that the guide TC260-PG for sound names, and what players show."""

import struct
from collections.abc import Iterator
from io import SEEK_CUR
from typing import BinaryIO

from ganima.provenance.formats import id3
from ganima.provenance.label import AIGC

BLOCK = 1 << 20
"""Bytes that are copied at a time."""
STREAMED = 0xFFFFFFFF
"""The length of a chunk that was written without knowing its end."""
INFO = {id3.COMMENT: b"ICMT", "generator": b"ISFT"}
"""Texts that RIFF has a place for; the others go into a chunk with an ID3 tag."""


def copy(source: BinaryIO, target: BinaryIO, texts: dict[str, str]) -> None:
    """Copies a WAV file, with `texts` before its sound."""
    added = _label(texts)
    source.seek(12)
    heads = []
    while len(head := source.read(8)) == 8:
        heads.append((source.tell() - 8, *struct.unpack("<4sI", head)))
        source.seek(heads[-1][2] + heads[-1][2] % 2, SEEK_CUR)
    total = 4 + len(added) + sum(8 + size + size % 2 for _, _, size in heads)
    target.write(b"RIFF" + struct.pack("<I", total) + b"WAVE")
    for place, kind, size in heads:
        target.write(added * (kind == b"data"))
        source.seek(place)
        for start in range(0, length := 8 + size, BLOCK):
            target.write(source.read(min(BLOCK, length - start)))
        target.write(bytes(size % 2))


def streamed(rate: int, texts: dict[str, str]) -> bytes:
    """The beginning of a WAV file of one channel of 16 bits whose length is not known, with `texts` before its sound.

    The samples come directly behind it.
    """
    # Uncompressed, one channel, bytes a second, bytes and bits of a sample.
    kind = _chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16))
    unknown = struct.pack("<I", STREAMED)
    return b"RIFF" + unknown + b"WAVE" + kind + _label(texts) + b"data" + unknown


def read_texts(content: bytes) -> dict[str, str]:
    """The texts of a WAV file. Raises ValueError when it is cut off, damaged, or no WAV."""
    if content[:4] not in (b"RIFF", b"RF64") or content[8:12] != b"WAVE":
        raise ValueError("it is no WAV file")
    found: dict[str, str] = {}
    kinds = set()
    for kind, inner in _chunks(content):
        kinds.add(kind)
        if kind == b"LIST" and inner.startswith(b"INFO"):
            parts = dict(_chunks(inner, 4))
            found |= {name: _text(parts[kind]) for name, kind in INFO.items() if kind in parts}
        elif kind == AIGC.encode():
            found[AIGC] = _text(inner)
        elif kind.lower() == b"id3 " and inner.startswith(b"ID3"):
            found = id3.read_texts(inner) | found
    if not {b"fmt ", b"data"} <= kinds:
        raise ValueError("it is no WAV file, or a part of it is missing")
    return found


def _label(texts: dict[str, str]) -> bytes:
    """The chunks that a label is made of."""
    info = b"".join(_chunk(kind, texts[name].encode("utf-8", "replace") + b"\0") for name, kind in INFO.items())
    others = {name: text for name, text in texts.items() if name not in INFO and name != AIGC}
    named = _chunk(b"LIST", b"INFO" + info) + _chunk(AIGC.encode(), texts[AIGC].encode())
    return named + _chunk(b"id3 ", id3.tag(others))


def _chunks(content: bytes, start: int = 12) -> Iterator[tuple[bytes, bytes]]:
    while start + 8 <= len(content):
        kind, size = struct.unpack_from("<4sI", content, start)
        if size > len(content) - start - 8 and size != STREAMED:
            raise ValueError("a part of it is cut off")
        yield kind, content[start + 8 : start + 8 + size]
        start += 8 + size + size % 2


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _text(content: bytes) -> str:
    return content.rstrip(b"\0").decode("utf-8", "replace")
