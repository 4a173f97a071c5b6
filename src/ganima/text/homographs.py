"""Words that are written alike and said differently, told apart by the words around them.

A few rules for the commonest of them, right more often than not; nothing here understands a sentence.
"""

from collections.abc import Callable

TO_VERB = frozenset(
    "to will would can could may might must shall should i'll you'll we'll they'll he'll she'll it'll i'd you'd we'd "
    "they'd don't didn't doesn't won't can't couldn't wouldn't shouldn't let's please not cannot did do does".split()
)
SUBJECTS = frozenset("i you we they who".split())
"""Of a verb without an ending."""
DETERMINERS = frozenset(
    "a an the this that these those my your his her its our their some any no every each another what one two three of "
    "in on with for by from world good new old first last big great".split()
)
BE = frozenset("is are was were be been being i'm you're we're they're he's she's it's that's".split())
HAVE = frozenset("have has had having i've you've we've they've he's she's it's".split())
ADVERBS = frozenset("already just never ever always often also not well widely really probably only".split())
PAST_SIGNS = frozenset("yesterday ago last".split())

STRESS_SHIFT = {
    "object": ("AA1 B JH EH0 K T", "AH0 B JH EH1 K T"),
    "objects": ("AA1 B JH EH0 K T S", "AH0 B JH EH1 K T S"),
    "record": ("R EH1 K ER0 D", "R IH0 K AO1 R D"),
    "records": ("R EH1 K ER0 D Z", "R IH0 K AO1 R D Z"),
    "present": ("P R EH1 Z AH0 N T", "P R IY0 Z EH1 N T"),
    "presents": ("P R EH1 Z AH0 N T S", "P R IY0 Z EH1 N T S"),
    "project": ("P R AA1 JH EH0 K T", "P R AH0 JH EH1 K T"),
    "projects": ("P R AA1 JH EH0 K T S", "P R AH0 JH EH1 K T S"),
    "produce": ("P R OW1 D UW0 S", "P R AH0 D UW1 S"),
    "conduct": ("K AA1 N D AH0 K T", "K AH0 N D AH1 K T"),
    "conflict": ("K AA1 N F L IH0 K T", "K AH0 N F L IH1 K T"),
    "contest": ("K AA1 N T EH0 S T", "K AH0 N T EH1 S T"),
    "contract": ("K AA1 N T R AE2 K T", "K AH0 N T R AE1 K T"),
    "convert": ("K AA1 N V ER0 T", "K AH0 N V ER1 T"),
    "desert": ("D EH1 Z ER0 T", "D IH0 Z ER1 T"),
    "export": ("EH1 K S P AO2 R T", "IH0 K S P AO1 R T"),
    "import": ("IH1 M P AO2 R T", "IH0 M P AO1 R T"),
    "increase": ("IH1 N K R IY2 S", "IH0 N K R IY1 S"),
    "decrease": ("D IY1 K R IY2 S", "D IH0 K R IY1 S"),
    "insult": ("IH1 N S AH2 L T", "IH0 N S AH1 L T"),
    "permit": ("P ER1 M IH2 T", "P ER0 M IH1 T"),
    "progress": ("P R AA1 G R EH2 S", "P R AH0 G R EH1 S"),
    "protest": ("P R OW1 T EH2 S T", "P R AH0 T EH1 S T"),
    "rebel": ("R EH1 B AH0 L", "R IH0 B EH1 L"),
    "refuse": ("R EH1 F Y UW2 Z", "R AH0 F Y UW1 Z"),
    "reject": ("R IY1 JH EH0 K T", "R IH0 JH EH1 K T"),
    "subject": ("S AH1 B JH IH0 K T", "S AH0 B JH EH1 K T"),
    "suspect": ("S AH1 S P EH2 K T", "S AH0 S P EH1 K T"),
    "transfer": ("T R AE1 N S F ER0", "T R AE0 N S F ER1"),
    "upset": ("AH1 P S EH2 T", "AH0 P S EH1 T"),
    "use": ("Y UW1 S", "Y UW1 Z"),
    "house": ("HH AW1 S", "HH AW1 Z"),
    "excuse": ("IH0 K S K Y UW1 S", "IH0 K S K Y UW1 Z"),
    "abuse": ("AH0 B Y UW1 S", "AH0 B Y UW1 Z"),
    "tear": ("T IH1 R", "T EH1 R"),
    "wind": ("W IH1 N D", "W AY1 N D"),
    "estimate": ("EH1 S T AH0 M AH0 T", "EH1 S T AH0 M EY2 T"),
    "separate": ("S EH1 P R AH0 T", "S EH1 P ER0 EY2 T"),
    "attribute": ("AE1 T R AH0 B Y UW2 T", "AH0 T R IH1 B Y UW0 T"),
    "graduate": ("G R AE1 JH AH0 W AH0 T", "G R AE1 JH AH0 W EY2 T"),
    "duplicate": ("D UW1 P L AH0 K AH0 T", "D UW1 P L AH0 K EY2 T"),
}
"""As a noun or adjective, and as a verb."""
MOSTLY_VERBS = frozenset("convert refuse use reject conduct produce permit separate".split())
"""Where nothing around them decides."""


