"""Writes what a training of `people.py` has reached so far, with all that it takes to go on from there.

    python -m recipes.portrait.progress runs/people/alone runs/people/taught recipes/portrait/progress.safetensors

The file holds the generator's average, the discriminator and the critics' heads, in half precision.
"""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ganima.latent.photo import FRAMED_BY_EYES
from ganima.models.card import Facts
from ganima.models.file import open_model
from ganima.models.library import find_model
from ganima.picture.model import load_critics, load_discriminator, load_model, save_picture_model

ABOUT: Facts = {
    "name": "portrait",
    "description": (
        "UNFINISHED, to be trained on: people who do not exist, head and shoulders, cut out, 96×128 pixels, "
        "eyes on fixed points."
    ),
    "framing": FRAMED_BY_EYES,
    "licence": "CC BY 3.0",
    "attribution": (
        "Trained on official portraits of members of the UK Parliament, © UK Parliament, CC BY 3.0, as mirrored by the "
        "public repository mysociety/theyworkforyou, and on official portraits of members of the US Congress from the "
        "Biographical Directory of the US Congress (works of the US government, public domain), as mirrored by the "
        "public repository voteview/member_photos. The pictures were aligned, cropped, scaled, and cut from their "
        "backdrops with MediaPipe's selfie segmentation (Apache-2.0). Neither parliament endorses this model."
    ),
    "command": "python -m recipes.portrait.people --matting WHEEL --out runs/people",
    "hardware": "one core of an AMD EPYC without bfloat16 arithmetic, no GPU",
    "limits": (
        "Unfinished. The training pictures show members of two parliaments: older people, men and formal dress are "
        "over-represented. Not conditioned on names; do not use it to depict or to imitate a real person."
    ),
}


def keep_progress(runs: Sequence[Path], path: Path) -> Path:
    """Writes the model of the last of the `runs`, in their order, to `path`, and returns that."""
    trained = runs[-1] / "model.safetensors"
    cards = {run.name: open_model(run / "model.safetensors").card.to_json() for run in runs}
    start = open_model(find_model("portrait"))
    examples = sum(card["examples"] for card in cards.values())
    last = cards[runs[-1].name]
    card = ABOUT | {
        "date": date.today().isoformat(),
        "parent": {"name": start.card.name, "sha256": start.sha256},
        "training": last["training"],
        "seed": last["seed"],
        "examples": start.card.examples + examples,
        "stages": {
            name: {"examples": card["examples"], "minutes": round(card["training_seconds"] / 60, 1)}
            for name, card in cards.items()
        },
        "to do": "more of the stage `taught`, then twice the resolution, scores and memorisation",
    }
    critics = load_critics(trained)
    save_picture_model(path, load_model(trained).generator, load_discriminator(trained), card, critics=critics)
    return path


if __name__ == "__main__":
    *folders, goal = (Path(argument) for argument in sys.argv[1:])
    print(keep_progress(folders, goal))
