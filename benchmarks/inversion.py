"""How near inversions come to portraits that the model has never seen, and whether edits still work on them:

    python benchmarks/inversion.py MODEL FOLDER --count 50

FOLDER holds pictures that are framed like the model's (`ganima data align`). The seconds are those of the processor, on
one thread: as long as it takes on an idle machine.
"""

import argparse
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ganima.data.folder import load_folder
from ganima.errors import GanimaError
from ganima.latent.components import draw_w
from ganima.latent.directions import Directions, find_directions, move, steer
from ganima.latent.invert import STEPS, TUNING_STEPS, Reconstruction, run_stages
from ganima.latent.latents import Latent
from ganima.latent.photo import Photo
from ganima.metrics.features import NAME, features
from ganima.models.library import find_model
from ganima.picture.build import AnyGenerator
from ganima.picture.grid import to_images
from ganima.picture.model import Model, load_model, origin_of
from ganima.picture.render import pictures
from ganima.provenance import save_picture

Vectors = NDArray[np.float32]
SAMPLES = 128
"""Fresh latents that an edit's usual effect is measured on."""
SHOWN = 8
"""Pictures in the grid."""
EDITS = 3
"""Edits in the grid."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a model: name, file, or folder of a run")
    parser.add_argument("folder", type=Path, help="framed pictures that it has never seen")
    parser.add_argument("--count", type=int, default=50, help="how many of them, evenly chosen (default 50)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"of refinement (default {STEPS})")
    parser.add_argument("--tuning-steps", type=int, default=TUNING_STEPS, help=f"(default {TUNING_STEPS})")
    parser.add_argument("--amount", type=float, default=1.0, help="how far the edits go (default 1)")
    parser.add_argument("--grid", type=Path, help="write eight inversions with three edits each")
    parser.add_argument("--edits", nargs=EDITS, help="directions for the grid; the first three unless given")
    parser.add_argument("--consent", default="", help="who agreed to be shown, for the label of the grid")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)

    model = load_model(find_model(options.model))
    photos = read(model, options.folder, options.count)
    directions = find_directions(model)
    usual = Effects(model.generator, draw_w(model, SAMPLES, seed=1)[:, None], directions, options.amount)
    rows: list[list[Reconstruction]] = []
    effects: dict[str, list[Effects]] = defaultdict(list)
    for number, photo in enumerate(photos, 1):
        stages = all_stages(model, photo, options.steps, options.tuning_steps)
        rows.append(stages)
        for stage in stages:
            effects[stage.name].append(Effects(stage.generator, stage.ws[None], directions, options.amount))
        print(f"{number}/{len(photos)}", *(f"{s.name} {s.psnr:.1f} dB" for s in stages), file=sys.stderr, flush=True)
    print(f"{len(photos)} pictures, {options.steps} steps of refinement, {options.tuning_steps} of tuning\n")
    print_quality(rows)
    print_edits(usual, effects, directions)
    if options.grid:
        names = options.edits or list(directions.names[:EDITS])
        sheet = draw_grid(photos[:SHOWN], rows[:SHOWN], directions, names, options.amount)
        save_picture(sheet, options.grid, origin_of(model, options.consent))


def read(model: Model, folder: Path, count: int) -> list[Photo]:
    """`count` pictures of the folder, evenly spread."""
    layout = model.generator.config
    all_of_them = load_folder(folder, layout.height, layout.width, layout.channels, conditional=False).pictures
    chosen = np.linspace(0, len(all_of_them) - 1, min(count, len(all_of_them))).round().astype(int)
    return [Photo(all_of_them[place], "framed", {}) for place in chosen]


def all_stages(model: Model, photo: Photo, steps: int, tuning_steps: int) -> list[Reconstruction]:
    """The first guess, refined with one w for each layer, with one for all, and tuned around the latter."""
    first, layered = run_stages(model, photo, steps, "w+", 0, 0, clock=time.process_time)
    _, alike, tuned = run_stages(model, photo, steps, "w", tuning_steps, 0, clock=time.process_time)
    return [first, replace(layered, name="w+"), replace(alike, name="w"), replace(tuned, name="w, tuned")]


class Effects:
    """What edits change, in features of the pictures."""

    def __init__(self, generator: AnyGenerator, ws: Tensor, directions: Directions, amount: float) -> None:
        """`ws` [n, 1 or layers, w_dim]."""
        ws = ws.expand(-1, generator.layers, -1)
        self.before: Vectors = features(pictures(generator, ws))
        each = amount * torch.eye(len(directions.names))
        moved = [features(pictures(generator, steer(ws, directions, one.expand(len(ws), -1)))) for one in each]
        self.changes: Vectors = np.stack(moved) - self.before
        """[directions, n, dimensions]"""


def print_quality(rows: list[list[Reconstruction]]) -> None:
    """One line for each stage."""
    print("| | PSNR (dB) | SSIM | seconds |\n|---|---|---|---|")
    for stages in zip(*rows, strict=True):
        decibels, alike, seconds = (
            np.mean([getattr(stage, what) for stage in stages]) for what in ("psnr", "ssim", "seconds")
        )
        print(f"| {stages[0].name} | {decibels:.2f} | {alike:.3f} | {seconds:.2f} |")
    print()


def print_edits(usual: Effects, effects: dict[str, list[Effects]], directions: Directions) -> None:
    """One line for each direction: how much of its usual effect is left after each stage, and what else changes.

    An edit's usual effect is the mean change on fresh latents, in `random-v1` features, each divided by its standard
    deviation over pictures. The share that is left is the projection of the change onto it; what else changes is the
    rest, as a multiple of the same on fresh latents.
    """
    spread = usual.before.std(0)
    scale = np.maximum(spread, 0.05 * spread.mean())
    print(f"| edit ({NAME}) | " + " | ".join(f"{name}: kept | else" for name in effects) + " |")
    print("|---|" + "---|---|" * len(effects))
    table = []
    for number, name in enumerate(directions.names):
        fresh = usual.changes[number] / scale
        goal = fresh.mean(0)
        besides = rest(fresh, goal)
        line = []
        for found in effects.values():
            changes = np.concatenate([one.changes[number] for one in found]) / scale
            line += [float((changes @ goal).mean() / (goal @ goal)), rest(changes, goal) / besides]
        table.append(line)
        print(f"| {name} | " + " | ".join(f"{value:.2f}" for value in line) + " |")
    print("| mean | " + " | ".join(f"{value:.2f}" for value in np.mean(table, axis=0)) + " |")


def rest(changes: Vectors, goal: Vectors) -> float:
    """Mean length of what of `changes` [n, dimensions] is not along `goal` [dimensions]."""
    along = changes @ goal / (goal @ goal)
    return float(np.linalg.norm(changes - along[:, None] * goal, axis=1).mean())


def draw_grid(
    photos: list[Photo], rows: list[list[Reconstruction]], directions: Directions, edits: list[str], amount: float
) -> Image.Image:
    """A column for each photo: itself, the stages, and edits of the last one."""
    lines = [("photo", [photo.image for photo in photos])]
    lines += [(stages[0].name, [stage.image for stage in stages]) for stages in zip(*rows, strict=True)]
    for name in edits:
        places = [move(Latent(row[-1].ws), directions, {name: amount}).ws for row in rows]
        moved = [to_images(pictures(row[-1].generator, ws[None]))[0] for row, ws in zip(rows, places, strict=True)]
        lines.append((f"{name} +{amount:g}", moved))
    width, height = lines[0][1][0].size
    margin = 120
    sheet = Image.new("RGB", (margin + len(photos) * width, len(lines) * height), "white")
    draw = ImageDraw.Draw(sheet)
    for line, (name, images) in enumerate(lines):
        draw.text((8, line * height + height // 2 - 10), name, (28, 28, 30), ImageFont.load_default(16))
        for column, image in enumerate(images):
            sheet.paste(image.convert("RGB"), (margin + column * width, line * height))
    return sheet


if __name__ == "__main__":
    try:
        main()
    except GanimaError as error:
        sys.exit(f"error: {error}")
