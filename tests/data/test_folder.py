"""A folder becomes one array: which files, which labels, how they are fitted, and what is said where it cannot be."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reporters import Remembering

from ganima.data import store
from ganima.data.files import find_files, relative_name
from ganima.data.folder import describe_fit, fit, fit_resolution, load_folder, lost
from ganima.data.labels import Labels, assign
from ganima.errors import GanimaError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def picture(seed: int, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """A random gradient of `size` (width, height)."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (3, 3, 3), dtype=np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC).convert(mode)


def fill(folder: Path, count: int = 12, first: int = 0, **kwargs: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        picture(seed, **kwargs).save(folder / f"{seed:03}.png")  # type: ignore[arg-type]


def some_of(source: Path, out: Path, count: int) -> Path:
    if not source.exists():
        pytest.skip(f"{source} is absent")
    out.mkdir(parents=True)
    for path in sorted(source.iterdir())[:count]:
        shutil.copy(path, out)
    return out


# Which files.


def test_nested_pictures_are_found_in_order_and_other_files_are_not(tmp_path: Path) -> None:
    for name in ("b/z.PNG", "b/a.jpeg", "a.webp", "labels.csv", "notes.txt", ".hidden.png", ".git/x.png", "b/c/d.gif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [relative_name(path, tmp_path) for path in find_files(tmp_path)]
    assert found == ["a.webp", "b/a.jpeg", "b/c/d.gif", "b/z.PNG"]


def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    fill(data, 1)
    fill(elsewhere, 1, first=1)
    (data / "loop").symlink_to(data)
    (data / "other").symlink_to(elsewhere)
    (data / "self").symlink_to(data / "self")
    (elsewhere / "back").symlink_to(data)
    assert [relative_name(path, data) for path in find_files(data)] == ["000.png", "other/001.png"]


def test_names_that_cannot_be_printed_are_escaped(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff\x1b[31m.png"
    picture(0).save(tmp_path / "a.png")
    os.rename(tmp_path / "a.png", odd)
    (found,) = find_files(tmp_path)
    assert relative_name(found, tmp_path) == "\\udcff\\x1b[31m.png"


def test_a_folder_without_permission_is_reported(tmp_path: Path) -> None:
    fill(tmp_path)
    closed = tmp_path / "closed"
    fill(closed, 1)
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("this user may open every folder")
        data = load_folder(tmp_path, 16, 16, 3, False)
        assert data.skipped == (("closed", "a folder that cannot be opened"),)
    finally:
        closed.chmod(0o755)


# Labels.


def write_labels(folder: Path, text: str) -> dict[str, str]:
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    return {
        relative_name(path, folder): " ".join(names) for path, names in assign(folder, find_files(folder))[1].items()
    }


def test_labels_come_from_a_table_by_path_or_bare_name(tmp_path: Path) -> None:
    fill(tmp_path / "one", 2)
    fill(tmp_path / "two", 1)
    expected = {"one/000.png": "cat", "one/001.png": "dog", "two/000.png": "cat"}
    table = 'file,label\none/000.png,cat\n001.png,dog\n\ntwo\\000.png,"cat"\ngone.png,cat\n'
    assert write_labels(tmp_path, table) == expected
    assert write_labels(tmp_path, "\ufeff" + table) == expected
    assert write_labels(tmp_path, table.replace(",", ";").replace("\n", "\r\n")) == expected
    assert write_labels(tmp_path, "Label,note,File\ncat,,001.png\n,,one/000.png\n") == {"one/001.png": "cat"}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "columns file,label"),
        ("name,class\n001.png,cat\n", "columns file,label"),
        ("file,note\n000.png,a\n", "2 files named"),
        ("file,a=b\n001.png,cat\n", "without '='"),
        ("file,kind,Kind\n001.png,cat,dog\n", "a name of its own"),
        ("file,label\n001.png\n", "line 2"),
        ("file,label\n001.png,cat\none/001.png,dog\n", "'dog', but 'cat'"),
        ("file,label\n000.png,cat\n", "2 files named 000.png"),
        ("file,label\nnever.png,cat\n", "none of the pictures"),
        ("file,label\n001.png,caf\udce9\n", "UTF-8"),
        ('file,label\n001.png,"cat\none/000.png,dog\n', "line break"),
        ("file,kind\n001.png,\x1b[31mcat\n", "line 2: the label '\\x1b[31mcat'"),
    ],
)
def test_a_malformed_table_is_a_clear_error(tmp_path: Path, table: str, words: str) -> None:
    fill(tmp_path / "one", 2)
    fill(tmp_path / "two", 1)
    (tmp_path / "labels.csv").write_bytes(table.encode("utf-8", "surrogateescape"))
    with pytest.raises(GanimaError, match="labels.csv") as caught:
        assign(tmp_path, find_files(tmp_path))
    assert words in str(caught.value)


def test_labels_come_from_subfolders_only_where_these_hold_everything(tmp_path: Path) -> None:
    fill(tmp_path / "cat" / "indoor", 1)
    assert assign(tmp_path, find_files(tmp_path)) == ((), {})
    fill(tmp_path / "dog", 1, first=1)
    labels = {relative_name(path, tmp_path): names for path, names in assign(tmp_path, find_files(tmp_path))[1].items()}
    assert labels == {"cat/indoor/000.png": ("cat",), "dog/001.png": ("dog",)}
    fill(tmp_path, 1, first=2)
    assert assign(tmp_path, find_files(tmp_path)) == ((), {})


# Fitting.


@pytest.mark.parametrize(
    ("size", "limit", "expected"),
    [
        ((160, 120), 128, (128, 96)),
        ((160, 120), 64, (64, 48)),
        ((1080, 1920), 256, (160, 256)),
        ((500, 500), 128, (128, 128)),
        ((512, 384), 512, (512, 384)),
        ((28, 28), 64, (32, 32)),
        ((72, 72), 128, (80, 80)),
        ((9, 9), 128, (8, 8)),
        ((9, 4000), 64, (8, 64)),
    ],
)
def test_resolution_follows_shape_and_size(size: tuple[int, int], limit: int, expected: tuple[int, int]) -> None:
    assert fit_resolution([size], limit) == expected


def test_resolution_holds_its_promises_for_any_pictures() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        sizes = [(int(h), int(w)) for h, w in rng.integers(8, 900, (int(rng.integers(1, 9)), 2))]
        limit = int(rng.integers(8, 600))
        height, width = fit_resolution(sizes, limit)
        assert height % 8 == width % 8 == 0 and 8 <= max(height, width) <= max(limit, 8)
        assert max(height, width) <= max(1.15 * np.median([max(size) for size in sizes]), 8)


def test_fit_covers_and_keeps_the_centre() -> None:
    pixels = np.zeros((60, 100, 3), dtype=np.uint8)
    pixels[:, 20:80] = 200
    fitted = fit(pixels, 30, 30, 3)
    assert fitted.shape == (30, 30, 3)
    assert np.abs(fitted[:, 3:-3].astype(int) - 200).max() <= 2
    assert lost((60, 100), 30, 30) == pytest.approx(0.4)
    assert (fit(pixels.transpose(1, 0, 2), 30, 30, 3) == fitted.transpose(1, 0, 2)).all()


def test_fit_leaves_pictures_of_the_right_size_alone() -> None:
    pixels = np.asarray(picture(0))
    assert (fit(pixels, 30, 40, 3) == pixels).all()


@pytest.mark.parametrize("have", [1, 3, 4])
@pytest.mark.parametrize("want", [1, 3, 4])
def test_fit_converts_channels(have: int, want: int) -> None:
    pixels = np.full((16, 16, have), 90, dtype=np.uint8)
    fitted = fit(pixels, 8, 8, want)
    assert fitted.shape == (8, 8, want)
    # A 90 of 255 transparent grey of 90 on white is 255 - (255 - 90) * 90 / 255.
    expected = {(4, 4): 90}.get((have, want), 197 if have == 4 else 90)
    assert np.abs(fitted[..., : min(want, 3)].astype(int) - expected).max() <= 2
    if want == 4:
        assert (fitted[..., 3] == (90 if have == 4 else 255)).all()


def test_transparent_colours_do_not_bleed_and_are_black() -> None:
    pixels = np.zeros((64, 64, 4), dtype=np.uint8)
    pixels[:, :, 0] = 255
    pixels[:, :30] = (255, 255, 255, 255)
    for height in (64, 16):
        fitted = fit(pixels, height, height, 4)
        assert (fitted[fitted[..., 3] > 40][:, :3] >= 245).all()
        assert (fitted[fitted[..., 3] == 0] == 0).all()
    on_white = fit(pixels, 16, 16, 3)
    assert (on_white == 255).all()


def test_the_fit_is_said() -> None:
    same = describe_fit([(160, 120)] * 5, 128, 96)
    assert "120×160" in same and "96×128" in same and "nothing is cropped" in same
    assert "used at that size" in describe_fit([(128, 96)], 128, 96)
    assert "12%" in describe_fit([(100, 114)], 64, 64)
    mixed = describe_fit([(100, 100), (100, 200), (40, 40)], 64, 64)
    assert "50%" in mixed and "1 of 3 lose more than 15%" in mixed and "1 of 3 are smaller" in mixed


# Loading.


def test_a_folder_becomes_an_array(tmp_path: Path) -> None:
    fill(tmp_path / "sub", 12)
    (tmp_path / "bad.jpg").write_text("no picture")
    reporter = Remembering()
    data = load_folder(tmp_path, 24, 32, 3, False, report=reporter)
    assert data.pictures.shape == (12, 24, 32, 3) and data.pictures.dtype == np.uint8
    assert data.files == tuple(f"sub/{i:03}.png" for i in range(12))
    assert data.skipped == (("bad.jpg", "not a picture (it is text)"),)
    assert (data.labels, data.vocabulary) == (None, Labels())
    assert reporter.told[-1] == ("reading", 13, 13)
    for i in (0, 11):
        expected = np.asarray(picture(i).resize((32, 24), Image.Resampling.LANCZOS), dtype=int)
        assert np.abs(data.pictures[i] - expected).max() <= 1


def test_classes_and_labels(tmp_path: Path) -> None:
    fill(tmp_path, 13)
    rows = [f"{i:03}.png,{'odd' if i % 2 else 'even'}" for i in range(12)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *rows]))
    data = load_folder(tmp_path, 16, 16, 3, True)
    assert data.vocabulary.classes == ("even", "odd")
    assert data.labels is not None and data.labels.dtype == np.int64
    assert data.labels.tolist() == [0, 1] * 6
    assert data.skipped == (("012.png", "has no label"),)
    everything = load_folder(tmp_path, 16, 16, 3, False)
    assert len(everything.pictures) == 13 and everything.labels is None


