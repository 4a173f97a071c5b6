"""XMP inside of a GIF, where its specification (part 3) puts it: in an application extension."""

from pathlib import Path

EXTENSION = b"\x21\xff\x0bXMP DataXMP"
TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
"""Wherever a reader that does not know XMP jumps to, it lands in here, and slides to the end of the extension."""


def with_xmp(content: bytes, packet: bytes) -> bytes:
    """A GIF file with the packet before its first picture."""
    flags = content[10]
    colours = 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
    start = 13 + colours
    return content[:start] + EXTENSION + packet + TRAILER + content[start:]


def read_xmp(path: Path) -> bytes:
    """The packet inside of a GIF file; empty where there is none."""
    found = path.read_bytes().partition(EXTENSION)[2]
    # UTF-8 has no byte 255, so the first one is the trailer's.
    return found.partition(TRAILER[:2])[0]
