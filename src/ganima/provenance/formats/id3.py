"""Texts inside of an MP3, and of a WAV, as ID3 has them (id3.org, versions 2.3 and 2.4)."""

from collections.abc import Iterator

ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
"""Of a text, by the byte before it; UTF-16 has zeros in pairs for its end."""
NAMED_TEXT, COMMENT_TEXT = b"T" + 3 * b"X", b"COMM"
"""Kinds of frames: a text with a name of its own, and the comment."""
COMMENT = "comment"
"""The name under which the comment is read and written; all other texts bear names of their own."""


def tag(texts: dict[str, str]) -> bytes:
    """The tag that goes to the start of a file."""
    frames = b""
    for name, text in texts.items():
        value = text.encode("utf-8", "replace")
        if name == COMMENT:
            frames += _frame(COMMENT_TEXT, b"\3eng\0" + value)
        else:
            frames += _frame(NAMED_TEXT, b"\3" + name.encode() + b"\0" + value)
    return b"ID3\4\0\0" + _synchsafe(len(frames)) + frames


def length(content: bytes) -> int:
    """Bytes of the tag that a file starts with, 0 without one. Raises ValueError where it is cut off."""
    if not content.startswith(b"ID3"):
        return 0
    size = 10 + _number(content[6:10], 7)
    if size > len(content):
        raise ValueError("its tag is cut off")
    return size


def read_texts(content: bytes) -> dict[str, str]:
    """The texts with a name in the tag that a file starts with, and its comment; what is damaged is left out."""
    version, flags, body = content[3], content[5], content[10 : length(content)]
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff\0", b"\xff")
    if flags & 0x40:
        # The head of version 2.3 does not count its own four bytes.
        body = body[_number(body[:4], 7) if version >= 4 else 4 + _number(body[:4], 8) :]
    found: dict[str, str] = {}
    for kind, value in _frames(body, 7 if version >= 4 else 8):
        if kind in (NAMED_TEXT, COMMENT_TEXT) and len(value) > 4 and value[0] < len(ENCODINGS):
            name, text = _name_and_text(value[0], value[4:] if kind == COMMENT_TEXT else value[1:])
            found.setdefault(COMMENT if kind == COMMENT_TEXT else name, text)
    return found


def _frames(body: bytes, bits: int) -> Iterator[tuple[bytes, bytes]]:
    start = 0
    while start + 10 <= len(body) and body[start]:
        size = _number(body[start + 4 : start + 8], bits)
        if size > len(body) - start - 10:
            return
        yield body[start : start + 4], body[start + 10 : start + 10 + size]
        start += 10 + size


def _name_and_text(encoding: int, content: bytes) -> tuple[str, str]:
    text = content.decode(ENCODINGS[encoding], "replace")
    name, _, rest = text.partition("\0")
    # Each of the two texts may begin with a byte order mark, and end with a zero.
    return name, rest.lstrip("\ufeff").rstrip("\0")


def _frame(kind: bytes, content: bytes) -> bytes:
    return kind + _synchsafe(len(content)) + b"\0\0" + content


def _synchsafe(number: int) -> bytes:
    """Four bytes of seven bits, so that no player takes them for sound."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _number(content: bytes, bits: int) -> int:
    number = 0
    for byte in content:
        number = number << bits | byte & (1 << bits) - 1
    return number
