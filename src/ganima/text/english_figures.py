"""Figures in English words: telephone numbers, percentages, ranges, fractions, labels, and plain numbers."""

import re

from ganima.text.english_dates import YEARS_MAX, YEARS_MIN
from ganima.text.english_money import SCALES
from ganima.text.english_money import SIGNS as CURRENCIES
from ganima.text.english_numbers import cardinal, decimal, digits, fraction, joined, ordinal, pairs, whole, year
from ganima.text.english_rule import FIRST, LAST, NUMBER, Rule, after, before, rule, word_before

LABELS = frozenset("room route highway interstate flight bus apartment suite area channel studio gate".split())
POSTCODE_LENGTH = 5
DIALLED = frozenset("dial call dialed called dialing calling text pin".split())
FIXED = {"24/7": "twenty four seven", "9/11": "nine eleven", "50/50": "fifty fifty", "20/20": "twenty twenty"}


def value(text: str) -> str:
    """A number on its own: a year where it looks like one."""
    is_year = re.fullmatch("[12][0-9]{3}", text) and YEARS_MIN <= int(text) <= YEARS_MAX
    return year(int(text)) if is_year else decimal(text)


def percent(match: re.Match[str]) -> str:
    """20 %, 10-20%."""
    last = joined("to", decimal(match["last"])) if match["last"] else ""
    sign = "percent" if match["sign"] == "%" else "per mille"
    return joined(decimal(match["first"]), last, sign)


def span(match: re.Match[str]) -> str | None:
    """3-5, 1999-2005."""
    if re.search(r"[A-Za-z0-9]-$", before(match)):
        return None
    return joined(value(match["first"]), "to", value(match["last"]))


def score(match: re.Match[str]) -> str:
    """3:1."""
    return joined(whole(match["first"]), "to", whole(match["last"]))


def parts(match: re.Match[str]) -> str | None:
    """1/2, 2 3/4."""
    if match[0] in FIXED:
        return FIXED[match[0]]
    above, below = int(match["above"]), int(match["below"])
    if below in (10, 100) or above == below:
        said = joined(cardinal(above), "out of", cardinal(below))
    else:
        said = fraction(above, below) or joined(cardinal(above), "over", cardinal(below))
    if match["whole"]:
        said = joined(whole(match["whole"]), "and", re.sub("^one (half|quarter)", r"a \1", said))
    return said


def telephone(match: re.Match[str]) -> str | None:
    """Digit by digit, with pauses where the groups end; None of too few digits, or far too many."""
    groups = re.findall("[0-9]+", match[0])
    if not 7 <= sum(len(group) for group in groups) <= 20:
        return None
    return joined("plus" if match[0].startswith("+") else "", " , ".join(digits(group) for group in groups))


def grouped_digits(match: re.Match[str]) -> str:
    """1-2-3 or 4111 1111 1111 1111: the digits of each group."""
    return " , ".join(digits(group) for group in re.findall("[0-9]+", match[0]))


def version(match: re.Match[str]) -> str:
    """1.2.3, and addresses such as 192.168.0.1."""
    numbers = match[0].split(".")
    if len(numbers) == 4 and all(int(number) < 256 for number in numbers):
        return " dot ".join(pairs(number) for number in numbers)
    return " point ".join(whole(number) for number in numbers)


def product(match: re.Match[str]) -> str:
    """1920x1080, 2 x 3 m; but 2 x 3 = 6 is a sum."""
    sign = "times" if "×" in match[0] or re.match(" ?=", after(match)) else "by"
    numbers = re.findall(NUMBER, match[0])
    return f" {sign} ".join(pairs(number) if number.isdecimal() else decimal(number) for number in numbers)


def scientific(match: re.Match[str]) -> str:
    """2.5e-3."""
    first = "" if match["first"] == "1" else joined(decimal(match["first"]), "times")
    return joined(first, "ten to the power of", "minus" if match["minus"] else "", whole(match["power"]))


def pence(match: re.Match[str]) -> str:
    """50p; but 1080p is a picture's height."""
    if len(match["first"]) > 2:
        return joined(pairs(match["first"]), "p")
    return joined(cardinal(int(match["first"])), "penny" if match["first"] == "1" else "pence")


def ordinal_number(match: re.Match[str]) -> str:
    """22nd."""
    return ordinal(int(match["number"].replace(",", "")))


def labelled(match: re.Match[str]) -> str | None:
    """Room 404, Highway 101, Flight 1549; digits where somebody dials 911, and in NY 10001."""
    word = word_before(match).lower()
    if word in DIALLED:
        return digits(match[0])
    if len(match[0]) == POSTCODE_LENGTH:
        return digits(match[0]) if re.search(r"\b[A-Z]{2} $", before(match)) else None
    return pairs(match[0]) if word in LABELS else None


