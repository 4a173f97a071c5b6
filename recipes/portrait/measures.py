"""What is measured on portraits of 128×96 pixels whose eyes lie on fixed points.

Light and colours are means over regions. The pose comes from landmarks. What needs a judge (sex, age, glasses, smile,
hair) is a ridge regression on features of the region where it shows, fitted on the labelled pictures beside this file.
What is found with judges of some features is measured with judges of other ones.
"""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ganima.data.align import _detector
from ganima.latent.separate import Fit, ridge
from ganima.metrics.features import features
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import SLOPE

HERE = Path(__file__).resolve().parent
LABELS, LABELLED = HERE / "labels.csv", HERE / "labelled.webp"
HEIGHT, WIDTH = 128, 96
SHOWS = {
    "sex": (28, 106, 16, 80),
    "age": (28, 106, 16, 80),
    "glasses": (38, 66, 18, 78),
    "smile": (62, 98, 24, 72),
    "hair": (0, 104, 0, 96),
    "turn": (34, 100, 22, 74),
    "nod": (34, 100, 22, 74),
}
"""Where each thing shows: top, bottom, left, right in pixels. Judges see nothing else, or a tie would make a man."""
POSE = ("turn", "nod")
"""What the landmarks tell; a judge learns it too, because the detector takes a while."""
ENLARGED = 3
"""Times that a picture is enlarged for the detector, whose places are whole pixels."""

Describe = Callable[[Tensor], Tensor]
"""Parts of pictures [n, 3, height, width] in [-1, 1] to features [n, features]."""


class Judges:
    """They say of pictures what was said of those that they learned from."""

    def __init__(self, describe: Describe, drawn: Tensor) -> None:
        """Those of the pose learn from the pictures `drawn`, bytes [n, 3, height, width], too."""
        self.describe = describe
        self.scales: dict[tuple[int, ...], tuple[Tensor, Tensor]] = {}
        self.fits: dict[str, Fit] = {}
        pictures, columns = labelled()
        self._learn(pictures, columns)
        pictures = torch.cat([pictures, drawn])
        self._learn(pictures, {name: said for name, said in pose(pictures).items() if name in SHOWS})

    def __call__(self, pictures: Tensor) -> dict[str, Tensor]:
        """What they say of bytes [n, 3, height, width], by name: [n]."""
        found = {}
        for region in self.scales:
            rows = self._rows(pictures, region)
            names = [name for name in self.fits if SHOWS[name] == region]
            found |= {name: rows @ self.fits[name].weights + self.fits[name].bias for name in names}
        return found

    def _learn(self, pictures: Tensor, columns: dict[str, Tensor]) -> None:
        for region in {SHOWS[name] for name in columns}:
            rows = self.describe(cut(pictures, region))
            deviation = rows.std(0)
            self.scales[region] = rows.mean(0), (deviation + 0.1 * deviation.mean()) * math.sqrt(rows.shape[1])
            rows = self._rows(pictures, region)
            for name, said in columns.items():
                if SHOWS[name] == region:
                    known = ~said.isnan()
                    self.fits[name] = ridge(rows[known], said[known])

    def _rows(self, pictures: Tensor, region: tuple[int, ...]) -> Tensor:
        mean, scale = self.scales[region]
        return (self.describe(cut(pictures, region)) - mean) / scale


def cut(pictures: Tensor, region: tuple[int, ...]) -> Tensor:
    """A region of bytes [n, 3, height, width] in [-1, 1]."""
    top, bottom, left, right = region
    return pictures[:, :, top:bottom, left:right].float() / 127.5 - 1


def edges_and_random(pictures: Tensor) -> Tensor:
    """Two kinds of features together: who pleases one alone need not show anything."""
    return torch.cat([edges(pictures), torch.from_numpy(features(pictures))], dim=1)


def edges(pictures: Tensor) -> Tensor:
    """Histograms of oriented gradients (Dalal & Triggs 2005): eight orientations in cells of 4×4 pixels."""
    down, right = torch.gradient(pictures.mean(1), dim=(1, 2))
    strength = (down.square() + right.square()).sqrt()
    orientation = (torch.atan2(down, right) % math.pi / math.pi * 8).long().clamp(0, 7)
    cells = F.avg_pool2d(strength[:, None] * (orientation[:, None] == torch.arange(8)[:, None, None]), 4)
    near = F.avg_pool2d(cells.square().sum(1, keepdim=True), 3, 1, 1).sqrt() + 0.02
    return (cells / near).flatten(1)


