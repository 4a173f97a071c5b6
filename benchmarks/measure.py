"""Scores a model against its training pictures and held-out ones: python benchmarks/measure.py MODEL TRAIN HELD_OUT"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from ganima.data.folder import load_folder
from ganima.errors import GanimaError
from ganima.evaluation.generated import Generated
from ganima.metrics.features import NAME
from ganima.metrics.memorisation import Pair, memorisation
from ganima.metrics.scores import compare, ratios
from ganima.models.library import find_model
from ganima.picture.model import load_model, origin_of
from ganima.provenance import save_picture

Bytes = NDArray[np.uint8]
ROWS = {"kid": 1, "frechet": 1, "precision": 3, "recall": 3, "density": 3, "coverage": 3}
"""Scores in the table, with their decimals."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="a model: name, file, or folder of a run")
    parser.add_argument("train", type=Path, help="the folder that it was trained on")
    parser.add_argument("held_out", type=Path, help="a folder of pictures of the same kind that it has never seen")
    parser.add_argument("--count", type=int, default=1500, help="number of pictures to generate (default 1500)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-mirror", action="store_true", help="the model was trained without mirroring")
    parser.add_argument("--out", type=Path, help="write the scores as JSON")
    parser.add_argument("--grid", type=Path, help="write 64 uncurated samples as PNG")
    parser.add_argument("--pairs", type=Path, help="write the ten samples nearest to training pictures, beside those")
    options = parser.parse_args()
    torch.set_flush_denormal(True)

    model = load_model(find_model(options.model))
    origin = origin_of(model)
    layout = model.generator.config
    size = (layout.height, layout.width, layout.channels)
    train = load_folder(options.train, *size, conditional=bool(model.labels.classes))
    training, held_out = train.pictures, load_folder(options.held_out, *size, conditional=False).pictures
    generated = np.concatenate(list(Generated(model, options.count, options.seed, 1.0, train.labels).batches()))
    if options.grid:
        save_picture(tile(generated[:64], 8), options.grid, origin)
    found = memorisation(generated, training, held_out, mirror=not options.no_mirror)
    scores = compare(generated, training, held_out) | ratios(found)
    show(scores, f"{options.model} · {layout.width}×{layout.height}")
    if options.pairs:
        save_picture(tile(beside(found.pairs, generated, training), 10), options.pairs, origin)
    if options.out:
        about = {
            "model": model.name,
            "sha256": model.sha256,
            "seed": options.seed,
            "height": layout.height,
            "width": layout.width,
        }
        text = json.dumps(about | {"scores": scores}, ensure_ascii=False, indent=2)
        options.out.write_text(text + "\n", encoding="utf-8")


def beside(pairs: list[Pair], generated: Bytes, training: Bytes) -> Bytes:
    """The generated pictures of the pairs, then the training pictures, mirrored where the mirror image is meant."""
    real = [training[p.training][:, ::-1] if p.mirrored else training[p.training] for p in pairs]
    return np.stack([generated[p.generated] for p in pairs] + real)


def tile(pictures: Bytes, columns: int) -> Image.Image:
    """Pictures row by row, with no gap."""
    _, height, width, channels = pictures.shape
    rows = [np.concatenate(list(pictures[i : i + columns]), axis=1) for i in range(0, len(pictures), columns)]
    widest = max(row.shape[1] for row in rows)
    page = np.full((len(rows) * height, widest, channels), 255, np.uint8)
    for i, row in enumerate(rows):
        page[i * height : (i + 1) * height, : row.shape[1]] = row
    return Image.fromarray(page if channels > 1 else page[..., 0])


def show(scores: dict[str, float], title: str) -> None:
    """Prints the table."""
    table = Table(title=title)
    table.add_column("score")
    for column in ("generated\nto held-out", "training\nto held-out", "generated\nto training"):
        table.add_column(column, justify="right")
    for name, decimals in ROWS.items():
        cells = []
        for suffix in ("", " real", " training"):
            cell = f"{scores[f'{name}[{NAME}]{suffix}']:.{decimals}f}"
            deviation = f"{name}[{NAME}] ±{suffix}"
            cells.append(f"{cell} ± {scores[deviation]:.{decimals}f}" if deviation in scores else cell)
        # Square brackets are markup.
        table.add_row(f"{name}\\[{NAME}]", *cells)
    table.add_row("N", f"{scores['n']:.0f}", f"{scores['n']:.0f}", f"{scores['n training']:.0f}")
    console = Console()
    console.print(table)
    console.print(
        "Nearest-neighbour ratio (near or above 1: nothing memorised): "
        f"{scores[f'nearest[{NAME}]']:.2f} in features, {scores['nearest[pixels]']:.2f} in pixels"
    )


if __name__ == "__main__":
    try:
        main()
    except GanimaError as error:
        sys.exit(f"error: {error}")
