"""What a file of unknown origin holds, before anything decodes it."""

import stat
from pathlib import Path

BYTES_MAX = 2**30
"""Largest file."""
MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive",
    b"Rar!": "a RAR archive",
    b"<svg": "an SVG drawing",
    b"<?xml": "XML",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"version https://git-lfs": "a Git LFS pointer, whose content was not fetched",
    b"8bps": "a Photoshop file",
}
"""Starts, in lower case where they are text, of files that often bear another's name."""


class Unusable(Exception):
    """A file that gives nothing to work with."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """Why, in a few words that follow the file's name."""


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises Unusable where it is empty, too large or cannot be read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Unusable("a folder that cannot be opened")
        # Opening a pipe would wait for ever.
        if not stat.S_ISREG(status.st_mode):
            raise Unusable("not a file")
        if status.st_size == 0:
            raise Unusable("empty file")
        if status.st_size > BYTES_MAX:
            raise Unusable(f"too large: {status.st_size / 1e9:.1f} GB (the limit is {BYTES_MAX / 1e9:.1f})")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unusable("a link to nowhere" if path.is_symlink() else "no such file") from error
    except OSError as error:
        raise Unusable(f"cannot be read ({(error.strerror or str(error)).lower()})") from error


def describe(content: bytes, wanted: str) -> str:
    """Says what a file is that no decoder knows, where a `wanted` one, such as a picture, was expected."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, name in MAGIC.items():
        if head.startswith(start.lower()):
            return f"not a {wanted} (it starts like {name})"
    if not any(content):
        return f"not a {wanted} (nothing but zeros)"
    # The cut may have split a character.
    text = head.decode("utf-8", "ignore")
    if len(text.encode()) > len(head) - 4 and all(c.isprintable() or c.isspace() for c in text):
        return f"not a {wanted} (it is text)"
    return f"not a {wanted} of a known format"
