"""Numbers the Chinese way: figures to the characters that are spoken."""

DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
GROUPS = ("", "万", "亿", "万亿")
"""Names of each four digits, from the right."""
CARDINAL_MAX = 16
"""Longer numbers have no name that anybody would follow: they are read digit by digit."""


def digits(figures: str, telephone: bool = False) -> str:
    """Each of `figures` by itself, as years and codes are read: 2024 is 二零二四. In `telephone` numbers 1 is 幺."""
    spoken = "".join(DIGITS[int(figure)] for figure in figures)
    return spoken.replace("一", "幺") if telephone else spoken


def integer(figures: str) -> str:
    """A whole number: 12345 is 一万两千三百四十五.

    2 is 两 before 千, 万 and 亿 and at the head before 百 (两百, 一千二百, 两万两千), otherwise 二. Numbers that
    begin with 0 (007) and those of more than 16 figures are read digit by digit.
    """
    if len(figures) > CARDINAL_MAX or len(figures) > 1 and figures[0] == "0":
        return digits(figures)
    if figures == "0":
        return "零"
    groups = [figures[max(0, end - 4) : end] for end in range(len(figures), 0, -4)]
    spoken, gap = "", False
    for place, group in reversed([*enumerate(groups)]):
        value = group.lstrip("0")
        if not value:
            gap = True
            continue
        if spoken and (gap or group[0] == "0"):
            spoken += "零"
        name = "万" if place == 3 and groups[2].strip("0") else GROUPS[place]
        spoken += ("两" if place and value == "2" else _group(value, not spoken)) + name
        gap = False
    return spoken


def _group(figures: str, head: bool) -> str:
    """Up to four figures that do not begin with 0; at the `head` of a number 10 is 十 and 200 is 两百."""
    spoken = ""
    for at, figure in enumerate(figures):
        place = PLACES[len(figures) - at - 1]
        if figure == "0":
            if figures[at:].strip("0") and figures[at - 1] != "0":
                spoken += "零"
        elif figure == "1" and place == "十" and head and at == 0:
            spoken += place
        elif figure == "2" and (place == "千" or place == "百" and head and at == 0):
            spoken += "两" + place
        else:
            spoken += DIGITS[int(figure)] + place
    return spoken


def number(written: str) -> str:
    """Any number as written with figures, commas, a point and a sign: -1,234.50 is 负一千二百三十四点五零."""
    whole, _, fraction = written.replace(",", "").lstrip("+-").partition(".")
    spoken = integer(whole or "0")
    if fraction:
        spoken += "点" + digits(fraction)
    return ("负" if written.startswith("-") else "") + spoken


def counted(written: str) -> str:
    """A number before what is counted: as `number`, but 2 is 两."""
    return {"2": "两", "-2": "负两"}.get(written) or number(written)
