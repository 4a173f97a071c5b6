"""The acoustic model: alignment, training, resume, and sentences as they are said."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from trainings import Fitting

from ganima.errors import GanimaError
from ganima.picture.model import load_model
from ganima.signal.gentle import LEVEL
from ganima.signal.mel import RATE
from ganima.speech.acoustic.alignment import durations, likelihoods
from ganima.speech.acoustic.apply import LONGEST, Manner, load_speaker
from ganima.speech.acoustic.discriminator import MelDiscriminatorConfig
from ganima.speech.acoustic.network import AcousticConfig, AcousticModel, stretched
from ganima.speech.acoustic.recipe import AcousticRecipe, grouped, to_batch
from ganima.speech.acoustic.sentences import Utterance
from ganima.speech.acoustic.step import AcousticTraining, mean_over, spoken_by
from ganima.speech.acoustic.voice import voice_of
from ganima.speech.speech import say
from ganima.text import front_end
from ganima.text.symbols import NUMBERS, SYMBOLS
from ganima.training.run import Budget
from ganima.vocoder.network import Vocoder, VocoderConfig

SMALL = AcousticTraining(
    generator=AcousticConfig(symbols=len(SYMBOLS), channels=32, hidden=64, encoder=1, decoder=2, predictor=16),
    discriminator=MelDiscriminatorConfig(lengths=(16, 32), widths=(4, 4)),
    frames=400,
)


def spoken(seed: int, count: int = 8) -> tuple[Utterance, list[int]]:
    """A sentence in which every symbol has bands of its own, and how many frames each one really has."""
    rng = np.random.default_rng(seed)
    symbols = rng.permutation(np.arange(10, 20))[:count]
    frames = rng.integers(3, 9, count)
    mel = np.full((80, int(frames.sum())), -9.0)
    numbers = np.repeat(symbols, frames)
    for place, number in enumerate(numbers):
        mel[8 * (number - 10) : 8 * (number - 10) + 8, place] = -1.0
    mel += rng.normal(0, 0.2, mel.shape)
    pitch = np.repeat(5.0 + 0.1 * (symbols % 3), frames).astype(np.float32)
    energy = mel.mean(0).astype(np.float32)
    return Utterance(f"{seed}", symbols, mel.astype(np.float16), pitch, energy, 0.0), frames.tolist()


def new_run(out: Path, config: AcousticTraining = SMALL) -> Fitting:
    found = [spoken(seed)[0] for seed in range(12)]
    faster = [replace(sentence, tuning=0.05) for sentence in found]
    held_out = [spoken(seed)[0] for seed in range(20, 26)]
    recipe = AcousticRecipe(config=config, data=[found, faster], held_out=held_out, card={"name": "small"})
    return Fitting(recipe=recipe, out=out, budget=Budget(examples=80))


def test_the_path_is_the_best_of_all() -> None:
    torch.manual_seed(0)
    for _ in range(20):
        scores = torch.randn(1, 3, 7)
        cuts = [(a, b - a, 7 - b) for a, b in combinations(range(1, 7), 2)]
        best = max(cuts, key=lambda c: float(sum(scores[0, i, sum(c[:i]) : sum(c[: i + 1])].sum() for i in range(3))))
        assert durations(scores, torch.tensor([3]), torch.tensor([7]))[0].tolist() == list(best)


def test_sentences_of_a_batch_are_aligned_each_to_its_own_length() -> None:
    torch.manual_seed(0)
    scores = torch.randn(3, 6, 20)
    phonemes, frames = torch.tensor([6, 3, 5]), torch.tensor([20, 12, 5])
    together = durations(scores, phonemes, frames)
    assert together.sum(1).tolist() == frames.tolist()
    for i in range(3):
        alone = durations(scores[i : i + 1, : phonemes[i], : frames[i]], phonemes[i : i + 1], frames[i : i + 1])
        assert together[i, : phonemes[i]].tolist() == alone[0].tolist()
        assert (together[i, : phonemes[i]] > 0).all() and (together[i, phonemes[i] :] == 0).all()


def test_true_means_give_true_durations() -> None:
    sentence, frames = spoken(3)
    means = torch.full((1, 80, len(sentence.symbols)), -9.0)
    for place, number in enumerate(sentence.symbols):
        means[0, 8 * (number - 10) : 8 * (number - 10) + 8, place] = -1.0
    mel = torch.from_numpy(sentence.mel.astype(np.float32))[None]
    found = durations(likelihoods(means, mel), torch.tensor([len(frames)]), torch.tensor([mel.shape[2]]))
    assert found[0].tolist() == frames


def test_frames_know_their_phoneme_and_phonemes_the_mean_of_their_frames() -> None:
    lengths = torch.tensor([[2, 1, 3], [1, 1, 0]])
    assert spoken_by(lengths, 6)[0].tolist() == [0, 0, 1, 2, 2, 2]
    values = torch.tensor([[1.0, 3.0, 5.0, 6.0, 6.0, 9.0], [4.0, 2.0, 0.0, 0.0, 0.0, 0.0]])
    assert mean_over(values, lengths).tolist() == [[2.0, 5.0, 7.0], [4.0, 2.0, 0.0]]
    numbers, places, inside = stretched(lengths)
    assert numbers[0].tolist() == [0, 0, 1, 2, 2, 2] and inside[:, 0].sum(1).tolist() == [6.0, 2.0]
    assert places[0, :, 0].tolist() == pytest.approx([0.25, 0.75, 0.5, 1 / 6, 0.5, 5 / 6])


def test_groups_hold_every_sentence_once_and_not_too_much() -> None:
    frames = np.random.default_rng(0).integers(10, 300, 100).tolist()
    groups = grouped(frames, 600)
    assert sorted(i for group in groups for i in group) == list(range(100))
    assert all(max(frames[i] for i in group) * len(group) <= 600 for group in groups)


def test_training_finds_the_durations_and_the_spectra(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    state = run.begin()
    told = [run.recipe.step(state, 0.0, torch.float32) for _ in range(250)]
    first, last = (np.mean([line["mel"].item() for line in part]) for part in (told[:5], told[-5:]))
    assert last < 0.35 * first
    sentence, frames = spoken(0)
    batch = to_batch([sentence], run.recipe.voice, torch.device("cpu"))
    assert isinstance(state.networks["generator"], AcousticModel)
    with torch.no_grad():
        encoded, _ = state.generator.encode(batch.symbols, batch.tuning)
        scores = likelihoods(state.generator.mean_mel(encoded), batch.mel)
        found = durations(scores, torch.tensor([len(frames)]), batch.frames)[0]
    assert np.abs(found.numpy() - frames).max() <= 1


def test_the_voice_is_in_the_card_and_other_models_are_refused(tmp_path: Path) -> None:
    path = new_run(tmp_path).train(until=1)
    speaker = load_speaker(path)
    assert speaker.voice == voice_of([spoken(seed)[0] for seed in range(12)])
    with pytest.raises(GanimaError, match="is no picture model, but an acoustic model"):
        load_model(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(GanimaError, match="damaged|cut off"):
        load_speaker(path)


def test_speed_and_lengths_are_kept_in_bounds(tmp_path: Path) -> None:
    speaker = replace(load_speaker(new_run(tmp_path).train(until=1)), heard=frozenset(SYMBOLS))
    symbols = ("_", *("HH", "AH0", "L", "OW1", "."))
    with torch.no_grad():
        speaker.model.duration.last.bias.fill_(3.0)
    usual, fast, slow = (sum(speaker.say(symbols, Manner(speed=speed)).frames) for speed in (1.0, 2.0, 0.5))
    assert fast == pytest.approx(usual / 2, abs=3) and slow == pytest.approx(2 * usual, abs=6)
    with torch.no_grad():
        speaker.model.duration.last.bias.fill_(30.0)
    assert max(speaker.say(symbols, Manner()).frames[:-1]) == LONGEST


def test_pitch_and_expression_reach_the_decoder(tmp_path: Path) -> None:
    speaker = replace(load_speaker(new_run(tmp_path).train(until=1)), heard=frozenset(SYMBOLS))
    symbols = ("_", "HH", "AH0", "L", "OW1", ".")
    usual = speaker.say(symbols, Manner()).mel
    torch.testing.assert_close(speaker.say(symbols, Manner()).mel, usual)
    for manner in (Manner(pitch=2.0), Manner(expressive=0.0)):
        assert (speaker.say(symbols, manner).mel - usual).abs().max() > 1e-4


def test_sentences_are_said_one_by_one_with_their_timing(tmp_path: Path) -> None:
    speaker = replace(load_speaker(new_run(tmp_path).train(until=1)), heard=frozenset(SYMBOLS))
    vocoder = Vocoder(VocoderConfig(channels=16, hidden=16, blocks=1)).eval()
    text = "Hello there. How are you?"
    said = list(say(front_end.sentences(text), speaker, vocoder, Manner()))
    assert [one.sentence.text for one in said] == ["Hello there.", "How are you?"]
    for one in said:
        assert np.abs(one.samples).max() <= LEVEL and one.samples[0] == one.samples[-1] == 0
        assert one.phonemes[-1].end == pytest.approx(len(one.samples) / RATE)
        assert len(one.phonemes) == len(one.sentence.symbols) + 1
        starts = [phoneme.start for phoneme in one.phonemes]
        assert starts == sorted(starts) and all(phoneme.phoneme in NUMBERS for phoneme in one.phonemes)
