"""Trains the bundled model `outfit` on photographs of single garments.

    python -m recipes.outfit.train ../shared/data/clothing --out runs/outfit

The folder holds `images` and `labels.csv` of the clothing data set. Kinds of garments that few pictures show, or that
even people confuse, are put together; the pictures become squares of 64 pixels, and every tenth of each kind is held
out. Four trainings follow, at half and three times at the whole of the resolution. The same command resumes after a
stop.
"""

import argparse
import csv
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ganima.data.folder import fit, load_folder
from ganima.data.pictures import read_picture
from ganima.models.card import Facts
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.presets import cpu64
from ganima.training.run import Budget
from ganima.training.schedule import Schedule
from recipes.publishing import publish
from recipes.stages import train_stages

SIDE = 64
KINDS = {
    "T-Shirt": "t-shirt",
    "Polo": "t-shirt",
    "Longsleeve": "sweater",
    "Hoodie": "sweater",
    "Shirt": "shirt",
    "Blouse": "shirt",
    "Outwear": "jacket",
    "Blazer": "jacket",
    "Undershirt": "top",
    "Top": "top",
    "Pants": "trousers",
    "Shorts": "shorts",
    "Skirt": "skirt",
    "Dress": "dress",
    "Shoes": "shoes",
    "Hat": "hat",
}
"""The classes, from the labels of the data set; what is missing here is left out."""


GENERATED = 2000
"""Pictures that are scored."""
ABOUT: Facts = {
    "name": "outfit",
    "description": "Single garments of eleven kinds, photographed at home, 64×64 pixels.",
    "licence": "CC0 1.0",
    "attribution": "Trained on the clothing data set of Alexey Grigorev and contributors (CC0 1.0).",
    "fit": "similar kinds put together, the middle square of each photograph, every tenth of a kind held out",
    "command": "python -m recipes.outfit.train FOLDER --out runs/outfit",
    "hardware": "one core of an AMD EPYC without bfloat16 arithmetic, no GPU",
    "limits": (
        "Garments lie or hang on the floors and walls of their owners' homes, which are part of the pictures; prints "
        "and letters are not readable."
    ),
}


def coarse() -> tuple[TrainConfig, Budget]:
    """Shapes and backdrops at half the resolution."""
    return conditional(SIDE // 2, Schedule(6e-4, 6e-4), Schedule(0.7, 0.7)), Budget(examples=24_000)


def fine() -> tuple[TrainConfig, Budget]:
    """The whole resolution, from the weights of the coarse stage."""
    rate, gamma = Schedule(6e-4, 1e-4, over=1.85), Schedule(4.0, 2.0, over=1.85)
    return conditional(SIDE, rate, gamma), Budget(examples=24_864)


def calm() -> tuple[TrainConfig, Budget]:
    """With a larger γ, which takes away the ridges that cloth was made of."""
    return conditional(SIDE, Schedule(4e-4, 4e-5), Schedule(10.0, 10.0)), Budget(examples=20_000)


def finish() -> tuple[TrainConfig, Budget]:
    """The same once more."""
    return conditional(SIDE, Schedule(3e-4, 2e-5), Schedule(10.0, 10.0)), Budget(examples=16_000)


STAGES = (coarse, fine, calm, finish)
"""In their order."""


def conditional(side: int, rate: Schedule, gamma: Schedule) -> TrainConfig:
    """Classes are told from wrong ones; noise takes on the grain of cloth and floors, and is left out in the end."""
    config = cpu64(side, side, 3, 0)
    return replace(
        config,
        generator=replace(config.generator, noise=True),
        lr_generator=rate,
        lr_discriminator=rate,
        penalties=PenaltyConfig(r1=gamma, r2=gamma),
        mismatch=1.0,
    )


def prepare(folder: Path, out: Path) -> Path:
    """Squares in a subfolder for each class: nine of ten in `train`, the tenth in `held-out`."""
    train = out / "data" / "train"
    if train.exists():
        return train
    files: dict[str, list[str]] = defaultdict(list)
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if row["label"] in KINDS:
                files[KINDS[row["label"]]].append(row["file"])
    beside = out / "data.part"
    shutil.rmtree(beside, ignore_errors=True)
    for kind, names in files.items():
        for number, name in enumerate(sorted(names), start=1):
            picture = fit(read_picture(folder / "images" / Path(name).name).pixels, SIDE, SIDE, 3)
            place = beside / ("held-out" if number % 10 == 0 else "train") / kind
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.asarray(picture)).save(place / f"{Path(name).stem}.png")
    beside.rename(out / "data")
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
    train_stages(STAGES, pictures, arguments.out, {"name": "outfit"}, conditional=True)
    train, held_out = (load_folder(pictures.parent / part, SIDE, SIDE, 3, True) for part in ("train", "held-out"))
    runs = [arguments.out / stage.__name__ for stage in STAGES]
    model = arguments.out / "outfit.safetensors"
    print(publish(model, runs, ABOUT, train, held_out, GENERATED, mirror=True, still=True))


if __name__ == "__main__":
    main()
