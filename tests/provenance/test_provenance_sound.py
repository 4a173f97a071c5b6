"""The label inside of sound files, and the mark that can be heard."""

import io
import json
import struct
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

import ganima
from ganima import provenance
from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.provenance import Origin, notice, sound, verify
from ganima.provenance.audible import FADE, LEVEL, UNIT
from ganima.provenance.formats import id3, ogg, riff, vorbis

RATE = 24_000
ORIGIN = Origin("voice", "ab" * 32)
SUFFIXES = [".wav", ".flac", ".ogg", ".mp3"]
AIGC = '{"AIGC": {"Label": "2", "ContentProducer": "someone"}}'


def tone(seconds: float = 1.0, hz: float = 440.0) -> NDArray[np.float32]:
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def plain(path: Path) -> Path:
    """A sound file as any other program writes it."""
    soundfile.write(path, tone(), RATE)
    return path


def copied(copy: Callable[..., None], content: bytes, *arguments: object) -> bytes:
    """A file in memory, copied with texts."""
    target = io.BytesIO()
    copy(io.BytesIO(content), target, *arguments)
    return target.getvalue()


def with_av(path: Path) -> tuple[dict[str, str], int]:
    """What another decoder finds in a file: texts, and the number of samples."""
    av = pytest.importorskip("av", reason="the extra video is not installed")
    with av.open(str(path)) as container:
        texts = dict(container.metadata) | dict(container.streams[0].metadata)
        return texts, sum(frame.samples for frame in container.decode(audio=0))


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".WAV"])
def test_a_sound_carries_its_label(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sound{suffix}"
    provenance.save_sound(tone(), RATE, path, Origin("voice", "ab" * 32, 'Zoë & "Co" agreed\n同意'))
    verdict = verify(path)
    assert verdict.labelled
    assert verdict.tool == f"ganima {ganima.__version__}"
    assert (verdict.model, verdict.model_sha256) == ("voice", "ab" * 32)
    assert verdict.source_type == provenance.SOURCE_TYPE
    assert verdict.consent == 'Zoë & "Co" agreed\n同意'
    assert verdict.aigc is not None and len(verdict.aigc) == 7
    assert (verdict.aigc["Label"], verdict.aigc["ContentProducer"]) == ("1", "ganima")
    assert len(verdict.aigc["ProduceID"]) == 32 and int(verdict.aigc["ProduceID"], 16)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_other_programs_read_texts_and_sound(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sound{suffix}"
    provenance.save_sound(tone(), RATE, path, ORIGIN)
    texts, samples = with_av(path)
    # FFmpeg does not cut the ends of a short Vorbis stream to the sample.
    assert abs(samples - RATE) <= (512 if suffix == ".ogg" else 0)
    assert texts["comment"] == f"AI-generated, by {provenance.TOOL} with the model voice"
    assert texts["ai-model"] == "voice" and texts["digital-source-type"] == provenance.SOURCE_TYPE
    # FFmpeg has no name for a chunk of a WAV that it does not know.
    if suffix != ".wav":
        assert json.loads(texts["AIGC"])["Label"] == "1"
    with soundfile.SoundFile(path) as file:
        assert file.copy_metadata()["comment"] == texts["comment"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_samples_are_those_that_were_given(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sound{suffix}"
    samples = np.concatenate([tone(), np.linspace(-1.5, 1.5, RATE, dtype=np.float32)])
    provenance.save_sound(samples, RATE, path, ORIGIN)
    found, rate = soundfile.read(path)
    assert rate == RATE and found.shape == samples.shape
    if suffix in (".wav", ".flac"):
        assert soundfile.info(path).subtype == "PCM_16"
        assert np.abs(found - np.clip(samples, -1, 1 - 2**-15)).max() <= 2**-16
    else:
        assert np.abs(found - samples)[2000:22_000].max() < 0.05


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_long_and_very_short_sounds_are_files_too(tmp_path: Path, suffix: str) -> None:
    for seconds in (0.001, 120):
        path = tmp_path / f"{seconds}{suffix}"
        provenance.save_sound(tone(seconds), RATE, path, ORIGIN)
        assert verify(path).labelled and verify(path).consent == ""
    assert soundfile.info(tmp_path / f"120{suffix}").frames == 120 * RATE


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_sound_gives_the_same_bytes_and_another_one_another_number(tmp_path: Path, suffix: str) -> None:
    def written(name: str, hz: float, origin: Origin = ORIGIN) -> bytes:
        provenance.save_sound(tone(hz=hz), RATE, tmp_path / f"{name}{suffix}", origin)
        return (tmp_path / f"{name}{suffix}").read_bytes()

    assert written("a", 440) == written("b", 440)
    written("c", 441)
    written("d", 440, Origin("voice", "cd" * 32))
    assert len({(verify(tmp_path / f"{name}{suffix}").aigc or {})["ProduceID"] for name in "acd"}) == 3


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "model", ["<b>&\"'=;", "日本語 😀", "a\x00b\x0b\x1b[31m", "lone \ud800 surrogate", "", "x" * 200_000]
)
def test_any_model_name_leaves_a_readable_label_and_a_whole_file(tmp_path: Path, model: str, suffix: str) -> None:
    path = tmp_path / f"sound{suffix}"
    provenance.save_sound(tone(), RATE, path, Origin(model))
    assert verify(path).labelled and verify(path).aigc
    assert verify(path).model == "".join(letter for letter in model if letter.isprintable())
    assert len(soundfile.read(path)[0]) == RATE


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_sound_without_a_label_is_said_to_have_none(tmp_path: Path, suffix: str) -> None:
    path = plain(tmp_path / f"plain{suffix}")
    assert verify(path) == provenance.Verdict(False)
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        file.comment, file.title = "recorded by hand", "a tone"
        file.write(tone())
    assert not verify(path).labelled and verify(path).aigc is None


def test_verify_reads_sound_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, recorded = tmp_path / "a.mp3", plain(tmp_path / "b.flac")
    provenance.save_sound(tone(), RATE, made, Origin("voice", "", "Zoë\nagreed"))
    assert main(["verify", str(made)]) == 0
    assert "AI-generated, by ganima" in (said := capsys.readouterr().out) and "consent Zoë agreed\n" in said
    assert main(["verify", str(made), str(recorded)]) == 1
    assert "b.flac: carries no label" in capsys.readouterr().out


def test_labels_that_others_wrote_are_read(tmp_path: Path) -> None:
    wav, flac, mp3 = (plain(tmp_path / f"other.{kind}").read_bytes() for kind in ("wav", "flac", "mp3"))
    (tmp_path / "other.wav").write_bytes(wav + b"AIGC" + struct.pack("<I", len(AIGC)) + AIGC.encode())
    (tmp_path / "other.flac").write_bytes(copied(vorbis.copy, flac, {"aigc": AIGC}))
    # Version 2.3, UTF-16 with a byte order mark for each text, and sizes of plain bytes.
    frame = b"\1" + "AIGC".encode("utf-16") + b"\0\0" + AIGC.encode("utf-16")
    frame = bytes.fromhex("54 58 58 58") + struct.pack(">I", len(frame)) + b"\0\0" + frame
    (tmp_path / "other.mp3").write_bytes(
        b"ID3\3\0\0\0\0" + bytes(divmod(len(frame) + 20, 128)) + frame + bytes(20) + mp3
    )
    for suffix in (".wav", ".flac", ".mp3"):
        verdict = verify(tmp_path / f"other{suffix}")
        assert verdict.labelled and (verdict.aigc or {})["ContentProducer"] == "someone"


def test_opus_that_others_labelled_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.opus", tone(), RATE, format="OGG", subtype="OPUS")
    content = (tmp_path / "a.opus").read_bytes()
    first, second, *rest = ogg._pages(io.BytesIO(content))
    packet = ogg.OPUS + vorbis.comments({"AIGC": AIGC})
    pages = [first, *(replace(page, stream=second.stream) for page in ogg._paged([packet])), *rest]
    (tmp_path / "a.opus").write_bytes(b"".join(ogg._bytes(page, number) for number, page in enumerate(pages)))
    assert not verify_bytes(tmp_path / "b.opus", content).labelled and verify(tmp_path / "a.opus").labelled


def verify_bytes(path: Path, content: bytes) -> provenance.Verdict:
    path.write_bytes(content)
    return verify(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_cut_off_or_something_else_is_named(tmp_path: Path, suffix: str) -> None:
    whole, bad = tmp_path / f"whole{suffix}", tmp_path / f"bad{suffix}"
    provenance.save_sound(tone(), RATE, whole, ORIGIN)
    content = whole.read_bytes()
    for damaged in (b"", b"hello, this is no sound", content[:3], content[:10], content[:200], bytes(100)):
        with pytest.raises(GanimaError, match="bad") as caught:
            verify_bytes(bad, damaged)
        assert "\n" not in str(caught.value)
    if suffix in (".wav", ".ogg"):
        with pytest.raises(GanimaError, match="cut off"):
            verify_bytes(bad, content[:-40])
    for path in (tmp_path / f"missing{suffix}", tmp_path):
        with pytest.raises(GanimaError, match="cannot read|no PNG"):
            verify(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_hostile_bytes_are_a_verdict_or_one_line(tmp_path: Path, suffix: str) -> None:
    provenance.save_sound(tone(0.1), RATE, tmp_path / f"whole{suffix}", ORIGIN)
    content = (tmp_path / f"whole{suffix}").read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(400):
        damaged = bytearray(content)
        for place in rng.integers(0, min(len(content), 900), rng.integers(1, 6)):
            damaged[place] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.integers(256)])
        try:
            verify_bytes(tmp_path / f"bad{suffix}", bytes(damaged))
        except GanimaError as error:
            assert str(error)


@pytest.mark.parametrize(
    "label", ["[" * 50_000, '{"Label": {"a": [1]}}', '{"Label": "1", "b": "\x1b[2J"}', "null", "\ufeff{}"]
)
def test_hostile_labels_do_no_harm(tmp_path: Path, label: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {"AIGC": label, "generator": "\x1b[2J\x07red\r\nherring", "ai-model": "a\u202eb"}
    mp3 = id3.tag(texts) + plain(tmp_path / "a.mp3").read_bytes()
    wav = copied(riff.copy, plain(tmp_path / "a.wav").read_bytes(), texts | {id3.COMMENT: ""})
    oga = copied(ogg.copy, plain(tmp_path / "a.ogg").read_bytes(), texts, 1)
    flac = copied(vorbis.copy, plain(tmp_path / "a.flac").read_bytes(), texts)
    for suffix, content in zip((".mp3", ".wav", ".ogg", ".flac"), (mp3, wav, oga, flac), strict=True):
        (tmp_path / f"a{suffix}").write_bytes(content)
        assert main(["verify", str(tmp_path / f"a{suffix}")]) in (0, 1)
        shown = capsys.readouterr()
        assert shown.err == "" and "\x1b" not in shown.out and len(shown.out.splitlines()) == 1


def test_what_cannot_be_written_is_a_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match=r"\.wav, \.flac, \.ogg or \.mp3"):
        provenance.save_sound(tone(), RATE, tmp_path / "a.aiff", ORIGIN)
    with pytest.raises(GanimaError, match="23456 samples per second"):
        provenance.save_sound(tone(), 23_456, tmp_path / "a.mp3", ORIGIN)
    for suffix in SUFFIXES:
        (tmp_path / f"folder{suffix}").mkdir()
        with pytest.raises(GanimaError, match="cannot write"):
            provenance.save_sound(tone(), RATE, tmp_path / f"folder{suffix}", ORIGIN)
    assert {path.name for path in tmp_path.iterdir()} == {f"folder{suffix}" for suffix in SUFFIXES}


@pytest.mark.parametrize("room", [100, 48_100])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_the_older_file(
    tmp_path: Path, suffix: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is full while the sound comes, or when it is there and the file is made of it."""
    path = tmp_path / f"sound{suffix}"
    path.write_bytes(b"older")
    written = 0

    class Full(io.BytesIO):
        def write(self, content: Any) -> int:
            nonlocal written
            written += len(content)
            if written > room:
                raise OSError(28, "No space left on device")
            return super().write(content)

    monkeypatch.setattr(sound, "TemporaryFile", lambda dir: Full())
    with pytest.raises(GanimaError, match="No space left"):
        provenance.save_sound(tone(), RATE, path, ORIGIN)
    assert [file.name for file in tmp_path.iterdir()] == [path.name] and path.read_bytes() == b"older"


def test_the_label_is_read_without_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix in SUFFIXES:
        provenance.save_sound(tone(), RATE, tmp_path / f"a{suffix}", ORIGIN)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    assert all(verify(tmp_path / f"a{suffix}").labelled for suffix in SUFFIXES)


def test_sound_in_memory_is_the_file(tmp_path: Path) -> None:
    provenance.save_sound(tone(), RATE, tmp_path / "a.ogg", ORIGIN)
    assert provenance.sound_bytes(tone(), RATE, ORIGIN, "OGG") == (tmp_path / "a.ogg").read_bytes()


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 48_000])
def test_the_mark_sounds_short_long_short_short(rate: int) -> None:
    samples = notice(rate)
    assert samples.dtype == np.float32 and samples.ndim == 1
    # The envelope: the peak of each 2 ms, which is longer than half a wave.
    frame = rate // 500
    envelope = np.abs(samples[: len(samples) // frame * frame]).reshape(-1, frame).max(1)
    on = (envelope > LEVEL / 2).astype(int)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on, [0]]))) * frame / rate
    lengths, pauses = edges[1::2] - edges[::2], edges[2::2] - edges[1:-1:2]
    assert lengths == pytest.approx([UNIT, 3 * UNIT, UNIT, UNIT], abs=0.015)
    # A, which is short and long, and I, which is short and short, stand apart as letters do.
    assert pauses == pytest.approx([UNIT, 3 * UNIT, UNIT], abs=0.015)
    assert edges[0] < FADE and len(samples) / rate - edges[-1] == pytest.approx(5 * UNIT, abs=0.015)


def test_the_mark_is_as_loud_as_speech_and_does_not_click() -> None:
    samples = notice(RATE)
    assert 0.15 < np.abs(samples).max() <= 0.25
    level = 20 * np.log10(np.sqrt(np.mean(samples[np.abs(samples) > 0] ** 2)))
    assert -22 < level < -14
    # A click is a sudden step: nothing changes faster than the tone itself does.
    assert np.abs(np.diff(samples)).max() <= LEVEL * 2 * np.pi * 880 / RATE * 1.01
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    assert power[np.abs(hz - 880) > 400].sum() < 1e-4 * power.sum()


def test_the_mark_stays_audible_in_every_format(tmp_path: Path) -> None:
    samples = np.concatenate([notice(RATE), tone()])
    for suffix in SUFFIXES:
        provenance.save_sound(samples, RATE, tmp_path / f"a{suffix}", ORIGIN)
        found, _ = soundfile.read(tmp_path / f"a{suffix}")
        assert np.abs(found[: len(notice(RATE))] - notice(RATE)).max() < 0.02


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_sound_that_comes_in_pieces_is_the_same_file(tmp_path: Path, suffix: str) -> None:
    whole = tone(3.0)
    provenance.save_sound(whole, RATE, tmp_path / f"whole{suffix}", ORIGIN)
    with provenance.SoundWriter(tmp_path / f"pieces{suffix}", RATE, ORIGIN) as file:
        for start in range(0, len(whole), 5_000):
            file.write(whole[start : start + 5_000])
    assert (tmp_path / f"pieces{suffix}").read_bytes() == (tmp_path / f"whole{suffix}").read_bytes()


def test_sound_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    old = tmp_path / "a.wav"
    old.write_bytes(b"older")
    with pytest.raises(ZeroDivisionError), provenance.SoundWriter(old, RATE, ORIGIN) as file:
        file.write(tone())
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"] and old.read_bytes() == b"older"


def test_a_stream_is_a_labelled_file_of_unknown_length(tmp_path: Path) -> None:
    contents = []
    for pieces in (1, 1, 5):
        target = io.BytesIO()
        stream = provenance.SoundStream(target, RATE, ORIGIN)
        for piece in np.array_split(tone(), pieces):
            stream.write(piece)
        contents.append(target.getvalue())
    assert contents[0] == contents[1]
    path = tmp_path / "stream.wav"
    for content in contents:
        assert verify_bytes(path, content).labelled and (verify(path).aigc or {})["ContentProducer"] == "ganima"
        samples, rate = soundfile.read(path)
        np.testing.assert_allclose(samples, tone(), atol=2**-15)
        assert rate == RATE
    texts, length = with_av(path)
    assert length == RATE and texts["ai-model"] == "voice" and "AI-generated" in texts["comment"]


def test_a_stream_into_a_full_disk_is_one_line_and_into_nothing_an_end() -> None:
    class Full(io.BytesIO):
        def __init__(self, error: OSError) -> None:
            super().__init__()
            self.error = error

        def write(self, content: object) -> int:
            raise self.error

    with pytest.raises(GanimaError, match="No space left"):
        provenance.SoundStream(Full(OSError(28, "No space left on device")), RATE, ORIGIN).write(tone())
    with pytest.raises(BrokenPipeError):
        provenance.SoundStream(Full(BrokenPipeError()), RATE, ORIGIN).write(tone())
