"""What a file that a model made says about the model."""

from ganima.models.file import Model
from ganima.provenance import Origin


def origin_of(model: Model, *consents: str) -> Origin:
    """Name and hash of the model, and who agreed to be shown: by the model's card, and by `consents`, each one once."""
    said = "; ".join((str(model.card.get("consent") or ""), *consents)).split("; ")
    return Origin(model.name, model.sha256, "; ".join(filter(None, dict.fromkeys(said))))
