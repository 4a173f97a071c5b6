"""`ganima speak`: text to a labelled sound file and its timing."""

import io
import json
import os
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch
from reporters import Remembering

from ganima.cli.main import main
from ganima.data.sound import read_sound
from ganima.errors import Cancelled
from ganima.models.card import Card
from ganima.models.file import save_model
from ganima.provenance import notice, verify
from ganima.signal.gentle import FADE, LEVEL, gentle
from ganima.speech.acoustic.apply import Manner
from ganima.speech.acoustic.discriminator import MelDiscriminator, MelDiscriminatorConfig
from ganima.speech.acoustic.network import AcousticConfig, AcousticModel
from ganima.speech.mouth import VOICE as USUAL_VOICE
from ganima.speech.speak import speak as speak_it
from ganima.text import front_end
from ganima.text.symbols import BREAK, PAUSES, SYMBOLS
from ganima.vocoder.apply import VOCODER as USUAL_VOCODER
from ganima.vocoder.network import Vocoder, VocoderConfig

RATE = 24_000
VOICE = {"pitch": 5.2, "pitch_deviation": 0.2, "energy": -6.0, "energy_deviation": 2.0, "frames_per_symbol": 8.0}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """An acoustic model and a vocoder, both untrained."""
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    config = AcousticConfig(symbols=len(SYMBOLS), channels=16, hidden=16, encoder=1, decoder=1, predictor=8)
    acoustic = AcousticModel(config)
    torch.nn.init.constant_(acoustic.duration.last.bias, 2.0)
    critic = MelDiscriminator(MelDiscriminatorConfig(widths=(4,)))
    card = Card("nobody", "acoustic model", facts={"voice": VOICE})
    save_model(folder / "a.safetensors", {"generator": acoustic, "discriminator": critic}, card)
    vocoder = Vocoder(VocoderConfig(channels=16, hidden=16, blocks=1))
    save_model(folder / "v.safetensors", {"generator": vocoder}, Card("any", "vocoder"))
    return str(folder / "a.safetensors"), str(folder / "v.safetensors")


