"""A character's name: the user's own, or a given name that fits anybody."""

import hashlib
import unicodedata

from ganima.errors import GanimaError

LONGEST = 80
"""Characters that a name may have."""

NAMES = (
    "Akira Alex Amal Andrea Ari Ariel Avery Ayo Casey Charlie Cleo Dana Dara Eden Elia Ellis Emery Finley Frankie "
    "Gale Haru Imani Indigo Jamie Jin Jo Jules Kai Kim Kiran Kit Lane Lou Luca Lumi Marlo Mika Ming Morgan Nico "
    "Noa Noor Nova Onyx Quinn Rain Reese Remy Riley River Robin Rowan Sage Sam Sasha Skye Sol Tal Tenzin Toni "
    "Wren Xin Yuki Zuri"
).split()
"""Given names from many languages that women and men bear: the picture alone decides what a character looks like."""


def name_of(seed: int) -> str:
    """The name of the character with this seed, always the same one."""
    return NAMES[int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:8]) % len(NAMES)]


def check_name(name: str) -> str:
    """The name without space around it. Raises GanimaError for one that cannot be shown."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST:
        raise GanimaError(f"a name has 1 to {LONGEST} characters, this one has {len(name)}: choose another", "name")
    for letter in name:
        # Controls, lone surrogates, line separators, and the marks that turn the direction of all text that follows.
        if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in "\u202a\u202b\u202c\u202d\u202e":
            code = f"U+{ord(letter):04X}"
            raise GanimaError(f"a name has no control characters, this one has {code}: choose another", "name")
    return name
