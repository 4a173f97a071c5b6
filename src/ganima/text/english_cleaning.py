"""Any text into the characters that the English front end knows: plain letters, digits, signs and emoji."""

import html
import re
import unicodedata
from functools import cache

from ganima.text.english_symbols import GREEK, JOINER

REPLACED = {
    **dict.fromkeys("‘’‚‛ʼ`´＇", "'"),
    **dict.fromkeys("“”„‟«»〝〞", '"'),
    **dict.fromkeys("‐‑‒−﹣", "-"),
    **dict.fromkeys("—―⸺⸻", "—"),
    **dict.fromkeys("™℠®ª", ""),
    **dict.fromkeys("⋅✕✖", "×"),
    **dict.fromkeys("⇒➔➜", "→"),
    **dict.fromkeys("\u2044∕", "/"),
    **dict.fromkeys("\u2028\x85\x0b", "\n"),
    **dict.fromkeys("\u2029\x0c", "\n\n"),
    **{"¼": " 1/4 ", "½": " 1/2 ", "¾": " 3/4 ", "⅓": " 1/3 ", "⅔": " 2/3 ", "⅛": " 1/8 "},
    **{"⅜": " 3/8 ", "⅝": " 5/8 ", "⅞": " 7/8 ", "⅕": " 1/5 ", "⅖": " 2/5 ", "⅗": " 3/5 ", "⅘": " 4/5 "},
    **{"№": "No. ", "℃": "°C", "℉": "°F", "º": "°", "≦": "≤", "≧": "≥", "·": " ", "ß": "ss", "ẞ": "SS"},
    **{"、": ", ", "。": ". ", "，": ", ", "！": "! ", "？": "? ", "；": "; ", "：": ": "},
    **{"‼": "!!", "⁉": "!?", "⁈": "?!", "⁇": "??"},
}
KEPT = frozenset("\n—…×÷≤≥≠≈±→√∞°©∑∫∂∈∆¢§¶‰$£€¥₹₩₽₿₫₺µ″′Ω•¿¡" + "".join(GREEK) + "".join(GREEK).upper() + "ςϕ" + JOINER)
"""What passes as it is, besides ASCII and emoji."""
LETTER_NAME = re.compile(r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE) (?:\w+ )?([A-Z]{1,2})(?: WITH .*)?$")
SPELLINGS = {"ð": "th", "þ": "th", "Ð": "Th", "Þ": "Th", "ə": "a", "ŋ": "ng", "ı": "i", "ĸ": "k", "ſ": "s"}
JOINED_LETTERS = re.compile(rf"(?<=[^\W_]){JOINER}|{JOINER}(?=[^\W_])")
EN_DASH = re.compile(r"(?<=[^\s–])–(?=[^\s–])")
COMPATIBLE = re.compile(
    "[\uff00-\uffef\ufb00-\ufb06\u2460-\u24ff\u2070-\u209f\u2100-\u214f\u2150-\u218f\U0001d400-\U0001d7ff]"
)
"""Full-width letters, ligatures, letters in circles, raised ones, and letters in the styles of mathematics."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
RAISED = re.compile("(?<=[0-9])⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[²³]|[⁰¹⁴⁵⁶⁷⁸⁹]+")
ENTITY = re.compile(r"&#?[A-Za-z0-9]{2,8};")
FEET = re.compile(r"(?<![0-9A-Za-z])([0-9]{1,2})' ?([0-9]{1,2})\"(?![0-9A-Za-z])")


def clean(text: str) -> str:
    """`text` with known characters only; those of other scripts become spaces."""
    text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("`", "'")
    if CONTROL.search(text) or not text.isascii():
        text = "".join(map(replaced, RAISED.sub(raised, text)))
        text = EN_DASH.sub("-", JOINED_LETTERS.sub("", text)).replace("–", "—")
    return FEET.sub(r"\1 feet \2 inches", text.replace("′", "'").replace("″", '"').replace("''", '"'))


def raised(match: re.Match[str]) -> str:
    """Powers; without the numbers of footnotes."""
    is_power = match[0] in "²³" or match.string[match.start() - 1 : match.start()].isdigit()
    return "^" + unicodedata.normalize("NFKC", match[0]) if is_power else ""


@cache
def replaced(character: str) -> str:
    """What stands for one character."""
    if character in REPLACED:
        return REPLACED[character]
    if character.isascii():
        return character if character.isprintable() or character in "\n\t" else " "
    if character in KEPT or character == "–":
        return character
    if COMPATIBLE.match(character):
        plain = unicodedata.normalize("NFKC", character)
        return " " if plain == character else "".join(map(replaced, plain))
    category = unicodedata.category(character)
    # Marks, variation selectors, zero-width signs and the like say nothing of their own.
    if category[0] == "M" or category == "Cf":
        return ""
    if category[0] == "L":
        return latin(character)
    if category == "Nd":
        return str(unicodedata.digit(character, 0))
    return character if category in ("So", "Sk", "Sm") else " "


def latin(character: str) -> str:
    """A Latin letter without its accents; nothing but a space for other scripts' letters."""
    if character in SPELLINGS:
        return SPELLINGS[character]
    base = unicodedata.normalize("NFKD", character)[0]
    if base.isascii():
        return base
    if found := LETTER_NAME.match(unicodedata.name(character, "")):
        return found[2].lower() if found[1] == "SMALL" else found[2].capitalize()
    return " "
