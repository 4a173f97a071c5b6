"""English as it is written, made into words and phonemes."""

import re
import string
from functools import cache

from ganima.text import (
    english_abbreviations,
    english_dates,
    english_figures,
    english_money,
    english_roman,
    english_symbols,
    english_units,
    english_web,
    english_words,
)
from ganima.text.english_cleaning import clean
from ganima.text.english_rule import Rule
from ganima.text.homographs import chosen
from ganima.text.letter_to_sound import prepare, pronounced
from ganima.text.symbols import BREAK, PAUSES, Symbol
from ganima.text.written import Cleaned

Token = tuple[str, str]
"""A word as it is spoken, or a pause, and what is written there."""
ENDS = (".", "?", "!")
STRENGTHS = {pause: strength for strength, pause in enumerate((",", ";", "…", ".", "!", "?"))}
"""Of several pauses in a row the last one of these stays."""
PLAIN_WORD = re.compile(r"(?<![0-9])[a-z]{2,}+(?=[ ,;!?\n]|\. )")
SHORTENED = frozenset((*english_abbreviations.SHORT, *english_dates.MONTH_NAMES, *english_dates.WEEKDAY_NAMES))
"""Words that may stand for others."""
SPOKEN = re.compile(r"[a-z']+|[" + re.escape("".join(PAUSES)) + "]")


def normalise(text: str) -> str:
    """`text` as words that are spoken: small letters, apostrophes, and the pauses , ; … . ? !

    Any text will do: what cannot be said is left out. It ends with . ? or ! unless there is nothing to say; then it is
    empty. The time is in proportion to the length. Raises GanimaError where the dictionary is missing.
    """
    words = [word for word, _ in tokens(text)]
    return "".join(word if word in STRENGTHS or not place else f" {word}" for place, word in enumerate(words))


def tokens(text: str) -> list[Token]:
    """The words and pauses of `normalise`. Raises GanimaError where the dictionary is missing."""
    plain = clean(text)
    cleaned = Cleaned(text, plain, clean)
    said: list[Token] = []
    for piece, start, end in pieces(plain):
        written = cleaned.written(start, end)
        for token in SPOKEN.findall(piece):
            if token in STRENGTHS:
                add_pause(said, token)
            elif token.strip("'"):
                said.append((token.rstrip("'"), written))
    if not said:
        return []
    if said[-1][0] in STRENGTHS and said[-1][0] not in ENDS:
        said.pop()
    if said[-1][0] not in STRENGTHS:
        said.append((".", ""))
    return said


def phonemes(text: str) -> list[str]:
    """`text` as symbols of ganima.text.symbols: phonemes with stress, breaks and pauses.

    Ends with . ? or !; no two breaks or pauses stand together. Empty for a text without anything to say. Raises
    GanimaError where the dictionary is missing.
    """
    return [symbol for symbol, _ in aloud(tokens(text))]


def aloud(said: list[Token]) -> list[Symbol]:
    """The symbols of words and pauses. Raises GanimaError where the dictionary is missing."""
    words = [word for word, _ in said]
    prepare(words)
    symbols: list[Symbol] = []
    for place, (word, written) in enumerate(said):
        if word in STRENGTHS:
            symbols.append((word, ""))
            continue
        found = chosen(words, place) or pronounced(word)
        if symbols and found and symbols[-1][0] not in STRENGTHS:
            symbols.append((BREAK, ""))
        symbols.extend((symbol, written) for symbol in found)
    return symbols


def pieces(text: str) -> list[tuple[str, int, int]]:
    """What is said for each expression of a clean text, in order, and where that begins and ends."""
    said: list[tuple[str, int, int]] = []
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        # Most words are as they look; this saves them twenty rules.
        if (match := PLAIN_WORD.match(text, place)) and match[0] not in SHORTENED:
            said.append((english_words.said_word(match[0]), place, match.end()))
            place = match.end()
            continue
        for pattern, say in rules(text[place]):
            match = pattern.match(text, place)
            if match and match.end() > place:
                words = say(match)
                if words is not None:
                    said.append((words, place, match.end()))
                    place = match.end()
                    break
        else:
            place += 1
    return said


@cache
def rules(character: str) -> tuple[Rule, ...]:
    """The rules for what begins with `character`, in order: the first that has something to say is taken."""
    if character in string.ascii_letters:
        return (
            *english_web.FROM_LETTERS,
            *english_dates.FROM_LETTERS,
            *english_money.FROM_LETTERS,
            *english_figures.FROM_LETTERS,
            *english_abbreviations.FROM_LETTERS,
            *english_roman.FROM_LETTERS,
            *english_words.FROM_LETTERS,
        )
    if character in string.digits:
        return (
            *english_web.FROM_LETTERS,
            *english_dates.FROM_DIGITS,
            *english_figures.PHONES,
            *english_figures.CODES,
            *english_units.FROM_DIGITS,
            *english_figures.COMPOSED,
            *english_dates.YEARS,
            *english_figures.PLAIN,
        )
    return (
        *english_web.FROM_SIGNS,
        *english_dates.FROM_SIGNS,
        *english_figures.PHONES,
        *english_money.FROM_SIGNS,
        *english_figures.FROM_SIGNS,
        *english_words.FROM_SIGNS,
        *english_symbols.FROM_SIGNS,
    )


def add_pause(said: list[Token], pause: str) -> None:
    """At the end of what is said: none at the beginning, and the strongest of several."""
    if not said:
        return
    if said[-1][0] in STRENGTHS:
        said[-1] = (max(said[-1][0], pause, key=STRENGTHS.__getitem__), "")
    else:
        said.append((pause, ""))
