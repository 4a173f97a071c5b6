"""`ganima voice train-vocoder` and `ganima voice train`, from folders of recordings to models."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from ganima.cli.main import main
from ganima.models.file import open_model
from ganima.speech.acoustic.apply import load_speaker
from ganima.vocoder.apply import load_vocoder

RATE = 24_000
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hello", "bye")
SMALL_VOCODER = "generator.channels=16 generator.hidden=16 generator.blocks=1 samples=4096 batch=2"
SMALL_VOICE = "generator.channels=16 generator.hidden=16 generator.encoder=1 generator.decoder=1 frames=200"


def settings(text: str) -> list[str]:
    return [word for setting in text.split() for word in ("--set", setting)]


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Twenty-four hummed words, with their transcripts."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    rng = np.random.default_rng(0)
    lines = []
    for i in range(24):
        time = np.arange(int((0.5 + 0.02 * i) * RATE)) / RATE
        hum = sum(np.sin(2 * np.pi * (120 + 3 * i) * k * time) / k for k in range(1, 12)) * np.hanning(len(time))
        sf.write(folder / f"{i:02d}.wav", 0.2 * hum + 0.001 * rng.standard_normal(len(time)), RATE)
        lines.append(f"{i:02d}|{WORDS[i % 12]} {WORDS[(i * 5 + 3) % 12]}.")
    (folder / "metadata.csv").write_text("\n".join(lines))
    return folder


def vocoder(recordings: Path, out: Path, *more: str, thousands: str = "0.006") -> int:
    words = ["voice", "train-vocoder", str(recordings), "--out", str(out), "--thousands", thousands, "--threads", "1"]
    return main([*words, *settings(SMALL_VOCODER), *more])


def voice(recordings: Path, out: Path, *more: str, thousands: str = "0.03") -> int:
    words = ["voice", "train", str(recordings), "--out", str(out), "--thousands", thousands, "--threads", "1"]
    return main([*words, *settings(SMALL_VOICE), *more])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on the standard error."""
    line = capsys.readouterr().err
    assert line.startswith("ganima: ") and line.count("\n") == 1 and "Traceback" not in line
    return line


def test_a_vocoder_of_own_recordings_and_on_from_there(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert vocoder(recordings, out, "--licence", "CC0 1.0", "--name", "hum") == 0
    assert "23 recordings" in capsys.readouterr().out
    network, file = load_vocoder(out / "model.safetensors")
    card = file.card.to_json()
    assert card["name"] == "hum" and card["licence"] == "CC0 1.0" and len(card["data"]["held_out"]) == 1
    assert network.config.channels == 16 and card["examples"] == 6
    assert (out / "report.html").exists() and list((out / "previews").glob("*.png"))
    assert vocoder(recordings, out, thousands="0.01") == 0
    assert open_model(out / "model.safetensors").card.examples == 10
    assert vocoder(recordings, tmp_path / "next", "--from", str(out)) == 0


def test_a_voice_of_own_recordings_and_on_from_there(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert voice(recordings, out) == 0
    assert "22 sentences" in capsys.readouterr().out
    speaker = load_speaker(out / "model.safetensors")
    assert 4.6 < speaker.voice.pitch < 5.4 and len(speaker.file.card.facts["data"]["held_out"]) == 2
    assert voice(recordings, out, thousands="0.06") == 0
    assert open_model(out / "model.safetensors").card.examples >= 60
    assert voice(recordings, tmp_path / "next", "--from", str(out)) == 0


def test_what_changed_since_is_said(recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert vocoder(recordings, out) == 0
    capsys.readouterr()
    assert vocoder(recordings, out, "--seed", "1") == 2
    assert "--seed 0, not 1" in complaint(capsys)
    (recordings / "00.wav").unlink()
    assert vocoder(recordings, out) == 2
    assert "have changed" in complaint(capsys)


@pytest.mark.parametrize("command", [vocoder, voice])
def test_bad_input_is_one_line_and_leaves_nothing(
    command: object, recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(command)
    out = tmp_path / "run"
    for folder, more, words in (
        (tmp_path / "missing", (), "is missing"),
        (recordings, ("--set", "batch=none"), "--set"),
        (recordings, ("--set", "nonsense=1"), "--set nonsense=1"),
        (recordings, ("--minutes", "1"), "not both"),
        (recordings, ("--from", "nobody"), "no model 'nobody'"),
    ):
        assert command(folder, out, *more) == 2
        assert words in complaint(capsys)
        assert not out.exists()
    assert command(recordings, recordings / "run") == 2
    assert "lies inside" in complaint(capsys) and not (recordings / "run").exists()


def test_a_voice_needs_transcripts_that_can_be_said(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = recordings / "metadata.csv"
    for text, words in (
        (None, "no metadata.csv"),
        ("\n".join(f"{i:02d}|!?" for i in range(24)), "0 recordings"),
        ("00|Привет", "Cyrillic"),
        ("no bar", "line 1"),
    ):
        table.unlink() if text is None else table.write_text(text)
        assert voice(recordings, tmp_path / "run") == 2
        assert words in complaint(capsys)
        assert not (tmp_path / "run" / "model.safetensors").exists()
        table.touch()


def test_a_model_of_the_wrong_kind_is_refused(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vocoder(recordings, tmp_path / "run") == 0
    capsys.readouterr()
    assert voice(recordings, tmp_path / "voice", "--from", str(tmp_path / "run")) == 2
    assert "is no acoustic model, but a vocoder" in complaint(capsys)
    assert main(["sample", str(tmp_path / "run"), "--out", str(tmp_path / "pictures")]) == 2
    assert "is no picture model, but" in complaint(capsys)
