"""Sound files without a single sample: a clear reason, and nothing half-written."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ganima.cli.main import main
from ganima.data.content import Unusable
from ganima.data.sound import read_sound

RATE = 24_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of all formats: with a header and no sample, and with nothing at all."""
    place = tmp_path / "empty"
    place.mkdir()
    for suffix in ("wav", "ogg"):
        soundfile.write(place / f"header.{suffix}", np.zeros(0, np.float32), RATE)
    soundfile.write(place / "header.flac", np.zeros(1000, np.float32), RATE)
    # The mark and the description of the stream, which says that it is the last one and has no samples.
    header = bytearray((place / "header.flac").read_bytes()[:42])
    header[4] |= 0x80
    header[21] &= 0xF0
    header[22:42] = bytes(20)
    (place / "header.flac").write_bytes(header)
    (place / "header.mp3").write_bytes(b"ID3\4\0\0\0\0\0\0")
    for suffix in ("wav", "ogg", "flac", "mp3"):
        (place / f"nothing.{suffix}").write_bytes(b"")
    return place


def test_each_has_a_reason(folder: Path) -> None:
    for file in folder.iterdir():
        with pytest.raises(Unusable) as reason:
            read_sound(file)
        assert str(reason.value) and "\n" not in str(reason.value)
        assert file.stem != "nothing" or "empty" in str(reason.value)


@pytest.mark.parametrize("command", [["data", "inspect"], ["voice", "train"], ["voice", "train-vocoder"]])
def test_commands_say_it_in_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (folder / "metadata.csv").write_text("header|Hello.\nnothing|Bye.\n", encoding="utf-8")
    out = ["--out", str(tmp_path / "run")] if "voice" in command else []
    assert main([*command, str(folder), *out]) == 2
    line = capsys.readouterr().err
    assert line.startswith("ganima: ") and line.count("\n") == 1 and "usable" in line and "header" in line
    assert not (tmp_path / "run").exists()
