"""Scores the trained model `portrait` and writes it with its whole card.

    python recipes/portrait/publish.py runs/portrait

The folder is that of `train.py`: `coarse`, `fine`, `polish` and `refine` are the runs, `data/train` and
`data/held-out` the pictures.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np

from ganima.appearance.photo import FRAMED_BY_EYES
from ganima.appearance.sample import sample
from ganima.data.folder import load_folder
from ganima.evaluate.scores import score
from ganima.models.file import Card, load_discriminator, load_model, read_card, save_model

STAGES = ("coarse", "fine", "polish", "refine")
"""The runs in their order; the last one's model is published."""
GENERATED = 1213
"""Pictures that are scored: as many as there are training pictures."""
ABOUT: Card = {
    "name": "portrait",
    "description": "Head-and-shoulders portraits of people who do not exist, 96×128 pixels, eyes on fixed points.",
    "framing": FRAMED_BY_EYES,
    "licence": "CC BY 3.0",
    "attribution": (
        "Trained on official portraits of members of the UK Parliament, © UK Parliament, CC BY 3.0, as mirrored by the "
        "public repository mysociety/theyworkforyou. The pictures were aligned, cropped and scaled. "
        "Parliament does not endorse this model."
    ),
    "limits": (
        "The training pictures show members of one parliament: older people, men and formal dress are "
        "over-represented. Not conditioned on names; do not use it to depict or to imitate a real person."
    ),
}


def publish(folder: Path) -> Path:
    """Writes `portrait.safetensors` into `folder` and returns its path."""
    trained = folder / STAGES[-1] / "model.safetensors"
    model = load_model(trained)
    stages = {name: read_card(folder / name / "model.safetensors") for name in STAGES}
    layout = model.generator.config
    size = (layout.height, layout.width, layout.channels)
    train, held_out = (load_folder(folder / "data" / part, *size, conditional=False) for part in ("train", "held-out"))
    generated = np.stack([np.asarray(image) for image in sample(model, GENERATED, seed=0)])
    scores = score(generated, train.pictures, held_out.pictures, mirror=True)
    card = ABOUT | {
        "date": date.today().isoformat(),
        "data": {
            "pictures": len(train.files),
            "held_out": len(held_out.files),
            "fingerprint": train.fingerprint,
            "fit": "aligned by the eyes with `ganima align`, every tenth picture held out",
        },
        "command": "python recipes/portrait/train.py FOLDER --out runs/portrait",
        "training": stages[STAGES[-1]]["training"],
        "seed": stages[STAGES[-1]]["seed"],
        "images_seen": sum(stage["images_seen"] for stage in stages.values()),
        "stages": {
            name: {
                "images_seen": stage["images_seen"],
                "minutes": round(stage["training_seconds"] / 60, 1),
                "height": stage["training"]["generator"]["height"],
                "width": stage["training"]["generator"]["width"],
            }
            for name, stage in stages.items()
        },
        "hardware": "two cores of an AMD EPYC with bfloat16 arithmetic, no GPU",
        "metrics": {name: round(value, 4) for name, value in scores.items()},
        "memorisation": {
            "nearest[pixels]": round(scores["nearest[pixels]"], 3),
            "nearest[random-v1]": round(scores["nearest[random-v1]"], 3),
            "meaning": (
                "distance of generated pictures to the nearest training picture, as a multiple of the same for "
                "held-out pictures: near or above 1 means that no training picture is repeated"
            ),
        },
    }
    path = folder / "portrait.safetensors"
    save_model(path, model.generator, load_discriminator(trained), card)
    return path


if __name__ == "__main__":
    print(publish(Path(sys.argv[1])))
