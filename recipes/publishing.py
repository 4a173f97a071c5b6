"""The last step of a recipe: a trained model is scored and written with its whole card."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from ganima.data.folder import PictureSet
from ganima.evaluation.generated import Generated
from ganima.metrics.scores import score
from ganima.models.card import Facts
from ganima.models.file import open_model
from ganima.picture.generator import Generator, without_noise
from ganima.picture.model import load_critics, load_discriminator, load_model, save_picture_model

LABELS = ("classes", "groups", "combinations")
"""What a card says of labels."""
MEANING = (
    "distance of generated pictures to the nearest training picture, as a multiple of the same for held-out pictures: "
    "near or above 1 means that no training picture is repeated"
)


def publish(
    path: Path,
    runs: Sequence[Path],
    about: Facts,
    train: PictureSet,
    held_out: PictureSet,
    generated: int,
    mirror: bool,
    still: bool = False,
) -> Path:
    """Writes the model of the last of the `runs`, in their order, to `path`, which is returned; `still` without noise.

    `about` is what only a person knows: name, description, licence, attribution, limits, how the data was prepared
    (`fit`), command and hardware. So many pictures are `generated` to be scored, with labels as the training pictures
    have them; `mirror` says that the model saw the training pictures' mirror images too.
    """
    trained = runs[-1] / "model.safetensors"
    model = load_model(trained)
    if still:
        assert isinstance(model.generator, Generator)
        model = replace(model, generator=without_noise(model.generator).eval().requires_grad_(False))
    stages = {run.name: open_model(run / "model.safetensors").card.to_json() for run in runs}
    made = Generated(model, generated, seed=0, truncation=1.0, labels=train.labels)
    scores = score(np.concatenate(list(made.batches())), train.pictures, held_out.pictures, mirror)
    last = stages[runs[-1].name]
    card = {name: value for name, value in about.items() if name != "fit"} | {
        "date": date.today().isoformat(),
        "data": {
            "pictures": len(train.files),
            "held_out": len(held_out.files),
            "fingerprint": train.fingerprint,
            "fit": about["fit"],
        },
        "training": last["training"],
        "seed": last["seed"],
        "examples": sum(stage["examples"] for stage in stages.values()),
        "stages": {
            name: {
                "examples": stage["examples"],
                "minutes": round(stage["training_seconds"] / 60, 1),
                "height": stage["training"]["generator"]["height"],
                "width": stage["training"]["generator"]["width"],
            }
            for name, stage in stages.items()
        },
        "metrics": {name: round(value, 4) for name, value in scores.items()},
        "memorisation": {
            "nearest[pixels]": round(scores["nearest[pixels]"], 3),
            "nearest[random-v1]": round(scores["nearest[random-v1]"], 3),
            "meaning": MEANING,
        },
    }
    card |= {name: last[name] for name in LABELS if last.get(name)}
    save_picture_model(path, model.generator, load_discriminator(trained), card, critics=load_critics(trained))
    return path
