"""Texts inside of an OGG file: the second packet of its stream, of Vorbis or of Opus (RFC 3533, xiph.org, RFC 7845)."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ganima.provenance import vorbis

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


def with_texts(content: bytes, texts: dict[str, str], stream: int) -> bytes:
    """An Ogg Vorbis file with `texts` in place of what comments it has, and with this number for its stream.

    An encoder draws that number, and the same sound would not give the same bytes.
    """
    first, *pages = _pages(content)
    # The first page has the first packet, and the comments and the setup of the decoder end with a page as well.
    heads = next(count for count in range(1, len(pages) + 1) if len(_packets(pages[:count])) == 2)
    setup = _packets(pages[:heads])[1]
    packets = [VORBIS + vorbis.comments(texts) + b"\1", setup]
    made = [first, *_paged(packets), *pages[heads:]]
    return b"".join(_bytes(replace(page, stream=stream), number) for number, page in enumerate(made))


def read_texts(content: bytes) -> dict[str, str]:
    """The texts of an OGG file. Raises ValueError when it is cut off, damaged, or no OGG."""
    pages = list(_pages(content))
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


def _pages(content: bytes) -> Iterator[_Page]:
    start = 0
    while start < len(content):
        if content[start : start + 4] != b"OggS" or start + HEAD.size > len(content):
            raise ValueError("it is no OGG file, or a part of it is damaged or cut off")
        _, _, flags, place, stream, number, checksum, count = HEAD.unpack_from(content, start)
        lengths = content[start + HEAD.size : start + HEAD.size + count]
        inner = start + HEAD.size + count
        end = inner + sum(lengths)
        page = _Page(flags, place, stream, lengths, content[inner:end])
        if end > len(content) or _bytes(page, number) != content[start:end]:
            raise ValueError("a part of it is damaged or cut off")
        yield page
        start = end


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
