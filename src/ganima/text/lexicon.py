"""English words and how they are said: the CMU Pronouncing Dictionary.

The dictionary (version 0.7b, by Carnegie Mellon University, under a BSD licence) comes with the package `pronouncing`
0.1.5, likewise BSD. Only that text file is used; the package is not imported, for it asks for old parts of setuptools.
Newer versions of it have left the file to `cmudict`, which is under the GPL and stays outside.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ganima.errors import GanimaError

ADDED = {
    # What came into use after 2014, and what belongs to this program.
    "ai": "EY2 AY1",
    "airbnb": "EH2 R B IY0 EH1 N B IY2",
    "alexa": "AH0 L EH1 K S AH0",
    "asap": "EY1 S AE2 P",
    "android": "AE1 N D R OY2 D",
    "anime": "AE1 N AH0 M EY2",
    "api": "EY2 P IY2 AY1",
    "app": "AE1 P",
    "avatar": "AE1 V AH0 T AA2 R",
    "biryani": "B IH2 R IY0 AA1 N IY0",
    "bitcoin": "B IH1 T K OY2 N",
    "bluetooth": "B L UW1 T UW2 TH",
    "blog": "B L AA1 G",
    "blockchain": "B L AA1 K CH EY2 N",
    "brexit": "B R EH1 G Z IH0 T",
    "chatbot": "CH AE1 T B AA2 T",
    "cosplay": "K AA1 Z P L EY2",
    "covid": "K OW1 V IH0 D",
    "crypto": "K R IH1 P T OW0",
    "cyber": "S AY1 B ER0",
    "deepfake": "D IY1 P F EY2 K",
    "emoji": "IH0 M OW1 JH IY0",
    "ganima": "G AH0 N IY1 M AH0",
    "gif": "G IH1 F",
    "github": "G IH1 T HH AH2 B",
    "gmail": "JH IY1 M EY2 L",
    "hashtag": "HH AE1 SH T AE2 G",
    "hijab": "HH IH0 JH AA1 B",
    "instagram": "IH1 N S T AH0 G R AE2 M",
    "internet": "IH1 N T ER0 N EH2 T",
    "iphone": "AY1 F OW2 N",
    "jpeg": "JH EY1 P EH2 G",
    "kawaii": "K AH0 W AY1 IY0",
    "linux": "L IH1 N AH0 K S",
    "manga": "M AA1 NG G AH0",
    "meme": "M IY1 M",
    "miz": "M IH1 Z",
    "netflix": "N EH1 T F L IH2 K S",
    "offline": "AO1 F L AY2 N",
    "online": "AA1 N L AY2 N",
    "podcast": "P AA1 D K AE2 S T",
    "quinoa": "K IY1 N W AA0",
    "ramen": "R AA1 M AH0 N",
    "selfie": "S EH1 L F IY0",
    "spotify": "S P AA1 T AH0 F AY2",
    "tesla": "T EH1 S L AH0",
    "tsunami": "S UW0 N AA1 M IY0",
    "tiktok": "T IH1 K T AA2 K",
    "trans": "T R AE1 N Z",
    "uber": "UW1 B ER0",
    "vlog": "V L AA1 G",
    "wifi": "W AY1 F AY2",
    "wiki": "W IH1 K IY0",
    "wikipedia": "W IH2 K AH0 P IY1 D IY0 AH0",
    "youtube": "Y UW1 T UW2 B",
    "zoom": "Z UW1 M",
}
"""In the dictionary's form, and before it."""


@cache
def entries() -> dict[str, str]:
    """The dictionary as it stands: capitals, READ(1) for a word's second pronunciation; phonemes with spaces between.

    Reads the whole file, once (about 0.1 s). Raises GanimaError where the package is missing.
    """
    package = find_spec("pronouncing")
    file = Path(package.origin).with_name("cmudict-0.7b") if package and package.origin else None
    if file is None or not file.is_file():
        raise GanimaError("English speech needs the dictionary: pip install pronouncing==0.1.5")
    # A few names in it have letters with accents.
    lines = file.read_text(encoding="latin-1").splitlines()
    rows = (line.partition("  ") for line in lines if not line.startswith(";;;"))
    return {word: phonemes for word, _, phonemes in rows}


def pronunciations(word: str) -> list[list[str]]:
    """All ways of saying `word` (lower case), the usual one first; [] for an unknown one. Raises GanimaError."""
    found = [ADDED[word]] if word in ADDED else []
    known, key = entries(), word.upper()
    if key in known:
        found.append(known[key])
        number = 1
        while again := known.get(f"{key}({number})"):
            found.append(again)
            number += 1
    return [phonemes.split() for phonemes in found]


def is_known(word: str) -> bool:
    """Whether `word` (lower case) is in the dictionary. Raises GanimaError where that is missing."""
    return word in ADDED or word.upper() in entries()
