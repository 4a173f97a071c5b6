"""The report on a folder of recordings: what it counts, measures and says."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PIL import Image
from reporters import Remembering
from rich.console import Console

from ganima.cli.inspected_sounds import render
from ganima.cli.main import main
from ganima.data.sound_inspection import SoundInspection, inspect_sounds, speakers, to_json
from ganima.data.transcripts import name_in, read_transcripts
from ganima.errors import GanimaError
from ganima.signal.loudness import clipped, loudness

RATE = 16_000
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def tone(seconds: float, amplitude: float = 0.5, hz: float = 440.0) -> NDArray[np.float32]:
    time = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, level: float, seed: int = 0) -> NDArray[np.float32]:
    """White noise of a level in dB."""
    return np.random.default_rng(seed).normal(0, 10 ** (level / 20), round(seconds * RATE)).astype(np.float32)


def write(path: Path, samples: NDArray[np.float32], rate: int = RATE, subtype: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype=subtype)


def shown(report: SoundInspection, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(render(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def ganima(*words: object) -> int:
    return main([str(word) for word in words])


# Loudness


def test_the_level_of_a_known_tone() -> None:
    measured = loudness(tone(2, amplitude=0.1), RATE)
    # A sine's power is half the square of its amplitude.
    assert measured.loud == pytest.approx(20 * np.log10(0.1 / np.sqrt(2)), abs=0.1)
    assert measured.noise == pytest.approx(measured.loud, abs=0.2)
    assert measured.peak == pytest.approx(0.1, abs=1e-3)
    assert (measured.clipped, measured.silence, measured.before, measured.after) == (0, 0, 0, 0)


def test_silence_before_after_and_between() -> None:
    samples = np.concatenate([silence(0.5), tone(1), silence(1), tone(0.5), silence(0.25)])
    measured = loudness(samples, RATE)
    assert measured.before == pytest.approx(0.5, abs=0.04)
    assert measured.after == pytest.approx(0.25, abs=0.04)
    assert measured.silence == pytest.approx(1.75 / 3.25, abs=0.02)


@pytest.mark.parametrize("level", [-30.0, -45.0, -60.0])
def test_the_level_of_noise_in_the_pauses(level: float) -> None:
    samples = np.concatenate([silence(1), tone(4), silence(1)]) + noise(6, level)
    assert loudness(samples, RATE).noise == pytest.approx(level, abs=1)


@pytest.mark.parametrize("seconds", [1 / RATE, 0.001, 0.021, 1])
def test_nothing_but_zeros(seconds: float) -> None:
    measured = loudness(silence(seconds), RATE)
    assert (measured.silence, measured.loud, measured.noise, measured.peak) == (1, -96, -96, 0)
    assert measured.before == pytest.approx(seconds) and measured.after == 0


def test_a_recording_that_is_only_noise_around_zero_is_silent() -> None:
    assert loudness(noise(1, -70), RATE).silence == 1
    assert loudness(noise(1, -40), RATE).silence == 0


def test_clipping_is_what_stays_at_the_largest_amplitude() -> None:
    cut_off = np.clip(tone(1, amplitude=1.5), -1, 1)
    assert clipped(cut_off) == pytest.approx(np.sum(np.abs(cut_off) >= 1), abs=10)
    assert clipped(tone(1, amplitude=1.0)) == 0
    assert clipped(np.clip(tone(1), -0.4, 0.4)) == 0
    single = silence(1)
    single[[10, 20, 21, 30, 31, 32]] = 1
    assert clipped(single) == 3


# The report


def test_a_folder_of_recordings(tmp_path: Path) -> None:
    write(tmp_path / "p225_001.wav", tone(1))
    write(tmp_path / "p225_002.flac", tone(2))
    write(tmp_path / "p226_001.ogg", tone(3))
    write(tmp_path / "p226_002.mp3", tone(6), 32_000)
    write(tmp_path / "p227_001.wav", np.stack([tone(1), tone(1)], 1))
    (tmp_path / "metadata.csv").write_text("p225_001|one\np225_002|two\np999_001|nobody\n")
    (tmp_path / "notes.txt").write_text("no sound")
    write(tmp_path / ".hidden" / "p228_001.wav", tone(1))
    report = inspect_sounds(tmp_path)
    assert (report.usable, report.unusable, report.duplicates) == (5, (), ())
    assert report.seconds == pytest.approx(10, abs=0.01)
    assert (report.shortest, report.median, report.longest) == pytest.approx((1, 2, 3), abs=0.01)
    assert report.rates == {"16 kHz": 4, "32 kHz": 1} and report.channels == {"mono": 4, "stereo": 1}
    assert report.speakers == {"p225": 2, "p226": 2, "p227": 1}
    assert (report.transcribed, report.untold) == (2, ("p999_001",))
    assert report.loud == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.3) and report.noise is None
    text = shown(report)
    for words in ("5 of 5", "10.0 s in all; 1.0 to 3.0 s, median 2.0 s", "16 kHz 4", "mono 4", "stereo 1", "-9 dB"):
        assert words in text
    for words in ("unknown, the recordings are too short", "3 by their", "for 2 of 5 files", "p999_001", "3 of 5"):
        assert words in text


def test_what_cannot_be_used_and_what_is_odd(tmp_path: Path) -> None:
    samples = tone(1.5)
    write(tmp_path / "good.wav", samples)
    write(tmp_path / "bits8.wav", samples, subtype="PCM_U8")
    write(tmp_path / "bits24.wav", samples, subtype="PCM_24")
    write(tmp_path / "float.wav", samples, subtype="FLOAT")
    write(tmp_path / "surround.wav", np.tile(samples[:, None], 6))
    write(tmp_path / "low.wav", samples, 8_000)
    write(tmp_path / "high.flac", samples, 192_000)
    write(tmp_path / "loud.wav", np.clip(tone(2, 1.5), -1, 1))
    write(tmp_path / "quiet.wav", tone(2, 0.005))
    write(tmp_path / "silent.wav", silence(2))
    write(tmp_path / "noisy.wav", np.concatenate([tone(4), silence(2)]) + noise(6, -25))
    write(tmp_path / "long.flac", np.concatenate([tone(8), silence(2), tone(6)]))
    (tmp_path / "renamed.wav").write_bytes((tmp_path / "long.flac").read_bytes())
    (tmp_path / "empty.wav").touch()
    (tmp_path / "cut.wav").write_bytes((tmp_path / "good.wav").read_bytes()[:32_044])
    (tmp_path / "text.mp3").write_text("[bold]not a sound[/bold]")
    (tmp_path / "video.mp3").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(60))
    (tmp_path / "nothing.ogg").symlink_to(tmp_path / "gone.ogg")
    write(tmp_path / "none.wav", silence(0))
    write(tmp_path / "nan.wav", np.full(100, np.nan, np.float32), subtype="FLOAT")
    report = inspect_sounds(tmp_path)
    assert dict(report.unusable) == {
        "empty.wav": "empty file",
        "cut.wav": "truncated: 1.0 of 1.5 seconds are there",
        "text.mp3": "not a sound (it is text)",
        "video.mp3": "an M4A recording or a video, which cannot be read; convert it to WAV or FLAC",
        "nothing.ogg": "a link to nowhere",
        "none.wav": "holds no sound",
        "nan.wav": "has samples that are no numbers",
    }
    notes = dict(report.notes)
    assert set(notes) == {"loud.wav", "quiet.wav", "silent.wav", "noisy.wav", "renamed.wav"}
    assert "samples are cut off" in notes["loud.wav"] and notes["quiet.wav"] == "is quiet: -49 dB"
    assert notes["silent.wav"] == "nothing is to be heard" and "the noise is 17 dB below" in notes["noisy.wav"]
    assert notes["renamed.wav"] == "is a FLAC file in spite of its name"
    assert (report.usable, report.clipped, report.silent) == (13, 1, 1)
    assert report.rates == {"16 kHz": 11, "192 kHz": 1, "8 kHz": 1}
    assert report.channels == {"mono": 12, "6 channels": 1}
    assert report.duplicates == (("long.flac", "renamed.wav"),)
    said = " ".join(report.advice)
    assert "minutes of sound are few" in said and "fewer than 16 kHz: 1." in said
    assert "longer than 15 s: 2." in said
    text = shown(report, 200)
    assert all(f"{name}" in text and reason in text for name, reason in (*report.unusable, *report.notes))
    assert "nothing is heard: 1" in text and "1 of 13 files" in text and "groups of equal files: 1" in text


def test_it_is_plain_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.wav", tone(5))
    write(tmp_path / "b.wav", tone(1))
    (tmp_path / "c.wav").touch()
    assert ganima("data", "inspect", tmp_path, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(json.dumps(to_json(inspect_sounds(tmp_path))))
    assert (data["usable"], data["unusable"], data["seconds"]) == (2, [["c.wav", "empty file"]], 6.0)
    assert ganima("data", "inspect", tmp_path) == 0
    assert "2 of 3" in capsys.readouterr().out


def test_progress_is_told(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.wav", tone(0.1))
    report = Remembering()
    inspect_sounds(tmp_path, report)
    assert report.told == [("reading", 1, 3), ("reading", 2, 3), ("reading", 3, 3)]


def test_sound_and_pictures_in_one_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        pixels = np.random.default_rng(number).integers(0, 256, (24, 24, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    for number in range(3):
        write(tmp_path / "sound" / f"{number}.wav", tone(0.1))
    assert ganima("data", "inspect", tmp_path, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["usable"] == 12 and "channels" in data and "speakers" not in data
    assert any("recordings as well, which were not looked at: 3." in words for words in data["advice"])
    for number in range(3, 20):
        write(tmp_path / "sound" / f"{number}.wav", tone(0.1))
    assert ganima("data", "inspect", tmp_path, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["usable"] == 20 and "speakers" in data
    assert any("pictures as well, which were not looked at: 12." in words for words in data["advice"])


def test_a_folder_without_one_usable_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.wav").touch()
    (tmp_path / "b.wav").write_text("text")
    assert ganima("data", "inspect", tmp_path) == 2
    error = capsys.readouterr().err
    assert "0 usable recordings and 2 others (a.wav: empty file)" in error and len(error.splitlines()) == 1


def test_a_broken_install_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a.wav", tone(1))
    monkeypatch.setitem(sys.modules, "soundfile", None)
    assert ganima("data", "inspect", tmp_path) == 2
    error = capsys.readouterr().err
    assert "soundfile" in error and "install ganima again" in error and len(error.splitlines()) == 1


def test_speakers_come_from_subfolders_or_from_the_starts_of_the_names() -> None:
    assert speakers(["a/1.wav", "a/2.wav", "b/1.wav"]) == {"a": 2, "b": 1}
    assert speakers(["a/x/1.wav", "a/y/1.wav"]) == {"a/x": 1, "a/y": 1}
    assert speakers(["wavs/p225_001.wav", "wavs/p226_001.wav"]) == {"p225": 1, "p226": 1}
    assert speakers(["1034-121119-0000.flac", "1040-133433-0000.flac"]) == {"1034": 1, "1040": 1}
    # What is no number of a speaker, and what is one speaker's, says nothing.
    assert speakers(["ascii-100.flac", "digits-0.flac"]) == {}
    assert speakers(["p225_001.wav", "p225_002.wav"]) == {}
    assert speakers(["p225_001.wav", "hello.wav"]) == {}
    assert speakers(["one.wav"]) == {}


# Transcripts


def test_transcripts_are_read(tmp_path: Path) -> None:
    assert read_transcripts(tmp_path) == {}
    text = "\ufeffa|one\r\n\r\nwavs/b.wav|Dr. Two|Doctor Two\nc.d| 三 \nspeaker/e|five|\n"
    (tmp_path / "metadata.csv").write_bytes(text.encode())
    assert read_transcripts(tmp_path) == {"a": "one", "wavs/b": "Doctor Two", "c.d": "三", "speaker/e": "five"}


def test_a_recording_is_found_with_its_subfolders_or_without() -> None:
    texts = {"a": "1", "x/b": "2", "y/b": "3"}
    assert name_in(texts, "wavs/a.wav") == "a" and name_in(texts, "a.flac") == "a"
    assert name_in(texts, "x/b.wav") == "x/b" and name_in(texts, "wavs/y/b.wav") == "y/b"
    assert name_in(texts, "b.wav") is None and name_in(texts, "z/b.wav") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a|one\nb two\n", "line 2: write it as name|text"),
        (b"|one\n", "line 1: write it as name|text"),
        (b"a|\n", "line 1: write it as name|text"),
        (b"a|one\n\na.wav|two\n", "line 3: a has a transcript already"),
        ("a|ä\n".encode("latin-1"), "is not UTF-8 text"),
    ],
)
def test_transcripts_that_are_malformed_say_where(tmp_path: Path, content: bytes, said: str) -> None:
    write(tmp_path / "a.wav", tone(1))
    (tmp_path / "metadata.csv").write_bytes(content)
    with pytest.raises(GanimaError) as caught:
        read_transcripts(tmp_path)
    assert said in str(caught.value) and "metadata.csv" in str(caught.value)
    report = inspect_sounds(tmp_path)
    assert report.usable == 1 and report.transcribed == 0
    assert said in report.advice[0]


def test_transcripts_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").mkdir()
    with pytest.raises(GanimaError, match="cannot read"):
        read_transcripts(tmp_path)


# Real recordings


def test_real_recordings_are_judged_as_one_would() -> None:
    folder = SHARED / "speech-speakers"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    report = inspect_sounds(folder)
    assert report.usable == 351 and len(report.speakers) == 261 and report.rates == {"16 kHz": 351}
    assert report.seconds / 60 == pytest.approx(41.3, abs=0.1) and report.longest <= 8.01
    assert report.noise is not None and -70 < report.noise < -50
    # Few of them are noisy, none is clipped, and nobody has written down what they say.
    assert len(report.notes) < 351 / 10 and report.clipped == report.transcribed == 0
    assert any("no transcript" in words for words in report.advice)
