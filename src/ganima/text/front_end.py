"""Text of any length, English or Mandarin or both, as sentences of symbols: the door to everything in this folder.

Here text is cut into sentences, and each goes to the front ends of its languages. That happens one by one: a book needs
no more memory than its longest line, and the first sentence is there before the last one is read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ganima.text import chinese, english
from ganima.text.scripts import HAN_RANGES, LATIN, check, script
from ganima.text.symbols import PAUSES, Symbol

LONGEST = 300
"""About so many symbols make the longest sentence; longer ones are cut at their pauses, or else between words."""
SYMBOLS_PER_HAN = 3
SYMBOLS_PER_DIGIT = 6
"""About; other characters make one each."""

NEVER_LAST = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Prof|St|Rev|Fr|Gen|Col|Maj|Capt|Lt|Sgt|Sen|Rep|Gov|Pres|Hon|Mme|Mlle|Mt|vs|cf|approx|ca|e\.g|i\.e)"
)
"""Abbreviations that something always follows."""
BEFORE_NUMBERS = re.compile(
    r"(?:[Nn]os?|[Ff]igs?|[Ee]qs?|[Ss]ec|[Cc]h|[Vv]ol|[Aa]rt|[Pp]p?|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)"
)
"""Abbreviations only where a number follows."""
INITIALS = re.compile(r"[A-HJ-Z]|(?:[A-Za-z]{1,2}\.)+[A-Za-z]{1,2}")
"""J. R. R. Tolkien, U.S., p.m.: they may end a sentence as well."""
STARTERS = frozenset(
    "The This That These Those There It He She We They You I In On At But And So If When Then As For What Why How Who "
    "My Our His Her Their Its No Yes After Before Now Here A An".split()
)
"""After initials these words begin a sentence; other capitals, as in U.S. Army, do not."""

_END = re.compile("[.!?…。！？｡]++[\"'”’»)\\]}」』）】》]*+")
_WORD_BEFORE = re.compile(r"[A-Za-z.]{1,12}+$")
_NEXT = re.compile(r"( ?)[\"'“‘«(\[「『（【《]*+(\w*+)")
_ITEM = re.compile(r"(?:[-*+•·>]|#+|\(?\d{1,3}[.)、）])(?!\d)")
"""What an item of a list or a heading begins with."""
_ITEM_NUMBER = re.compile(r" ?\d{1,3}")
_HAN = re.compile(f"[{HAN_RANGES}]")
_HAN_RUN = re.compile(rf"[\d.]*+[{HAN_RANGES}][{HAN_RANGES}\d]*+")
"""With the numbers that touch it: 9999元."""
_STAND_IN = "hanzzq"
_LATIN_WORD = re.compile(r"[^\W\d_]+")
_PAUSE = re.compile(r"[,;:)—](?= )|[，；：、）—]")


@dataclass(frozen=True)
class Sentence:
    """What is said between two breaths."""

    text: str
    """As it is written, with single spaces."""
    symbols: tuple[str, ...]
    """Of ganima.text.symbols; the last one is . ? or !, and no two pauses or breaks stand together."""
    words: tuple[str, ...] = ()
    """The word that each symbol belongs to, as it is written: of Chinese the character, of figures all of them. Empty
    for breaks and pauses."""


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of `text`, in order; none where there is nothing to say. The time is linear in its length.

    Raises GanimaError, before the first sentence, for letters that are neither Latin nor Han, and where the
    dictionaries are missing.
    """
    check(text)
    yield from stream(text.splitlines())


def stream(lines: Iterable[str]) -> Iterator[Sentence]:
    """The sentences of a text that comes in `lines`, each as soon as its end is certain.

    A sentence may go over several lines. An empty line ends one, and so does a line that begins as the items of lists
    and headings do. Raises GanimaError as `sentences` does, where the line comes.
    """
    in_chinese = False
    for text in _cut_lines(lines):
        said, in_chinese = _said(text, in_chinese)
        if said:
            symbols, words = zip(*said, strict=True)
            yield Sentence(text, symbols, words)


def _cut_lines(lines: Iterable[str]) -> Iterator[str]:
    held = ""
    for line in lines:
        line = " ".join(line.split())
        if not line or _ITEM.match(line):
            yield from _shortened(held)
            held = ""
        held = _joined(held, line)
        start = 0
        for end in _ends(held):
            yield from _shortened(held[start:end])
            start = end
        held = held[start:].lstrip()
        if len(held) > LONGEST:
            *complete, held = _shortened(held)
            yield from complete
    yield from _shortened(held)


