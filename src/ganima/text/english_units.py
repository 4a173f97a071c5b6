"""Units of measurement in English words."""

import re

from ganima.text.english_numbers import decimal, joined, plural
from ganima.text.english_rule import FIRST, LAST, NUMBER, Rule, after, any_of, full_stop, rule, word_before

PREFIXED = {
    "m": "meter", "g": "gram", "W": "watt", "Wh": "watt hour", "V": "volt", "A": "amp", "Ah": "amp hour", "Hz": "hertz",
    "J": "joule", "N": "newton", "Pa": "pascal", "l": "liter", "L": "liter", "mol": "mole", "bps": "bit per second",
    "b": "bit", "B": "byte", "eV": "electron volt", "cal": "calorie", "s": "second", "bit": "bit", "Ω": "ohm",
}  # fmt: skip
PREFIXES = {
    "": "", "n": "nano", "µ": "micro", "μ": "micro", "m": "milli", "c": "centi", "d": "deci", "h": "hecto", "k": "kilo",
    "K": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta", "Ki": "kibi", "Mi": "mebi", "Gi": "gibi",
}  # fmt: skip
OTHERS = {
    "°C": "degree celsius", "°F": "degree fahrenheit", "°": "degree", "mi": "mile", "ft": "foot", "yd": "yard",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "gal": "gallon", "min": "minute", "mins": "minute", "h": "hour",
    "hr": "hour", "hrs": "hour", "sec": "second", "secs": "second", "mph": "mile per hour", "kph": "kilometer per hour",
    "kmh": "kilometer per hour", "rpm": "revolution per minute", "fps": "frame per second", "dpi": "dot per inch",
    "px": "pixel", "dB": "decibel", "ha": "hectare", "psi": "pound per square inch", "bar": "bar", "pt": "point",
    "sq ft": "square foot", "sq. ft.": "square foot", "sq. ft": "square foot",
    "sq km": "square kilometer", "sq m": "square meter", "sq mi": "square mile", "t": "ton",
    "mo": "month", "wk": "week", "wks": "week", "¢": "cent", "ppm": "part per million", "mmHg": "millimeter of mercury",
    "USD": "u s dollar", "EUR": "euro", "GBP": "pound", "JPY": "yen", "CNY": "yuan", "RMB": "yuan", "€": "euro",
    "£": "pound", "$": "dollar", "¥": "yen", "₹": "rupee", "bn": "billion", "tn": "trillion", "mn": "million",
    "cc": "c c", "AU": "astronomical unit", "ly": "light year", "acre": "acre",
    "ft.": "foot", "in.": "inch", "lb.": "pound", "lbs.": "pound", "oz.": "ounce", "yd.": "yard", "mi.": "mile",
    "hr.": "hour", "hrs.": "hour", "min.": "minute", "mins.": "minute", "sec.": "second", "secs.": "second",
    "gal.": "gallon", "yr": "year", "yrs": "year", "yr.": "year", "yrs.": "year",
    "tbsp": "tablespoon", "tbsp.": "tablespoon", "tsp": "teaspoon", "tsp.": "teaspoon", "mpg": "mile per gallon",
    "°N": "degree north", "°S": "degree south", "°E": "degree east", "°W": "degree west",
}  # fmt: skip
SKIPPED = frozenset("A b B dm nm Nm hm mN MN PA Pb hA dA hb db cd dB KN Kl Ks Mi mb".split())
"""What prefix and unit would make, but seldom means."""
UNITS = {
    **{
        prefix + unit: PREFIXES[prefix] + name
        for prefix in PREFIXES
        for unit, name in PREFIXED.items()
        if prefix + unit not in SKIPPED and (len(prefix) < 2 or unit in "bB")
    },
    **{"nm": "nanometer", "Nm": "newton meter", "Mb": "megabit"},
    **OTHERS,
}
"""Singular names of units."""
ONLY_GLUED = frozenset("MA PA ha pt mo bar PB TV AU".split())
"""Units that are too often words or names where a space stands before them."""
INVARIABLE = ("hertz", "yen", "yuan", "c c", "billion", "trillion", "million")
IRREGULAR = {"foot": "feet", "inch": "inches"}
SQUARED = {"2": "square", "3": "cubic"}


def plural_unit(name: str) -> str:
    """kilometers per hour, of kilometer per hour; degrees celsius."""
    head, per, rest = name.partition(" per ")
    first, space, more = head.partition(" ")
    if first in ("degree", "millimeter", "part"):
        return plural(first) + space + more + per + rest
    if head.endswith(INVARIABLE):
        return name
    *words, last = head.split(" ")
    return joined(*words, IRREGULAR.get(last) or plural(last)) + per + rest


def unit_name(symbol: str) -> str | None:
    """The singular name of km, km/h, m², kg/m³; None for what is no unit."""
    if symbol in UNITS:
        return UNITS[symbol]
    above, slash, below = symbol.partition("/")
    names = []
    for part in (above, below) if slash else (above,):
        base, power, exponent = part.partition("^")
        if not power and base[-1:] in SQUARED and base[:-1] in UNITS:
            base, exponent = base[:-1], base[-1]
        if base not in UNITS or (exponent and exponent not in SQUARED):
            return None
        names.append(joined(SQUARED.get(exponent, ""), UNITS[base]))
    return " per ".join(names)


SYMBOL = rf"(?:{any_of(*UNITS)})(?:\^?[23])?"
UNIT = rf"(?P<gap> ?)(?P<unit>{SYMBOL}(?:/{SYMBOL})?)(?![A-Za-z0-9]|'[a-z])"


def with_unit(match: re.Match[str]) -> str | None:
    """5 km, 3-5 km, 20 °C, 0.8 x 1.2 m, and the singular in a 5 km run."""
    symbol, last = match["unit"], match["last"]
    name = unit_name(symbol)
    if name is None or (match["gap"] and symbol in ONLY_GLUED):
        return None
    stop = full_stop(match) if symbol.endswith(".") else ""
    describes = word_before(match).lower() in ("a", "an", "per", "every") and re.match(" [A-Za-z]", after(match))
    singular = describes or (match["first"] == "1" and not last and not match["factors"])
    said = " by ".join(decimal(number) for number in (match["first"], *re.findall(NUMBER, match["factors"])))
    said = joined(said, "to" if last else "", decimal(last) if last else "")
    return joined(said, name if singular else plural_unit(name)) + stop


FROM_DIGITS: tuple[Rule, ...] = (rule(rf"{FIRST}(?P<factors>(?: ?[x×] ?{NUMBER}){{0,3}}){LAST}{UNIT}", with_unit),)
