"""A folder is read once: files that have not changed since are not read again, and all others are."""

import hashlib
import os
from pathlib import Path

import pytest

from ganima.data import survey as module
from ganima.data.content import read_bytes
from ganima.data.survey import Surveyed, read_surveyed, survey
from ganima.errors import GanimaError


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three files that changed long ago, as far as a survey sees."""
    monkeypatch.setattr(module, "SETTLED_NS", -(10**12))
    (tmp_path / "data").mkdir()
    found = [tmp_path / "data" / name for name in ("a.png", "b.png", "\udcff.png")]
    for file in found:
        file.write_bytes(file.name.encode("utf-8", "surrogateescape"))
    return found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read."""
    names: list[str] = []
    monkeypatch.setattr(module, "read_bytes", lambda path: (names.append(path.name), read_bytes(path))[1])
    return names


def test_each_file_is_named_with_what_it_holds(files: list[Path]) -> None:
    found = survey(files[0].parent, files)
    assert [file.path for file in found] == files
    assert [file.bytes for file in found] == [5, 5, 5]
    assert [file.modified_ns for file in found] == [file.stat().st_mtime_ns for file in files]
    assert found[0].digest == hashlib.sha256(b"a.png").hexdigest()


def test_what_has_not_changed_is_not_read_again(files: list[Path], read: list[str]) -> None:
    first = survey(files[0].parent, files)
    assert len(read) == 3
    assert survey(files[0].parent, files) == first
    assert len(read) == 3


def test_what_has_changed_is_read_again_also_under_its_old_time(files: list[Path], read: list[str]) -> None:
    first = survey(files[0].parent, files)
    old = files[0].stat()
    files[0].write_bytes(b"other")
    os.utime(files[0], ns=(old.st_atime_ns, old.st_mtime_ns))
    second = survey(files[0].parent, files)
    assert read[3:] == ["a.png"]
    assert (first[0].bytes, first[0].modified_ns) == (second[0].bytes, second[0].modified_ns)
    assert second[0].digest == hashlib.sha256(b"other").hexdigest() and second[1:] == first[1:]


def test_what_has_changed_just_now_is_read_again(
    files: list[Path], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLED_NS", 10**12)
    survey(files[0].parent, files)
    survey(files[0].parent, files)
    assert len(read) == 6


def test_a_damaged_index_is_made_anew(files: list[Path], read: list[str], own_cache: Path) -> None:
    first = survey(files[0].parent, files)
    (index,) = (own_cache / "ganima" / "surveys").iterdir()
    for text in ("", "[]", '{"a.png": 3}', index.read_text()[:-9]):
        index.write_text(text)
        assert survey(files[0].parent, files) == first
    assert len(read) == 15


def test_what_cannot_be_read_says_why_and_is_looked_at_again(files: list[Path], own_cache: Path) -> None:
    files[0].write_bytes(b"")
    files[1].unlink()
    found = survey(files[0].parent, files)
    assert [(file.digest, file.unreadable) for file in found[:2]] == [("", "empty file"), ("", "no such file")]
    files[1].write_bytes(b"back")
    assert survey(files[0].parent, files)[1].digest == hashlib.sha256(b"back").hexdigest()


def test_a_file_that_changes_after_the_survey_is_an_error(files: list[Path]) -> None:
    before: Surveyed = survey(files[0].parent, files)[0]
    assert read_surveyed(before) == b"a.png"
    files[0].write_bytes(b"other")
    with pytest.raises(GanimaError, match="a.png changed"):
        read_surveyed(before)
