"""Every sound has its visemes, and every viseme its mouth."""

import pytest

from ganima.speech.visemes import MOUTH_SHAPES, SHARES, VISEMES, WEIGHTS
from ganima.text.symbols import BREAK, FINALS, PAUSES, SYMBOLS, TONES


def test_every_symbol_has_visemes_whose_shares_add_up() -> None:
    assert set(SHARES) == set(SYMBOLS)
    for symbol, shares in SHARES.items():
        assert all(viseme in VISEMES and share > 0.15 for viseme, share in shares), symbol
        assert sum(share for _, share in shares) == pytest.approx(0 if symbol == BREAK else 1), symbol
        names = [viseme for viseme, _ in shares]
        assert all(a != b for a, b in zip(names, names[1:], strict=False)), symbol


def test_every_viseme_is_used_and_only_pauses_are_silent() -> None:
    assert {viseme for shares in SHARES.values() for viseme, _ in shares} == set(VISEMES)
    silent = {symbol for symbol, shares in SHARES.items() if ("sil", 1.0) in shares}
    assert silent == {*PAUSES, "<pad>"}


def test_tones_look_alike() -> None:
    for final in FINALS:
        assert len({SHARES[final + tone] for tone in TONES}) == 1


@pytest.mark.parametrize(
    ("symbol", "visemes"),
    [
        ("P", ["PP"]),
        ("V", ["FF"]),
        ("DH", ["TH"]),
        ("JH", ["CH"]),
        ("AH0", ["E"]),
        ("AH1", ["aa"]),
        ("AY1", ["aa", "I"]),
        ("OW0", ["O", "U"]),
        ("zh", ["CH"]),
        ("x", ["SS"]),
        ("iao3", ["I", "aa", "O"]),
        ("uei4", ["U", "E", "I"]),
        ("üan2", ["U", "E", "nn"]),
        ("m5", ["PP"]),
        ("?", ["sil"]),
        (BREAK, []),
    ],
)
def test_known_sounds(symbol: str, visemes: list[str]) -> None:
    assert [viseme for viseme, _ in SHARES[symbol]] == visemes


def test_weights_are_shapes_of_vrm() -> None:
    assert tuple(WEIGHTS) == VISEMES
    for weights in WEIGHTS.values():
        assert set(weights) <= set(MOUTH_SHAPES) and all(0 < weight <= 1 for weight in weights.values())
    assert not WEIGHTS["sil"] and not WEIGHTS["PP"]
    vowels = {"aa": "aa", "E": "ee", "I": "ih", "O": "oh", "U": "ou"}
    assert all(WEIGHTS[viseme] == {shape: 1.0} for viseme, shape in vowels.items())
    # No consonant opens the mouth as a vowel does.
    assert all(sum(WEIGHTS[viseme].values()) <= 0.5 for viseme in VISEMES if viseme not in vowels)
