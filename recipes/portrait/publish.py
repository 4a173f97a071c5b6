"""Scores the trained model `portrait` and writes it with its whole card.

    python -m recipes.portrait.publish runs/portrait

The folder is that of `train.py`: `coarse`, `fine`, `polish` and `refine` are the runs, `data/train` and
`data/held-out` the pictures.
"""

import sys
from pathlib import Path

from ganima.data.folder import load_folder
from ganima.latent.photo import FRAMED_BY_EYES
from ganima.models.card import Facts
from ganima.picture.model import load_model
from recipes.publishing import publish

STAGES = ("coarse", "fine", "polish", "refine")
"""The runs in their order; the last one's model is published."""
GENERATED = 1213
"""Pictures that are scored: as many as there are training pictures."""
ABOUT: Facts = {
    "name": "portrait",
    "description": "Head-and-shoulders portraits of people who do not exist, 96×128 pixels, eyes on fixed points.",
    "framing": FRAMED_BY_EYES,
    "licence": "CC BY 3.0",
    "attribution": (
        "Trained on official portraits of members of the UK Parliament, © UK Parliament, CC BY 3.0, as mirrored by the "
        "public repository mysociety/theyworkforyou. The pictures were aligned, cropped and scaled. "
        "Parliament does not endorse this model."
    ),
    "fit": "aligned by the eyes with `ganima data align`, every tenth picture held out",
    "command": "python -m recipes.portrait.train FOLDER --out runs/portrait",
    "hardware": "two cores of an AMD EPYC with bfloat16 arithmetic, no GPU",
    "limits": (
        "The training pictures show members of one parliament: older people, men and formal dress are "
        "over-represented. Not conditioned on names; do not use it to depict or to imitate a real person."
    ),
}


def publish_portrait(folder: Path) -> Path:
    """Writes `portrait.safetensors` into `folder` and returns its path."""
    layout = load_model(folder / STAGES[-1] / "model.safetensors").generator.config
    size = (layout.height, layout.width, layout.channels)
    train, held_out = (load_folder(folder / "data" / part, *size, conditional=False) for part in ("train", "held-out"))
    runs = [folder / stage for stage in STAGES]
    return publish(folder / "portrait.safetensors", runs, ABOUT, train, held_out, GENERATED, mirror=True)


if __name__ == "__main__":
    print(publish_portrait(Path(sys.argv[1])))
