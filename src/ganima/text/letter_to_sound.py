"""How a word is said: by the dictionary, by the parts that it is made of, or else by its letters."""

from collections.abc import Iterable
from functools import lru_cache

from ganima.text.letter_network import network
from ganima.text.lexicon import pronunciations

HISSING = frozenset(("S", "Z", "SH", "ZH", "CH", "JH"))
VOICELESS = frozenset(("P", "T", "K", "F", "TH"))
WORD_LENGTH_MAX = 30
"""Longer words are said in pieces of this length."""
PART_LENGTH_MIN = 3
"""Letters that each half of a compound has at least."""
PREFIXES = {
    "un": "AH0 N", "re": "R IY0", "non": "N AA0 N", "anti": "AE2 N T IY0", "pre": "P R IY0", "mis": "M IH0 S",
    "over": "OW2 V ER0", "under": "AH2 N D ER0", "super": "S UW2 P ER0", "inter": "IH2 N T ER0", "out": "AW2 T",
    "micro": "M AY2 K R OW0", "multi": "M AH2 L T IY0", "cyber": "S AY2 B ER0", "semi": "S EH2 M IY0", "dis": "D IH0 S",
}  # fmt: skip
SUFFIXES = {
    "ly": "L IY0", "ness": "N AH0 S", "less": "L AH0 S", "ful": "F AH0 L", "ment": "M AH0 N T", "er": "ER0",
    "ers": "ER0 Z", "est": "AH0 S T", "able": "AH0 B AH0 L", "ing": "IH0 NG", "ings": "IH0 NG Z", "y": "IY0",
    "ish": "IH0 SH", "like": "L AY2 K", "ism": "IH2 Z AH0 M", "ist": "IH0 S T", "ists": "IH0 S T S", "ship": "SH IH2 P",
    "hood": "HH UH2 D", "wise": "W AY2 Z", "in'": "IH0 N", "in": "IH0 N",
}  # fmt: skip
LONGEST_PREFIXES = sorted(PREFIXES, key=len, reverse=True)
LONGEST_SUFFIXES = sorted(SUFFIXES, key=len, reverse=True)


CACHED = 20_000
"""Words of each kind that are remembered."""
BATCH = 64
"""Words that are said by their letters at once."""

_by_letters: dict[str, tuple[str, ...]] = {}
"""What was said by its letters of late."""


def prepare(words: Iterable[str]) -> None:
    """Says at once whatever of `words` is said by its letters, which takes far less time than one by one.

    Changes nothing of what `pronounced` says. Raises GanimaError where the dictionary is missing.
    """
    missing = list(dict.fromkeys(each for word in words for each in unknown(word) if each not in _by_letters))
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        if len(_by_letters) > CACHED:
            _by_letters.clear()
        _by_letters.update(zip(batch, map(tuple, network().all_phonemes(batch)), strict=True))


@lru_cache(maxsize=CACHED)
def unknown(word: str) -> tuple[str, ...]:
    """What of `word` is said by its letters: mostly nothing, or all of it."""
    if len(word) > WORD_LENGTH_MAX:
        pieces = [word[start : start + WORD_LENGTH_MAX] for start in range(0, len(word), WORD_LENGTH_MAX)]
        return tuple(each for piece in pieces for each in unknown(piece))
    if word.endswith("'s") and not known(word):
        return unknown(word[:-2])
    if word.endswith("'") and not known(word):
        return unknown(word[:-1])
    letters = only_letters(word)
    return (letters,) if letters and not by_rule(word) else ()


@lru_cache(maxsize=CACHED)
def pronounced(word: str) -> tuple[str, ...]:
    """The phonemes of `word`: small letters and apostrophes; empty where there is no letter. Raises GanimaError."""
    if len(word) > WORD_LENGTH_MAX:
        pieces = [word[start : start + WORD_LENGTH_MAX] for start in range(0, len(word), WORD_LENGTH_MAX)]
        return tuple(phoneme for piece in pieces for phoneme in pronounced(piece))
    if found := by_rule(word):
        return found
    letters = only_letters(word)
    return (_by_letters.get(letters) or tuple(network().phonemes(letters))) if letters else ()


@lru_cache(maxsize=CACHED)
def by_rule(word: str) -> tuple[str, ...]:
    """By the dictionary or by the parts that it is made of, or ()."""
    return tuple(known(word) or ending(word) or derived(word) or compound(word))


def only_letters(word: str) -> str:
    """`word` without its apostrophes."""
    return "".join(letter for letter in word if "a" <= letter <= "z")


def known(word: str) -> list[str]:
    """The usual pronunciation in the dictionary, or []."""
    ways = pronunciations(word)
    return ways[0] if ways else []


def ending(word: str) -> list[str]:
    """Plurals, possessives and past tenses of known words, or []."""
    if word.endswith("'s"):
        return with_s(known(word[:-2]) or list(pronounced(word[:-2])))
    if word.endswith(("s'", "'")):
        return list(pronounced(word[:-1]))
    if word.endswith("s") and not word.endswith("ss"):
        stems = [word[:-1]]
        if word.endswith("es"):
            stems.append(word[:-2])
        if word.endswith("ies"):
            stems.append(word[:-3] + "y")
        return next((with_s(stem) for stem in map(known, stems) if stem), [])
    if word.endswith("ed"):
        return next((with_d(stem) for stem in map(known, stems_before(word, "ed")) if stem), [])
    return []


def with_s(stem: list[str]) -> list[str]:
    """cats, dogs, houses."""
    if not stem:
        return []
    if stem[-1] in HISSING:
        return [*stem, "AH0", "Z"]
    return [*stem, "S" if stem[-1] in VOICELESS else "Z"]


def with_d(stem: list[str]) -> list[str]:
    """looked, played, wanted."""
    if stem[-1] in ("T", "D"):
        return [*stem, "AH0", "D"]
    return [*stem, "T" if stem[-1] in VOICELESS | {"S", "SH", "CH"} else "D"]


def derived(word: str) -> list[str]:
    """Known words with a prefix or suffix, or []."""
    for suffix in LONGEST_SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= PART_LENGTH_MIN:
            for stem in map(known, stems_before(word, suffix)):
                if stem:
                    return [*stem, *SUFFIXES[suffix].split()]
    for prefix in LONGEST_PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) > PART_LENGTH_MIN and (stem := known(rest) or ending(rest)):
            return [*PREFIXES[prefix].split(), *stem]
    return []


def stems_before(word: str, suffix: str) -> list[str]:
    """What a suffix may stand behind: walk-ing, mak(e)-ing, run(n)-ing, happ(y)i-ness."""
    stem = word[: -len(suffix)]
    stems = [stem]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        stems.insert(0, stem[:-1])
    if suffix[0] in "aeiy":
        stems.insert(0, stem + "e")
    if stem.endswith("i"):
        stems.append(stem[:-1] + "y")
    if suffix == "ly" and word.endswith("bly"):
        stems.append(word[:-1] + "e")
    return [stem for stem in stems if len(stem) >= PART_LENGTH_MIN]


def compound(word: str) -> list[str]:
    """Two known words in one, the first with the main stress, or []; the most even cut first."""
    middle = len(word) // 2
    cuts = range(PART_LENGTH_MIN, len(word) - PART_LENGTH_MIN + 1)
    for cut in sorted(cuts, key=lambda place: abs(place - middle)):
        first = known(word[:cut])
        second = first and (known(word[cut:]) or ending(word[cut:]))
        if first and second:
            return [*first, *(phoneme.replace("1", "2") for phoneme in second)]
    return []
