"""Labels inside of an MP4: XMP in a box of its own at the end, and the key AIGC in the metadata of the film.

Layout: ISO/IEC 14496-12 (boxes), XMP specification part 3 (the box with the UUID), TC260-PG guides (the key AIGC).
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
KEY = "AIGC"
BOX_MAX = 64 * 2**20
"""Longest box of metadata in bytes that is read."""
INSIDE = {b"moov": 0, b"udta": 0, b"meta": 4}
"""Boxes that are looked into, and how many bytes of their own they begin with."""


def xmp_box(packet: bytes) -> bytes:
    """The box that goes to the end of the file."""
    return struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_UUID + packet


def read_labels(path: Path) -> tuple[bytes, str]:
    """XMP packet and implicit label of an MP4 file; empty where there is none.

    Raises OSError when it cannot be read, and ValueError when it is cut off, damaged, or no MP4.
    """
    packet, aigc, kinds = b"", "", set()
    with path.open("rb") as file:
        for kind, content in _boxes_of_file(file):
            kinds.add(kind)
            if kind == b"uuid" and content.startswith(XMP_UUID):
                packet = content[16:]
            if kind == b"moov":
                aigc = _value_of_key(content)
    if not {b"ftyp", b"moov", b"mdat"} <= kinds:
        raise ValueError("it is no MP4, or a part of it is missing")
    return packet, aigc


def _boxes_of_file(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The outermost boxes with their content, which is read only where it may hold a label."""
    end = file.seek(0, 2)
    start = file.seek(0)
    while start < end:
        header = file.read(16)
        size, kind = struct.unpack(">I4s", header[:8]) if len(header) >= 8 else (0, b"")
        head = 8
        if size == 1 and len(header) == 16:
            size, head = struct.unpack(">Q", header[8:])[0], 16
        if not head <= size <= end - start:
            raise ValueError("a box is cut off")
        file.seek(start + head)
        yield kind, file.read(size - head) if kind in (b"moov", b"uuid") and size <= BOX_MAX else b""
        start = file.seek(start + size)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = 0
    while start + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, start)
        if not 8 <= size <= len(content) - start:
            return
        yield kind, content[start + 8 : start + size]
        start += size


def _value_of_key(content: bytes) -> str:
    """The text under the key AIGC in moov, udta, meta."""
    names: list[str] = []
    for kind, inner in _boxes(content):
        if kind in INSIDE and (found := _value_of_key(inner[INSIDE[kind] :])):
            return found
        if kind == b"keys":
            names = [name.decode("utf-8", "replace") for _, name in _boxes(inner[8:])]
        if kind == b"ilst":
            # An item's kind is the number of its key, counted from one; 16 bytes stand before its text.
            values = {struct.unpack(">I", number)[0]: value[16:] for number, value in _boxes(inner)}
            return values.get(names.index(KEY) + 1, b"").decode("utf-8", "replace") if KEY in names else ""
    return ""
