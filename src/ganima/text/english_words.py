"""Words and acronyms as they are spoken."""

import re

from ganima.text.english_rule import Rule, after, before, rule, word_after, word_before
from ganima.text.lexicon import is_known

SPELLED = frozenset(
    "adhd ads ai api apis apk ar atm bbc bce bmi bst cctv cd cds ce ceo cest cet cfo cgi cia cio cnn cpu cpus cst cto "
    "cv diy dj dna dns dvd ecb ecg eda edt eeg est eta eu faq fbi fps fyi gan gbp gdp gmt gop gps gpu gui hd hdmi hiv "
    "hr hsbc html http https ibm id ids imf ios ip iot iq irs isbn isp ist kgb kpi lcd led lgbt llm mba mc md mit mp "
    "mph mps mri mst mtv nba nfl ngo nhl nhs npc nsa nyc ocr oecd os pc pcs pcr pdf pdt phd pr ps pst pvc qa qr rgb "
    "rip rna rpg rpm sd sdk sms sos ssd ssl suv tbd tcp tv tvs uae ufo ui uk un ups url urls usa usb usd utc ux vip "
    "vpn vr wc wwf www xl xml".split()
)
"""In capitals these are said letter by letter, though the dictionary knows some of them as words."""
AMBIGUOUS = frozenset("us it who im aid ma pa am ad".split())
"""Likewise, unless the words around them are in capitals too."""
SAID = frozenset("yaml pin sim ram rom gif wifi covid asap sars mers taser ikea lego nafta lol jpeg scuba swat".split())
"""These are said as words, though they are short and not all in the dictionary."""
LABEL_LENGTH_MAX = 2
"""So many capitals before a number are letters (CO2)."""
ACRONYM_LENGTH_MAX = 5
"""Longer words in capitals are words, where they have a vowel."""
STRETCHED = re.compile(r"([a-z])\1{2,}")
SHORT_WHEN_STRETCHED = frozenset("so no go oh ah hey hi hello yes wow why me please love aw ugh yay".split())
CAMEL = re.compile(r"[A-Z]?[a-z']+|[A-Z]+(?![a-z])")
LETTER_NAMES = {"a": "ay"}
"""A letter's name where its sign alone is another word."""


def letters(text: str) -> str:
    """b b c, of BBC; ay i, of A.I."""
    return " ".join(LETTER_NAMES.get(letter, letter) for letter in text.lower() if letter.isalpha())


def said_word(word: str, shouting: bool = False) -> str:
    """One written word, in any case, as words: BBC is spelled, NASA and HELP are words, YouTube too."""
    base, ending = word, ""
    if word.endswith(("'s", "'S")):
        base, ending = word[:-2], "'s"
    elif len(word) > 2 and word.endswith("s") and word[:-1].isupper():
        base, ending = word[:-1], "s"
    if base.isupper() and len(base) > 1 and base.isalpha():
        if is_spelled(base.lower(), shouting):
            return letters(base) + ("'s" if ending else "")
        return base.lower() + ending
    lower = squeezed(word.lower())
    if word != lower and not word.istitle() and not is_known(lower) and not re.match("(?:Mc|Mac|O')[A-Z]", word):
        humps = CAMEL.findall(word)
        if 1 < len(humps) < 8:
            return " ".join(said_word(hump) for hump in humps)
    if lower.isalpha() and 1 < len(lower) <= ACRONYM_LENGTH_MAX and not has_vowel(lower) and not is_known(lower):
        return letters(lower)
    return lower


def is_spelled(word: str, shouting: bool) -> bool:
    """Whether `word`, written in capitals, is said letter by letter."""
    if word in SAID:
        return False
    if word in SPELLED or not has_vowel(word):
        return True
    if word in AMBIGUOUS:
        return not shouting
    return len(word) <= ACRONYM_LENGTH_MAX and not shouting and not is_known(word)


def has_vowel(word: str) -> bool:
    return any(letter in "aeiouy" for letter in word)


def squeezed(word: str) -> str:
    """so, of sooooo; cool, of coooool."""
    if not STRETCHED.search(word):
        return word
    once, twice = STRETCHED.sub(r"\1", word), STRETCHED.sub(r"\1\1", word)
    return once if once in SHORT_WHEN_STRETCHED or not is_known(twice) else twice


def is_shouting(match: re.Match[str]) -> bool:
    """Whether the words on both sides (or the only one) are in capitals and no acronyms."""
    around = [word for word in (word_before(match), word_after(match)) if len(word) > 1]
    return bool(around) and all(word.isupper() and not is_spelled(word.lower(), True) for word in around)


def any_word(match: re.Match[str]) -> str:
    """A word; its letters where a number stands before or after it (4K, 3D, CO2)."""
    word = match[0]
    if before(match)[-1:].isdigit() and len(word) < 3:
        return letters(word)
    if len(word) <= LABEL_LENGTH_MAX and word.isupper() and re.match("-?[0-9]", after(match)):
        return letters(word)
    if len(word) == 1:
        return word.lower() if word == "a" or (word == "A" and is_article(match)) else letters(word)
    return said_word(word, is_shouting(match))


def is_article(match: re.Match[str]) -> bool:
    """Whether a capital A is one: at a sentence's start or in a title, and not in "A is" and "Plan A"."""
    if re.match(" (?:is|was|has|and|or|to)\\b", after(match)):
        return False
    starts = re.search(r"(?:^|[.!?:;…\n\"'(\[—*-])\s*$", before(match))
    return bool(re.match(" [A-Z0-9]" if not starts else " [A-Za-z0-9]", after(match)))


FROM_LETTERS: tuple[Rule, ...] = (
    rule(r"[A-Z]{1,3}&[A-Z]{1,2}\b", lambda match: " and ".join(map(letters, match[0].split("&")))),
    rule(r"[A-Za-z]++(?:'[A-Za-z]++)*+", any_word),
)
FROM_SIGNS: tuple[Rule, ...] = (
    rule(r"'(?:em|til|till|cause|tis|twas|bout|round)(?![A-Za-z'])", lambda match: match[0].lower(), re.I),
    rule(r"'n'(?![A-Za-z])", "and", re.I),
)
