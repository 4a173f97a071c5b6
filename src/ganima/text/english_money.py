"""Money in English words."""

import re

from ganima.text.english_numbers import decimal, joined, plural, whole
from ganima.text.english_rule import FIRST, NUMBER, Rule, rule

CURRENCIES = {
    "$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent"), "¥": ("yen", ""), "₹": ("rupee", "paisa"),
    "₩": ("won", ""), "₽": ("ruble", "kopek"), "₿": ("bitcoin", ""), "₫": ("dong", ""), "₺": ("lira", ""),
}  # fmt: skip
COUNTRIES = {
    **{"US": "u s", "A": "australian", "AU": "australian", "C": "canadian", "CA": "canadian", "NZ": "new zealand"},
    **{"HK": "hong kong", "S": "singapore", "CN": "chinese", "": ""},
}
SAME_IN_PLURAL = {"yen", "won", "dong", "yuan"}
SCALES = {
    **{"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "t": "trillion"},
    **{"tn": "trillion"},
    **{name: name for name in ("thousand", "million", "billion", "trillion")},
}


def money(match: re.Match[str]) -> str | None:
    """$5.20, £3m, €1,000, $5-10."""
    country = COUNTRIES[match["country"] or ""]
    name, small = CURRENCIES[match["currency"]]
    amount, last = match["first"], match["last"]
    scale = SCALES.get((match["scale"] or "").lower(), "")
    names = name if name in SAME_IN_PLURAL else plural(name)
    before_point, _, after_point = amount.partition(".")
    if len(after_point) == 2 and small and not scale and not last:
        big, little = whole(before_point), whole(after_point.lstrip("0") or "0")
        smalls = {"penny": "pence", "paisa": "paise"}.get(small) or plural(small)
        cents = joined(little, small if little == "one" else smalls) if little != "zero" else ""
        if big == "zero" and cents:
            return cents
        return joined(big, country, name if big == "one" else names, "and" if cents else "", cents)
    until = joined("to", decimal(last)) if last else ""
    one = amount == "1" and not scale and not last
    return joined(decimal(amount), until, scale, country, name if one else names)


SIGNS = "".join(CURRENCIES)
COUNTRY = "|".join(sorted((country for country in COUNTRIES if country), key=len, reverse=True))
SCALE = r"(?: ?(?P<scale>[Tt]housand|[MmBb]illion|[Tt]rillion|mn|bn|tn|[kKmMbBtT])\b)?"
MONEY = rf"(?P<country>{COUNTRY})?(?P<currency>[{SIGNS}]) ?{FIRST}(?: ?- ?[{SIGNS}]?(?P<last>{NUMBER}))?{SCALE}"
FROM_LETTERS: tuple[Rule, ...] = (rule(MONEY, money),)
FROM_SIGNS: tuple[Rule, ...] = FROM_LETTERS