def test_the_fingerprint_knows_names_contents_and_labels_but_not_the_fit(tmp_path: Path) -> None:
    for label in ("a", "b"):
        fill(tmp_path / label, 6, first=ord(label))
    first = load_folder(tmp_path, 16, 16, 3, False).fingerprint
    assert len(first) == 64
    assert load_folder(tmp_path, 24, 32, 1, False).fingerprint == first
    assert load_folder(tmp_path, 16, 16, 3, True).fingerprint != first
    renamed = (tmp_path / "a" / "097.png").rename(tmp_path / "a" / "x.png")
    second = load_folder(tmp_path, 16, 16, 3, False).fingerprint
    picture(7).save(renamed)
    third = load_folder(tmp_path, 16, 16, 3, False).fingerprint
    assert len({first, second, third}) == 3


def test_large_sets_that_cannot_be_kept_go_into_a_memory_map_that_leaves_nothing_behind(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "data", 12)
    own_cache.write_text("no folder")
    in_memory = load_folder(tmp_path / "data", 16, 16, 3, False)
    monkeypatch.setattr(store, "MEMORY_MAX", 1000)
    mapped = load_folder(tmp_path / "data", 16, 16, 3, False, spare=tmp_path / "spare")
    assert isinstance(mapped.pictures, np.memmap) and not isinstance(in_memory.pictures, np.memmap)
    assert (mapped.pictures == in_memory.pictures).all()
    assert list((tmp_path / "spare").iterdir()) == []


