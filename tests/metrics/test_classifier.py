"""The classifier: it learns what can be learned, in classes and in groups, and says honestly how often it is right."""

import numpy as np
import pytest
import torch
from drawing import discs

from ganima.data.labels import UNKNOWN, Labels
from ganima.metrics import classifier
from ganima.metrics.classifier import Accuracy, Classifier, score, small, steps_for, train_classifier

STEPS = 60


def tones(count: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Small pictures whose colour and brightness are labels of their own: [count, 2] in 0 to 1 and 2 to 4."""
    rng = np.random.default_rng(0)
    labels = np.stack([rng.integers(0, 2, count), rng.integers(2, 5, count)], axis=1)
    pictures = rng.integers(0, 40, (count, 16, 16, 3), dtype=np.uint8)
    pictures += ((labels[:, 1] - 2) * 50).astype(np.uint8)[:, None, None, None]
    pictures[np.arange(count), :, :, labels[:, 0] * 2] += 60
    return pictures, labels


GROUPS = Labels(("tint=blue", "tint=red", "light=dark", "light=light", "light=middle"), ("tint", "light"), ((0, 2),))


@pytest.fixture(scope="module")
def classes() -> tuple[Classifier, np.ndarray, np.ndarray]:
    data = discs(120, classes=3)
    assert data.labels is not None
    pictures = small(data.pictures, 16)
    made = train_classifier(pictures[:90], data.labels[:90], data.vocabulary, steps=STEPS)
    return made, pictures[90:], data.labels[90:]


def test_classes_are_told_apart(classes: tuple[Classifier, np.ndarray, np.ndarray]) -> None:
    made, pictures, labels = classes
    found = made.score(pictures, labels)[""]
    assert found.accuracy > 0.9 and found.mean_recall > 0.9
    assert set(found.recalls) == {"class 0", "class 1", "class 2"}


def test_shuffled_labels_teach_nothing() -> None:
    data = discs(160, classes=2)
    assert data.labels is not None
    pictures, labels = small(data.pictures, 16), np.random.default_rng(1).permutation(data.labels)
    made = train_classifier(pictures[:60], labels[:60], data.vocabulary, steps=STEPS)
    assert 0.3 < made.score(pictures[60:], labels[60:])[""].accuracy < 0.7


def test_groups_are_learned_side_by_side_with_gaps() -> None:
    pictures, labels = tones()
    known = labels.copy()
    known[::3, 0] = UNKNOWN
    made = train_classifier(pictures[:72], known[:72], GROUPS, steps=STEPS)
    found = made.score(pictures[72:], labels[72:])
    assert set(found) == {"tint", "light"} and min(s.accuracy for s in found.values()) > 0.85
    guessed = made.predict(pictures[72:])
    assert guessed.shape == (24, 2) and set(guessed[:, 0]) <= {0, 1} and set(guessed[:, 1]) <= {2, 3, 4}


def test_the_same_seed_gives_the_same_classifier_and_leaves_the_dice_alone() -> None:
    data = discs(30, classes=2)
    assert data.labels is not None
    pictures = small(data.pictures, 16)
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (
        train_classifier(pictures, data.labels, data.vocabulary, seed=seed, steps=5).net.state_dict()
        for seed in (1, 1, 2)
    )
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["0.weight"], other["0.weight"])


def test_the_best_on_the_validation_pictures_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "PATIENCE", 2)
    data = discs(60, classes=2)
    assert data.labels is not None
    pictures = small(data.pictures, 16)
    # Labels that contradict the pictures to learn from: what is learned only makes it worse.
    wrong = (pictures[40:], 1 - data.labels[40:])
    made = train_classifier(pictures[:40], data.labels[:40], data.vocabulary, validation=wrong, steps=2000)
    assert made.steps <= 50


def test_a_rare_class_is_not_forgotten() -> None:
    data = discs(200, classes=2)
    assert data.labels is not None
    kept = np.concatenate([np.flatnonzero(data.labels == 0), np.flatnonzero(data.labels == 1)[:4]])
    pictures = small(data.pictures, 16)
    made = train_classifier(pictures[kept], data.labels[kept], data.vocabulary, steps=STEPS)
    assert made.score(pictures, data.labels)[""].recalls["class 1"] > 0.8


def test_recalls_count_classes_alike() -> None:
    true, guessed = np.array([0, 0, 0, 1, UNKNOWN]), np.array([0, 0, 0, 0, 1])
    found = score(guessed, true, Labels(("a", "b", "c")))
    assert found == Accuracy(0.75, {"a": 1.0, "b": 0.0}) and found.mean_recall == 0.5


def test_small_pictures_are_rgb_of_the_asked_side() -> None:
    clear = np.zeros((2, 40, 20, 4), dtype=np.uint8)
    made = small(clear, 32)
    assert made.shape == (2, 32, 16, 3) and made.min() == 255
    assert small(np.full((1, 16, 16, 1), 9, dtype=np.uint8), 16).tolist() == np.full((1, 16, 16, 3), 9).tolist()


def test_more_pictures_are_looked_at_longer() -> None:
    assert steps_for(10) < steps_for(1000) <= steps_for(1_000_000)
