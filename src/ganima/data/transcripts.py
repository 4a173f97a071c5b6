"""What is said in recordings: `metadata.csv`, one `name|text` a line."""

from pathlib import Path, PurePosixPath

from ganima.data.sound import SOUND_SUFFIXES
from ganima.errors import GanimaError

FILE = "metadata.csv"
"""In the folder that is given, which may be one above the recordings."""


def read_transcripts(folder: Path) -> dict[str, str]:
    """What is said, by the names of the lines without their suffix; empty where `folder` has no `metadata.csv`.

    A line has the form `name|text`, or `name|text|text in full words`, whose last part is taken. The name is that of
    the recording, with subfolders or without, see `name_in`. Raises GanimaError for a file that cannot be read, and for
    a line without a name or a text, or with a name that came before.
    """
    path = folder / FILE
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise GanimaError(f"{path} is not UTF-8 text; save it as such") from error
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror}") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, *texts = (part.strip() for part in line.split("|"))
        if not name or not any(texts):
            raise GanimaError(f"{path}, line {number}: write it as name|text")
        name = _without_suffix(name)
        if name in found:
            raise GanimaError(f"{path}, line {number}: {name} has a transcript already")
        found[name] = texts[-1] or texts[0]
    return found


def name_in(texts: dict[str, str], recording: str) -> str | None:
    """The name that a recording, named relative to its folder with slashes, has in `metadata.csv`; None without one.

    Subfolders may be written there or left out.
    """
    parts = PurePosixPath(_without_suffix(recording)).parts
    names = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((name for name in names if name in texts), None)


def _without_suffix(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix.lower() in SOUND_SUFFIXES else str(path)
