"""Trains the bundled model `cartoon` on the labelled drawings that `draw.mjs` makes.

    (cd recipes/cartoon && npm install && node draw.mjs ../../runs/cartoon/data/train 24000)
    (cd recipes/cartoon && node draw.mjs ../../runs/cartoon/data/held-out 2000 24000)
    python -m recipes.cartoon.train runs/cartoon/data/train runs/cartoon/data/held-out --out runs/cartoon

Five trainings, at a quarter, half and three times at the whole of the resolution, each from the weights of the one
before. The same command resumes after a stop.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from ganima.data.folder import load_folder
from ganima.gan.augmentation import AugmentConfig
from ganima.models.card import Facts
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.presets import cpu128
from ganima.training.run import Budget
from ganima.training.schedule import Schedule
from recipes.publishing import publish
from recipes.stages import train_stages

SIDE = 128
WIDTHS = (128, 128, 128, 96, 48, 24)
"""A little narrower than the preset: flat colours need less, and time is better spent on more drawings."""


GENERATED = 2000
"""Pictures that are scored."""
ABOUT: Facts = {
    "name": "cartoon",
    "description": "Drawn characters in six styles, with labels for expression and looks, 128×128, transparent.",
    "licence": "CC BY 4.0",
    "attribution": (
        "Trained on drawings made with DiceBear: Toon Head by Johan Melin, Micah by Micah Lanier, Adventurer by Lisa "
        "Wischofsky, Personas by Draftbit, Big Smile by Ashley Seo (each CC BY 4.0), and Lorelei by Lisa Wischofsky "
        "(CC0 1.0). Colours were chosen anew, the pictures framed, and eyes, mouths and glasses added where a style "
        "has none. The artists do not endorse this model."
    ),
    "fit": "drawn by recipes/cartoon/draw.mjs, 2,000 more held out",
    "command": "python -m recipes.cartoon.train FOLDER HELD_OUT --out runs/cartoon",
    "hardware": "one core of an AMD EPYC, with bfloat16 arithmetic in all stages but the last, no GPU",
    "limits": "Heads and shoulders in the six styles alone; small patterns on clothes are not kept.",
}


def small() -> tuple[TrainConfig, Budget]:
    """Silhouettes and colours at a quarter of the resolution."""
    return conditional(SIDE // 4, 8, 0.1, Schedule(5e-4, 5e-4), Schedule(3.0, 3.0)), Budget(examples=30_000)


def coarse() -> tuple[TrainConfig, Budget]:
    """Faces and expressions at half the resolution, from the weights of the stage before."""
    return conditional(SIDE // 2, 16, 0.07, Schedule(5e-4, 4e-4), Schedule(8.0, 4.0)), Budget(examples=60_000)


def fine() -> tuple[TrainConfig, Budget]:
    """The whole resolution, from the weights of the stage before."""
    return conditional(SIDE, 16, 0.04, Schedule(4e-4, 2e-4), Schedule(10.0, 5.0)), Budget(examples=40_000)


def finish() -> tuple[TrainConfig, Budget]:
    """Flat colours and clean edges: hardly any noise, and low learning rates."""
    return conditional(SIDE, 16, 0.01, Schedule(2e-4, 2e-5), Schedule(8.0, 8.0)), Budget(examples=8_000)


def faces() -> tuple[TrainConfig, Budget]:
    """Eyes and mouths as they are asked for: labels count more, and the learning rates are higher once again."""
    config = conditional(SIDE, 16, 0.02, Schedule(4e-4, 2e-5), Schedule(8.0, 8.0))
    return replace(config, mismatch=10.0), Budget(examples=9_000)


STAGES = (small, coarse, fine, finish, faces)
"""In their order."""


def conditional(side: int, batch: int, noise: float, rate: Schedule, gamma: Schedule) -> TrainConfig:
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
        instance_noise=noise,
        mirror=False,
        mismatch=5.0,
    )


def main() -> None:
    """Runs whatever is not done yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("held_out", type=Path, help="drawings that are not trained on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train_stages(STAGES, arguments.folder, arguments.out, {"name": "cartoon"}, conditional=True)
    train, held_out = (load_folder(part, SIDE, SIDE, 4, True) for part in (arguments.folder, arguments.held_out))
    runs = [arguments.out / stage.__name__ for stage in STAGES]
    print(publish(arguments.out / "cartoon.safetensors", runs, ABOUT, train, held_out, GENERATED, mirror=False))


if __name__ == "__main__":
    main()
