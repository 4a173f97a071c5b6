"""How words are said that no dictionary knows."""

import pytest

from ganima.text.letter_network import network
from ganima.text.letter_to_sound import prepare, pronounced, unknown
from ganima.text.lexicon import is_known, pronunciations
from ganima.text.symbols import SYMBOLS


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("hello", "HH AH0 L OW1"),
        ("ganima", "G AH0 N IY1 M AH0"),
        # Endings, prefixes and suffixes of known words, and two known words in one.
        ("emojis", "IH0 M OW1 JH IY0 Z"),
        ("chatbot's", "CH AE1 T B AA2 T S"),
        ("cosplayed", "K AA1 Z P L EY2 D"),
        ("unfriended", "AH0 N F R EH1 N D AH0 D"),
        ("vlogging", "V L AA1 G IH0 NG"),
        ("javascript", "JH AA1 V AH0 S K R IH2 P T"),
        # By the letters alone.
        ("blicket", "B L IH1 K AH0 T"),
        ("skibidi", "S K IH0 B IY1 D IY0"),
    ],
)
def test_words(word: str, said: str) -> None:
    assert " ".join(pronounced(word)) == said


def test_every_known_word_has_known_phonemes() -> None:
    assert all(set(phonemes) <= set(SYMBOLS) for word in ("read", "a", "the") for phonemes in pronunciations(word))
    assert len(pronunciations("read")) == 2
    assert not is_known("blicket") and pronunciations("blicket") == []


@pytest.mark.parametrize("word", ["xqzt", "b", "zzzz", "supercalifragilistic", "aeiou", "q" * 500, "'", ""])
def test_odd_words(word: str) -> None:
    assert set(pronounced(word)) <= set(SYMBOLS)


@pytest.mark.parametrize("word", ["blicket", "thornaby", "zuckerville", "quimfor"])
def test_one_main_stress(word: str) -> None:
    assert sum(phoneme.endswith("1") for phoneme in network().phonemes(word)) == 1


def test_most_words_are_said_as_the_dictionary_has_them() -> None:
    """With the trained weights; names included, so that no rule of thumb comes near."""
    words = "bandit cartoon delivery envelope fantastic gardener hospital kingdom lantern musician".split()
    right = sum(network().phonemes(word) in pronunciations(word) for word in words)
    assert right >= 7


def test_words_together_are_said_as_one_by_one() -> None:
    words = [a + b + c for a in ("zan", "bli", "quo") for b in ("kor", "mip", "") for c in ("el", "tax", "ving")]
    assert network().all_phonemes(words) == [network().phonemes(word) for word in words]


def test_prepared_words_are_said_as_others() -> None:
    words = ["hello", "blorvik", "blorvik's", "snarfoles'", "o'zankor", "'", "xq" * 40, "vlogging"]
    assert unknown("hello") == () and unknown("vlogging") == () and unknown("blorvik's") == ("blorvik",)
    apart = [pronounced(word) for word in words]
    pronounced.cache_clear()
    prepare(words)
    assert [pronounced(word) for word in words] == apart
