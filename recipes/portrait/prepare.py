"""Prepares portraits for the model that draws people alone: aligned, cut from the backdrop, and split.

    python -m recipes.portrait.prepare PORTRAITS PORTRAITS_US --matting mediapipe-0.10.14-….whl --out runs/people/data

Each folder holds photographs of one set. The faces come to lie as in the bundled model `portrait`, at 192×256 pixels;
then `matting.py` cuts the people out (it says where its network comes from). Nine of ten pictures of each set go into
`train`, the tenth into `held-out`, as RGBA PNG; `report.json` says which pictures were left out, and why:

- without one clear face (see `ganima data align`);
- grey, or printed in one colour;
- cut badly: nobody was found, the face has holes, the shoulders do not reach the lower edge, something lies apart
  from the person, the edge is unclear for long, or the backdrop has come along up to the upper corners;
- reaching over the photograph's edge, so that more than a little would be smeared pixels.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganima.cli.terminal import Terminal
from ganima.data.align import REPORT, align_folder
from ganima.data.content import Unusable
from ganima.files import atomic
from ganima.provenance import save_training_picture
from recipes.portrait.matting import Cutter

HEIGHT, WIDTH = 256, 192
SMALL = "the face is too small"
"""Why `align_folder` leaves out a face that would be enlarged too much."""
COVER = (0.35, 0.92)
"""The least and the greatest share of the picture that a person covers."""
COLOURED = 6.0
"""Pictures whose channels differ by less in the mean, of 255, are grey."""
TINTED = 10.0
"""And so are those in whose faces blue exceeds red by more: prints in one colour."""
APART = 0.01
"""At most so much of what was cut out may lie apart from the person."""
UNCLEAR = 0.08
"""At most so much of the picture may be half transparent."""
SMEARED = 0.04
"""At most so much of the height or the width may be repetitions of the photograph's edge."""
FACE = (slice(80, 150), slice(66, 126))
"""Rows and columns that every face fills."""


def prepare(folders: list[Path], matting: Path, out: Path, terminal: Terminal) -> None:
    """Writes `train`, `held-out` and `report.json` into `out`, unless they are there."""
    if (out / "report.json").exists():
        return
    cutter = Cutter(matting)
    left_out: dict[str, str] = {}
    used: Counter[str] = Counter()
    for folder in folders:
        aligned = out / f"aligned-{folder.parent.name}"
        if not aligned.exists():
            align_folder(folder, aligned, HEIGHT, WIDTH, report=terminal)
        found = json.loads((aligned / REPORT).read_text(encoding="utf-8"))
        reasons = {name: reason.split(":")[0] for name, reason in found["skipped"]}
        left_out |= {f"{folder.parent.name}/{name}": reason for name, reason in reasons.items()}
        # Small faces count, so that the same pictures are held out as in a training at half the size: see `train.py`.
        faces = dict(found["aligned"]) | {name: None for name, reason in reasons.items() if reason == SMALL}
        for number, name in enumerate(sorted(faces), start=1):
            if faces[name] is None:
                continue
            part = "held-out" if number % 10 == 0 else "train"
            try:
                cut = check(cutter.cut(whole(Image.open(aligned / faces[name]).convert("RGB"))))
            except Unusable as unusable:
                left_out[f"{folder.parent.name}/{name}"] = unusable.reason
                continue
            (out / part).mkdir(parents=True, exist_ok=True)
            save_training_picture(cut, out / part / f"{folder.parent.name}-{faces[name]}")
            used[part] += 1
    report = {"used": used, "reasons": Counter(left_out.values()), "left_out": left_out}
    atomic.write_text(out / "report.json", json.dumps(report, indent=2) + "\n")


def whole(picture: Image.Image) -> Image.Image:
    """An aligned RGB picture. Raises Unusable where it is grey, or where much of it is the repeated edge."""
    pixels = np.asarray(picture).astype(np.int16)
    blue = pixels[FACE][..., 2] - pixels[FACE][..., 0]
    if (pixels.max(2) - pixels.min(2)).mean() < COLOURED or blue.mean() > TINTED:
        raise Unusable("grey")
    for axis, length in ((0, HEIGHT), (1, WIDTH)):
        change = np.abs(np.diff(pixels, axis=axis)).mean((1 - axis, 2))
        for end in (change, change[::-1]):
            if int(np.argmax(end > 0.25)) > SMEARED * length:
                raise Unusable("reaches over the photograph's edge")
    return picture


def check(cut: Image.Image) -> Image.Image:
    """What was cut out, black where nothing is seen. Raises Unusable where it was cut badly."""
    pixels = np.array(cut)
    alpha = pixels[..., 3].astype(np.float32) / 255
    if not COVER[0] < alpha.mean() < COVER[1]:
        raise Unusable(f"cut badly: {'nearly nobody' if alpha.mean() < COVER[1] else 'the backdrop'} was cut out")
    if alpha[FACE].mean() < 0.99:
        raise Unusable("cut badly: the face has holes")
    if alpha[-8:, WIDTH // 4 : -WIDTH // 4].mean() < 0.95:
        raise Unusable("cut badly: the shoulders do not reach the lower edge")
    if max(alpha[:16, :16].mean(), alpha[:16, -16:].mean()) > 0.5:
        raise Unusable("cut badly: the backdrop came along")
    if ((alpha > 0.05) & (alpha < 0.95)).mean() > UNCLEAR:
        raise Unusable("cut badly: the edge is unclear")
    person = largest(alpha > 0.02)
    if alpha[~person].sum() > APART * alpha.sum():
        raise Unusable("cut badly: something lies apart from the person")
    pixels[~person | (pixels[..., 3] == 0)] = 0
    return Image.fromarray(pixels)


def largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part of `mask` [height, width]."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    found: NDArray[np.bool_] = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return found


def main() -> None:
    """Does whatever is not done yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--matting", type=Path, required=True, help="the wheel of mediapipe 0.10.14")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    started = time.monotonic()
    with Terminal() as terminal:
        prepare(arguments.folders, arguments.matting, arguments.out, terminal)
    print((arguments.out / "report.json").read_text(encoding="utf-8").split('"left_out"')[0])
    print(f"{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
