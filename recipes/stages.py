"""A training in stages, each from the weights of the one before: at a growing resolution, for example."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ganima.cli.terminal import Terminal
from ganima.data.folder import load_folder
from ganima.errors import Cancelled
from ganima.models.card import Facts
from ganima.picture import transfer
from ganima.picture.config import TrainConfig
from ganima.picture.recipe import PictureRecipe
from ganima.picture.train import with_classes
from ganima.training.loop import fit
from ganima.training.run import Budget

Stage = Callable[[], tuple[TrainConfig, Budget]]
"""How one stage is trained, and for how long; its name is that of the function."""


def train_stages(
    stages: Sequence[Stage],
    folder: Path,
    out: Path,
    card: Facts,
    conditional: bool = False,
    start_from: Path | None = None,
) -> Path:
    """Trains stage after stage on the pictures in `folder`, each into a folder of its own in `out`.

    The first stage starts from the model at `start_from`, where there is one. A stage that is done is passed over, and
    one that was stopped goes on. The layouts get as many classes as there are. Returns the path of the last model.
    Raises Cancelled after Ctrl-C, when the stage is saved.
    """
    model = start_from
    for stage in stages:
        config, budget = stage()
        layout = config.generator
        data = load_folder(folder, layout.height, layout.width, layout.channels, conditional)
        config = with_classes(config, len(data.vocabulary.classes))
        into = out / stage.__name__
        into.mkdir(parents=True, exist_ok=True)
        start = None if model is None else partial(transfer.start_from, path=model)
        with Terminal() as terminal:
            recipe = PictureRecipe(config=config, data=data, card=card)
            outcome = fit(recipe, into, budget, 0, terminal, start_from=start)
        if not outcome.done:
            raise Cancelled
        model = outcome.model
    assert model is not None
    return model
