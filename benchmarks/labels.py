"""How often the pictures of a conditional model show what they were asked to show:

    python benchmarks/labels.py MODEL TRAIN HELD_OUT --count 1500

A classifier learns the labels from the real pictures in TRAIN. The table says how often it is right about the real ones
in HELD_OUT, which it has never seen, and how often it sees in a generated picture the label that was asked for.
HELD_OUT may be a number: so many of the pictures are then taken out of TRAIN. For what is small in the picture, the
classifier may see a part of it alone, and learn nothing else: --crop 0.22,0.34,0.94,0.88 --groups mouth,eyes
"""

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray

from ganima.data.folder import PictureSet, load_folder
from ganima.data.labels import UNKNOWN
from ganima.metrics.classifier import Accuracy, Numbers, small, train_classifier
from ganima.models.library import find_model
from ganima.picture.model import Model, load_model
from ganima.picture.truncation import Centres

SIDE = 96
"""Longer side in pixels of what the classifier sees: a mouth is small."""
VALIDATION = 10
"""One in so many real pictures decides when the classifier is at its best."""


def main() -> None:
    """Trains the classifier, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("train", type=Path)
    parser.add_argument("held_out")
    parser.add_argument("--count", type=int, default=1500, help="generated pictures")
    parser.add_argument("--truncation", type=float, default=1.0)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--most", type=int, default=12_000, help="most real pictures to learn from")
    parser.add_argument("--crop", type=shares, default=(0.0, 0.0, 1.0, 1.0), help="LEFT,TOP,RIGHT,BOTTOM as shares")
    parser.add_argument("--groups", help="learn these kinds of labels alone, with commas between (default: all)")
    parser.add_argument("--mirror", action="store_true", help="left and right mean nothing in these pictures")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    started = perf_counter()
    model = load_model(find_model(options.model))
    learnt, tested = real(options, model)
    pictures, labels = learnt
    validation = np.arange(len(pictures)) % VALIDATION == 0
    classifier = train_classifier(
        pictures[~validation],
        labels[~validation],
        model.labels,
        validation=(pictures[validation], labels[validation]),
        mirror=options.mirror,
        steps=options.steps,
        seed=options.seed,
    )
    of_real = classifier.score(*tested)
    asked_pictures, asked = generated(model, options.count, options.truncation, options.seed)
    of_generated = classifier.score(small(cropped(asked_pictures, options.crop), SIDE), only(asked, options, model))
    print(f"{len(pictures):,} real pictures learnt from, {len(tested[0]):,} tested; {options.count:,} generated")
    print(f"best after {classifier.steps:,} steps; {(perf_counter() - started) / 60:.0f} minutes\n")
    print("| labels | right on real pictures | as asked | least, by class |\n|---|---|---|---|")
    for group, score in of_generated.items():
        if not score.recalls:
            continue
        print(f"| {group or 'class'} | {of_real[group].accuracy:.1%} | {score.accuracy:.1%} | {least(score)} |")


def real(
    options: argparse.Namespace, model: Model
) -> tuple[tuple[NDArray[np.uint8], Numbers], tuple[NDArray[np.uint8], Numbers]]:
    """The real pictures to learn from, and those to test on, with their labels as the model counts them."""
    layout = model.generator.config
    size = (layout.height, layout.width, layout.channels)
    train = load_folder(options.train, *size, conditional=True)
    order = np.random.default_rng(options.seed).permutation(len(train.pictures))
    if options.held_out.isdecimal():
        count = int(options.held_out)
        test, held_out = train, order[:count]
        order = order[count:]
    else:
        test = load_folder(Path(options.held_out), *size, conditional=True)
        held_out = np.arange(len(test.pictures))
    return chosen(train, order[: options.most], options, model), chosen(test, held_out, options, model)


def chosen(
    data: PictureSet, places: NDArray[np.int64], options: argparse.Namespace, model: Model
) -> tuple[NDArray[np.uint8], Numbers]:
    """Some of the pictures, and their labels as the model counts them."""
    assert data.labels is not None
    numbers = np.array([*(model.labels.classes.index(name) for name in data.vocabulary.classes), UNKNOWN])
    pictures = torch.from_numpy(data.pictures[places]).movedim(-1, 1)
    seen = cropped(pictures, options.crop).movedim(1, -1).numpy()
    return small(seen, SIDE), only(numbers[data.labels[places]], options, model)


def shares(text: str) -> tuple[float, ...]:
    """A part of a picture: left, top, right and bottom in [0, 1]."""
    left, top, right, bottom = (float(share) for share in text.split(","))
    if not 0 <= left < right <= 1 or not 0 <= top < bottom <= 1:
        raise ValueError
    return left, top, right, bottom


def cropped(pictures: torch.Tensor, part: tuple[float, ...]) -> torch.Tensor:
    """The `part` of pictures [count, channels, height, width]."""
    height, width = pictures.shape[2:]
    left, top, right, bottom = (round(share * side) for share, side in zip(part, (width, height) * 2, strict=True))
    return pictures[:, :, top:bottom, left:right]


def only(labels: Numbers, options: argparse.Namespace, model: Model) -> Numbers:
    """The labels with those kinds unknown that are not asked for."""
    if options.groups is None:
        return labels
    asked = [group in options.groups.split(",") for group in model.labels.groups]
    return np.where(asked, labels, UNKNOWN)


@torch.inference_mode()
def generated(model: Model, count: int, truncation: float, seed: int) -> tuple[torch.Tensor, Numbers]:
    """Pictures, and the labels that were asked for."""
    rng = torch.Generator().manual_seed(seed)
    centres = Centres(model.generator, "mean")
    pictures, labels = [], []
    for start in range(0, count, 32):
        size = min(32, count - start)
        drawn = model.labels.draw(size, rng)
        w = model.generator.mapping(torch.randn(size, model.generator.z_dim, generator=rng), drawn)
        pictures.append(model.generator.synthesis(centres.truncated(w, drawn, truncation)).clamp(-1, 1))
        assert drawn is not None
        labels.append(drawn)
    return torch.cat(pictures), torch.cat(labels).numpy()


def least(score: Accuracy) -> str:
    """The three classes that are met the least often."""
    worst = sorted(score.recalls.items(), key=lambda item: item[1])[:3]
    return ", ".join(f"{name.rpartition('=')[2]} {recall:.0%}" for name, recall in worst)


if __name__ == "__main__":
    main()
