"""Trains the bundled model `cartoon` on the labelled drawings that `draw.mjs` makes.

    (cd recipes/cartoon && npm install && node draw.mjs ../../runs/cartoon/data 24000)
    python recipes/cartoon/train.py runs/cartoon/data --out runs/cartoon

Three trainings, at a quarter, half and the whole of the resolution, each from the weights of the one before. The same
command resumes after a stop.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from ganima.gan.augment import AugmentConfig
from ganima.gan.config import PenaltyConfig, TrainConfig
from ganima.gan.loop import Budget
from ganima.gan.presets import cpu128
from ganima.gan.schedule import Schedule
from ganima.gan.stages import train_stages

SIDE = 128
WIDTHS = (128, 128, 128, 96, 48, 24)
"""A little narrower than the preset: flat colours need less, and time is better spent on more drawings."""


def small() -> tuple[TrainConfig, Budget]:
    """Silhouettes and colours at a quarter of the resolution."""
    return conditional(SIDE // 4, 8, Schedule(4e-4, 4e-4), Schedule(5.0, 3.0)), Budget(images=30_000)


def coarse() -> tuple[TrainConfig, Budget]:
    """Faces and expressions at half the resolution, from the weights of the stage before."""
    return conditional(SIDE // 2, 16, Schedule(5e-4, 4e-4), Schedule(8.0, 4.0)), Budget(images=60_000)


def fine() -> tuple[TrainConfig, Budget]:
    """The whole resolution, from the weights of the stage before."""
    return conditional(SIDE, 16, Schedule(4e-4, 1e-4), Schedule(16.0, 4.0)), Budget(images=130_000)


STAGES = (small, coarse, fine)
"""In their order."""


def conditional(side: int, batch: int, rate: Schedule, gamma: Schedule) -> TrainConfig:
    """Labels are told from wrong ones; nothing is augmented, as there are drawings enough, nor mirrored, as styles look
    one way."""
    config = cpu128(side, side, 4, 0)
    widths = WIDTHS[: len(config.generator.widths)]
    return replace(
        config,
        generator=replace(config.generator, widths=widths, mapping_layers=3),
        discriminator=replace(config.discriminator, widths=widths),
        lr_generator=rate,
        lr_discriminator=rate,
        penalties=PenaltyConfig(r1=gamma, r2=gamma),
        batch=batch,
        augment=AugmentConfig(mode="off"),
        mirror=False,
        mismatch=1.0,
    )


def main() -> None:
    """Runs whatever is not done yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(train_stages(STAGES, arguments.folder, arguments.out, {"name": "cartoon"}, conditional=True))


if __name__ == "__main__":
    main()
