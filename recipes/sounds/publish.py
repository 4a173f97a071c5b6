"""Bundles a model of jingles: `src/ganima/models/jingles.safetensors`, in 8 bits, with its card.

python -m recipes.sounds.jingles --out runs/jingles/data
ganima sound train runs/jingles/data --out runs/jingles/run --thousands 72
python -m recipes.sounds.publish runs/jingles/run
"""

import argparse
from pathlib import Path

import torch

from ganima.models.card import card_of
from ganima.models.file import load_network, save_model
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.sounds.apply import load_sounds

ABOUT = {
    "name": "jingles",
    "description": "Notifications and jingles of up to a second: notes of bells, marimbas and organs.",
    "licence": "Apache-2.0",
    "attribution": "Trained on 600 jingles that recipes/sounds/jingles.py synthesises: they belong to nobody.",
    "limits": "Notes glide a little, and their pitch is not that of any instrument: it lies anywhere between the keys.",
    "metrics": {
        "distance_to_nearest": 0.091,
        "distance_between_instruments": 0.141,
        "cents_from_the_nearest_note": 25.5,
        "command": "python benchmarks/sounds.py jingles runs/jingles/data",
    },
    "command": "python -m recipes.sounds.publish runs/jingles/run",
    "hardware": "one core of an AMD EPYC without bfloat16 arithmetic, no GPU",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    path = parser.parse_args().run / "model.safetensors"
    generator, file = load_sounds(path)
    critic, _ = load_network(path, file.card.kind, "discriminator", DiscriminatorConfig, Discriminator)
    out = Path(__file__).resolve().parents[2] / "src/ganima/models/jingles.safetensors"
    card = card_of(file.card.to_json() | ABOUT)
    save_model(out, {"generator": generator, "discriminator": critic}, card, torch.int8)
    print(f"{out}: {out.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
