"""Punctuation, signs and emoji in English words."""

import re
import unicodedata

from ganima.text.english_numbers import joined, whole
from ganima.text.english_rule import Rule, after, before, rule

SIGNS = {
    "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "≤": "is at most", "≥": "is at least",
    "≠": "is not equal to", "≈": "is about", "±": "plus or minus", "→": "to", "√": "square root of", "∞": "infinity",
    "&": "and", "@": "at", "°": "degrees", "%": "percent", "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen",
    "©": "copyright", "®": "registered", "∑": "sum", "∫": "integral", "∂": "partial", "∈": "in", "∆": "delta",
    "¢": "cents", "§": "section", "¶": "paragraph", "‰": "per mille",
}  # fmt: skip
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
"""Single letters, as in formulas."""
PAUSES = {",": ",", ";": ";", ".": ".", "?": "?", "!": "!", "…": "…", "—": ",", "|": ",", "•": ",", "¿": "", "¡": ""}
EMOJI = (
    *((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0x231A, 0x23FF), (0x2B05, 0x2B55), (0x2934, 0x2935)),
    *((0x3297, 0x3299),),
)
"""Code points."""
TONES = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)
JOINER = "\u200d"
NAME_PARTS_DROPPED = re.compile(r"\b(?:black|white|heavy|sign|symbol|emoji|with sound waves)\b|[^a-z ]")
EMOJI_CHARACTERS = "".join(f"{chr(first)}-{chr(last)}" for first, last in EMOJI)
EMOJI_RUN = f"(?:[{EMOJI_CHARACTERS}]{JOINER}? ?)+"


def emoji(match: re.Match[str]) -> str:
    """A run of emoji by name, set apart by pauses; the same one several times is said once."""
    said: list[str] = []
    for group in re.split(rf"(?<!{JOINER})(?=[^ {JOINER}])", match[0].replace(f"{JOINER} ", " ")):
        name = emoji_name(group)
        if name and (not said or said[-1] != name):
            said.append(name)
    return joined(",", " , ".join(said), ",") if said else ""


def emoji_name(group: str) -> str:
    """woman personal computer, of those two joined; without signs of sex and colours of skin."""
    parts = []
    for place, sign in enumerate(part for part in group if part not in f"{JOINER} "):
        if ord(sign) in TONES or ord(sign) in FLAGS or (place and sign in "♀♂"):
            parts.append("flag" if ord(sign) in FLAGS else "")
            continue
        name = unicodedata.name(sign, "").lower().replace("-", " ")
        parts.append(NAME_PARTS_DROPPED.sub("", name))
    return " ".join(" ".join(parts).split())


def sign(match: re.Match[str]) -> str:
    return SIGNS[match[0]]


def between_words(match: re.Match[str]) -> str:
    """A slash is said in one/two, and neither a separator of lines nor at an end."""
    return "slash" if before(match)[-1:].isalnum() and after(match)[:1].isalnum() else ""


def bracket(match: re.Match[str]) -> str:
    """A pause where words are set apart, none in f(x)."""
    inside = re.search(r"[A-Za-z0-9]\([^()\s]{0,20}$", before(match)) if match[0] == ")" else None
    outside = before(match)[-1:] if match[0] in "([{" else after(match)[:1]
    return "" if inside or outside.isalnum() else ","


def power(match: re.Match[str]) -> str:
    """x^2 is x squared."""
    number = whole(match["number"][-15:])
    usual = {"two": "squared", "three": "cubed"}.get(number)
    return usual if usual and not match["minus"] else joined("to the power of", match["minus"] and "minus", number)


FROM_SIGNS: tuple[Rule, ...] = (
    rule(r"\n\s*[-*•]\s", "."),
    rule(r"\n\s*\n\s*", "."),
    rule(r"\s+", ""),
    rule(r"(?:\.[ \t]?){2,}(?<! )", "…"),
    rule(r"\(s\)", ""),
    # Emoticons, markup, and the numbers of footnotes.
    rule(r"(?<![0-9])<3+(?![0-9])", ", heart ,"),
    rule(r"[:;=]['-]?[()DPpO|*]+(?![A-Za-z0-9])", ","),
    rule(r"</?[A-Za-z][^<>]{0,200}>", ""),
    rule(r"(?<=[A-Za-z.,;!?])\[[0-9]{1,3}\]", ""),
    # Formulas.
    rule(r"\^(?P<minus>-?)(?P<number>[0-9]++)", power),
    rule(r"(?<=[0-9A-Za-z)] )<=|(?<=[0-9A-Za-z)])<=", "is at most"),
    rule(r"(?<=[0-9A-Za-z)] )>=|(?<=[0-9A-Za-z)])>=", "is at least"),
    rule(r"(?<=[0-9A-Za-z) ])<(?= ?[A-Za-z0-9.-])", "is less than"),
    rule(r"(?<=[0-9A-Za-z) ])>(?= ?[A-Za-z0-9.-])", "is greater than"),
    rule(r"!=", "is not equal to"),
    rule(r"={2,3}(?!=)", "equals"),
    rule(r"&+", "and"),
    rule(r"[=-]>", "to"),
    rule(r"(?<=[0-9A-Za-z)] )-(?= [0-9])|(?<=[^A-Za-z][A-Za-z] )-(?= [A-Za-z] )", "minus"),
    rule(r"(?:(?<=[0-9])|(?<=[0-9] ))\*(?= ?[0-9])", "times"),
    rule(r"(?<=[0-9)] )/(?= [0-9(])", "divided by"),
    rule(r"(?<=\b[A-DF])-(?![A-Za-z0-9-])", "minus"),
    rule(r"(?<=\b[CF])#(?![A-Za-z0-9])", "sharp"),
    rule(r"--+|—", ","),
    rule(r"(?<=\s)-(?=\s)", ","),
    rule(r"/", between_words),
    rule(r":(?=\s|$)", ";"),
    rule(r"[()\[\]{}]", bracket),
    rule(f"[{re.escape(''.join(PAUSES))}]", lambda match: PAUSES[match[0]]),
    rule(f"[{re.escape(''.join(SIGNS))}]", sign),
    rule(f"[{''.join(GREEK)}]", lambda match: GREEK.get(match[0].lower(), ""), re.I),
    rule(EMOJI_RUN, emoji),
)
