"""Sound files of all kinds become samples, or a reason why not; the mel spectrogram is the one that others compute."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from ganima.data import sound
from ganima.data.content import Unusable
from ganima.data.sound import Sound, decode_sound, read_sound
from ganima.signal import mel
from ganima.signal.resampling import resampled

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech-en" / "wavs"


def tone(rate: int, seconds: float = 0.5, hz: float = 440.0, channels: int = 1) -> NDArray[np.float64]:
    """A sine [samples, channels], each channel half as loud as the one before."""
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)
    return wave[:, None] * 0.5 ** np.arange(channels)


def encoded(samples: NDArray[np.float64], rate: int, kind: str = "WAV", subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, subtype=subtype, format=kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "subtype", "slack"),
    [
        ("WAV", "PCM_U8", 0.01),
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "FLOAT", 1e-6),
        ("WAV", "DOUBLE", 1e-6),
        ("WAV", "ULAW", 0.02),
        ("WAVEX", "PCM_16", 1e-4),
        ("RF64", "PCM_16", 1e-4),
        ("FLAC", "PCM_24", 1e-6),
        ("OGG", "VORBIS", 0.1),
        ("MP3", "MPEG_LAYER_III", 0.1),
    ],
)
def test_every_kind_of_file_is_read(kind: str, subtype: str, slack: float) -> None:
    wave = tone(24_000)
    name = sound.VARIANTS.get(kind, kind)
    found = decode_sound(encoded(wave, 24_000, kind, subtype), sound.FORMATS[name][0])
    assert (found.rate, found.channels, found.note) == (24_000, 1, None)
    assert found.samples.dtype == np.float32 and abs(len(found.samples) - len(wave)) <= 1152
    # An encoder fades in; what it does in the middle has to be the tone.
    middle = slice(4000, 8000)
    assert np.abs(found.samples[middle] - wave[middle, 0]).max() < slack


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_number_of_channels_becomes_one_channel_at_24_khz(
    rate: int, channels: int, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(encoded(tone(rate, channels=channels), rate, "WAV", "FLOAT"))
    found = read_sound(tmp_path / "a.wav", 24_000)
    assert (found.rate, found.channels) == (24_000, channels) and found.seconds == pytest.approx(0.5, abs=1e-3)
    expected = tone(24_000)[:, 0] * np.mean(0.5 ** np.arange(channels))
    middle = slice(2000, 10_000)
    assert np.abs(found.samples[middle] - expected[middle]).max() < 2e-3


def test_nothing_above_the_new_limit_is_folded_back() -> None:
    high = tone(48_000, hz=17_000)[:, 0].astype(np.float32)
    assert np.abs(resampled(high, 48_000, 24_000)[1000:-1000]).max() < 2e-3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encoded(tone(8000), 8000)[:3000], "truncated: 0.2 of 0.5 seconds"),
        (encoded(tone(8000), 8000, "FLAC")[:2000], "(truncated|damaged)"),
        (encoded(tone(8000, 5), 8000, "MP3")[:4000], r"truncated: [1-4]\.\d of 5.0 seconds"),
        (encoded(tone(8000, 0), 8000), "holds no sound"),
        (encoded(np.full((100, 1), np.nan), 8000, "WAV", "FLOAT"), "no numbers"),
        (encoded(np.full((100, 1), np.inf), 8000, "WAV", "FLOAT"), "no numbers"),
        (encoded(tone(8000), 8000, "AIFF"), "AIFF file, which is not read; convert"),
        (b"RIFF\x00\x00\x00\x00WAVE", "damaged, or a kind of WAV"),
        (b"RIFF", "damaged, or a kind of WAV"),
        (b"ID3" + bytes(100), "damaged, or a kind of MP3"),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(50), "M4A"),
        (b"PK\x03\x04" + bytes(50), "ZIP archive"),
        (b"hello, this is a note", "it is text"),
        (bytes(500), "nothing but zeros"),
        (bytes(range(1, 256)) * 4, "known format"),
    ],
)
def test_what_gives_no_sound_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(Unusable, match=reason) as caught:
        decode_sound(content, ".wav")
    assert "\n" not in caught.value.reason


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    for name, reason in (("empty.wav", "empty file"), ("none.wav", "no such file"), (".", "folder")):
        with pytest.raises(Unusable, match=reason):
            read_sound(tmp_path / name)


def test_a_renamed_file_is_used_and_a_long_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "FLAC" in (decode_sound(encoded(tone(8000), 8000, "FLAC"), ".wav").note or "")
    monkeypatch.setattr(sound, "SECONDS_MAX", 0.4)
    with pytest.raises(Unusable, match="too long"):
        decode_sound(encoded(tone(8000), 8000), ".wav")


def test_a_streamed_flac_does_not_say_how_long_it_is() -> None:
    content = bytearray(encoded(tone(8000, 20), 8000, "FLAC"))
    # 36 bits for the number of samples.
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    with pytest.raises(Unusable, match="how long it is; convert"):
        decode_sound(bytes(content), ".flac")


def test_an_ogg_without_its_end_says_so() -> None:
    content = encoded(tone(8000, 20), 8000, "OGG")
    found = decode_sound(content[: content.rfind(b"OggS")], ".ogg")
    assert 0 < found.seconds < 20 and "a part of it may be missing" in (found.note or "")


def speech() -> Sound:
    if not SPEECH.is_dir():
        pytest.skip("there is no ../shared/data/speech-en")
    return read_sound(max(SPEECH.iterdir(), key=lambda path: path.stat().st_size), mel.RATE)


def test_the_mel_spectrogram_is_that_of_librosa() -> None:
    librosa = pytest.importorskip("librosa", reason="the extra dev is not installed")
    rng = np.random.default_rng(0)
    for samples in (speech().samples[: 5 * mel.RATE], rng.normal(0, 0.1, 5000).astype(np.float32)):
        bands = librosa.feature.melspectrogram(
            y=samples, sr=mel.RATE, n_fft=mel.FFT, hop_length=mel.HOP, n_mels=mel.BANDS, power=1.0, pad_mode="reflect"
        )
        expected = np.log(np.maximum(bands, mel.CLAMP))
        exact, fast = (mel.mel(torch.from_numpy(samples)[None].to(kind))[0].numpy() for kind in (float, torch.float32))
        assert exact.shape == expected.shape == (mel.BANDS, 1 + len(samples) // mel.HOP)
        assert np.abs(exact - expected).max() < 1e-4
        assert np.abs(fast - expected).max() < 1e-3 and np.abs(fast - expected).mean() < 1e-5


def test_the_mel_spectrogram_can_be_learned_through_also_where_there_is_silence() -> None:
    samples = torch.zeros(2, 3000, requires_grad=True)
    mel.mel(samples).sum().backward()
    assert samples.grad is not None and samples.grad.isfinite().all()
