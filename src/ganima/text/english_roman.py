"""Roman numerals in English words, told from words and initials by the word before."""

import re

from ganima.text.english_numbers import cardinal, joined, ordinal, roman
from ganima.text.english_rule import Rule, after, before, rule, word_before
from ganima.text.english_words import is_shouting

COUNTED = frozenset(
    "chapter part volume vol act scene section book type phase war appendix figure table level episode season grade "
    "class stage article title unit bowl round tier mark mk category group factor canto psalm verse schedule annex "
    "step lesson century division region rocky fantasy".split()
)
REGNAL = frozenset(
    "henry louis elizabeth george charles william edward james richard john paul pius benedict francis leo gregory "
    "alexander napoleon philip ivan peter catherine mary frederick wilhelm nicholas ramses gustav christian harald "
    "haakon olaf otto ferdinand felipe juan carlos umberto victor emmanuel innocent clement urban boniface ptolemy "
    "xerxes darius joseph franz albert leopold margaret robert david malcolm kenneth stephen".split()
)


def numeral(match: re.Match[str]) -> str | None:
    """Chapter IV is four, Henry VIII the eighth, Rocky II two."""
    number, ahead = roman(match[0]), word_before(match)
    name = ahead.lower()
    if number is None or not ahead or not before(match).endswith(" "):
        return None
    if name in COUNTED:
        return cardinal(number)
    if name in REGNAL and ahead[0].isupper() and (len(match[0]) > 1 or not re.match(" [A-Za-z]", after(match))):
        return joined("the", ordinal(number))
    plain = re.fullmatch("[IVX]{2,}", match[0]) and match[0] != "IV"
    return cardinal(number) if plain and ahead[0].isupper() and not is_shouting(match) else None


FROM_LETTERS: tuple[Rule, ...] = (rule(r"[IVXLC]{1,8}(?![A-Za-z0-9'])", numeral),)