def speak(models: tuple[str, str], out: Path, *words: str) -> int:
    return main(["speak", *words, "--model", models[0], "--vocoder", models[1], "--out", str(out)])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    line = capsys.readouterr().err
    assert line.startswith("ganima: ") and line.count("\n") == 1 and "Traceback" not in line
    return line


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_a_sentence_becomes_a_labelled_file(models: tuple[str, str], tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"hello{suffix}"
    assert speak(models, out, "Hello there, how are you?") == 0
    samples, rate = sf.read(out)
    assert rate == RATE and 0.5 < len(samples) / rate < 10 and np.isfinite(samples).all()
    assert verify(out).labelled and verify(out).model == "nobody"


def test_file_standard_input_and_argument_say_the_same(
    models: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "One is here. Two is\nthere, and 我在这里。"
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert speak(models, tmp_path / "a.wav", text) == 0
    assert speak(models, tmp_path / "b.wav", "--file", str(tmp_path / "text.txt")) == 0
    assert speak(models, tmp_path / "c.wav") == 0
    contents = {(tmp_path / f"{name}.wav").read_bytes() for name in "abc"}
    assert len(contents) == 1


def test_the_timing_goes_with_the_sound_and_the_notice_comes_first(models: tuple[str, str], tmp_path: Path) -> None:
    plain, marked, times = tmp_path / "plain.wav", tmp_path / "marked.wav", tmp_path / "times.json"
    assert speak(models, plain, "Hello. Bye.") == 0
    assert speak(models, marked, "Hello. Bye.", "--notice", "--timing", str(times)) == 0
    mark = len(notice(RATE))
    one, other = sf.read(plain)[0], sf.read(marked)[0]
    np.testing.assert_array_equal(other[mark:], one)
    found = json.loads(times.read_text(encoding="utf-8"))
    assert found["text"] == "Hello. Bye." and found["seconds"] == pytest.approx(len(other) / RATE, abs=1e-3)
    assert found["phonemes"][0]["start"] == pytest.approx(mark / RATE, abs=1e-3)
    assert [p["phoneme"] for p in found["phonemes"]][1:3] == ["HH", "AH0"] and found["visemes"]


def stream(models: tuple[str, str], *words: str) -> int:
    return main(["speak", "--stream", *words, "--model", models[0], "--vocoder", models[1]])


def test_a_stream_has_the_samples_of_a_file_and_its_label(
    models: tuple[str, str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = "Hello there, how are you? " + "A long sentence goes on and on and on " * 6
    assert speak(models, tmp_path / "file.wav", text, "--notice") == 0
    capfdbinary.readouterr()
    assert stream(models, text, "--notice", "--out", str(tmp_path / "both.wav")) == 0
    said = capfdbinary.readouterr().out
    (tmp_path / "stream.wav").write_bytes(said)
    assert said.startswith(b"RIFF\xff\xff\xff\xffWAVE") and b"sentences" not in said
    assert (tmp_path / "both.wav").read_bytes() == (tmp_path / "file.wav").read_bytes()
    file, streamed = sf.read(tmp_path / "file.wav"), sf.read(tmp_path / "stream.wav")
    assert streamed[1] == RATE and len(file[0]) > 3 * RATE
    np.testing.assert_array_equal(streamed[0], file[0])
    verdict = verify(tmp_path / "stream.wav")
    assert verdict.labelled and verdict.model == "nobody" and verdict.aigc is not None
    assert read_sound(tmp_path / "stream.wav").note is None


def test_a_stream_that_nobody_hears_any_more_ends_quietly(
    models: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as nobody:
        monkeypatch.setattr("sys.stdout", nobody)
        assert stream(models, "One. Two. Three.") == 141
    assert not capsys.readouterr().err


def test_what_cannot_be_said_streams_nothing(
    models: tuple[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, words in (("?!", "nothing to say"), ("Привет", "Cyrillic"), ("مرحبا", "Arabic")):
        assert stream(models, text) == 2
        said = capfd.readouterr()
        assert words in said.err and said.err.count("\n") == 1 and not said.out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert stream(models, "Hello.") == 2
    assert "terminal" in capfd.readouterr().err
    assert main(["speak", "Hello."]) == 2
    assert "--out" in capfd.readouterr().err


def test_models_that_are_not_named_are_found_by_their_usual_names(
    models: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, model in ((USUAL_VOICE, models[0]), (USUAL_VOCODER, models[1])):
        (tmp_path / f"{name}.safetensors").write_bytes(Path(model).read_bytes())
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path))
    assert main(["speak", "Hello.", "--out", str(tmp_path / "a.wav")]) == 0
    assert verify(tmp_path / "a.wav").model == "nobody"


def test_each_sound_knows_its_word(models: tuple[str, str], tmp_path: Path) -> None:
    times = tmp_path / "times.json"
    assert speak(models, tmp_path / "a.wav", "In 2025, “Zoë” said 你好.", "--timing", str(times)) == 0
    found = json.loads(times.read_text(encoding="utf-8"))["phonemes"]
    words = [word for word, _ in groupby(one["word"] for one in found if "word" in one)]
    assert words == ["In", "2025", "Zoë", "said", "你", "好"]
    assert all(("word" in one) != (one["phoneme"] in (*PAUSES, BREAK)) for one in found)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_levels_do_not_depend_on_how_the_sound_is_cut(count: int) -> None:
    loud = np.sin(np.arange(1000, dtype=np.float32) / 7)
    (whole,) = gentle([loud], 1000)
    pieces = list(gentle(np.array_split(loud, count), 1000))
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    assert np.abs(whole).max() < LEVEL and whole[0] == 0 and abs(whole[-1]) < 1e-6
    quiet = np.full(1000, 0.5, np.float32)
    np.testing.assert_array_equal(np.concatenate(list(gentle([quiet], 1000)))[FADE:-FADE], quiet[FADE:-FADE])


def test_long_texts_tell_how_far_they_are(models: tuple[str, str], tmp_path: Path) -> None:
    report = Remembering()
    manner = Manner()
    summary = speak_it(
        front_end.sentences("One. Two. Three."),
        tmp_path / "a.wav",
        *models,
        manner,
        report=report,
    )
    assert [event["text"] for event in report.events] == ["One.", "Two.", "Three."]
    assert report.events[-1]["seconds"] == summary.seconds and report.told[-1][:2] == ("speaking", 3)


def test_speed_is_heard(models: tuple[str, str], tmp_path: Path) -> None:
    lengths = []
    for speed in ("0.5", "1", "2"):
        assert speak(models, tmp_path / f"{speed}.wav", "Hello there.", "--speed", speed) == 0
        lengths.append(len(sf.read(tmp_path / f"{speed}.wav")[0]))
    assert lengths[0] > 1.5 * lengths[1] > 2.2 * lengths[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("?!… —", "nothing to say"),
        ("\x00\x07\x1b", "nothing to say"),
        ("Привет", "Cyrillic"),
        ("Hello, สวัสดี", "Thai"),
    ],
)
def test_what_cannot_be_said_is_one_line_and_no_file(
    models: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    assert speak(models, tmp_path / "a.wav", text) == 2
    assert words in complaint(capsys) and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text", ["🙂🎉", "a" * 3000, "3 " * 300, "Hello \x00\u200b\ud83d world", "我 code 了 3 天", "(((x)))"]
)
def test_odd_texts_give_sound_without_clicks_or_clipping(models: tuple[str, str], tmp_path: Path, text: str) -> None:
    assert speak(models, tmp_path / "a.wav", text) == 0
    samples, _ = sf.read(tmp_path / "a.wav")
    assert len(samples) > 1000 and np.abs(samples).max() < 0.95 and abs(samples[0]) < 0.01 and abs(samples[-1]) < 0.01


def test_bad_options_are_one_line_and_lose_nothing(
    models: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.wav"
    old.write_bytes(b"older")
    for out, more, words in (
        (old, ("Hello.",), "exists"),
        (tmp_path / "a.aiff", ("Hello.",), ".wav"),
        (tmp_path / "a.wav", ("Hello.", "--speed", "9"), "--speed"),
        (tmp_path / "a.wav", ("--file", str(tmp_path / "none.txt")), "cannot read"),
        (tmp_path / "a.wav", ("--file", str(old), "Hello."), "not both"),
    ):
        assert speak(models, out, *more) == 2
        assert words in complaint(capsys)
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    assert speak(models, tmp_path / "a.wav", "--file", str(tmp_path / "latin.txt")) == 2
    assert "UTF-8" in complaint(capsys)
    assert speak((models[1], models[0]), tmp_path / "a.wav", "Hello.") == 2
    assert "is no acoustic model, but a vocoder" in complaint(capsys)
    assert old.read_bytes() == b"older" and not (tmp_path / "a.wav").exists()
    assert speak(models, old, "Hello.", "--force") == 0 and old.read_bytes() != b"older"


def test_cancelled_speech_leaves_nothing(models: tuple[str, str], tmp_path: Path) -> None:
    text = front_end.sentences("One. Two. Three.")
    with pytest.raises(Cancelled):
        out, times = tmp_path / "a.wav", tmp_path / "a.json"
        speak_it(text, out, *models, Manner(), timing_file=times, report=Remembering(until=1))
    assert list(tmp_path.iterdir()) == []
