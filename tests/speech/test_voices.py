"""Voices: new ones from a seed, and speech in another voice."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch
from trainings import Fitting

from ganima.cli.main import main
from ganima.data.sound import read_sound
from ganima.provenance import verify
from ganima.signal.mel import RATE, mel
from ganima.signal.pitch import pitch
from ganima.speech.voices.change import change, load_voices, reshaped
from ganima.speech.voices.design import AGES, TOO_CLOSE, draw
from ganima.speech.voices.discriminator import StyledDiscriminatorConfig
from ganima.speech.voices.file import Design, read
from ganima.speech.voices.model import Voices
from ganima.speech.voices.network import AUDIBLE, ConverterConfig, envelope, source
from ganima.speech.voices.recipe import ConverterRecipe
from ganima.speech.voices.speaker import SpeakerConfig, SpeakerEncoder
from ganima.speech.voices.step import ConverterTraining
from ganima.speech.voices.utterances import Utterance, utterance
from ganima.training.run import Budget

SMALL = ConverterTraining(
    generator=ConverterConfig(channels=16, hidden=16, encoder=1, content=8, decoder=1, style=8, latent=4, mapping=8),
    discriminator=StyledDiscriminatorConfig(lengths=(16, 32), widths=(4, 4), style=8, critic=8),
    game_from=0.4,
    batch=4,
    frames=48,
)


def hum(hz: float, seconds: float = 1.0) -> np.ndarray:  # type: ignore[type-arg]
    """A voice of sorts: harmonics that come and go."""
    time = np.arange(int(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 20))
    return (0.1 * tone * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))).astype(np.float32)


def spoken(count: int = 8) -> list[Utterance]:
    found = [utterance(f"{i}.wav", f"p{i}", hum(100 + 15 * i)) for i in range(count)]
    return [one for one in found if one is not None]


def new_run(out: Path, steps: int) -> Fitting:
    torch.manual_seed(0)
    recipe = ConverterRecipe(
        config=SMALL,
        speaker=SpeakerEncoder(SpeakerConfig(channels=8, hidden=8, blocks=1, size=8)),
        data=spoken(),
        held_out=spoken(2),
        card={"name": "small"},
    )
    return Fitting(recipe=recipe, out=out, budget=Budget(examples=steps * SMALL.batch))


@pytest.fixture(scope="module")
def voices() -> Voices:
    """Those that come with ganima."""
    return load_voices("voices")[0]


def test_a_converter_learns_to_give_speech_back(tmp_path: Path) -> None:
    run = new_run(tmp_path, 1)
    state = run.begin()
    told = [run.step(state, 0.0)["mel"].item() for _ in range(40)]
    assert np.mean(told[-5:]) < 0.6 * told[0]


def test_the_comb_lies_where_harmonics_are() -> None:
    hz = 240.0
    frames = 1 + RATE // 256
    real = mel(torch.from_numpy(hum(hz))[None])[0, :20].mean(1)
    comb = source(torch.full((1, frames), float(np.log(hz))), torch.ones(1, frames))[0, :20].mean(1)
    rough = real - envelope(mel(torch.from_numpy(hum(hz))[None]))[0, :20].mean(1)
    assert np.corrcoef(rough, comb)[0, 1] > 0.6
    assert (source(torch.full((1, 3), 5.0), torch.zeros(1, 3)) == 0).all()


def test_formants_and_brightness_move_as_they_are_told() -> None:
    bands = torch.arange(80.0)
    hill = (-((bands - 30) ** 2) / 40)[:, None].expand(-1, 5) - 4
    style = (1.0, *[0.0] * 63)
    higher = reshaped(hill, Design(style, 150.0, formants=1.2))
    assert int(higher[:, 2].argmax()) > 32
    brighter = reshaped(torch.zeros(80, 5), Design(style, 150.0, brightness=2.0))
    assert float(brighter[75, 0]) > 0.5 and float(brighter[5, 0]) < -0.3
    torch.testing.assert_close(reshaped(hill, Design(style, 150.0)), hill)


def test_another_pitch_is_heard_and_times_stay(voices: Voices) -> None:
    samples = hum(200.0)
    log_mel = mel(torch.from_numpy(samples)[None])[0]
    hz = torch.from_numpy(pitch(samples))
    changed, heard = change(voices, log_mel, hz, draw(voices, 3, pitch=120.0))
    assert changed.shape == log_mel.shape and torch.isfinite(changed).all()
    assert float(heard[heard > 0].median()) == pytest.approx(120, rel=0.03)
    assert ((heard > 0) == (hz > 0)).all()


@pytest.mark.parametrize("frames", [3, 60, 1100])
def test_long_and_short_speech_without_a_pitch_is_changed_as_well(voices: Voices, frames: int) -> None:
    changed, hz = change(voices, torch.full((80, frames), -8.0), torch.zeros(frames), draw(voices, 1))
    assert changed.shape == (80, frames) and torch.isfinite(changed).all() and (hz == 0).all()


def test_blocks_of_long_speech_fit_together(voices: Voices, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = hum(150.0, 3.0)
    log_mel, hz = mel(torch.from_numpy(samples)[None])[0], torch.from_numpy(pitch(samples))
    whole, _ = change(voices, log_mel, hz, draw(voices, 1))
    monkeypatch.setattr("ganima.speech.voices.change.BLOCK", 100)
    parts, _ = change(voices, log_mel, hz, draw(voices, 1))
    torch.testing.assert_close(parts, whole, atol=1e-4, rtol=1e-4)


def test_a_seed_is_a_voice_and_ages_differ(voices: Voices) -> None:
    assert draw(voices, 5) == draw(voices, 5) and draw(voices, 5).style != draw(voices, 6).style
    by_age = {age: draw(voices, 5, "mid", age) for age in AGES}
    assert by_age["child"].formants > by_age["adult"].formants and by_age["old"].tremor > 0
    assert draw(voices, 5, "low").pitch < draw(voices, 5, "mid").pitch < draw(voices, 5, "high").pitch


def test_styles_are_apart_from_everybody_that_was_trained_on(voices: Voices) -> None:
    styles = torch.tensor([draw(voices, seed).style for seed in range(20)])
    assert float((styles @ voices.people.T).max()) < 0.85
    apart = 1 - styles @ styles.T
    assert float(apart[np.triu_indices(20, 1)].median()) > 0.3


def design(out: Path, *words: str) -> int:
    return main(["voice", "design", "--out", str(out), *words])


@pytest.fixture(scope="module")
def mei(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A designed voice."""
    out = tmp_path_factory.mktemp("mei") / "mei.voice.json"
    for seed in range(5):
        if design(out, "--seed", str(seed), "--pitch", "high") == 0:
            return out
    raise AssertionError("none of five voices is anybody's own")


