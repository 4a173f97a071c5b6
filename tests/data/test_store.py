"""A folder is decoded once for each size; whatever happens to the cache, the pictures are the same."""

import os
import shutil
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reporters import Remembering

from ganima.data import folder as loading
from ganima.data import inspection, store
from ganima.data.folder import PictureSet, load_folder
from ganima.data.pictures import decode
from ganima.errors import Cancelled
from ganima.files import cache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pictures, and a file between them that is none."""
    (tmp_path / "data").mkdir()
    for number in range(12):
        draw(tmp_path / "data" / f"{number:02}.png", number)
    (tmp_path / "data" / "03.jpg").write_bytes(b"no picture")
    return tmp_path / "data"


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each file that was decoded."""
    found: list[str] = []

    def counting(content: bytes, suffix: str, at_least: int | None = None) -> Any:
        found.append(suffix)
        return decode(content, suffix, at_least)

    monkeypatch.setattr(loading, "decode", counting)
    monkeypatch.setattr(inspection, "decode", counting)
    return found


def draw(file: Path, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (20, 24, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file)


def load(folder: Path, **kwargs: Any) -> PictureSet:
    return load_folder(folder, 16, 16, 3, False, **kwargs)


def same(a: PictureSet, b: PictureSet) -> bool:
    return np.array_equal(a.pictures, b.pictures) and astuple(a)[1:] == astuple(b)[1:]


def entry(own_cache: Path) -> Path:
    (file,) = (file for file in (own_cache / "ganima" / "pictures").iterdir() if file.suffix != ".lock")
    return file


def test_the_second_time_nothing_is_decoded(folder: Path, decodes: list[str]) -> None:
    first = load(folder)
    assert len(decodes) == 13 and len(first.pictures) == 12
    second = load(folder)
    assert len(decodes) == 13
    assert same(first, second) and isinstance(second.pictures, np.memmap)
    assert second.skipped == (("03.jpg", "not a picture (it is text)"),)


def test_what_is_kept_are_the_pictures_as_they_are_decoded(folder: Path) -> None:
    data = load(folder)
    load(folder)
    for file, pixels in zip(data.files, data.pictures, strict=True):
        picture = decode((folder / file).read_bytes(), ".png")
        assert np.array_equal(pixels, loading.fit(picture.pixels, 16, 16, 3))


def test_another_size_and_another_content_are_decoded_anew_and_other_names_are_not(
    folder: Path, decodes: list[str]
) -> None:
    first = load(folder)
    assert load_folder(folder, 16, 16, 1, False).pictures.shape == (12, 16, 16, 1)
    assert len(decodes) == 26
    draw(folder / "05.png", 99)
    changed = load(folder)
    assert len(decodes) == 39
    assert [np.array_equal(a, b) for a, b in zip(first.pictures, changed.pictures, strict=True)].count(False) == 1
    (folder / "05.png").rename(folder / "055.png")
    renamed = load(folder)
    assert len(decodes) == 39
    assert np.array_equal(renamed.pictures, changed.pictures) and "055.png" in renamed.files
    assert renamed.fingerprint != changed.fingerprint


def test_inspect_decodes_nothing_the_second_time(folder: Path, decodes: list[str]) -> None:
    shutil.copy(folder / "01.png", folder / "copy.png")
    first = inspection.inspect_folder(folder)
    assert len(decodes) == 14 and first.duplicates[0].files == ("01.png", "copy.png")
    assert inspection.inspect_folder(folder) == first
    assert len(decodes) == 14


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_file_is_decoded_anew(folder: Path, decodes: list[str], own_cache: Path, damage: str) -> None:
    first = load(folder)
    content = bytearray(entry(own_cache).read_bytes())
    content[100] ^= 1
    broken = {"cut": content[:-50], "flipped": content, "empty": b"", "text": b"hello"}[damage]
    # Another file, as the first one is mapped.
    entry(own_cache).unlink()
    (own_cache / "ganima" / "pictures" / cache_name(folder)).write_bytes(broken)
    assert same(load(folder), first) and len(decodes) == 26
    assert same(load(folder), first) and len(decodes) == 26


def cache_name(folder: Path) -> str:
    digests = [file.digest for file in loading.survey(folder, loading.find_files(folder))]
    return cache.key(digests, (16, 16, 3))


def test_what_a_killed_process_left_is_removed(folder: Path, own_cache: Path) -> None:
    left = own_cache / "ganima" / "pictures" / f".{cache_name(folder)}.123.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    load(folder)
    assert not left.exists() and entry(own_cache).exists()


def test_whoever_stops_leaves_nothing(folder: Path, own_cache: Path) -> None:
    reporter = Remembering(until=13 + 5)
    with pytest.raises(Cancelled):
        load(folder, report=reporter)
    assert [file for file in (own_cache / "ganima" / "pictures").iterdir() if file.suffix != ".lock"] == []


SCRIPT = """
import sys
from pathlib import Path
from ganima.data import folder
decode, count = folder.decode, []
folder.decode = lambda *given, **named: (count.append(1), decode(*given, **named))[1]
print("ready", flush=True)
sys.stdin.readline()
data = folder.load_folder(Path(sys.argv[1]), 16, 16, 3, False)
print(len(count), data.fingerprint, int(data.pictures.sum()))
"""


@pytest.mark.slow
def test_two_processes_at_once_decode_once(folder: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [process.communicate()[0].split() for process in both]
    data = load(folder)
    assert sorted(int(words[0]) for words in found) == [0, 13]
    assert {tuple(words[1:]) for words in found} == {(data.fingerprint, str(data.pictures.sum()))}


def test_a_cache_that_cannot_be_written_is_said_once_and_no_more_than_that(folder: Path, own_cache: Path) -> None:
    kept = load(folder)
    shutil.rmtree(own_cache)
    own_cache.write_text("in the way")
    reporter = Remembering()
    assert same(load(folder, report=reporter), kept)
    assert len(reporter.said) == 1 and "not kept" in reporter.said[0]


def test_a_disk_that_is_full_is_said_and_leaves_nothing_behind(
    folder: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    reporter = Remembering()
    assert len(load(folder, report=reporter).pictures) == 12
    assert len(reporter.said) == 1 and "No space left" in reporter.said[0]
    assert [file for file in (own_cache / "ganima" / "pictures").iterdir() if file.suffix != ".lock"] == []


def test_the_least_recently_used_go_first(
    folder: Path, own_cache: Path, decodes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(folder)
    load_folder(folder, 16, 8, 3, False)
    for file in (own_cache / "ganima" / "pictures").iterdir():
        os.utime(file, (1, 1))
    load(folder)
    monkeypatch.setattr(store, "BYTES_MAX", 22_000)
    load_folder(folder, 16, 12, 3, False)
    decodes.clear()
    load(folder)
    load_folder(folder, 16, 12, 3, False)
    assert not decodes
    load_folder(folder, 16, 8, 3, False)
    assert len(decodes) == 13