def _joined(held: str, line: str) -> str:
    """Two lines as one: without a space inside of a word, which is where Chinese lines and hyphens break."""
    if not held or not line or held[-1] == "-" and held[-2:-1].isalpha():
        return held + line
    wide = held[-1] > "\u2e80" and line[0] > "\u2e80"
    return f"{held}{line}" if wide else f"{held} {line}"


def _ends(text: str) -> Iterator[int]:
    """Where sentences of `text` end for certain; at its very end only if more text could not change that."""
    start = 0
    for found in _END.finditer(text):
        if _is_end(text, start, found):
            start = found.end()
            yield start


def _is_end(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether marks end the sentence that begins at `start`: not those of Dr. Smith, 3.5, e.g. this, or example.com."""
    if any(mark in found[0] for mark in "。！？｡"):
        return True
    following = _NEXT.match(text, found.end())
    assert following
    space, word = following.groups()
    last, is_last = text[found.start() - 1 : found.start()], found.end() == len(text)
    if not space and not is_last:
        return bool(_HAN.match(text, found.end())) and not last.isdigit() and "…" not in found[0]
    if word[:1].islower() or "…" in found[0] and is_last:
        return False
    if found[0][0] != "." or found[0].startswith(".."):
        return True
    before = _WORD_BEFORE.search(text, max(start, found.start() - 12), found.start())
    abbreviation = before[0] if before else ""
    if NEVER_LAST.fullmatch(abbreviation) or _ITEM_NUMBER.fullmatch(text, start, found.start()):
        return False
    if BEFORE_NUMBERS.fullmatch(abbreviation):
        return not is_last and not word[:1].isdigit()
    if INITIALS.fullmatch(abbreviation):
        return word in STARTERS
    return True


def _shortened(text: str) -> list[str]:
    """`text` in pieces of at most about LONGEST symbols: up to the last pause, space or character that fits."""
    pieces = []
    start = at = pause = space = 0
    symbols = 0
    while at < len(text):
        char = text[at]
        symbols += SYMBOLS_PER_HAN if _HAN.match(char) else SYMBOLS_PER_DIGIT if char.isdigit() else 1
        at += 1
        if symbols > LONGEST and at < len(text):
            # A pause near the beginning would leave a very short piece.
            end = pause if pause > (start + at) // 2 else max(pause, space) or at
            pieces.append(text[start:end].strip())
            start = at = end
            pause = space = symbols = 0
        elif char == " ":
            space = at
        elif _PAUSE.match(text, at - 1):
            pause = at
    return [piece for piece in (*pieces, text[start:].strip()) if piece]


def _said(text: str, in_chinese: bool) -> tuple[list[Symbol], bool]:
    """The symbols of a sentence, and whether it is Chinese; without letters it is if the one before was (`in_chinese`).

    Numbers belong to the language of most words; a Han character counts as one.
    """
    check(text)
    han = len(_HAN.findall(text))
    words = sum(script(word[0]) == LATIN for word in _LATIN_WORD.findall(text))
    if han or words:
        in_chinese = han >= words
    if in_chinese:
        return chinese.aloud(text, _english_words), in_chinese
    return (_english_with_chinese(text) if han else english.aloud(english.tokens(text))), in_chinese


def _english_words(words: str) -> list[Symbol]:
    """English inside of a Chinese sentence; a letter by itself is its name: A股."""
    letter = words.strip()
    if len(letter) == 1:
        return [(symbol, letter) for symbol in english.phonemes(letter.upper())[:-1]]
    return english.aloud(english.tokens(words))[:-1]


def _english_with_chinese(text: str) -> list[Symbol]:
    """An English sentence with Chinese in it: a word that is none stands in for that, so that the pauses stay."""
    runs = iter(_HAN_RUN.findall(text))
    symbols: list[Symbol] = []
    tokens = english.tokens(_HAN_RUN.sub(f" {_STAND_IN} ", text))
    for (in_chinese, is_pause), group in groupby(tokens, lambda token: (_STAND_IN in token[0], token[0] in PAUSES)):
        if in_chinese:
            for _ in group:
                chinese.add(symbols, chinese.aloud(next(runs, ""))[:-1])
        elif is_pause:
            chinese.add(symbols, list(group))
        else:
            chinese.add(symbols, english.aloud(list(group)))
    return chinese.ended(symbols)
