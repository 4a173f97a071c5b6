"""The Mandarin front end: written Chinese to characters that are spoken, and those to initials, finals and tones."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from ganima.text.chinese_reading import with_characters
from ganima.text.chinese_writing import LETTERS, normalise
from ganima.text.scripts import HAN_RANGES
from ganima.text.symbols import BREAK, FINALS, INITIALS, PAUSES, Symbol
from ganima.text.written import characters

MARKS = {"，": ",", "；": ";", "…": "…", "。": ".", "？": "?", "！": "!"}
"""What normalised punctuation sounds like."""
ENDS = (".", "?", "!")
_PIECES = re.compile(rf"([{HAN_RANGES}]++)|([{LETTERS}'][{LETTERS}' ]*+)|([{''.join(MARKS)}])")
_WHOLE = {
    **{"yi": "i", "ya": "ia", "ye": "ie", "yao": "iao", "you": "iou", "yan": "ian", "yin": "in", "yang": "iang"},
    **{"ying": "ing", "yong": "iong", "yo": "iou", "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "uei"},
    **{"wan": "uan", "wen": "uen", "wang": "uang", "weng": "ueng", "wong": "ueng", "yu": "ü", "yue": "üe"},
    **{"yuan": "üan", "yun": "ün", "ng": "ng"},
}
"""Syllables without an initial that are written with one."""
_SHORT = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "üe"}
_ROUNDED = {"u": "ü", "ue": "üe", "uan": "üan", "un": "ün"}
"""After j, q and x."""


@lru_cache(4096)
def symbols_of(syllable: str) -> tuple[str, ...]:
    """The symbols of a syllable in pinyin with the tone's number: zhong1 is zh and ong1, er2 is er2 alone.

    Empty for what is no syllable.
    """
    sound, tone = syllable[:-1], syllable[-1:]
    if sound in _WHOLE:
        return (_WHOLE[sound] + tone,)
    initial = next((each for each in (sound[:2], sound[:1]) if each in INITIALS and each != sound), "")
    final = sound[len(initial) :]
    if final == "i" and initial in ("z", "c", "s"):
        final = "-i"
    elif final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "-ih"
    elif initial in ("j", "q", "x"):
        final = _ROUNDED.get(final, final)
    final = _SHORT.get(final, final)
    if final not in FINALS:
        return ()
    return (initial, final + tone) if initial else (final + tone,)


def phonemes(text: str, latin: Callable[[str], list[str]] | None = None) -> list[str]:
    """The symbols of Chinese `text`: initials and finals with tones, BREAK between words, pauses for punctuation.

    Rhotic endings are the syllable er5 after their word's last final: 花儿 is h ua1 er5. The list ends in . ? or !; it
    is empty where there is nothing to say. Latin words are said by `latin`, several at a time, or left out.
    """
    say = latin or (lambda words: [])
    return [symbol for symbol, _ in aloud(text, lambda words: [(symbol, "") for symbol in say(words)])]


def aloud(text: str, latin: Callable[[str], list[Symbol]] | None = None) -> list[Symbol]:
    """`phonemes`, each with the character that it belongs to, or with what stands in `text` for that: 2025 or 50%."""
    out: list[Symbol] = []
    normal = normalise(text)
    written = characters(text, normal)
    for found in _PIECES.finditer(normal):
        han, foreign, mark = found.groups()
        if mark:
            said = [(MARKS[mark], "")]
        elif han:
            start = found.start()
            said = between_words(
                [(symbol, written[start + place]) for syllable, place in word for symbol in symbols_of(syllable)]
                for word in with_characters(han)
            )
        else:
            said = latin(foreign) if latin else []
        add(out, said)
    return ended(out)


def between_words(words: Iterable[list[Symbol]]) -> list[Symbol]:
    """The symbols of `words`, BREAK between them."""
    out: list[Symbol] = []
    for word in words:
        add(out, word)
    return out


def add(symbols: list[Symbol], said: list[Symbol]) -> None:
    """Appends what is `said` next, with a BREAK between where neither side has a pause; of two pauses one stays."""
    if not said or said[0][0] in PAUSES and (not symbols or symbols[-1][0] in PAUSES):
        return
    if symbols and symbols[-1][0] not in PAUSES and said[0][0] not in PAUSES:
        symbols.append((BREAK, ""))
    symbols += said


def ended(symbols: list[Symbol]) -> list[Symbol]:
    """`symbols` with one end, which is . where they have none; empty where they say nothing."""
    if symbols and symbols[-1][0] in PAUSES:
        last, _ = symbols.pop()
        return [*symbols, (last if last in ENDS else ".", "")]
    return [*symbols, (".", "")] if symbols else []
