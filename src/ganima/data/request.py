"""What can be asked about folders of pictures and of recordings, and about the labels of files."""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Annotated

from ganima.errors import GanimaError
from ganima.fields import File, Folder, Out, Size
from ganima.request import Request


@dataclass(frozen=True)
class Inspect(Request):
    """Say what a folder of pictures, or of recordings, holds, what cannot be used and why, and how to train on it."""

    folder: Folder
    """Folder with pictures or sound files, subfolders included; where there are both, the more numerous count."""


@dataclass(frozen=True)
class Align(Request):
    """Find the face in each photograph and crop it with the eyes on fixed points."""

    folder: Folder
    """Folder with photographs, subfolders included."""
    out: Out
    """Folder for the aligned pictures."""
    _: KW_ONLY
    size: Annotated[tuple[int, int], Size()] = (128, 96)
    """Height and width of the aligned pictures in pixels."""
    force: bool = False
    """Replace the outcome of an earlier alignment."""


@dataclass(frozen=True)
class Verify(Request):
    """Say whether files carry the label that AI made them."""

    files: tuple[Annotated[Path, File("FILE")], ...]
    """Pictures (PNG, WebP, JPEG, GIF), films (MP4), sound (WAV, FLAC, OGG, MP3), pages (HTML) or JSON files."""

    def check(self) -> None:
        if not self.files:
            raise GanimaError("name the files to verify", "files")
