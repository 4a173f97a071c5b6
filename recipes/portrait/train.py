"""Trains the bundled model `portrait`, from the photographs to the finished file.

    python -m recipes.portrait.train FOLDER --out runs/portrait

FOLDER holds the UK Parliament's official portraits (120×160 pixels). The faces are aligned, every tenth picture is
held out, and four trainings follow, each from the weights of the one before: one at half the resolution, where an
image costs half as much and the face is learned, one at the full resolution, one with a stronger penalty, and one with
noise in every layer as well, so that hair and cloth need not be made of wrinkles. The same command resumes after a
stop. In the end the scores are measured, and `portrait.safetensors` is written with its card.
"""

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

import torch

from ganima.data.align import align_folder
from ganima.data.files import find_files
from ganima.picture.config import TrainConfig
from ganima.picture.presets import cpu128
from ganima.training.run import Budget
from ganima.training.schedule import Schedule, constant
from recipes.portrait.publish import publish_portrait
from recipes.stages import train_stages

HEIGHT, WIDTH = 128, 96


def coarse() -> tuple[TrainConfig, Budget]:
    """The face is learned at half the resolution.

    The schedules are spread over 140,000 images, and the stage ends long before: the next one goes on from high rates.
    """
    images, spread = 57_872, 140_000
    over = spread / images
    config = cpu128(HEIGHT // 2, WIDTH // 2, 3, 0)
    config = with_schedules(config, Schedule(7e-4, 4e-4, over), Schedule(1.5, 0.4, over))
    return replace(config, beta2=Schedule(0.9, 0.99, 0.2 * over)), Budget(examples=images)


def fine() -> tuple[TrainConfig, Budget]:
    """The whole resolution, from the weights of the coarse stage."""
    config = cpu128(HEIGHT, WIDTH, 3, 0)
    return with_schedules(config, Schedule(5e-4, 1e-4), Schedule(3.0, 0.5)), Budget(minutes=75)


def polish() -> tuple[TrainConfig, Budget]:
    """A stronger penalty and low learning rates, from the weights of the fine stage."""
    config = cpu128(HEIGHT, WIDTH, 3, 0)
    config = with_schedules(config, Schedule(2e-4, 3e-5), Schedule(12.0, 6.0))
    augment = replace(config.augment, strength=0.3)
    return replace(config, augment=augment, beta2=constant(0.99)), Budget(minutes=17)


def refine() -> tuple[TrainConfig, Budget]:
    """Noise for what is random in a picture, and a penalty in between, from the weights of the polishing stage."""
    config = cpu128(HEIGHT, WIDTH, 3, 0)
    config = with_schedules(config, Schedule(3e-4, 3e-5), Schedule(8.0, 3.0))
    generator = replace(config.generator, noise=True)
    augment = replace(config.augment, strength=0.3)
    config = replace(config, generator=generator, augment=augment, beta2=constant(0.99))
    return config, Budget(examples=85_000)


STAGES = (coarse, fine, polish, refine)
"""In their order."""


def with_schedules(config: TrainConfig, rate: Schedule, gamma: Schedule) -> TrainConfig:
    """`config` with one learning rate for both networks and one γ for both penalties."""
    return replace(
        config,
        lr_generator=rate,
        lr_discriminator=rate,
        penalties=replace(config.penalties, r1=gamma, r2=gamma),
    )


def prepare(folder: Path, out: Path) -> Path:
    """Aligns the faces and splits them: nine of ten into `train`, the tenth into `held-out`."""
    train = out / "data" / "train"
    if not train.exists():
        aligned = out / "data" / "aligned"
        align_folder(folder, aligned, HEIGHT, WIDTH, force=True)
        parts = {part: out / "data" / f"{part}.part" for part in ("train", "held-out")}
        for number, file in enumerate(find_files(aligned), start=1):
            place = parts["held-out" if number % 10 == 0 else "train"]
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place / file.name)
        for part, place in reversed(parts.items()):
            place.rename(out / "data" / part)
    return train


def main() -> None:
    """Runs whatever is not done yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    pictures = prepare(arguments.folder, arguments.out)
    train_stages(STAGES, pictures, arguments.out, {"name": "portrait"})
    print(publish_portrait(arguments.out))


if __name__ == "__main__":
    main()
