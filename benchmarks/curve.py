"""What a preset reaches after how long: scores and samples of finished runs, as a table and a picture.

    python benchmarks/curve.py TRAIN HELD_OUT RUN [RUN ...] --out docs/images/cpu64.webp

The runs are trainings of the same preset on TRAIN, each with its own schedules. `--rate` is how many pictures a second
an idle machine trains on: then the minutes are those that it needs, and not what the trainings took.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from ganima.data.folder import load_folder
from ganima.metrics.scores import score
from ganima.models.library import find_model
from ganima.picture.model import load_model, origin_of
from ganima.picture.sample import sample
from ganima.provenance import save_picture

ROW = 12
"""Samples of each run in the picture."""
CHART = (420, 200)
PAPER, INK, FADED, LINE = (255, 255, 255), (28, 28, 30), (150, 150, 156), (31, 95, 191)
SHOWN = ("kid[random-v1]", "coverage[random-v1]")
"""Scores that are drawn as curves."""


def main() -> None:
    """Scores the runs, prints the table, draws the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("held_out", type=Path)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows, samples, origin = [], [], None
    for run in options.runs:
        model = load_model(find_model(run))
        layout = model.generator.config
        size = (layout.height, layout.width, layout.channels)
        train, held_out = (load_folder(part, *size, conditional=False) for part in (options.train, options.held_out))
        images = list(sample(model, len(train.pictures), seed=0))
        scores = score(np.stack([np.asarray(image) for image in images]), train.pictures, held_out.pictures, True)
        seen = model.card.examples
        minutes = (seen / options.rate if options.rate else model.card.facts["training_seconds"]) / 60
        rows.append((Path(run).name, minutes, seen, scores))
        samples.append(images[:ROW])
        origin = origin_of(model)
    print("| run | minutes | pictures seen | a second | KID×1000 | coverage | recall | precision |")
    print("|---|---|---|---|---|---|---|---|")
    for name, minutes, seen, scores in rows:
        values = [f"{scores[f'{key}[random-v1]']:.2f}" for key in ("coverage", "recall", "precision")]
        cells = [name, f"{minutes:.1f}", f"{seen:,}", f"{seen / minutes / 60:.0f}", f"{scores[SHOWN[0]]:.0f}", *values]
        print(f"| {' | '.join(cells)} |")
    real = rows[-1][3]
    print("training pictures:", *(f"{name} {real[f'{name} real']:.2f}" for name in SHOWN))
    assert origin is not None
    save_picture(picture(rows, samples), options.out, origin)


def picture(rows: list[tuple[str, float, int, dict[str, float]]], samples: list[list[Image.Image]]) -> Image.Image:
    """The curves above, and below them a row of samples, as they came, of each run."""
    width, height = samples[0][0].size
    sheet = Image.new("RGB", (max(2 * CHART[0], ROW * width + 110), CHART[1] + 20 + len(rows) * (height + 6)), PAPER)
    for place, name in enumerate(SHOWN):
        points = [(minutes, scores[name]) for _, minutes, _, scores in rows]
        level = rows[-1][3][f"{name} real"]
        sheet.paste(chart(name, points, level), (place * CHART[0], 0))
    draw = ImageDraw.Draw(sheet)
    for number, ((_, minutes, _, _), images) in enumerate(zip(rows, samples, strict=True)):
        top = CHART[1] + 20 + number * (height + 6)
        draw.text((8, top + height // 2 - 8), f"{minutes:.0f} min", INK, ImageFont.load_default(16))
        for place, image in enumerate(images):
            sheet.paste(image.convert("RGB"), (100 + place * width, top))
    return sheet


def chart(name: str, points: list[tuple[float, float]], level: float) -> Image.Image:
    """One score over the minutes, on a logarithmic axis; the dotted line is what training pictures score."""
    image = Image.new("RGB", CHART, PAPER)
    draw = ImageDraw.Draw(image)
    left, right, top, bottom = 60, CHART[0] - 40, 36, CHART[1] - 30
    first, last = (math.log(points[0][0]), math.log(points[-1][0]))
    most = max([value for _, value in points] + [level, 0.0]) * 1.05

    def place(minutes: float, value: float) -> tuple[float, float]:
        across = (math.log(minutes) - first) / max(last - first, 1e-9)
        return left + across * (right - left), bottom - max(value, 0.0) / most * (bottom - top)

    draw.text((left, 8), name, INK, ImageFont.load_default(15))
    for value in (0.0, most / 2, most):
        y = place(points[0][0], value)[1]
        draw.line([(left, y), (right, y)], (228, 228, 232))
        draw.text((8, y - 8), f"{value:,.0f}" if most > 10 else f"{value:.2f}", FADED, ImageFont.load_default(13))
    y = place(points[0][0], level)[1]
    for x in range(left, right, 8):
        draw.line([(x, y), (x + 3, y)], FADED)
    draw.line([place(*point) for point in points], LINE, 3)
    for minutes, value in points:
        x, y = place(minutes, value)
        draw.ellipse([x - 4, y - 4, x + 4, y + 4], LINE)
        draw.text((x - 14, bottom + 8), f"{minutes:.0f} min", FADED, ImageFont.load_default(13))
    return image


if __name__ == "__main__":
    main()