def test_a_designed_voice_is_labelled_and_nobodys(mei: Path, tmp_path: Path) -> None:
    found = read(mei)
    assert verify(mei).labelled and found.name == "mei" and found.nearest >= TOO_CLOSE
    again = tmp_path / "mei.voice.json"
    assert design(again, "--seed", str(found.seed), "--pitch", "high") == 0 and again.read_bytes() == mei.read_bytes()


def test_a_voice_speaks_at_its_pitch(mei: Path, tmp_path: Path) -> None:
    out = tmp_path / "hello.wav"
    assert main(["speak", "Hello there, how are you today?", "--voice", str(mei), "--out", str(out)]) == 0
    hz = pitch(read_sound(out, RATE).samples)
    assert np.median(hz[hz > 0]) == pytest.approx(read(mei).design.pitch, rel=0.15)


def test_a_recording_becomes_another_voice(mei: Path, tmp_path: Path) -> None:
    sf.write(tmp_path / "in.flac", hum(110.0, 1.5), RATE)
    out = tmp_path / "out.ogg"
    assert main(["voice", "convert", str(tmp_path / "in.flac"), "--voice", str(mei), "--out", str(out)]) == 0
    sound = read_sound(out, RATE).samples
    hz = pitch(sound)
    assert len(sound) == pytest.approx(1.5 * RATE, abs=600) and verify(out).labelled
    assert np.median(hz[hz > 0]) == pytest.approx(read(mei).design.pitch, rel=0.1)


