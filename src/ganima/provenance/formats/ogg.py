"""Texts inside of an OGG file: the second packet of its stream, of Vorbis or of Opus (RFC 3533, xiph.org, RFC 7845)."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from ganima.provenance.formats import vorbis

VORBIS, OPUS = b"\3vorbis", b"OpusTags"
"""What the packet with the comments starts with."""
HEAD = struct.Struct("<4sBBQIIIB")
"""Of a page: its mark, version, flags, place in time, stream, number, checksum and how many segments it has."""
CONTINUED = 1
"""The flag of a page that starts inside of a packet."""
NO_PLACE = 2**64 - 1
"""The place in time of a page on which no packet ends."""
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class _Page:
    flags: int
    place: int
    stream: int
    lengths: bytes
    """Of its segments; one below 255 ends a packet."""
    content: bytes


def copy(source: BinaryIO, target: BinaryIO, texts: dict[str, str], stream: int) -> None:
    """Copies an Ogg Vorbis file, with `texts` in place of what comments it has, and with this number for its stream.

    An encoder draws that number, and the same sound would not give the same bytes.
    """
    pages = _pages(source)
    first, heads = next(pages), [next(pages)]
    # The first page has the first packet, and the comments and the setup of the decoder end with a page as well.
    while len(_packets(heads)) < 2:
        heads.append(next(pages))
    packets = [VORBIS + vorbis.comments(texts) + b"\1", _packets(heads)[1]]
    for number, page in enumerate(chain([first], _paged(packets), pages)):
        target.write(_bytes(replace(page, stream=stream), number))


def read_texts(content: bytes) -> dict[str, str]:
    """The texts of an OGG file. Raises ValueError when it is cut off, damaged, or no OGG."""
    pages = list(_pages(BytesIO(content)))
    if not pages:
        raise ValueError("it is no OGG file")
    ours = [page for page in pages if page.stream == pages[0].stream]
    heads: list[_Page] = []
    for page in ours:
        heads.append(page)
        if page.lengths and page.lengths[-1] < 255 and len(packets := _packets(heads)) > 1:
            break
    else:
        raise ValueError("a part of it is cut off")
    for start in (VORBIS, OPUS):
        if packets[1].startswith(start):
            return vorbis.read_comments(packets[1][len(start) :])
    return {}


def _pages(source: BinaryIO) -> Iterator[_Page]:
    while head := source.read(HEAD.size):
        if not head.startswith(b"OggS") or len(head) < HEAD.size:
            raise ValueError("it is no OGG file, or a part of it is damaged or cut off")
        _, _, flags, place, stream, number, _, count = HEAD.unpack(head)
        lengths = source.read(count)
        content = source.read(sum(lengths))
        page = _Page(flags, place, stream, lengths, content)
        if _bytes(page, number) != head + lengths + content:
            raise ValueError("a part of it is damaged or cut off")
        yield page


def _packets(pages: list[_Page]) -> list[bytes]:
    """The packets that end on these pages."""
    found, packet = [], b""
    for page in pages:
        start = 0
        for length in page.lengths:
            packet += page.content[start : start + length]
            start += length
            if length < 255:
                found.append(packet)
                packet = b""
    return found


def _paged(packets: list[bytes]) -> Iterator[_Page]:
    """Packets on as few pages as they need."""
    lengths = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    content, flags, start = b"".join(packets), 0, 0
    for first in range(0, len(lengths), 255):
        on_page = lengths[first : first + 255]
        end = start + sum(on_page)
        yield _Page(flags, 0 if min(on_page) < 255 else NO_PLACE, 0, on_page, content[start:end])
        flags, start = CONTINUED * (on_page[-1] == 255), end


def _bytes(page: _Page, number: int) -> bytes:
    def head(checksum: int) -> bytes:
        count = len(page.lengths)
        return HEAD.pack(b"OggS", 0, page.flags, page.place, page.stream, number, checksum, count) + page.lengths

    return head(_checksum(head(0) + page.content)) + page.content


def _checksum(content: bytes) -> int:
    """The CRC of OGG: zlib's polynomial, but with the bits of everything in the other order, and zeros at both ends."""
    mirrored = zlib.crc32(content.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
