"""The same latent with other labels: another expression, another hair."""

from collections.abc import Sequence

from ganima.errors import GanimaError
from ganima.latent.latents import Latent, of_z
from ganima.picture.model import Model
from ganima.picture.truncation import TRUNCATION, mean_of


def relabelled(latent: Latent, model: Model, names: Sequence[str]) -> Latent:
    """`latent` with the labels `names` in the place of its own ones of the same groups.

    Where a single z led to the latent, that z with the new labels leads on; otherwise it moves as the mean of all
    pictures with its labels moves. Raises GanimaError for a label that the model does not have, and for a latent that
    has none.
    """
    chosen = model.labels.numbers(names)
    if not chosen:
        return latent
    if latent.label is None:
        raise GanimaError(
            f"this latent does not say which labels it has, so they cannot be changed: leave {names[0]} out"
        )
    label = model.labels.replaced(latent.label, chosen)
    if latent.z is not None:
        before, after = (of_z(model, latent.z, TRUNCATION, which).ws for which in (latent.label, label))
    else:
        before, after = (TRUNCATION * mean_of(model.generator, which) for which in (latent.label, label))
    return Latent(latent.ws + (after - before), label, latent.z)
