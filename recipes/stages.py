"""A training in stages, each from the weights of the one before: at a growing resolution, for example."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ganima.data.folder import load_folder
from ganima.models.file import Card
from ganima.picture import transfer
from ganima.picture.config import TrainConfig
from ganima.picture.recipe import Run
from ganima.training.loop import Budget
from ganima.training.show import listeners

Stage = Callable[[], tuple[TrainConfig, Budget]]
"""How one stage is trained, and for how long; its name is that of the function."""


def train_stages(stages: Sequence[Stage], folder: Path, out: Path, card: Card, conditional: bool = False) -> Path:
    """Trains stage after stage on the pictures in `folder`, each into a folder of its own in `out`.

    A stage that is done is passed over, and one that was stopped goes on. The layouts get as many classes as there are.
    Returns the path of the last model.
    """
    model: Path | None = None
    for stage in stages:
        config, budget = stage()
        layout = config.generator
        data = load_folder(folder, layout.height, layout.width, layout.channels, conditional)
        classes = len(data.vocabulary.classes)
        run = Run(
            out=out / stage.__name__,
            config=replace(
                config,
                generator=replace(config.generator, classes=classes),
                discriminator=replace(config.discriminator, classes=classes),
            ),
            data=data,
            budget=budget,
            seed=0,
            card=card,
            start_from=None if model is None else partial(transfer.start_from, path=model),
        )
        run.out.mkdir(parents=True, exist_ok=True)
        run.listeners += listeners(run)
        model = run.train()
    assert model is not None
    return model
