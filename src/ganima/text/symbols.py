"""The one table of what is spoken: English and Mandarin sounds, and the pauses between them.

English sounds are those of CMUdict, in capitals (ARPAbet; vowels end in their stress: 0 none, 1 main, 2 secondary);
Mandarin ones are pinyin's initials and finals, in small letters (finals end in their tone, 1 to 5, where 5 is the
neutral one).
"""

VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
"""ARPAbet's vowels, without stress."""
STRESSES = ("0", "1", "2")
CONSONANTS = (
    *("B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S", "SH", "T", "TH", "V", "W"),
    *("Y", "Z", "ZH"),
)
"""ARPAbet's consonants."""
INITIALS = (
    *("b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s"),
)
"""Pinyin's initials; syllables such as an and yi have none."""
FINALS = (
    *("a", "o", "e", "ê", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er"),
    *("i", "ia", "ie", "iao", "iou", "ian", "in", "iang", "ing", "iong"),
    *("u", "ua", "uo", "uai", "uei", "uan", "uen", "uang", "ueng"),
    *("ü", "üe", "üan", "ün"),
    *("-i", "-ih", "m", "n", "ng"),
)
"""Pinyin's finals in full (iou, not iu); -i is that of zi, ci and si, -ih that of zhi, chi, shi and ri; the last three
are whole syllables."""
TONES = ("1", "2", "3", "4", "5")
BREAK = "_"
"""Between two words, without a pause."""
PAUSES = (",", ";", "…", ".", "?", "!")
"""Pauses as they sound: three inside a sentence, short to long, and the three ends of one."""
PADDING = "<pad>"
Symbol = tuple[str, str]
"""A symbol, and the word that it belongs to, as it is written; that is empty for breaks and pauses."""

SYMBOLS = (
    PADDING,
    BREAK,
    *PAUSES,
    *(vowel + stress for vowel in VOWELS for stress in STRESSES),
    *CONSONANTS,
    *INITIALS,
    *(final + tone for final in FINALS for tone in TONES),
)
"""All symbols; a model's number for one is its place here."""
NUMBERS = {symbol: number for number, symbol in enumerate(SYMBOLS)}
"""Places by symbol."""
BASES = tuple(
    NUMBERS.get(name[:-1] + "1", number) if name[-1:].isdigit() else number for name, number in NUMBERS.items()
)
"""For each symbol the number of the one that it is a variant of: vowels and finals, with whatever stress or tone, share
what they have in common."""