def test_a_full_disk_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 12)
    monkeypatch.setattr(store, "MEMORY_MAX", 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9, 100))
    with pytest.raises(GanimaError, match="no room"):
        load_folder(tmp_path, 16, 16, 3, False, spare=tmp_path)


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    def message(folder: Path, conditional: bool = False) -> str:
        with pytest.raises(GanimaError) as caught:
            load_folder(folder, 16, 16, 3, conditional)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    assert "missing" in message(tmp_path / "none")
    (tmp_path / "file").touch()
    assert "not a folder" in message(tmp_path / "file")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no pictures" in message(empty)
    (empty / "photo.heic").touch()
    assert ".heic" in message(empty)
    few = tmp_path / "few"
    fill(few, 9)
    (few / "zero.jpg").touch()
    assert "9 usable" in message(few) and "zero.jpg: empty file" in message(few) and "10" in message(few)
    fill(few, 1, first=9)
    assert len(load_folder(few, 16, 16, 3, False).pictures) == 10
    assert "no classes" in message(few, conditional=True)
    (few / "labels.csv").write_text("file,label\n000.png,cat\n001.png,cat\n")
    assert "only one class" in message(few, conditional=True)
    (few / "labels.csv").write_text("file,label\n000.png,cat\n001.png,dog\n")
    assert "2 usable" in message(few, conditional=True) and "no label" in message(few, conditional=True)
    rows = [f"{i:03}.png,cat" for i in range(10)]
    (few / "labels.csv").write_text("\n".join(["file,label", *rows, "zero.jpg,dog"]))
    assert "only one class" in message(few, conditional=True)


