"""How one kind of written expression is found and said."""

import re
from collections.abc import Callable

Say = Callable[[re.Match[str]], str | None]
"""What is said for a match: words and pauses with spaces between; None passes on to the next rule."""
Rule = tuple[re.Pattern[str], Say]
"""A pattern for the start of what is left of the text, and what is said for it.

Patterns never look far and never try the same letters twice, so that any text takes time in proportion to its length.
"""

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])|[0-9]++)(?:\.[0-9]++)?"
"""12 or 12,345 or 12.5."""
FIRST = rf"(?P<first>{NUMBER})"
LAST = rf"(?:(?: ?- ?| to )(?P<last>{NUMBER}))?"
"""The numbers of 3-5, and of 3 alone."""
NEARBY = 40
"""Characters before and after an expression that say what it means."""
LAST_WORD = re.compile(r"([A-Za-z']+)[ -]?$")
NEXT_WORD = re.compile(r"[ -]?([A-Za-z']+)")
SENTENCE_STARTS = frozenset(
    "a all also an and another any as at before but during even every for from he here his how however i if in it "
    "it's its just let many meanwhile most my no nobody not now on one our she since so some that that's the then "
    "there these they this those though to today under we what when where while who why with yes you your".split()
)
"""Words whose capital says that a sentence begins; other words with one may be names."""


def rule(pattern: str, said: Say | str, flags: int = 0) -> Rule:
    """For `pattern`, what a function makes of the match, or always the same words."""
    return re.compile(pattern, flags), (lambda match: said) if isinstance(said, str) else said


def any_of(*texts: str) -> str:
    """A pattern for one of `texts`, the longest that fits."""
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


def before(match: re.Match[str]) -> str:
    """The characters before."""
    return match.string[max(0, match.start() - NEARBY) : match.start()]


def after(match: re.Match[str]) -> str:
    """The characters after."""
    return match.string[match.end() : match.end() + NEARBY]


def word_before(match: re.Match[str]) -> str:
    """The word that stands directly before, or nothing."""
    found = LAST_WORD.search(before(match))
    return found[1] if found else ""


def word_after(match: re.Match[str]) -> str:
    """The word that stands directly after, or nothing."""
    found = NEXT_WORD.match(after(match))
    return found[1] if found else ""


def full_stop(match: re.Match[str], before_names: bool = False) -> str:
    """A pause where an abbreviation's point also ends the sentence: at the text's end, or where a capital follows.

    `before_names`: names follow it often (U.S. Army), so that not every capital counts.
    """
    rest = after(match)
    if not match[0].endswith("."):
        return ""
    if not rest.strip() or rest.startswith("\n"):
        return " ."
    capital = re.match(r"[\"')\]]{0,3} +[\"'(]?([A-Z][a-z']*)", rest)
    ends = capital and (not before_names or capital[1].lower() in SENTENCE_STARTS)
    return " ." if ends else ""
