"""What a file that a model made says about the model."""

import hashlib
from pathlib import Path

from ganima.models.file import Card
from ganima.provenance import Origin


def origin_of_file(path: Path, card: Card, *consents: str) -> Origin:
    """Name and hash of the model in the file `path`, and who agreed to be shown, see `origin`."""
    return origin(card, hashlib.sha256(path.read_bytes()).hexdigest(), *consents)


def origin(card: Card, sha256: str, *consents: str) -> Origin:
    """Name and hash of a model, and who agreed to be shown: by the model's card, and by `consents`, each one once."""
    said = "; ".join((str(card.get("consent") or ""), *consents)).split("; ")
    return Origin(str(card["name"]), sha256, "; ".join(filter(None, dict.fromkeys(said))))
