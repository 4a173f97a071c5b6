"""Trains the encoder of the model `portrait`, and says how near it comes to portraits that it has never seen.

    python -m recipes.portrait.encoder --model portrait --pictures runs/portrait/data/train \\
        --held-out runs/portrait/data/held-out --out src/ganima/models/portrait.encoder.safetensors --minutes 25

The pictures are those that the model was trained on. The same command continues after a stop.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from ganima.cli.terminal import Terminal
from ganima.data.folder import load_folder
from ganima.errors import GanimaError
from ganima.latent.encoder.model import load_encoder
from ganima.latent.encoder.train import train_encoder
from ganima.metrics.similarity import psnr, ssim
from ganima.models.library import find_model
from ganima.picture.grid import to_images
from ganima.picture.model import Model, load_model


def main() -> None:
    """Trains, or goes on; then measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="portrait", help="a model: name, file, or folder of a run")
    parser.add_argument("--pictures", type=Path, help="the pictures that it was trained on")
    parser.add_argument("--held-out", type=Path, help="pictures of the same kind that it has never seen")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, help="how long to train (default 25)")
    parser.add_argument("--images", type=int, help="or how many pictures to see")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    model = load_model(find_model(options.model))
    with Terminal() as terminal:
        outcome = train_encoder(
            model,
            options.out,
            folder=options.pictures,
            minutes=None if options.images else options.minutes or 25,
            images=options.images,
            seed=options.seed,
            threads=options.threads,
            report=terminal,
        )
    if not outcome.done:
        sys.exit("saved; the same command continues")
    print(f"{options.out}: {options.out.stat().st_size / 2**20:.2f} MiB")
    if options.held_out:
        measure(model, options.out, options.held_out)


@torch.inference_mode()
def measure(model: Model, path: Path, folder: Path) -> None:
    """Prints how alike the pictures in `folder` and their reconstructions are."""
    layout = model.generator.config
    given = load_folder(folder, layout.height, layout.width, layout.channels, conditional=False).pictures
    encoder, _ = load_encoder(path)
    pictures = torch.from_numpy(given).permute(0, 3, 1, 2).float() / 127.5 - 1
    made = [np.asarray(to_images(model.generator.synthesis(encoder(one[None])))[0]) for one in pictures]
    pairs = [(a.reshape(b.shape), b) for a, b in zip(made, given, strict=True)]
    decibels, alike = (float(np.mean([score(a, b) for a, b in pairs])) for score in (psnr, ssim))
    print(f"{len(pairs)} held-out pictures: PSNR {decibels:.2f} dB, SSIM {alike:.3f}")


if __name__ == "__main__":
    try:
        main()
    except GanimaError as error:
        sys.exit(f"error: {error}")
