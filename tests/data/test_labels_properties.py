"""Labels: read from what pictures have, drawn, replaced, and kept in a card."""

import json

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganima.data.labels import UNKNOWN, Labels, labels_of_card, vocabulary

WORD = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="="), min_size=1, max_size=8)
PLAIN = st.lists(st.tuples(WORD), min_size=1, max_size=20)
GROUPED = st.lists(WORD, min_size=1, max_size=4, unique=True).flatmap(
    lambda groups: st.tuples(
        st.just(tuple(groups)),
        st.lists(
            st.fixed_dictionaries({}, optional={group: WORD for group in groups}).map(
                lambda row: tuple(f"{group}={value}" for group, value in row.items())
            ),
            min_size=1,
            max_size=20,
        ).filter(any),
    )
)
ANY = PLAIN.map(lambda rows: ((), rows)) | GROUPED
Assigned = tuple[tuple[str, ...], list[tuple[str, ...]]]


@given(ANY)
def test_numbers_are_the_labels_that_the_pictures_have(assigned: Assigned) -> None:
    groups, rows = assigned
    labels, numbers = vocabulary(groups, rows)
    for row, own in zip(rows, torch.as_tensor(numbers), strict=True):
        assert sorted(labels.names(own)) == sorted(row)
        assert sorted(labels.names(own)) == sorted(labels.classes[n] for n in labels.numbers(row))
    assert set(labels.classes) == {name for row in rows for name in row}


@given(ANY)
def test_a_card_keeps_them(assigned: Assigned) -> None:
    labels, _ = vocabulary(*assigned)
    assert labels_of_card(json.loads(json.dumps(labels.to_card()))) == labels


@given(ANY, st.integers(0, 2**31), st.data())
def test_what_is_chosen_is_drawn(assigned: Assigned, seed: int, data: st.DataObject) -> None:
    labels, _ = vocabulary(*assigned)
    chosen = labels.numbers([data.draw(st.sampled_from(labels.classes))])
    drawn = labels.draw(7, torch.Generator().manual_seed(seed), chosen)
    again = labels.draw(7, torch.Generator().manual_seed(seed), chosen)
    assert drawn is not None and again is not None and torch.equal(drawn, again)
    for one in drawn:
        assert labels.classes[chosen[0]] in labels.names(one)
    assert ((drawn >= UNKNOWN) & (drawn < len(labels.classes))).all()
    even = labels.even(5)
    assert even is not None and even.shape == drawn[:5].shape


@given(
    st.dictionaries(st.sampled_from(["classes", "groups", "combinations"]), st.lists(WORD | st.lists(st.integers())))
)
def test_a_strange_card_is_read_or_refused(card: dict[str, object]) -> None:
    try:
        labels = labels_of_card(card)
    except (ValueError, TypeError):
        return
    assert isinstance(labels, Labels)
    if labels.groups:
        assert np.array(labels.combinations).shape[1] == len(labels.groups)
