"""What a file that a model made says about the model."""

from ganima.models.card import Card
from ganima.models.file import ModelFile
from ganima.provenance import Origin


def origin_of_file(file: ModelFile, *consents: str) -> Origin:
    """Name and hash of the model in a file, and who agreed to be shown, see `origin`."""
    return origin(file.card, file.sha256, *consents)


def origin(card: Card, sha256: str, *consents: str) -> Origin:
    """Name and hash of a model, and who agreed to be shown: by the model's card, and by `consents`, each one once."""
    said = "; ".join((card.consent, *consents)).split("; ")
    return Origin(card.name, sha256, "; ".join(filter(None, dict.fromkeys(said))))
