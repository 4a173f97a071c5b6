"""`ganima sound train` and `ganima sound make`, from a folder of beeps to new ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

from ganima.cli.main import main
from ganima.data.recordings import load_recordings
from ganima.models.card import Card
from ganima.models.file import open_model, save_model
from ganima.picture.generator import Generator, GeneratorConfig
from ganima.provenance import verify
from ganima.signal.mel import RATE
from ganima.sounds.apply import load_sounds
from ganima.sounds.recipe import usual
from ganima.sounds.short import frames_for, to_log_mel, to_pictures, trimmed, window
from ganima.sounds.vocoders import suited
from ganima.vocoder.network import Vocoder, VocoderConfig

SMALL = [word for part in ("generator", "discriminator") for word in ("--set", f"{part}.widths=[8,8,8,8,8]")]


def beep(seconds: float, hz: float, rate: int = RATE) -> np.ndarray:
    """A tone that rings away, with silence around it."""
    time = np.arange(int(seconds * rate)) / rate
    tone = 0.4 * np.sin(2 * np.pi * hz * time) * np.exp(-4 * time / seconds)
    silence = np.zeros(rate // 10)
    return np.concatenate([silence, tone, silence])


@pytest.fixture
def beeps(tmp_path: Path) -> Path:
    """Sixteen beeps in several formats and at several rates, the longest one of 0.4 s."""
    folder = tmp_path / "beeps"
    folder.mkdir()
    for i in range(16):
        rate = (8_000, 22_050, 24_000, 192_000)[i % 4]
        sf.write(folder / f"{i:02d}{('.wav', '.flac')[i % 2]}", beep(0.1 + 0.02 * i, 500 + 90 * i, rate), rate)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A model of sounds and a vocoder, both untrained."""
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(80, 48, 1, (8, 8, 8, 8, 8), z_dim=8, w_dim=8))
    save_model(folder / "s.safetensors", {"generator": generator}, Card("nobody's beeps", "sound model"))
    vocoder = Vocoder(VocoderConfig(channels=16, hidden=16, blocks=1))
    save_model(folder / "v.safetensors", {"generator": vocoder}, Card("any", "vocoder"))
    return str(folder / "s.safetensors"), str(folder / "v.safetensors")


def train(folder: Path, out: Path, *more: str, thousands: str = "0.016") -> int:
    words = ["sound", "train", str(folder), "--out", str(out), "--thousands", thousands, "--threads", "1"]
    return main([*words, *SMALL, *more])


