"""Abbreviations in English words."""

import re

from ganima.text.english_rule import Rule, after, any_of, before, full_stop, rule, word_before
from ganima.text.english_words import letters

EVERYWHERE = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "vs": "versus", "v.s.": "versus",
    "etc": "et cetera", "approx.": "approximately", "dept.": "department", "depts.": "departments",
    "est.": "established", "incl.": "including", "excl.": "excluding", "misc.": "miscellaneous", "govt.": "government",
    "intl.": "international", "natl.": "national", "assn.": "association", "assoc.": "associate", "univ.": "university",
    "inc.": "incorporated", "ltd.": "limited", "ltd": "limited", "corp.": "corporation", "bros.": "brothers",
    "ave.": "avenue", "blvd.": "boulevard", "hwy.": "highway", "apt.": "apartment", "ext.": "extension",
    "tel.": "telephone", "jr.": "junior", "sr.": "senior", "cf.": "compare", "viz.": "namely", "al.": "al",
    "a.k.a.": "also known as", "aka": "also known as", "ph.d.": "p h d", "w/o": "without", "w/": "with",
    "b/c": "because", "n/a": "not applicable", "and/or": "and or", "c/o": "care of", "min.": "minimum",
    "max.": "maximum", "avg.": "average", "temp.": "temperature", "ed.": "edition", "eds.": "editors",
    "hon.": "honorable", "esq.": "esquire", "p.s.": "p s", "r.i.p.": "r i p", "a.m.": "ay m", "p.m.": "p m",
    "ok": "okay", "o.k.": "okay", "pls": "please", "thx": "thanks", "omg": "o m g",
    "btw": "by the way", "phd": "p h d", "wwi": "world war one", "wwii": "world war two",
    "yoy": "year over year", "fyi": "f y i",
}  # fmt: skip
"""In any case; those with a point keep it as the sentence's end where one follows."""
NEVER_LAST = frozenset(("e.g.", "a.k.a.", "i.e.", "vs.", "approx.", "cf.", "viz.", "est.", "v.s."))
BEFORE_NAMES = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "gen": "general",
    "col": "colonel", "capt": "captain", "lt": "lieutenant", "sgt": "sergeant", "maj": "major", "cpl": "corporal",
    "cmdr": "commander", "adm": "admiral", "rev": "reverend", "gov": "governor", "sen": "senator",
    "rep": "representative", "pres": "president", "hon": "honorable", "st": "saint", "mt": "mount", "ft": "fort",
    "messrs": "messieurs", "supt": "superintendent", "fr": "father", "br": "brother", "sr": "sister",
}  # fmt: skip
"""Before a capital."""
PEOPLE = frozenset(("mr", "mrs", "ms", "messrs"))
"""Also before small letters (Mr. and Mrs. Jones)."""
WITHOUT_POINT = frozenset(("mr", "mrs", "ms", "dr", "prof", "st", "mt", "sgt", "capt"))
"""Before a capital, even without a point."""
AFTER_NAMES = {"st": "street", "dr": "drive", "rd": "road", "ln": "lane", "ct": "court", "pl": "place", "sq": "square"}
"""After a name."""
BEFORE_NUMBERS = {
    "no": "number", "nos": "numbers", "vol": "volume", "vols": "volumes", "ch": "chapter", "chap": "chapter",
    "fig": "figure", "figs": "figures", "sec": "section", "p": "page", "pp": "pages", "pg": "page", "eq": "equation",
    "art": "article", "ca": "circa", "c": "circa", "op": "opus", "ver": "version", "ep": "episode", "lv": "level",
    "lvl": "level", "tel": "telephone", "ext": "extension", "apt": "apartment", "nr": "number", "rm": "room",
}  # fmt: skip
SHORT = frozenset((*(text.rstrip(".") for text in EVERYWHERE), *BEFORE_NAMES, *AFTER_NAMES, *BEFORE_NUMBERS))
"""All of them, without their points."""
NO_NAMES = frozenset("in at the to from of and on near by for with visit a is was or".split())
INSIDE_SENTENCES = frozenset(("min.", "max.", "ed.", "al.", "temp."))
"""Only where a small letter or a number follows: Ed. and Al. are names, too."""


def everywhere(match: re.Match[str]) -> str | None:
    """e.g., etc., approx."""
    text = match[0].lower()
    if text == "al." and word_before(match).lower() != "et":
        return None
    if text in INSIDE_SENTENCES and not re.match(" ?[a-z0-9,;)]", after(match)):
        return None
    return EVERYWHERE[text] + ("" if text in NEVER_LAST else full_stop(match))


def title(match: re.Match[str]) -> str | None:
    """Dr. Who, St. Mary; but Main St. and Elm Dr."""
    short, ahead = match["short"].lower(), word_before(match)
    named = bool(re.match(" [\"']?[A-Z]", after(match)))
    follows_name = ahead[:1].isupper() and ahead.lower() not in NO_NAMES and before(match).endswith(ahead + " ")
    if short in AFTER_NAMES and follows_name and not (short == "dr" and named):
        return AFTER_NAMES[short] + full_stop(match, before_names=True)
    if short not in BEFORE_NAMES or not match["short"][0].isupper():
        return None
    always = short in PEOPLE and match["short"].istitle()
    return BEFORE_NAMES[short] if always or (named and (match["point"] or short in WITHOUT_POINT)) else None


def counted(match: re.Match[str]) -> str | None:
    """No. 5, p. 12, Vol. 3; but not the no of yes or no."""
    if match["short"] == "no" and word_before(match) in ("or", "and", "say", "says", "said"):
        return None
    return BEFORE_NUMBERS[match["short"].lower()]


def dotted(match: re.Match[str]) -> str:
    """U.S.A., J.R.R."""
    return letters(match[0]) + full_stop(match, before_names=True)


FROM_LETTERS: tuple[Rule, ...] = (
    rule(
        rf"(?:{any_of(*EVERYWHERE)})(?:(?<=[./])(?![A-Za-z])|(?<=[A-Za-z])(?![A-Za-z'])|(?<=w/)(?=[A-Za-z]))",
        everywhere,
        re.I,
    ),
    rule(rf"(?P<short>{any_of(*BEFORE_NUMBERS)})\. ?(?=[0-9])", counted, re.I),
    rule(rf"(?P<short>{any_of(*BEFORE_NAMES, *AFTER_NAMES)})\b(?P<point>\.?)", title, re.I),
    rule(r"(?:[A-Za-z]\.){2,12}(?:[A-Za-z](?![A-Za-z']))?", dotted),
    rule(r"[A-Z]\. ?(?=[A-Z][a-z.])", lambda match: letters(match[0])),
)
