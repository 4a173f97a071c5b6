"""How Mandarin tones change in running speech: 不, 一, and third tones before third tones."""

DIGITS = frozenset("零一二两三四五六七八九十")
ORDERED_BY = frozenset("月号楼班级等")
"""After a 一 that says which one, not how many: it keeps its tone."""
ORDER_OF = frozenset("第初期拜之零二三四五六七八九十百千万亿")
"""Before such a 一, and inside of a number."""
WITHIN_NUMBERS = frozenset("点比周")
"""Likewise, if they are one word with it: 三点一, 三比一, 周一."""
BETWEEN_FIGURES = frozenset("点比到至加减")
"""After a 一 that is a figure, if another one follows: 一点五, 一加一, 一到五."""


def in_running_speech(chars: str, heard: list[str], starts: list[int]) -> list[str]:
    """The syllables `heard` of `chars` with the tones that they get from each other.

    Words begin at `starts`, the last of which is the end. Syllables end in their tone, 1 to 5; empty ones stay.
    """
    out, begins = [*heard], frozenset(starts)
    for at, char in enumerate(chars):
        if char == "一" and heard[at][:-1] == "yi":
            out[at] = "yi" + _tone_of_yi(chars, heard, at, begins)
        elif char == "不" and heard[at] in ("bu4", "bu2"):
            between = 0 < at < len(chars) - 1 and chars[at - 1] == chars[at + 1]
            out[at] = "bu5" if between else "bu2" if heard[at + 1 : at + 2] and _tone(heard, at + 1) == "4" else "bu4"
    _third_tones(out, starts)
    return out


def _tone(heard: list[str], at: int) -> str:
    return heard[at][-1:]


def _tone_of_yi(chars: str, heard: list[str], at: int, begins: frozenset[int]) -> str:
    """1 in numbers, in ordinals and at the end of words, 5 in 看一看, otherwise 2 before fourth tones and 4."""
    left, right = chars[max(0, at - 1) : at], chars[at + 1 : at + 2]
    if not right or right in DIGITS or right in BETWEEN_FIGURES and chars[at + 2 : at + 3] in DIGITS:
        return "1"
    if left == right and chars[max(0, at - 2) : at - 1] != "一":  # not 一闪一闪
        return "5"
    if right in ORDERED_BY or left in ORDER_OF or left == "月" and right in "日号":
        return "1"
    if at not in begins and (left in WITHIN_NUMBERS or at + 1 in begins):
        return "1"
    return "2" if _tone(heard, at + 1) == "4" or right == "个" else "4"


def _third_tones(heard: list[str], starts: list[int]) -> None:
    """Of two third tones the first becomes a second one: inside of words first, then from word to word.

    A word of three with all third tones is two and one (展览馆: 2 2 3) if it is one word; names and new words go in
    pairs from their end.
    """
    for start, end in zip(starts, starts[1:], strict=False):
        if [_tone(heard, at) for at in range(start, end)] == ["3", "3", "3"]:
            heard[start] = heard[start][:-1] + "2"
        _pairs(heard, range(end - 2, start - 1, -1))
    _pairs(heard, [end - 1 for end in reversed(starts[1:-1])])


def _pairs(heard: list[str], places: range | list[int]) -> None:
    for at in places:
        if _tone(heard, at) == "3" and _tone(heard, at + 1) == "3":
            heard[at] = heard[at][:-1] + "2"
