"""JSON files that users bring: whatever is wrong with one is a single line."""

import json
from pathlib import Path
from typing import Any

from ganima.errors import GanimaError


def read(path: Path, kind: str, most: int) -> dict[str, Any]:
    """The object in a file of at most `most` bytes. Raises GanimaError, which says that it is no `kind`, for others."""
    try:
        if path.stat().st_size > most:
            raise GanimaError(f"{path} is too large to be a {kind}")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise GanimaError(f"{path} is no {kind}: it is not JSON") from error
    return content if isinstance(content, dict) else {}


def read_version(path: Path, kind: str, most: int, field: str, version: int) -> dict[str, Any]:
    """`read`, of a file whose `field` says what it is, and its version. Raises GanimaError for any other version."""
    content = read(path, kind, most)
    if field not in content:
        raise GanimaError(f"{path} is no {kind}: it has no field {field!r}")
    if content[field] != version:
        raise GanimaError(
            f"{path} is a {kind} of the version {content[field]!r}, and only version {version} is known: "
            "update ganima, or make the file anew"
        )
    return content