def inches(match: re.Match[str]) -> str | None:
    """A 27" monitor; but not the end of a quotation."""
    return None if '"' in before(match) else joined(decimal(match["first"]), "inch")


def scaled(match: re.Match[str]) -> str:
    """5M, 1.5B."""
    return joined(decimal(match["first"]), SCALES[match["scale"].lower()])


def plain(match: re.Match[str]) -> str:
    """Any number; directly after a letter its digits one by one, unless there are at most two (MP3, B52)."""
    text = match[0]
    if before(match)[-1:].isalpha() and len(text) > 2 and "." not in text:
        return digits(text)
    return decimal(text)


def minus(match: re.Match[str]) -> str | None:
    """-5; but not in B-52."""
    return None if re.search(r"[A-Za-z0-9)]$", before(match)) else "minus"


def times(match: re.Match[str]) -> str:
    """3x faster."""
    return joined(decimal(match["first"]), "times")


PHONES: tuple[Rule, ...] = (
    rule(r"\+[0-9]{1,3}(?:[ .-]?\(?[0-9]{1,5}\)?){2,6}(?![0-9])", telephone),
    rule(r"\([0-9]{3}\) ?[0-9]{3}[-. ][0-9]{4}(?![0-9])", telephone),
    rule(r"(?:1[-. ])?[0-9]{3}([-.])[0-9]{3}\1[0-9]{4}(?![0-9])", telephone),
    rule(r"1[- ][0-9]{3}[- ][0-9]{3}[- ][0-9]{4}(?![0-9])", telephone),
    rule(r"[0-9]{3}-[0-9]{4}(?![0-9-])", telephone),
    rule(r"0[0-9]{2,4} [0-9]{3,4} ?[0-9]{3,4}(?![0-9])", telephone),
)
CODES: tuple[Rule, ...] = (
    rule(r"[0-9]{4}(?:[ -][0-9]{4}){3}(?![0-9])", grouped_digits),
    rule(r"[0-9]{1,20}(?:-[0-9]{1,20}){2,20}(?![0-9])", grouped_digits),
    rule(r"[0-9]{1,9}(?:\.[0-9]{1,9}){2,8}(?![0-9])", version),
)
COMPOSED: tuple[Rule, ...] = (
    rule(rf"{FIRST}{LAST} ?(?P<sign>[%‰])", percent),
    rule(rf"{FIRST}\"(?= [a-z])", inches),
    rule(r"(?P<first>[0-9]{1,4})p\b", pence),
    rule(r"(?:(?P<whole>[0-9]{1,3}) )?(?P<above>[0-9]{1,4})/(?P<below>[0-9]{1,4})(?![0-9/])", parts),
    rule(rf"{NUMBER}(?: ?[x×] ?{NUMBER}){{1,4}}", product),
    rule(rf"{FIRST}[eE]\+?(?P<minus>-?)(?P<power>[0-9]{{1,3}})(?![A-Za-z0-9])", scientific),
    rule(rf"{FIRST}-(?P<last>{NUMBER})(?![A-Za-z0-9:-])", span),
    rule(r"(?P<first>[0-9]{1,4}):(?P<last>[0-9]{1,4})(?![0-9:])", score),
    rule(r"(?P<number>[0-9]{1,3}(?:,[0-9]{3}){0,4}|[0-9]{1,15})(?:st|nd|rd|th)\b", ordinal_number, re.I),
    rule(r"[0-9]{3,5}(?![0-9A-Za-z]|[.,][0-9])", labelled),
)
"""Numbers with something that says what they are."""
PLAIN: tuple[Rule, ...] = (
    rule(rf"{FIRST}(?P<scale>M|bn|(?<=\.[0-9])B|B(?= (?:parameter|people|token|user|view)))\b", scaled),
    rule(rf"{FIRST}x(?=[ .,;!?]|$)(?! ?[-+=*/^])", times),
    rule(NUMBER, plain),
)
FROM_SIGNS: tuple[Rule, ...] = (
    rule(r"\.[0-9]++", lambda match: decimal(match[0])),
    rule(r"#(?=[0-9])", "number"),
    rule(r"§+ ?(?=[0-9])", "section"),
    rule(rf"[-−](?=[0-9.{CURRENCIES}])", minus),
    rule(rf"[~≈](?= ?[0-9{CURRENCIES}])", "about"),
)
FROM_LETTERS: tuple[Rule, ...] = (rule(r"v(?:er(?:sion)?)?\.? ?(?=[0-9]+\.[0-9])", "version", re.I),)
