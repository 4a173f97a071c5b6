"""The report on a folder: what it counts, names and suggests."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from reporters import Remembering
from rich.console import Console

from ganima.cli.inspected import render
from ganima.data.duplicates import groups_of, perceptual_hash
from ganima.data.inspection import Inspection, inspect_folder, to_json
from ganima.errors import GanimaError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def picture(seed: int, size: tuple[int, int] = (120, 160)) -> Image.Image:
    """Random blobs; another seed gives another picture."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (8, 6, 3), dtype=np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def fill(folder: Path, count: int, size: tuple[int, int] = (120, 160), first: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        picture(seed, size).save(folder / f"{seed:03}.png")


def shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is absent")
    return path


def shown(inspection: Inspection) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(render(inspection))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_counts_sizes_shapes_channels_and_classes(tmp_path: Path) -> None:
    fill(tmp_path / "tall", 12)
    fill(tmp_path / "wide", 3, (300, 200), first=100)
    picture(50).convert("L").save(tmp_path / "wide" / "grey.png")
    see_through = picture(51).convert("RGBA")
    see_through.putalpha(100)
    see_through.save(tmp_path / "wide" / "see-through.webp")
    (tmp_path / "tall" / "zero.jpg").touch()
    (tmp_path / "tall" / "words.png").write_text("[red]no picture[/red]")
    picture(52).save(tmp_path / "tall" / "named.jpg", "PNG")
    report = inspect_folder(tmp_path)
    assert report.usable == 18
    assert dict(report.unusable) == {"tall/zero.jpg": "empty file", "tall/words.png": "not a picture (it is text)"}
    assert [name for name, _ in report.notes] == ["tall/named.jpg"]
    assert (report.smallest, report.median, report.largest) == ((160, 120), (160, 120), (200, 300))
    assert report.shapes == {"3:4": 15, "3:2": 3}
    assert report.channels == {"RGB": 16, "grey": 1, "RGBA": 1}
    assert report.classes == {"tall": 13, "wide": 5}
    assert report.duplicates == ()
    text = shown(report)
    for words in ("18 of 20", "zero.jpg", "empty file", "words.png", "named.jpg", "3:4 15", "tall 13", "120×160"):
        assert words in text
    assert json.loads(json.dumps(to_json(report)))["suggestion"]["preset"] == report.suggestion.preset


def test_labels_come_from_a_table(tmp_path: Path) -> None:
    fill(tmp_path, 12)
    rows = [f"{i:03}.png,{'b' if i % 3 else 'a'}" for i in range(10)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *rows]))
    report = inspect_folder(tmp_path)
    assert report.classes == {"a": 4, "b": 6}
    assert report.unlabelled == 2
    (tmp_path / "labels.csv").write_text("no,table\n")
    report = inspect_folder(tmp_path)
    assert report.classes == {}
    assert any("columns file,label" in words for words in report.advice)


def test_markup_and_control_characters_in_names_are_shown_as_they_are(tmp_path: Path) -> None:
    fill(tmp_path, 10)
    (tmp_path / "[bold]x\x1b[31m.png").touch()
    assert "[bold]x\\x1b[31m.png" in shown(inspect_folder(tmp_path))


def test_exact_and_near_duplicates_are_told_apart(tmp_path: Path) -> None:
    fill(tmp_path, 20)
    shutil.copy(tmp_path / "003.png", tmp_path / "copy.png")
    picture(5).save(tmp_path / "compressed.jpg", quality=50)
    picture(5).resize((60, 80), Image.Resampling.LANCZOS).save(tmp_path / "small.png")
    ImageEnhance.Brightness(picture(7)).enhance(1.08).save(tmp_path / "brighter.png")
    report = inspect_folder(tmp_path)
    assert [set(group.files) for group in report.duplicates if group.exact] == [{"003.png", "copy.png"}]
    near = {frozenset(group.files) for group in report.duplicates if not group.exact}
    assert near == {frozenset({"005.png", "compressed.jpg", "small.png"}), frozenset({"007.png", "brighter.png"})}
    assert any("repeat others" in words for words in report.advice)


def test_blank_pictures_are_alike_and_different_ones_are_not() -> None:
    looks = [perceptual_hash(np.full((40, 40, 1), value, dtype=np.uint8)) for value in (0, 128, 255)]
    looks += [perceptual_hash(np.asarray(picture(seed))) for seed in range(20)]
    assert groups_of(looks) == [[0, 1, 2]]


def test_the_advice_follows_the_number_of_pictures(tmp_path: Path) -> None:
    fill(tmp_path, 20, (32, 32))
    assert any("too few" in words for words in inspect_folder(tmp_path).advice)
    fill(tmp_path, 100, (32, 32), first=20)
    advice = " ".join(inspect_folder(tmp_path).advice)
    assert "120 pictures are few" in advice and "augmentation" in advice and "too few" not in advice
    assert "align them first" in advice


def test_advice_on_shapes_and_colour(tmp_path: Path) -> None:
    fill(tmp_path, 10, (100, 100))
    assert not any("shapes vary" in words for words in inspect_folder(tmp_path).advice)
    fill(tmp_path, 6, (300, 100), first=10)
    report = inspect_folder(tmp_path)
    assert any("shapes vary" in words for words in report.advice)
    assert "lose more than" in report.fit
    for path in tmp_path.iterdir():
        Image.open(path).convert("L").convert("RGB").save(path)
    assert any("grey though stored in colour" in words for words in inspect_folder(tmp_path).advice)


def test_the_suggestion_follows_the_device(tmp_path: Path) -> None:
    fill(tmp_path, 10, (150, 200))
    assert inspect_folder(tmp_path).suggestion.preset.startswith("cpu")
    assert inspect_folder(tmp_path, has_gpu=True).suggestion.preset.startswith("gpu")


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="missing"):
        inspect_folder(tmp_path / "none")
    with pytest.raises(GanimaError, match="no pictures"):
        inspect_folder(tmp_path)
    fill(tmp_path, 9)
    with pytest.raises(GanimaError, match="9 usable"):
        inspect_folder(tmp_path)


def test_real_pictures(tmp_path: Path) -> None:
    portraits = sorted(shared("portraits", "images").iterdir())[:60]
    for path in portraits:
        shutil.copy(path, tmp_path)
    image = Image.open(portraits[1])
    image.crop((2, 2, 118, 158)).save(tmp_path / "crop.jpg", quality=85)
    reporter = Remembering()
    report = inspect_folder(tmp_path, report=reporter)
    assert report.usable == 61 and reporter.told[-1] == ("reading", 61, 61)
    assert [set(group.files) for group in report.duplicates] == [{portraits[1].name, "crop.jpg"}]
    assert (report.suggestion.height, report.suggestion.width, report.suggestion.channels) == (128, 96, 3)


def test_real_emoji_and_clothing(tmp_path: Path) -> None:
    for path in sorted(shared("emoji", "images").iterdir())[:30]:
        shutil.copy(path, tmp_path)
    report = inspect_folder(tmp_path)
    assert report.suggestion.channels == 4
    assert not any("align" in words for words in report.advice)
    clothing = tmp_path / "clothing"
    clothing.mkdir()
    for path in sorted(shared("clothing", "images").iterdir())[:40]:
        shutil.copy(path, clothing)
    shutil.copy(shared("clothing", "labels.csv"), clothing)
    report = inspect_folder(clothing)
    assert sum(report.classes.values()) == 40 and "T-Shirt" in report.classes
    assert "RGB" in report.channels and report.suggestion.channels == 3