def chosen(words: list[str], place: int) -> list[str]:
    """The phonemes of `words[place]` where the words around it decide; [] for all other words."""
    word = words[place]
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if word in STRESS_SHIFT:
        noun, verb = STRESS_SHIFT[word]
        return (verb if is_verb(word, before) else noun).split()
    if word == "read":
        return read(words, place).split()
    return RULES[word](before, after).split() if word in RULES else []


def is_verb(word: str, before: str) -> bool:
    """Whether the word before makes it one."""
    if before in TO_VERB or before in SUBJECTS:
        return True
    if before in DETERMINERS or before.endswith("'s"):
        return False
    if word.endswith("s") and word[:-1] in STRESS_SHIFT:
        return before in ("he", "she", "it")
    return word in MOSTLY_VERBS


def read(words: list[str], place: int) -> str:
    """I read it yesterday, she has never read it."""
    before, after = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
    near = words[max(0, place - 3) : place]
    done = before in HAVE | BE or (before in ADVERBS and any(word in HAVE | BE for word in near))
    then = before not in TO_VERB and any(word in PAST_SIGNS for word in words[max(0, place - 4) : place + 6])
    third = before in ("he", "she", "it") or (before == "and" and after in ("the", "it", "a"))
    return "R EH1 D" if done or then or third else "R IY1 D"


def the(before: str, after: str) -> str:
    return "DH IY0" if sounds_like_vowel(after) else "DH AH0"


def sounds_like_vowel(word: str) -> bool:
    """Whether a word begins with a vowel's sound, by its letters."""
    if len(word) == 1:
        return word in "aefhilmnorsx"
    if word.startswith("unim"):
        return True
    if word.startswith(("uni", "use", "usu", "eu", "one", "once", "uk", "uti", "ubi", "ura")):
        return False
    return word.startswith(("a", "e", "i", "o", "u", "hour", "honest", "honor", "heir"))


def lead(before: str, after: str) -> str:
    metal = after in "pipe pipes paint poisoning pencil free acid bullet".split() or before in ("of", "molten")
    return "L EH1 D" if metal else "L IY1 D"


def live(before: str, after: str) -> str:
    shown = after in "music show shows stream streams concert broadcast tv audience video album wire".split()
    shown = shown or before in {"a", "the", "go", "going", "goes", "broadcast"} | BE
    return "L AY1 V" if shown else "L IH1 V"


def lives(before: str, after: str) -> str:
    several = before in DETERMINERS | {"many", "save", "saved", "human"} or before.endswith("'s")
    return "L AY1 V Z" if several else "L IH1 V Z"


def close(before: str, after: str) -> str:
    near = after in "to by enough friend friends call range".split() and before not in TO_VERB
    near = near or before in {"so", "too", "very", "get", "got", "a", "came", "come", "how", "stay"} | BE
    return "K L OW1 S" if near else "K L OW1 Z"


def bow(before: str, after: str) -> str:
    return "B AW1" if before in TO_VERB | SUBJECTS | {"take", "deep"} else "B OW1"


def used(before: str, after: str) -> str:
    """I used to; but a knife is used to cut."""
    return "Y UW1 S T" if after == "to" and before not in BE - {"i'm", "you're", "we're", "they're"} else "Y UW1 Z D"


def wound(before: str, after: str) -> str:
    return "W AW1 N D" if after in ("up", "down", "around", "its", "his", "through") else "W UW1 N D"


def bass(before: str, after: str) -> str:
    return "B AE1 S" if after in ("fishing", "lake") or before in ("sea", "striped") else "B EY1 S"


RULES: dict[str, Callable[[str, str], str]] = {
    **{"the": the, "lead": lead, "live": live, "lives": lives, "close": close, "bow": bow},
    **{"used": used, "wound": wound, "bass": bass},
}
"""By the word before and the word after."""
