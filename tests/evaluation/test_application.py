"""What generated pictures teach a classifier: those of a model that knows its classes, or mixes them up."""

import json

import numpy as np
import pytest
import torch
from painters import Painter, painting

from ganima.data.folder import PictureSet
from ganima.data.labels import UNKNOWN, Labels
from ganima.errors import GanimaError
from ganima.evaluation.application import Application, application_value
from ganima.evaluation.application_page import section, words
from ganima.evaluation.labelled import (
    asked_for,
    check_names,
    draw,
    first_share,
    labelled,
    labels_of,
    split,
    was_trained_on,
)

NAMES = ("blue", "green", "red")
CLASSES = Labels(NAMES)
GROUPS = Labels(
    ("tint=blue", "tint=green", "tint=red", "size=big", "size=small"), ("tint", "size"), ((0, 3), (1, 4), (2, 3))
)
QUICK = {"per_class": 30, "shares": (0.05, 1.0), "seeds": 2, "steps": 40}


def real(count: int = 120, labels: Labels = CLASSES) -> PictureSet:
    """Pictures as the painter paints them."""
    numbers = np.arange(count) % 3
    made = Painter()(torch.randn(count, 8, generator=torch.Generator().manual_seed(1)), torch.from_numpy(numbers))
    pictures = ((made + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    rows = np.stack([numbers, 3 + np.arange(count) % 2], axis=1) if labels.groups else numbers
    return PictureSet(pictures, rows.astype(np.int64), labels, tuple(map(str, range(count))), (), "f00", "")


@pytest.fixture(scope="module")
def good() -> Application:
    return application_value(painting(CLASSES), real(), **QUICK)  # type: ignore[arg-type]


def test_pictures_that_show_their_class_teach_it(good: Application) -> None:
    assert good.generated_alone.accuracy > 0.8
    assert good.amounts[0].both.mean_recall > good.amounts[0].real.mean_recall
    assert good.amounts[-1].both.accuracy > 0.8
    assert (good.generated, good.test, good.seeds, good.seen) == (90, 30, 2, False)
    assert good.chance == pytest.approx(1 / 3)
    assert good.amounts[0].pictures == 3 and good.amounts[1].pictures == good.real == 72


def test_pictures_that_show_another_class_mislead() -> None:
    found = application_value(painting(CLASSES, off=1), real(), **QUICK)  # type: ignore[arg-type]
    assert found.generated_alone.accuracy < 0.05
    assert all(amount.both.accuracy < amount.real.accuracy for amount in found.amounts)


def test_page_terminal_and_data_agree(good: Application) -> None:
    lines, html = words(good), section(good)
    assert len(lines) == 3 and "90 generated" in lines[1] and "generated pictures alone" in lines[0]
    assert html.count("<svg") == 1 and "30 real" in html.replace("\n", " ")
    data = json.loads(json.dumps(good.to_json(), allow_nan=False))
    assert data["amounts"][1]["both"]["accuracy"] == good.amounts[1].both.accuracy


def test_a_model_that_has_seen_the_test_is_named() -> None:
    data = real(60)
    seen = painting(CLASSES, data={"fingerprint": "f00"})
    assert was_trained_on(seen, "f00") and not was_trained_on(painting(CLASSES), "f00")
    few = {**QUICK, "shares": (1.0,), "seeds": 1, "steps": 2}
    assert "may look better than it is" in section(application_value(seen, data, **few))  # type: ignore[arg-type]
    held = application_value(seen, data, held_out=real(9, CLASSES), **few)  # type: ignore[arg-type]
    assert held.test == 9 and held.real == 51 and held.held_out
    unknown = application_value(painting(CLASSES), data, **few)  # type: ignore[arg-type]
    assert "is not known" in section(unknown) and not unknown.held_out


def test_held_out_pictures_of_other_classes() -> None:
    other = real(9, Labels(("x", "y", "z")))
    with pytest.raises(GanimaError, match="other classes"):
        application_value(painting(CLASSES), real(60), held_out=other, **QUICK)  # type: ignore[arg-type]


def test_one_group_of_several_is_told_apart() -> None:
    quick = {**QUICK, "shares": (1.0,), "seeds": 1}
    found = application_value(painting(GROUPS), real(60, GROUPS), by="tint", **quick)  # type: ignore[arg-type]
    assert found.names == ("tint=blue", "tint=green", "tint=red") and found.generated_alone.accuracy > 0.8
    with pytest.raises(GanimaError, match="`by`: tint, size"):
        application_value(painting(GROUPS), real(60, GROUPS), **quick)  # type: ignore[arg-type]
    with pytest.raises(GanimaError, match="tint, size"):
        labels_of(real(60, GROUPS), "colour")
    with pytest.raises(GanimaError, match="leave it out"):
        labels_of(real(60), "tint")


def test_models_that_cannot_be_asked() -> None:
    with pytest.raises(GanimaError, match="no labels.*conditional"):
        check_names(painting(Labels()), NAMES)
    with pytest.raises(GanimaError, match=r"no class 'red'; it has: blue, green; the pictures have: blue, green, red"):
        check_names(painting(Labels(NAMES[:2])), NAMES)
    assert check_names(painting(Labels(("a", *NAMES))), NAMES) == [1, 2, 3]


def test_a_class_with_one_picture() -> None:
    data = real(60)
    assert data.labels is not None
    data.labels[data.labels == 2] = 0
    data.labels[5] = 2
    with pytest.raises(GanimaError, match="'red' has 1 usable picture;"):
        application_value(painting(CLASSES), data, **QUICK)  # type: ignore[arg-type]


def test_pictures_without_the_label_are_left_out() -> None:
    data = real(30, GROUPS)
    assert data.labels is not None
    data.labels[:10, 0] = UNKNOWN
    assert len(labelled(data, "tint")) == 20 and len(labelled(data, "size")) == 30


# Shares


def test_a_split_takes_its_share_of_every_class() -> None:
    labels = np.array([0] * 100 + [1] * 20 + [2] * 2 + [UNKNOWN] * 5)
    test, validation, rest = split(labels, (0.25, 0.15), 0)
    assert sorted([*test, *validation, *rest]) == list(range(122))
    for part, counts in ((test, [25, 5, 1]), (validation, [15, 3, 0]), (rest, [60, 12, 1])):
        assert np.bincount(labels[part], minlength=3).tolist() == counts
    assert all(np.array_equal(a, b) for a, b in zip(split(labels, (0.25,), 4), split(labels, (0.25,), 4), strict=True))
    assert not np.array_equal(split(labels, (0.25,), 4)[0], split(labels, (0.25,), 5)[0])


def test_a_smaller_share_is_part_of_a_larger_one() -> None:
    labels = np.arange(90) % 3
    shares = [set(first_share(labels, share, 0).tolist()) for share in (0.01, 0.2, 1.0)]
    assert [len(share) for share in shares] == [3, 18, 90] and shares[0] < shares[1] < shares[2]


# Drawing


def test_a_picture_does_not_depend_on_how_many_are_asked_for() -> None:
    model = painting(CLASSES)
    few, many = (list(draw(model, asked_for(model, 1, count, 3), 3)) for count in (3, 19))
    assert len(few) == 3 and len(many) == 19
    assert all(np.array_equal(a, b) for a, b in zip(few, many, strict=False))
    assert few[0].shape == (16, 16, 3) and not np.array_equal(few[0], few[1])


def test_what_is_asked_for_is_asked_for_and_the_rest_drawn() -> None:
    labels = asked_for(painting(GROUPS), 2, 20, 0)
    assert set(labels[:, 0].tolist()) == {2} and set(labels[:, 1].tolist()) <= {3, 4}
