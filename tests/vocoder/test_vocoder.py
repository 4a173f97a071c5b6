"""The vocoder: networks, losses, training, resume, and sound in pieces."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch
from trainings import Fitting

from ganima.data.recordings import Pieces, Recordings, load_recordings, split
from ganima.errors import GanimaError
from ganima.gan.matching import feature_matching, mel_distance
from ganima.layers.excitation import noise, pulses
from ganima.layers.pitch import PitchConfig, read_pitch
from ganima.models.library import find_model
from ganima.picture.model import load_model
from ganima.signal.mel import HOP, RATE, mel
from ganima.signal.pitch import pitch
from ganima.training import checkpoint
from ganima.training.run import Budget
from ganima.vocoder.apply import CHUNK, chunks, copied, load_vocoder, synthesise
from ganima.vocoder.discriminator import SoundDiscriminator, SoundDiscriminatorConfig
from ganima.vocoder.network import Vocoder, VocoderConfig
from ganima.vocoder.recipe import VocoderRecipe
from ganima.vocoder.step import VocoderState, VocoderTraining

SMALL = VocoderTraining(
    generator=VocoderConfig(channels=24, hidden=48, blocks=2, pitch=PitchConfig(channels=16, hidden=32, blocks=1)),
    discriminator=SoundDiscriminatorConfig(widths=(4, 4, 4, 4), periods=(2, 3), ffts=(512,)),
    samples=4096,
    batch=2,
)


def voices(count: int = 12, seconds: float = 0.6) -> Recordings:
    """Tones with overtones, each another pitch."""
    time = np.arange(int(seconds * RATE)) / RATE
    found = [sum(np.sin(2 * np.pi * (110 + 10 * i) * k * time) / k for k in range(1, 9)) / 4 for i in range(count)]
    samples = np.concatenate([(one * 20_000).astype(np.int16) for one in found])
    starts = np.arange(count + 1) * len(time)
    names = tuple(f"{i:02d}.wav" for i in range(count))
    return Recordings(samples, starts, names, ("a",) * count, (), "")


def new_run(out: Path, steps: int, config: VocoderTraining = SMALL) -> Fitting:
    training, held_out = split(voices(), 0)
    recipe = VocoderRecipe(
        config=config,
        data=training,
        pitch=[pitch(training.one(number)) for number in range(len(training.names))],
        held_out=held_out,
        card={"name": "small"},
    )
    return Fitting(recipe=recipe, out=out, budget=Budget(examples=steps * config.batch))


def steps_of(run: Fitting, count: int, progress: float) -> tuple[VocoderState, list[dict[str, float]]]:
    state = run.begin()
    told = []
    for _ in range(count):
        told.append({name: value.item() for name, value in run.step(state, progress).items()})
    return state, told


@pytest.mark.parametrize("frames", [2, 17, 100])
def test_sound_has_a_hop_for_every_step_between_frames(frames: int) -> None:
    sound = Vocoder(SMALL.generator)(torch.randn(3, 80, frames))
    assert sound.shape == (3, (frames - 1) * HOP) and torch.isfinite(sound).all()


def test_the_bundled_layout_fits_into_eight_mebibytes() -> None:
    assert sum(p.numel() for p in Vocoder(VocoderConfig()).parameters()) * 2 < 8 * 2**20


def test_discriminators_judge_each_sound_of_a_batch_by_itself() -> None:
    torch.manual_seed(0)
    critic = SoundDiscriminator(SMALL.discriminator)
    one, two = torch.randn(2, 4096) * 0.1
    together = critic([torch.stack([one, two])] * 3)
    alone = critic([two[None]] * 3)
    for (logits, features), (lonely, lonely_features) in zip(together, alone, strict=True):
        torch.testing.assert_close(logits[1:], lonely, atol=1e-5, rtol=1e-4)
        assert len(features) == len(lonely_features) == 4


def test_distances_are_zero_for_equals_and_grow_with_the_difference() -> None:
    torch.manual_seed(0)
    sound = torch.randn(2, 8192) * 0.1
    noise = torch.randn(2, 8192)
    assert mel_distance(sound, sound) == 0
    near, far = (mel_distance(sound, sound + amount * noise) for amount in (0.01, 0.1))
    assert 0 < near < far
    features = [[torch.randn(2, 4, 8)], [torch.randn(2, 4, 8)]]
    other = [[one + 0.1] for (one,) in features]
    assert feature_matching(features, features) == 0 < feature_matching(features, other)


@pytest.mark.slow
def test_mel_alone_at_first_and_the_game_from_its_share_on(tmp_path: Path) -> None:
    run = new_run(tmp_path, 1)
    state, told = steps_of(run, 1, SMALL.game_from - 0.01)
    assert set(told[0]) == {"mel", "pitch"} and not state.optimizers["discriminator"].state
    state, told = steps_of(run, 1, SMALL.game_from)
    assert {"mel", "loss_d", "loss_g", "matching"} <= set(told[0]) and state.optimizers["discriminator"].state


def test_pulses_have_the_pitch_that_they_are_given_and_noise_is_the_same_at_the_same_place() -> None:
    hz = torch.tensor([[0.0] * 20 + [180.0] * 60 + [0.0] * 20])
    found = pulses(hz)[0].numpy()
    heard = pitch(found)
    assert np.abs(heard[25:75] / 180 - 1).max() < 0.01 and (heard[:17] == 0).all() and (found[: 18 * HOP] == 0).all()
    torch.testing.assert_close(noise(5000, 300, hz.device)[100:], noise(4900, 400, hz.device))


@pytest.mark.slow
def test_a_vocoder_learns_to_read_the_pitch(tmp_path: Path) -> None:
    run = new_run(tmp_path, 1)
    state, _ = steps_of(run, 150, 0.0)
    sound, hz, _ = run.recipe.batch(state)
    model = state.generator
    assert isinstance(model, Vocoder)
    found = read_pitch(model.pitch(mel(sound)))
    both = (hz > 0) & (found > 0)
    assert both.float().mean() > 0.9 and (found[both] / hz[both] - 1).abs().median() < 0.05


@pytest.mark.slow
def test_training_brings_sound_nearer_to_its_target(tmp_path: Path) -> None:
    # Without the passes, which bring even an untrained one near.
    config = replace(SMALL, generator=replace(SMALL.generator, passes=0))
    _, told = steps_of(new_run(tmp_path, 1, config), 60, 0.0)
    assert np.mean([line["mel"] for line in told[-5:]]) < 0.8 * told[0]["mel"]


def test_a_trained_vocoder_is_loaded_and_is_no_model_of_pictures(tmp_path: Path) -> None:
    run = new_run(tmp_path, 2)
    path = run.train()
    vocoder, file = load_vocoder(path)
    card = file.card.to_json()
    assert card["kind"] == "vocoder" and card["examples"] == 4
    sound = voices().one(0)
    assert copied(vocoder, sound).shape == sound.shape
    state = run.begin()
    checkpoint.load(state, run.checkpoint_path)
    assert isinstance(state.average, Vocoder)
    # The file holds sixteen bits a weight.
    np.testing.assert_allclose(copied(vocoder, sound), copied(state.average, sound), atol=5e-3)
    with pytest.raises(GanimaError, match="is no picture model, but a vocoder"):
        load_model(path)


def test_sound_in_pieces_is_the_sound_at_once() -> None:
    torch.manual_seed(0)
    vocoder = Vocoder(replace(VocoderConfig(), channels=16, hidden=16)).eval()
    log_mel = torch.randn(80, 2 * CHUNK + 100)
    pieces = synthesise(vocoder, log_mel)
    with torch.no_grad():
        whole = vocoder(log_mel[None])[0].clamp(-1, 1).numpy()
    np.testing.assert_allclose(pieces, whole, atol=1e-5)
    first, *others = chunks(vocoder, log_mel, 32)
    assert len(first) == 32 * HOP and len(others[0]) > len(first)
    np.testing.assert_allclose(np.concatenate([first, *others]), whole, atol=1e-5)


@pytest.mark.parametrize("samples", [0, 1, 300, 1024, 5000])
def test_any_length_is_copied(samples: int) -> None:
    vocoder = Vocoder(SMALL.generator).eval()
    assert copied(vocoder, np.zeros(samples, np.float32)).shape == (samples,)


def test_pieces_cover_every_recording_and_stay_inside() -> None:
    data = voices(3, 0.5)
    pieces = Pieces(data, 4096)
    assert {number for number, _ in pieces.places} == {0, 1, 2}
    for number in range(len(pieces)):
        for shift in (0.0, 0.5, 0.999):
            recording, start = pieces.begin(number, shift)
            found = pieces.piece(recording, start)
            assert start % HOP == 0 and found.shape == (4096,) and np.abs(found).max() > 0.1
    short = Pieces(data, 2**15)
    filled = short.piece(*short.begin(0, 0.9))
    assert len(short) == 3 and (filled[12_000:] == 0).all() and np.abs(filled[:12_000]).max() > 0.1


def test_recordings_are_read_at_one_rate_and_told_apart_by_speaker(tmp_path: Path) -> None:
    for speaker in range(12):
        for number in range(2):
            tone = 0.5 * np.sin(np.arange(8000) * (speaker + 1) / 50)
            sf.write(tmp_path / f"p{speaker}_{number}.flac", tone, 16_000)
    (tmp_path / "p1_2.wav").write_bytes(b"no sound")
    data = load_recordings([tmp_path])
    assert len(data.names) == 24 and len(set(data.speakers)) == 12 and len(data.one(3)) == 12_000
    assert [name for name, _ in data.skipped] == ["p1_2.wav"]
    training, held_out = split(data, 0)
    assert not set(training.speakers) & set(held_out.speakers)
    assert sorted(training.names + held_out.names) == sorted(data.names)


def test_too_few_recordings_are_refused(tmp_path: Path) -> None:
    sf.write(tmp_path / "one.wav", np.zeros(5000), 24_000)
    with pytest.raises(GanimaError, match="1 usable recordings.*at least 10"):
        load_recordings([tmp_path])


def test_log_mels_of_the_vocoder_are_those_of_the_data() -> None:
    """A frame more than whole hops: what `copied` relies on."""
    assert mel(torch.zeros(1, 10 * HOP)).shape == (1, 80, 11)


def test_a_hiss_does_not_ring() -> None:
    """Where single bins of noise were louder than their neighbours, the bundled vocoder's /s/ was metallic."""
    rng = np.random.default_rng(0)
    spectrum = np.fft.rfft(0.05 * rng.standard_normal(2 * RATE))
    hz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    hiss = np.fft.irfft(spectrum / (1 + np.exp((5_000 - hz) / 400))).astype(np.float32)
    vocoder, _ = load_vocoder(find_model("vocoder"))
    assert ringing(copied(vocoder, hiss)) < 1.3 * ringing(hiss)


def ringing(samples: np.ndarray) -> float:
    """The largest autocorrelation at lags of 2 to 16 ms, a mean over frames of 43 ms."""
    frames = samples[: len(samples) // 1024 * 1024].reshape(-1, 1024)
    products = np.fft.irfft(np.abs(np.fft.rfft(frames, 2048)) ** 2)
    return float((products[:, 48:384].max(1) / products[:, 0]).mean())
