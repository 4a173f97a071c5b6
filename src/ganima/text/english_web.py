"""Addresses and names from the net in English words."""

import re

from ganima.text.english_numbers import digits, joined, whole
from ganima.text.english_rule import Rule, rule
from ganima.text.english_words import letters, said_word

SIGNS = {
    **{".": "dot", "/": "slash", "-": "dash", "_": "underscore", "@": "at", ":": "colon", "?": "question mark"},
    **{"=": "equals", "&": "and", "%": "percent", "+": "plus", "#": "hash", "~": "tilde"},
}
PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]")
LENGTH_MAX = 200
"""Characters of an address that are read; nobody listens to more."""
TOP_LEVELS = "com|org|net|io|ai|dev|edu|gov|info|app|me|tv|co|uk|de|fr|eu|cn|jp|us|ca|au|ch|nl|es|it|in|xyz|html?|pdf"
SPELLED = frozenset("www uk de fr eu cn jp us au ch tv io ai html htm pdf php py js ts md rs sh".split())
"""Said letter by letter."""


def address(match: re.Match[str]) -> str:
    """example.com/page: dots and slashes by name; the protocol is left out."""
    text = re.sub(r"^(?:https?|ftp)://", "", match[0][:LENGTH_MAX], flags=re.IGNORECASE)
    ending = re.search(r"[.,;:!?')\]]*$", text)
    stop = ending[0] if ending else ""
    text = text[: len(text) - len(stop)].rstrip("/")
    pause = next((sign for sign in stop if sign in ".,;!?"), "")
    return joined(" ".join(part_of_address(part) for part in PARTS.findall(text)), pause)


def part_of_address(part: str) -> str:
    if part.isdigit():
        return whole(part) if len(part) <= 4 else digits(part)
    if part.isalpha():
        return letters(part) if part.lower() in SPELLED else said_word(part)
    return SIGNS.get(part, "")


def name(match: re.Match[str]) -> str:
    """@some_one is at some one, #GoodMorning hashtag good morning."""
    said = []
    for part in PARTS.findall(match["name"][:LENGTH_MAX]):
        said.append(whole(part) if part.isdigit() else said_word(part) if part.isalpha() else "")
    return joined("at" if match[0].startswith("@") else "hashtag", *said)


def file_name(match: re.Match[str]) -> str:
    """main.py and Node.js."""
    return " ".join(part_of_address(part) for part in PARTS.findall(match[0]))


HOST = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}"
FILE_TYPES = (
    "js|ts|py|txt|csv|json|xml|ya?ml|zip|exe|png|jpe?g|gif|svg|mp[34]|wav|docx?|xlsx?|pptx?|md|sh|cpp|rs|log|css"
)
FROM_LETTERS: tuple[Rule, ...] = (
    rule(r"(?:https?://|ftp://|www\.)[^\s<>\"]{1,2000}", address, re.I),
    rule(rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}@{HOST}", address),
    rule(rf"{HOST}\.(?:{TOP_LEVELS})\b(?:/[^\s<>\"]{{0,2000}})?(?!\.[A-Za-z])", address),
    rule(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,63}}\.(?:{FILE_TYPES})\b", file_name),
)
"""What begins with a letter or a digit."""
FROM_SIGNS: tuple[Rule, ...] = (rule(r"[@#](?P<name>[A-Za-z_][A-Za-z0-9_]{0,200})", name),)