def sound(models: tuple[str, str], out: Path, *more: str) -> int:
    return main(["sound", "make", models[0], "--vocoder", models[1], "--out", str(out), *more])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on the standard error."""
    line = capsys.readouterr().err
    assert line.startswith("ganima: ") and line.count("\n") == 1 and "Traceback" not in line
    return line


# Training


def test_a_model_of_own_sounds_and_on_from_there(
    beeps: Path, tmp_path: Path, models: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sf.write(beeps / "16.wav", np.tile(beep(0.4, 700), 9), RATE)
    out = tmp_path / "run"
    assert train(beeps, out, "--licence", "CC0 1.0", "--name", "beeps") == 0
    told = capsys.readouterr().out
    assert "16 sounds of at most 0.4" in told and "files left out: 1; the first one, 16.wav: 5." in told
    generator, file = load_sounds(out / "model.safetensors")
    card = file.card.to_json()
    assert card["name"] == "beeps" and card["licence"] == "CC0 1.0" and card["examples"] == 16
    assert generator.config.width == 48 and torch.isfinite(generator.w_mean).all() and generator.w_mean.abs().max() > 0
    assert (out / "report.html").exists() and list((out / "previews").glob("*.png"))
    assert sound((str(out), models[1]), tmp_path / "a.wav") == 0
    assert train(beeps, tmp_path / "next", "--from", str(out)) == 0
    assert load_sounds(tmp_path / "next" / "model.safetensors")[0].config == generator.config


def test_tones_are_made_heard_by_sines_and_voices_by_a_vocoder(beeps: Path, tmp_path: Path) -> None:
    assert train(beeps, tmp_path / "run", thousands="0.008") == 0
    assert open_model(tmp_path / "run" / "model.safetensors").card.facts["vocoder"] == "tones"
    for out, more in (("a.wav", ()), ("b.wav", ("--vocoder", "tones"))):
        assert main(["sound", "make", str(tmp_path / "run"), "--out", str(tmp_path / out), *more]) == 0
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert suited(load_recordings([buzzes(tmp_path / "buzzes")], 1), 64) == "vocoder"


def buzzes(folder: Path) -> Path:
    """Ten buzzing tones as low as a voice, which slide, and hiss."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(10):
        hz = np.linspace(100 + 8 * i, 140 + 8 * i, RATE // 2)
        phase = np.cumsum(hz) / RATE
        buzz = 0.05 * sum(np.cos(2 * np.pi * n * phase) / n for n in range(1, 60))
        sf.write(folder / f"{i}.wav", buzz + 0.01 * rng.standard_normal(RATE // 2), RATE)
    return folder


def test_what_changed_since_is_said(beeps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert train(beeps, out, thousands="0.008") == 0
    capsys.readouterr()
    assert train(beeps, out, "--seed", "1") == 2
    assert "--seed 0, not 1" in complaint(capsys)
    (beeps / "00.wav").unlink()
    assert train(beeps, out) == 2
    assert "have changed" in complaint(capsys)


def silence(folder: Path) -> None:
    for file in folder.iterdir():
        sf.write(file, np.zeros(RATE), RATE)


def too_long(folder: Path) -> None:
    for file in folder.iterdir():
        sf.write(file, np.tile(beep(0.4, 700), 9), RATE)


def no_numbers(folder: Path) -> None:
    for file in folder.glob("*.wav"):
        sf.write(file, np.full(RATE, np.nan, np.float32), RATE, subtype="FLOAT")


def truncated(folder: Path) -> None:
    for file in folder.glob("*.wav"):
        file.write_bytes(file.read_bytes()[:300])


def renamed(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"these are words, not sound")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (silence, "0 usable sounds of at most 4 s and 16 others (00.wav: nothing is heard in it)"),
        (too_long, "longer than 4 s; cut single sounds out of it)"),
        (no_numbers, "8 usable sounds of at most 4 s and 8 others (00.wav: has samples that are no numbers)"),
        (truncated, "8 usable sounds of at most 4 s and 8 others (00.wav: truncated"),
        (renamed, "0 usable recordings and 16 others (00.wav: "),
        (lambda folder: [file.unlink() for file in folder.iterdir()], "no recordings"),
        (lambda folder: [*(file.unlink() for file in folder.iterdir()), folder.rmdir()], "is missing"),
    ],
)
def test_folders_that_cannot_be_used_are_one_line_and_leave_nothing(
    beeps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], words: str
) -> None:
    spoil(beeps)
    assert train(beeps, tmp_path / "run") == 2
    assert words in complaint(capsys) and not (tmp_path / "run").exists()


def test_bad_options_of_a_training(
    beeps: Path, tmp_path: Path, models: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for more, words in (
        (("--minutes", "1"), "not both"),
        (("--set", "batch=none"), "--set batch"),
        (("--set", "generator.width=64"), "follow from the sounds"),
        (("--set", "mirror=true"), "follow from the sounds"),
        (("--from", "nobody"), "no model 'nobody'"),
        (("--from", models[1]), "is no sound model, but a vocoder"),
    ):
        assert train(beeps, tmp_path / "run", *more) == 2
        assert words in complaint(capsys) and not (tmp_path / "run").exists()
    assert train(beeps, beeps / "run") == 2
    assert "lies inside" in complaint(capsys) and not (beeps / "run").exists()


# Sounds


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_a_sound_is_labelled_and_neither_clicks_nor_clips(models: tuple[str, str], tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"a{suffix}"
    assert sound(models, out) == 0
    samples, rate = sf.read(out)
    assert rate == RATE and 0 < len(samples) <= 47 * 256 and np.isfinite(samples).all()
    # Lossy formats swing a little over.
    most, edge = (0.95, 0.01) if suffix in (".wav", ".flac") else (1.6, 0.1)
    assert np.abs(samples).max() < most and abs(samples[0]) < edge and abs(samples[-1]) < edge
    assert verify(out).labelled and verify(out).model == "nobody's beeps"


def test_the_same_seed_gives_the_same_bytes_however_many_are_asked_for(models: tuple[str, str], tmp_path: Path) -> None:
    assert sound(models, tmp_path / "few", "--count", "2", "--seed", "5") == 0
    assert sound(models, tmp_path / "many", "--count", "10", "--seed", "5") == 0
    assert sound(models, tmp_path / "one.wav", "--seed", "5") == 0
    assert sound(models, tmp_path / "other", "--count", "2", "--seed", "6", "--format", "ogg") == 0
    few, many = (sorted((tmp_path / name).iterdir()) for name in ("few", "many"))
    assert [file.name for file in few] == ["000000.wav", "000001.wav"] and len(many) == 10
    assert [file.read_bytes() for file in few] == [file.read_bytes() for file in many[:2]]
    assert (tmp_path / "one.wav").read_bytes() == few[0].read_bytes() != few[1].read_bytes()
    assert [file.suffix for file in (tmp_path / "other").iterdir()] == [".ogg", ".ogg"]


def test_truncation_to_nothing_is_one_sound(models: tuple[str, str], tmp_path: Path) -> None:
    assert sound(models, tmp_path / "mean", "--count", "2", "--truncation", "0") == 0
    first, second = (sf.read(file)[0] for file in sorted((tmp_path / "mean").iterdir()))
    np.testing.assert_allclose(first, second, atol=1e-3)


def test_bad_options_of_sounds_are_one_line_and_lose_nothing(
    models: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old" / "000001.wav"
    old.parent.mkdir()
    old.write_bytes(b"older")
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(Path(models[0]).read_bytes()[:-100])
    new = tmp_path / "new"
    for which, out, more, words in (
        (models, old, (), "exists"),
        (models, old.parent, (), "000001.wav exists"),
        (models, tmp_path / "a.aiff", (), ".wav"),
        (models, tmp_path / "a.wav", ("--count", "2"), "give a folder"),
        (models, tmp_path / "a.wav", ("--format", "ogg"), "leave --format out"),
        (models, new, ("--count", "0"), "--count"),
        (models, new, ("--truncation", "nan"), "--truncation"),
        ((models[1], models[1]), new, (), "is no sound model, but a vocoder"),
        ((models[0], models[0]), new, (), "is no vocoder, but a sound model"),
        ((str(damaged), models[1]), new, (), "damaged or cut off"),
        ((str(old), models[1]), new, (), "no model file"),
        (("nobody", models[1]), new, (), "no model 'nobody'"),
    ):
        assert sound(which, out, *more) == 2
        assert words in complaint(capsys)
    assert {path.name for path in tmp_path.iterdir()} == {"old", "damaged.safetensors"}
    assert old.read_bytes() == b"older" and list(old.parent.iterdir()) == [old]
    assert sound(models, old.parent, "--count", "2", "--force") == 0 and old.read_bytes() != b"older"
    assert main(["sample", models[0], "--out", str(new)]) == 2
    assert "is no picture model, but a sound model" in complaint(capsys)


# What lies between


def test_silence_is_trimmed_and_a_cut_does_not_click() -> None:
    tone = beep(0.2, 600).astype(np.float32)
    found = trimmed(tone)
    assert len(found) < len(tone) and abs(len(found) - 0.2 * RATE) < 0.07 * RATE
    assert abs(found[0]) < 1e-6 and abs(found[-1]) < 1e-3 and np.abs(found).max() == np.abs(tone).max()
    assert not len(trimmed(np.zeros(5000, np.float32))) and not len(trimmed(np.zeros(0, np.float32)))
    assert len(trimmed(np.full(7, 0.5, np.float32))) == 7


@pytest.mark.parametrize("length", [1, 500, 9_000, 24_000, 96_000])
def test_a_window_holds_its_sound_and_a_network_halves_it(length: int) -> None:
    frames = frames_for(length)
    assert frames % 16 == 0 and frames <= 384
    found = window(np.full(length, 0.5, np.float32), frames, 0.999)
    assert len(found) == (frames - 1) * 256 and np.count_nonzero(found) == length and found[-512:].max() == 0
    assert to_pictures(torch.from_numpy(found)[None]).shape == (1, 1, 80, frames)
    assert len(usual(frames).generator.widths) == len(usual(frames).discriminator.widths) >= 5


def test_pictures_and_spectrograms_say_the_same() -> None:
    pictures = to_pictures(torch.from_numpy(window(beep(0.3, 900).astype(np.float32), 64, 0.0))[None])
    assert -1 <= pictures.min() < -0.999 and 0.5 < pictures.max() < 1.2
    again = to_log_mel(pictures)
    loud = pictures[:, 0] > -0.9
    torch.testing.assert_close(
        (again[loud] - again[loud].min()) / 10.71034 * 2, pictures[:, 0][loud] + 0.9, atol=0.06, rtol=0
    )
    assert (again[pictures[:, 0] < -0.99] < -11.5).all()
