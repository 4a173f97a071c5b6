"""Dates and times of day in English words."""

import re
from collections.abc import Iterable

from ganima.text.english_numbers import cardinal, decade, joined, ordinal, year
from ganima.text.english_rule import Rule, any_of, before, full_stop, rule, word_before

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
MONTH_NAMES = {name[:3]: name for name in MONTHS} | {name: name for name in MONTHS} | {"sept": "september"}
WEEKDAY_NAMES = {
    **{"mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "thu": "thursday"},
    **{"thur": "thursday", "thurs": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday"},
}
OTHER_WORDS = frozenset(("may", "march", "mar", "dec", "sat", "sun", "wed"))
"""Only with a capital these are dates."""


def written(names: Iterable[str]) -> str:
    """A pattern for names as they are written: May, MAY, and june but not may."""
    small = [name for name in names if name not in OTHER_WORDS]
    return any_of(*small, *(name.capitalize() for name in names), *(name.upper() for name in names))


MONTH = rf"(?P<month>{written(MONTH_NAMES)})\b\.?"
DAY_NAME = written(WEEKDAY_NAMES)
DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?:,? (?P<year>[0-9]{4})(?![0-9]|[.,:][0-9]))?"
HALF_DAY = r"(?: ?(?P<half>[aApP])\.?[mM]\b\.?)"
HALVES = {"a": "ay m", "p": "p m"}
YEARS_MIN, YEARS_MAX = 1100, 2099
"""Numbers of four digits that are said like years."""


def said_year(text: str | None) -> str:
    """Of four digits, or of two (1950 to 2049); nothing of nothing."""
    if not text:
        return ""
    number = int(text)
    if len(text) == 2:
        number += 2000 if number < 50 else 1900
    return year(number) if number >= 1000 else cardinal(number)


def date(day: int, month: int, said: str, first: str = "month") -> str | None:
    """In words, the month first or the day; None where there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    name = MONTHS[month - 1]
    return joined("the", ordinal(day), "of", name, said) if first == "day" else joined(name, ordinal(day), ",", said)


def day_first(match: re.Match[str]) -> str | None:
    """3 May 2024, 3rd of May."""
    month = MONTHS.index(MONTH_NAMES[match["month"].lower()]) + 1
    words = date(int(match["day"]), month, said_year(match["year"]), "day")
    return words.removeprefix("the ") if words and word_before(match).lower() == "the" else words


def month_first(match: re.Match[str]) -> str | None:
    """May 3, 2024, and May 3-5."""
    month, day, last = MONTH_NAMES[match["month"].lower()], int(match["day"]), int(match["last"] or 1)
    if not (1 <= day <= 31 and 1 <= last <= 31):
        return None
    until = joined("to", ordinal(last)) if match["last"] else ""
    said = said_year(match["year"])
    return joined(month, ordinal(day), until, "," if said else "", said)


def iso(match: re.Match[str]) -> str | None:
    """2024-05-03."""
    words = date(int(match["day"]), int(match["month"]), said_year(match["year"]))
    return words and joined(words, "," if match["clock"] else "")


def slashed(match: re.Match[str]) -> str | None:
    """5/3/2024: the month first, unless it can only be the day."""
    month, day = int(match["a"]), int(match["b"])
    if month > 12:
        month, day = day, month
    return date(day, month, said_year(match["year"]))


def pointed(match: re.Match[str]) -> str | None:
    """3.5.2024: the day first, as where dates have points."""
    return date(int(match["a"]), int(match["b"]), said_year(match["year"]))


def clock(match: re.Match[str]) -> str | None:
    """3:45 pm, 15:30, 12:30:05."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59 or (match["half"] and not 1 <= hour <= 12):
        return None
    half = HALVES[match["half"].lower()] if match["half"] else ""
    second = int(match["second"]) if match["second"] else None
    if (hour, minute, second) == (0, 0, None):
        return "midnight"
    if minute:
        minutes = joined("oh" if minute < 10 else "", cardinal(minute))
    elif half:
        minutes = ""
    else:
        minutes = "o'clock" if hour <= 12 else "hundred"
    seconds = joined("and", cardinal(second), "second" if second == 1 else "seconds") if second is not None else ""
    zone = "u t c" if match["zone"] else ""
    return joined(cardinal(hour), minutes, seconds, half, zone) + full_stop(match, before_names=True)


def hour(match: re.Match[str]) -> str | None:
    """7 pm, 7 a.m."""
    if not 1 <= int(match["hour"]) <= 12:
        return None
    return joined(cardinal(int(match["hour"])), HALVES[match["half"].lower()]) + full_stop(match, before_names=True)


def decades(match: re.Match[str]) -> str | None:
    """1990s, 1990's and '90s; the 90s, but not a 90s timeout."""
    number = int(match["number"])
    if number >= 100:
        return decade(number) if 1000 <= number < 3000 else None
    told = match["sign"] or word_before(match).lower() in ("the", "early", "mid", "late")
    return decade(number) if told and number >= 20 and number % 10 == 0 else None


def short_year(match: re.Match[str]) -> str:
    """'99, '05."""
    return joined("oh" if match["number"][0] == "0" else "", cardinal(int(match["number"])))


def plain_year(match: re.Match[str]) -> str | None:
    """1999 alone, and from 1000 where a word before says so."""
    number = int(match["year"])
    usual = YEARS_MIN <= number <= YEARS_MAX
    told = word_before(match).lower() in ("in", "since", "year", "by", "until", "circa", "from")
    attached = re.search(r"[A-Za-z0-9,.]$", before(match))
    return year(number) if (usual or (told and number >= 1000)) and number < 3000 and not attached else None


def weekdays(match: re.Match[str]) -> str:
    """Mon-Fri, and Sat in Sat, 5 June."""
    last = match["last"]
    until = joined("to", WEEKDAY_NAMES[last.lower()]) if last else ""
    return joined(WEEKDAY_NAMES[match["day"].lower()], until)


NO_MORE = r"(?![0-9A-Za-z]|[/:-][0-9])"
CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-5][0-9])(?:\.[0-9]{1,9})?)?"
FROM_DIGITS: tuple[Rule, ...] = (
    rule(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:(?P<clock>[T_])(?=[0-9])|{NO_MORE})", iso),
    rule(rf"(?P<year>[0-9]{{4}})/(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})(?P<clock>){NO_MORE}", iso),
    rule(rf"(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}|[0-9]{{2}}){NO_MORE}", slashed),
    rule(rf"(?P<a>[0-9]{{1,2}})\.(?P<b>[0-9]{{1,2}})\.(?P<year>[12][0-9]{{3}}){NO_MORE}", pointed),
    rule(rf"{DAY}(?: of)? {MONTH}{YEAR}", day_first),
    rule(rf"{CLOCK}(?:(?P<zone>Z\b)|{HALF_DAY})?(?![0-9:])", clock),
    rule(rf"(?P<hour>[0-9]{{1,2}}){HALF_DAY}", hour),
    rule(r"(?P<sign>)(?P<number>[0-9]{4}|[0-9]{2})'?s\b", decades),
)
YEARS: tuple[Rule, ...] = (rule(r"(?P<year>[0-9]{4})(?![0-9A-Za-z]|[.,/][0-9])", plain_year),)
"""Where a number is no amount of anything."""
FROM_LETTERS: tuple[Rule, ...] = (
    rule(rf"(?P<day>{DAY_NAME})\.(?P<last>)(?=,? (?:and|or|at|to|is|are|from|off)\b)", weekdays),
    rule(rf"{MONTH} {DAY}(?:-(?P<last>[0-9]{{1,2}}))?(?![0-9]|[.:,%][0-9]|[a-zA-Z%]){YEAR}", month_first),
    rule(rf"{MONTH}(?= [0-9]{{4}}\b)", lambda match: MONTH_NAMES[match["month"].lower()]),
    rule(rf"(?P<day>{DAY_NAME})\.? ?- ?(?P<last>{DAY_NAME})\b", weekdays),
    rule(rf"(?P<day>{DAY_NAME})\b(?P<last>)\.?(?=,? [0-9]|,? {MONTH})", weekdays),
)
FROM_SIGNS: tuple[Rule, ...] = (
    rule(r"(?P<sign>')(?P<number>[0-9]0)s\b", decades),
    rule(r"'(?P<number>[0-9]{2})(?![0-9A-Za-z'])", short_year),
    rule(rf"(?<=[0-9mM.])-(?=[0-9]{{1,2}}(?::[0-9]{{2}}|{HALF_DAY}))", "to"),
)
