"""Chinese characters to syllables as they sound: words, polyphones, and the changes of tones in running speech.

The words and their readings are pypinyin's phrases (47,000, mostly those with characters of several readings) and those
of `chinese_words`. Importing pypinyin takes half a second, so it waits for the first character.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate

from ganima.errors import GanimaError
from ganima.text.chinese_names import CURRENCIES, MEASURES, ORDERED, UNITS
from ganima.text.chinese_tones import in_running_speech
from ganima.text.chinese_words import (
    CHILDREN,
    NEUTRAL,
    PLAIN,
    READINGS,
    RHOTIC,
    SINGLES,
    SURNAMES,
    TRADITIONAL,
    UNWORDS,
)

WORD_MAX = 8
"""The longest word looked for, in characters."""
FIGURES = "零一二三四五六七八九十"
_WHOLE = rf"[{FIGURES}百千万亿两幺]++"
_DECIMAL = rf"{_WHOLE}(?:点[零一二三四五六七八九]++(?![十百千点刻分])[万亿]*+)?+"
_COUNTED = "|".join(sorted({*MEASURES, *ORDERED, *UNITS.values(), *CURRENCIES.values()}, key=len, reverse=True))
NUMBER = re.compile(rf"(第?{_DECIMAL}(?:(?:分之|比){_DECIMAL})*+)({_COUNTED})?")
"""A number, and what it counts."""
ALONE = frozenset(
    "的了着得地是在和有我你他她它这那不也都就还很到说要去会能把被给对从向跟与及或但而吗呢吧啊呀嘛又再才只没于以为之"
    "其每各该某请让叫使将比因则却并且若如所由姓這來為說還沒會對從與給讓請"
)
"""Characters that are words by themselves; others that no word explains are taken together."""
MUST_BEFORE = frozenset("我你您他她它们咱谁就也还都总必非可只又才真") | {""}
"""Before a 得 that is děi, must."""
GOT = frozenset("了到出过奖分病知")
"""After a 得 that is dé, to get."""
COUNTED_BEFORE = frozenset("一二三四五六七八九十两几百千万这那每半多哪整")
"""Before the measure words 只 (zhī) and 行 (háng)."""
MEASURED = {"只": "zhi1", "行": "hang2"}
"""After a number."""
BY_ITSELF = {"教": "jiao1", "切": "qie1", "钻": "zuan1", "闷": "men1", "脏": "zang1"}
"""Said otherwise in most words."""
TITLES = ("先生", "女士", "小姐", "老师", "教授", "医生", "老总", "经理")
"""After a surname."""
PLOTS = "块片亩种田土"
"""Before a 地 that is dì, land."""


@lru_cache(1)
def _pypinyin() -> tuple[Callable[[str], list[str]], frozenset[str]]:
    """How pypinyin reads a word, and the phrases it knows."""
    try:
        from pypinyin import Style, lazy_pinyin
        from pypinyin.constants import PHRASES_DICT
    except ImportError as error:
        raise GanimaError("Chinese speech needs pypinyin: pip install pypinyin") from error

    def read(word: str) -> list[str]:
        return lazy_pinyin([word], style=Style.TONE3, errors="ignore", v_to_u=True, neutral_tone_with_five=True)

    return read, frozenset(PHRASES_DICT) - UNWORDS


@lru_cache(1)
def _known() -> frozenset[str]:
    return _pypinyin()[1] | PLAIN | NEUTRAL | READINGS.keys()


def words(run: str) -> list[str]:
    """`run` of Han characters, cut into the fewest words; linear in its length."""
    known = _known()
    plain = run.translate(TRADITIONAL)
    numbers = {found.end(part): found.start() for found in NUMBER.finditer(plain) for part in (1, 0)}
    best, lengths = [0] * (len(run) + 1), [1] * (len(run) + 1)
    for end in range(1, len(run) + 1):
        # A character by itself costs more than a word; of equal ways, the one with the longest last word is taken.
        best[end] = best[end - 1] + (10 if plain[end - 1] in ALONE else 12)
        for length in range(2, min(WORD_MAX, end) + 1):
            start = end - length
            if best[start] + 10 <= best[end] and (plain[start:end] in known or run[start:end] in known):
                best[end], lengths[end] = best[start] + 10, length
        if end in numbers and best[numbers[end]] + 10 <= best[end]:
            best[end], lengths[end] = best[numbers[end]] + 10, end - numbers[end]
    cut: list[str] = []
    end = len(run)
    while end:
        cut.append(run[end - lengths[end] : end])
        end -= lengths[end]
    return _together(cut[::-1])


def _together(cut: list[str]) -> list[str]:
    """Neighbours that no word explains are words as well, most likely of two characters: names, new words."""
    out: list[str] = []
    at = 0
    while at < len(cut):
        end = at
        while end < len(cut) and len(cut[end]) == 1 and cut[end] not in ALONE and cut[end] not in f"{FIGURES}儿":
            end += 1
        if end - at < 2:
            out.append(cut[at])
            at += 1
            continue
        while at < end:
            size = 3 if end - at == 3 else 2
            out.append("".join(cut[at : min(at + size, end)]))
            at += size
    return out


@lru_cache(65536)
def reading(word: str) -> tuple[str, ...]:
    """The syllables of `word` by itself, one for each character: zhong1, guo2. Empty where a character has none."""
    read, phrases = _pypinyin()
    plain = word.translate(TRADITIONAL)
    if plain in READINGS:
        return tuple(READINGS[plain].split("-"))
    if NUMBER.fullmatch(plain) and plain[-1] in MEASURED:
        return (*map(_single, plain[:-1]), MEASURED[plain[-1]])
    phrase = next((each for each in (word, plain) if len(word) > 1 and each in phrases), "")
    syllables = read(phrase)
    if not phrase or len(syllables) != len(word):
        syllables = [_single(char) for char in word]
    if plain in NEUTRAL:
        syllables[-1] = syllables[-1][:-1] + "5"
    return tuple(syllables)


@lru_cache(32768)
def _single(char: str) -> str:
    plain = char.translate(TRADITIONAL)
    return SINGLES.get(char) or SINGLES.get(plain) or "".join(_pypinyin()[0](char)[:1])


def spoken(run: str) -> list[list[str]]:
    """`run` of Han characters, without a pause, as words of syllables in the tones that are heard.

    儿 that only colours the syllable before it is er5 there, at the end of that word.
    """
    return [[syllable for syllable, _ in word] for word in with_characters(run)]


def with_characters(run: str) -> list[list[tuple[str, int]]]:
    """`spoken`, each syllable with the place of its character in `run`."""
    cut = words(run)
    starts = [0, *accumulate(map(len, cut))]
    chars = run.translate(TRADITIONAL)
    heard = [syllable for word in cut for syllable in reading(word)]
    for word, start, before in zip(cut, starts, ["", *cut], strict=False):
        if len(word) == 1:
            heard[start] = _in_context(chars, start, before) or heard[start]
    coloured = [_colours(word, chars[max(0, start - 1) : start]) for word, start in zip(cut, starts, strict=False)]
    for end, colours in zip(starts[1:], coloured, strict=True):
        if colours:
            heard[end - 1] = "er5"
    heard = in_running_speech(chars, heard, sorted({*starts, *_inner(cut, starts)}))
    out: list[list[tuple[str, int]]] = []
    for start, end, colours in zip(starts, starts[1:], coloured, strict=False):
        syllables = [(heard[place], place) for place in range(start, end) if heard[place]]
        if colours and end - start == 1 and out:
            out[-1] += syllables
        elif syllables:
            out.append(syllables)
    return out


def _inner(cut: list[str], starts: list[int]) -> Iterator[int]:
    """Where words of three have a word of two at their end: 纸老虎 is 纸 and 老虎, but 展览馆 is 展览 and 馆."""
    for word, start in zip(cut, starts, strict=False):
        plain = word.translate(TRADITIONAL)
        if len(plain) == 3 and plain[1:] in _known() and plain[:2] not in _known():
            yield start + 1


def _in_context(chars: str, at: int, before: str) -> str:
    """The reading of a character that is a word by itself where its neighbours decide; otherwise empty."""
    char, left, right = chars[at], chars[max(0, at - 1) : at], chars[at + 1 : at + 2]
    if char in SURNAMES and (left == "姓" or chars.startswith(TITLES, at + 1)):
        return SURNAMES[char]
    match char:
        case "得" if right and left in MUST_BEFORE:  # also where nothing is before
            return "de2" if right in GOT else "dei3"
        case "地" if before[-1:] == before[-2:-1] != "" or right and len(before) > 1 and before[-1] not in PLOTS:
            return "de5"
        case "了" if before == "得" and chars[max(0, at - 2) : at - 1] not in MUST_BEFORE:
            return "liao3"
        case "只" if left and left in COUNTED_BEFORE:
            return "zhi1"
        case "行" if left and left in COUNTED_BEFORE:
            return "hang2"
        case "长" if right == "着":
            return "zhang3"
        case "为" if right and right in FIGURES:
            return "wei2"
        case "数" if right and right in "了过着":
            return "shu3"
        case "种" if right and right in "了着":
            return "zhong4"
        case "量" if right and right in "了一":
            return "liang2"
        case "背" if right and right in "着上起":
            return "bei1"
    return BY_ITSELF.get(char, "")


def _colours(word: str, left: str) -> bool:
    """Whether `word` ends in a 儿 that only colours the syllable before it."""
    plain = word.translate(TRADITIONAL)
    if plain == "儿":
        return bool(left) and left in RHOTIC
    return plain.endswith("儿") and not plain.endswith(CHILDREN)