def of_discriminator(discriminator: Discriminator) -> Describe:
    """Features that the model's own discriminator has learned, at a half and a quarter of the resolution."""

    def describe(pictures: Tensor) -> Tensor:
        rows = []
        for part in pictures.split(32):
            with torch.inference_mode():
                x = F.leaky_relu(discriminator.from_picture(part), SLOPE)
                levels = []
                for level in list(reversed(discriminator.levels))[:2]:
                    x = level(x)
                    levels.append(F.avg_pool2d(x, 4).flatten(1))
                rows.append(torch.cat(levels, dim=1))
        return torch.cat(rows)

    return describe


def labelled() -> tuple[Tensor, dict[str, Tensor]]:
    """The labelled pictures as bytes [n, 3, height, width], and their labels [n] by name, NaN where there is none."""
    with LABELS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sheet = np.asarray(Image.open(LABELLED).convert("RGB"))
    tiles = sheet.reshape(sheet.shape[0] // HEIGHT, HEIGHT, sheet.shape[1] // WIDTH, WIDTH, 3)
    pictures = torch.from_numpy(tiles.transpose(0, 2, 4, 1, 3).reshape(-1, 3, HEIGHT, WIDTH)[: len(rows)].copy())
    names = [name for name in rows[0] if name != "picture"]
    return pictures, {name: torch.tensor([float(row[name] or math.nan) for row in rows]) for name in names}


def pose(pictures: Tensor) -> dict[str, Tensor]:
    """From five landmarks, on bytes [n, 3, height, width]; NaN where no face is found.

    `turn`: how far right of the eyes' middle the nose is, in eye distances. `nod`: where it is between the eyes (0) and
    the mouth (1). `mouth`: its width in eye distances.
    """
    detector = _detector()
    found = []
    for pixels in pictures.permute(0, 2, 3, 1).numpy():
        large = Image.fromarray(pixels).resize((ENLARGED * WIDTH, ENLARGED * HEIGHT), Image.Resampling.BICUBIC)
        faces = detector.detect_faces(np.asarray(large))
        if not faces:
            found.append((math.nan,) * 3)
            continue
        points = max(faces, key=lambda face: face["box"][3])["keypoints"]
        places = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
        left, right, nose, mouth_left, mouth_right = (np.array(points[name], dtype=float) for name in places)
        eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
        apart = float(np.linalg.norm(right - left))
        turn, nod = (nose - eyes)[0] / apart, (nose - eyes)[1] / (mouth - eyes)[1]
        found.append((turn, nod, float(np.linalg.norm(mouth_right - mouth_left)) / apart))
    return dict(zip(("turn", "nod", "mouth"), torch.tensor(found, dtype=torch.float32).unbind(1), strict=True))


def regions(pictures: Tensor) -> dict[str, Tensor]:
    """Means over regions of bytes [n, 3, height, width], as shares of the full range."""
    colour = pictures.float() / 255
    grey = (colour * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1)
    left, right = mean(grey, 52, 84, 30, 44), mean(grey, 52, 84, 52, 66)
    corners = (mean(colour, 0, 18, 0, 10) + mean(colour, 0, 18, 86, 96)) / 2
    shoulders = (mean(colour, 112, 128, 0, 24) + mean(colour, 112, 128, 72, 96)) / 2
    return {
        "light": (right - left) / (right + left).clamp_min(0.02),
        "exposure": mean(grey, 50, 84, 32, 64),
        "backdrop": corners[:, 0] - corners[:, 2],
        "backdrop-tone": corners.mean(1),
        "hair-tone": mean(grey, 8, 26, 34, 62),
        "dress": shoulders.mean(1),
        "dress-red": shoulders[:, 0] - shoulders[:, 2],
    }


def mean(values: Tensor, top: int, bottom: int, left: int, right: int) -> Tensor:
    """The mean of `values` [..., height, width] over a region."""
    return values[..., top:bottom, left:right].mean((-1, -2))
