"""Numbers in English words (American: no "and"), from digits as they stand in a text."""

import re

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
THOUSANDS = ("", "thousand", "million", "billion", "trillion")
ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
    "twelve": "twelfth",
}
DENOMINATORS = {2: "half", 4: "quarter"}
CARDINAL_DIGITS_MAX = 15
"""Longer numbers are read digit by digit."""
UNGROUPED_DIGITS_MAX = 9
"""So are longer ones than this without commas, unless they are round."""
GROUP = 4
"""Digits between two pauses."""
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
ROMAN_FORM = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")


def cardinal(number: int) -> str:
    """twenty three; `number` is from 0 to 10¹⁵ - 1."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return joined(TENS[number // 10], SMALL[number % 10] if number % 10 else "")
    if number < 1000:
        return joined(SMALL[number // 100], "hundred", cardinal(number % 100) if number % 100 else "")
    parts = []
    for name in THOUSANDS:
        number, rest = divmod(number, 1000)
        if rest:
            parts.append(joined(cardinal(rest), name))
    return joined(*reversed(parts))


def ordinal(number: int) -> str:
    """twenty third."""
    return ordinal_of(cardinal(number))


def ordinal_of(words: str) -> str:
    """twenty third, of twenty three."""
    *before, last = words.split(" ")
    if last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last = ORDINALS.get(last, last + "th")
    return joined(*before, last)


def digits(text: str) -> str:
    """One by one, with a pause after every four; anything but 0 to 9 is passed over."""
    said = [SMALL[int(digit)] for digit in text if digit in "0123456789"]
    groups = [" ".join(said[start : start + GROUP]) for start in range(0, len(said), GROUP)]
    # No group of one digit at the end.
    if len(groups) > 1 and len(said) % GROUP == 1:
        groups[-2:] = [f"{groups[-2]} {groups[-1]}"]
    return " , ".join(groups)


def whole(text: str) -> str:
    """A whole number as it stands, perhaps with commas: 12,345 or 007; too long ones digit by digit."""
    grouped = "," in text
    text = text.replace(",", "")
    zeros = len(text) > 1 and text[0] == "0"
    long = len(text) > UNGROUPED_DIGITS_MAX and not grouped and not text.endswith("000")
    if zeros or long or len(text) > CARDINAL_DIGITS_MAX:
        return digits(text)
    return cardinal(int(text))


def decimal(text: str) -> str:
    """A number as it stands: whole, or with a point: 3.05 is three point zero five, .5 zero point five."""
    before, point, after = text.partition(".")
    return joined(whole(before or "0"), "point", digits(after)) if point and after else whole(before or "0")


def pairs(text: str) -> str:
    """A label of three or four digits: four oh four, ten eighty, eleven hundred; others as they stand."""
    if not 3 <= len(text) <= 4 or text[0] == "0" or text.endswith("000"):
        return whole(text)
    if len(text) == 4:
        return year(int(text))
    head, rest = text[0], int(text[1:])
    if not rest:
        return cardinal(int(text))
    return joined(cardinal(int(head)), "oh" if rest < 10 else "", cardinal(rest))


def year(number: int) -> str:
    """From 1000 to 9999: nineteen ninety nine, two thousand five, twenty twenty four, eighteen hundred."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(number)
    if rest == 0:
        return joined(cardinal(century), "hundred")
    return joined(cardinal(century), "oh" if rest < 10 else "", cardinal(rest))


def decade(number: int) -> str:
    """nineteen nineties, of 1990; eighteen hundreds; nineties, of 90."""
    return plural(year(number) if number >= 1000 else cardinal(number))


def fraction(above: int, below: int) -> str | None:
    """three quarters; None where it is not said like one (five over one)."""
    if below < 2 or below > 100 or above >= 1000:
        return None
    name = DENOMINATORS.get(below) or ordinal(below)
    if above != 1:
        name = "halves" if below == 2 else plural(name)
    return joined(cardinal(above), name)


def roman(text: str) -> int | None:
    """The value of XIV or xiv; None for other letters."""
    text = text.lower()
    if not text or len(text) > 15 or not ROMAN_FORM.fullmatch(text):
        return None
    values = [ROMAN[letter] for letter in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def plural(words: str) -> str:
    """twenties, of twenty; sixes, of six; hundreds, of hundred."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith(("x", "ch", "s")) else "s")


def joined(*words: str) -> str:
    return " ".join(word for word in words if word)
