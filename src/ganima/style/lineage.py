"""What the card of a model says that was made from other models: whose space it shares, and what it owes to whom."""

from datetime import date

from ganima.errors import GanimaError
from ganima.models.card import Facts
from ganima.models.library import find, find_model
from ganima.picture.model import KIND, Model, load_model

JOINED = {"licence": "; ", "attribution": " ", "consent": "; "}
"""Card entries that go on from parents to children, with what stands between those of several parents."""


def child_card(parents: list[Model], own: Facts) -> Facts:
    """The card of a model in the first parent's latent space; `own` says what is new.

    Licences, attributions and consents of the parents and of `own` stand side by side, each once.
    """
    first = parents[0]
    card: Facts = {
        "date": date.today().isoformat(),
        **own,
        "space": first.space,
        "parent": {"name": first.name, "sha256": first.sha256},
    }
    # Where the eyes lie, and which labels there are, has not changed either.
    kept = ("framing", "classes", "groups", "combinations")
    card |= {entry: first.card.facts[entry] for entry in kept if first.card.facts.get(entry)}
    for entry, between in JOINED.items():
        said = [
            str(source[entry]) for source in (*(model.card.to_json() for model in parents), own) if source.get(entry)
        ]
        if said:
            card[entry] = between.join(dict.fromkeys(said))
    return card


def ancestor(child: Model, given: str | None) -> Model:
    """The model whose latent space `child` shares: `child` itself, the one `given`, or one of the named models.

    Raises GanimaError when it is not here, or `given` has another space.
    """
    if given is not None:
        model = load_model(find_model(given, "parent"))
        if model.space != child.space:
            raise GanimaError(f"{given} and {child.path} have different latent spaces: give the model it was made from")
        return model
    if not child.card.space:
        return child
    for file in find(KIND, child.space):
        if not file.card.space:
            return load_model(file.path)
    parent = child.card.parent
    name, sha256 = ("?", "?") if parent is None else (parent.name, parent.sha256[:12])
    raise GanimaError(
        f"the model that {child.path} was made from ({name!r}, SHA-256 {sha256}…) is not among the models "
        "that have a name: give its file as `parent`",
        "parent",
    )