# Real pictures.


def test_real_portraits(tmp_path: Path) -> None:
    some_of(SHARED / "portraits" / "images", tmp_path / "data", 20)
    sizes = [Image.open(path).size[::-1] for path in find_files(tmp_path / "data")]
    height, width = fit_resolution(sizes, 128)
    data = load_folder(tmp_path / "data", height, width, 3, False)
    assert data.pictures.shape == (20, 128, 96, 3)
    assert "nothing is cropped" in data.fit
    expected = Image.open(tmp_path / "data" / data.files[0]).resize((96, 128), Image.Resampling.LANCZOS)
    assert np.abs(data.pictures[0] - np.asarray(expected, dtype=int)).max() <= 1


def test_real_clothing_with_labels(tmp_path: Path) -> None:
    some_of(SHARED / "clothing" / "images", tmp_path / "data" / "images", 60)
    shutil.copy(SHARED / "clothing" / "labels.csv", tmp_path / "data")
    data = load_folder(tmp_path / "data", 64, 48, 3, True)
    assert len(data.pictures) == 60 and data.labels is not None
    truth = dict(line.split(",") for line in (SHARED / "clothing" / "labels.csv").read_text().split())
    for file, label in zip(data.files, data.labels, strict=True):
        assert truth[file.removeprefix("images/")] == data.vocabulary.classes[label]


def test_real_emoji_keep_their_transparency(tmp_path: Path) -> None:
    some_of(SHARED / "emoji" / "images", tmp_path / "data", 20)
    data = load_folder(tmp_path / "data", 64, 64, 4, False)
    alpha = data.pictures[..., 3]
    assert (alpha == 0).mean() > 0.05 and (alpha == 255).mean() > 0.2
    on_white = load_folder(tmp_path / "data", 64, 64, 3, False)
    assert (on_white.pictures[alpha == 0] >= 250).all()