def test_a_real_person_is_a_target_only_with_consent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ann").mkdir()
    for number in range(2):
        sf.write(tmp_path / "ann" / f"{number}.wav", hum(230.0, 2.0), RATE)
    sf.write(tmp_path / "in.wav", hum(120.0), RATE)
    words = ["voice", "convert", str(tmp_path / "in.wav"), "--target", str(tmp_path / "ann"), "--out"]
    assert main([*words, str(tmp_path / "out.wav")]) == 2
    assert "--consent" in complaint(capsys) and not (tmp_path / "out.wav").exists()
    assert main([*words, str(tmp_path / "out.wav"), "--consent", "Ann, 2026, for this test"]) == 0
    assert verify(tmp_path / "out.wav").consent == "Ann, 2026, for this test"


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    line = capsys.readouterr().err
    assert line.startswith("ganima: ") and line.count("\n") == 1 and "Traceback" not in line
    return line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no json", "no voice"),
        (b"{}", "no field 'voice'"),
        (b'{"voice": 2}', "version"),
        (b'{"voice": 1}', "damaged"),
        (b"\xff\xfe", "no voice"),
        (b"[" * 100_000, "no voice"),
    ],
)
def test_files_that_are_no_voices(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.voice.json").write_bytes(content)
    out = tmp_path / "out.wav"
    assert main(["speak", "Hello.", "--voice", str(tmp_path / "bad.voice.json"), "--out", str(out)]) == 2
    assert says in complaint(capsys) and not out.exists()


def test_numbers_out_of_their_limits_are_refused(mei: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(mei.read_text(encoding="utf-8"))
    content["design"]["pitch"] = 9000.0
    (tmp_path / "bad.voice.json").write_text(json.dumps(content), encoding="utf-8")
    out = tmp_path / "out.wav"
    assert main(["speak", "Hello.", "--voice", str(tmp_path / "bad.voice.json"), "--out", str(out)]) == 2
    assert "pitch" in complaint(capsys) and not out.exists()
    for words in (["--pitch", "squeaky"], ["--pitch", "9"], ["--age", "ancient"], ["--brightness", "nan"]):
        assert design(tmp_path / "new.voice.json", *words) == 2
        assert complaint(capsys) and not (tmp_path / "new.voice.json").exists()
    assert design(mei) == 2 and "--force" in complaint(capsys)
    assert main(["voice", "convert", str(tmp_path / "none.wav"), "--voice", str(mei), "--out", str(out)]) == 2
    assert complaint(capsys)
    assert main(["voice", "convert", str(mei), "--out", str(out)]) == 2
    assert "--voice" in complaint(capsys)


def test_silence_is_converted_to_something_quiet(mei: Path, tmp_path: Path) -> None:
    sf.write(tmp_path / "in.wav", np.zeros(RATE), RATE)
    out = tmp_path / "out.wav"
    assert main(["voice", "convert", str(tmp_path / "in.wav"), "--voice", str(mei), "--out", str(out)]) == 0
    assert np.abs(read_sound(out, RATE).samples).max() < 0.05


def test_bands_that_the_embedding_hears_are_those_of_sixteen_kilohertz() -> None:
    tone = np.sin(2 * np.pi * 7000 * np.arange(RATE) / RATE).astype(np.float32)
    assert int(mel(torch.from_numpy(tone)[None])[0, :, 40].argmax()) < AUDIBLE
