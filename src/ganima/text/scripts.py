"""Which characters can be said: their script, their plain form, and the refusal of other scripts."""

import re
import unicodedata
from functools import lru_cache

from ganima.errors import GanimaError

HAN = "Han"
LATIN = "Latin"
GREEK = "Greek"
HAN_RANGES = "\u3005\u3007\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""For regular expressions; with the sign of repetition 々 and the round zero 〇."""
_HAN = re.compile(f"[{HAN_RANGES}]")
_GREEK_WORD = re.compile("[\u0370-\u03ff\u1f00-\u1fff]{2,}")
_NOT_SCRIPT = re.compile(
    "-| (?:SMALL|CAPITAL|LETTER|SYLLAB|VOWEL|CONSONANT|SIGN|CHARACTER|INDEPENDENT|MODIFIER|SYMBOL|FILLER|CHOSEONG).*"
)
"""Where a character's name goes on after its script's name."""
_WORD_MAX = 20
"""An error shows no more of a word than that: some scripts leave no spaces."""
_FOLDED = (
    *((0x2F00, 0x2FDF), (0x3300, 0x33FF), (0xF900, 0xFAFF), (0xFB00, 0xFB06), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6)),
    *((0x2103, 0x2103), (0x2109, 0x2109), (0x2126, 0x2126), (0x00B5, 0x00B5), (0x1D400, 0x1D7FF), (0x2F800, 0x2FA1F)),
)
"""Blocks of other ways to write plain characters: full width, mathematical letters, signs such as ㎏ and ℃."""
_CHINESE_MARKS = "！，：；？（）"
"""Of full width as well, but they belong to Chinese: a comma between figures (3，4) is none inside of a number."""
_NUMERALS = ((0x2160, 0x217F), (0x2460, 0x2473), (0x2474, 0x2487), (0x2776, 0x277F), (0x3220, 0x3229), (0x3280, 0x3289))
"""Roman numerals, and numbers in circles and brackets."""


@lru_cache(4096)
def script(char: str) -> str:
    """The script of a letter (Han, Latin, Greek, Cyrillic, …); empty for what is no letter."""
    if _HAN.match(char):
        return HAN
    if unicodedata.category(char)[0] != "L" or char == "\u3006":
        return ""
    name = unicodedata.name(unicodedata.normalize("NFKD", char)[0], "unknown")
    if name.startswith("MODIFIER LETTER"):
        return ""
    return _NOT_SCRIPT.sub("", name).title()


def check(text: str) -> None:
    """Raises GanimaError if `text` has letters that are neither Latin nor Han, naming their script and the first word.

    Greek letters may stand alone, as in mathematics.
    """
    foreign = "".join(char for char in set(text) if script(char) not in ("", HAN, LATIN, GREEK))
    found = [
        found for found in (foreign and re.search(f"[{re.escape(foreign)}]", text), _GREEK_WORD.search(text)) if found
    ]
    if not found:
        return
    start = end = min(each.start() for each in found)
    while end < min(len(text), start + _WORD_MAX) and unicodedata.category(text[end])[0] in "LM":
        end += 1
    name = script(text[start])
    raise GanimaError(f"cannot say {text[start:end]!r} ({name} script): only English and Chinese are supported")


@lru_cache(4096)
def _plain(char: str) -> str:
    code, category = ord(char), unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char in "\t\n\v\f\r\x85" or category[0] == "Z":
        return " "
    if category in ("Cc", "Cs", "Co", "Cn", "Mn", "Me") or char in "\u200b\u2060\ufeff\u00ad":
        return ""
    if any(low <= code <= high for low, high in _NUMERALS):
        return f" {int(unicodedata.numeric(char))} "
    if char not in _CHINESE_MARKS and any(low <= code <= high for low, high in _FOLDED):
        return unicodedata.normalize("NFKC", char)
    return char


def fold(text: str) -> str:
    """`text` in plain characters: no full-width or mathematical forms, ASCII figures and spaces, no control characters.

    Chinese punctuation and the joiners inside of emoji stay; combining accents do not.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_plain, text))
