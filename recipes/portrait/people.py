"""Trains what `portrait` will become: people alone, with an alpha channel, from the bundled RGB model. Unfinished.

    python -m recipes.portrait.prepare PORTRAITS PORTRAITS_US --matting WHEEL --out runs/people/data
    python -m recipes.portrait.people --matting WHEEL --out runs/people

The bundled model is given an alpha channel that fits its pictures (`opacity.py`), and is trained on from there, on the
pictures of both sets at 96×128 pixels. The same command resumes after a stop, and `progress.py` keeps what was reached.
From what is kept in this folder, with discriminator and critics, a training on another machine goes on at the last
stage:

    python -m recipes.portrait.people --start-from recipes/portrait/progress.safetensors --out runs/people
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from ganima.cli.terminal import Terminal
from ganima.gan.critics.config import CriticsConfig
from ganima.models.library import find_model
from ganima.picture.config import TrainConfig
from ganima.picture.presets import cpu128
from ganima.training.run import Budget
from ganima.training.schedule import Schedule, constant
from recipes.portrait.train import HEIGHT, WIDTH, with_schedules
from recipes.stages import train_stages


def alone() -> tuple[TrainConfig, Budget]:
    """Other people, and no backdrop: the discriminator gets to know them, before the critics join in.

    The schedules are spread over 6,000 images, and the stage ends long before.
    """
    images, spread = 944, 6_000
    over = spread / images
    config = cpu128(HEIGHT, WIDTH, 4, 0)
    config = with_schedules(config, Schedule(3e-4, 1e-4, over), Schedule(8.0, 5.0, over))
    config = replace(
        config,
        generator=replace(config.generator, noise=True),
        augment=replace(config.augment, strength=0.3),
        beta2=constant(0.99),
        saturate=True,
        over_grey=True,
    )
    return config, Budget(examples=images)


def taught() -> tuple[TrainConfig, Budget]:
    """A frozen network teaches too, before backdrops of all kinds: eyes, hairlines and edges become right.

    The batch is small: so short a stage lives by the number of its steps.
    """
    config, _ = alone()
    config = with_schedules(config, Schedule(2e-4, 2e-5), constant(4.0))
    config = replace(config, lr_discriminator=Schedule(4e-4, 4e-5), batch=8)
    critics = CriticsConfig(weight=Schedule(0.0, 0.5, over=0.05), gamma=constant(20.0), lr=Schedule(4e-4, 4e-5))
    augment = replace(config.augment, mode="fixed")
    return replace(config, critics=critics, augment=augment), Budget(examples=20_000)


STAGES = (alone, taught)
"""In their order."""


def main() -> None:
    """Runs whatever is not done yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--matting", type=Path, help="begin with the bundled model, and the wheel of mediapipe 0.10.14")
    begin.add_argument("--start-from", type=Path, help="go on with the last stage from this model")
    parser.add_argument("--out", type=Path, required=True, help="folder with the prepared pictures in `data`")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    start, stages = arguments.start_from, STAGES[-1:]
    if start is None:
        # Its package is only needed here.
        from recipes.portrait.opacity import teach_opacity

        with Terminal() as terminal:
            opaque = arguments.out / "opaque.safetensors"
            start, stages = teach_opacity(find_model("portrait"), arguments.matting, opaque, terminal), STAGES
    train_stages(stages, arguments.out / "data" / "train", arguments.out, {"name": "people"}, start_from=start)


if __name__ == "__main__":
    main()
