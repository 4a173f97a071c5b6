"""What a file that a model made says about the model."""

import hashlib
from pathlib import Path

from ganima.models.file import Card, Model
from ganima.provenance import Origin


def origin_of(model: Model, *consents: str) -> Origin:
    """Name and hash of the model, and who agreed to be shown: by the model's card, and by `consents`, each one once."""
    return _origin(model.card, model.sha256, consents)


def origin_of_file(path: Path, card: Card, *consents: str) -> Origin:
    """`origin_of` for a model of sound, which lies in the file `path`."""
    return _origin(card, hashlib.sha256(path.read_bytes()).hexdigest(), consents)


def _origin(card: Card, sha256: str, consents: tuple[str, ...]) -> Origin:
    said = "; ".join((str(card.get("consent") or ""), *consents)).split("; ")
    return Origin(str(card["name"]), sha256, "; ".join(filter(None, dict.fromkeys(said))))
