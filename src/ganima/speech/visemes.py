"""What a mouth looks like while it speaks: every sound as the visemes of Oculus, and these as the mouth shapes of VRM.

The fifteen visemes, and which English sounds they stand for, are those of Meta's viseme reference
(https://developers.meta.com/horizon/documentation/unity/audio-ovrlipsync-viseme-reference/), which OpenXR has taken
over as XR_META_face_tracking_visemes; they descend from those of MPEG-4 (ISO/IEC 14496-2). Sounds that the reference
does not name go to the viseme that looks most like them, by how lips and jaw move: w is a short u, and the Mandarin j,
q and x are spoken with spread lips, as an s, and zh, ch and sh with rounded ones. Diphthongs and Mandarin's compound
finals are several visemes, one after another.

VRM 1.0 knows five mouth shapes, which are vowels (the presets for lip synchronisation in VRMC_vrm.expressions,
https://github.com/vrm-c/vrm-specification): aa, ih for i, ou for u, ee for e, oh for o. How far consonants open the
mouth it does not say; the weights for them are chosen here.
"""

from ganima.text.symbols import BREAK, FINALS, PADDING, PAUSES, STRESSES, TONES, VOWELS

VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
"""In Meta's order."""
MOUTH_SHAPES = ("aa", "ih", "ou", "ee", "oh")
"""VRM's presets for speech."""

Shares = tuple[tuple[str, float], ...]
"""Visemes one after another, each with its share of the sound's duration; the shares of a sound add up to 1."""

_VOWELS: dict[str, Shares] = {
    "AA": (("aa", 1.0),),
    "AE": (("aa", 1.0),),
    "AH": (("aa", 1.0),),
    "AO": (("O", 1.0),),
    "AW": (("aa", 0.55), ("U", 0.45)),
    "AY": (("aa", 0.6), ("I", 0.4)),
    "EH": (("E", 1.0),),
    "ER": (("E", 0.3), ("RR", 0.7)),
    "EY": (("E", 0.55), ("I", 0.45)),
    "IH": (("I", 1.0),),
    "IY": (("I", 1.0),),
    "OW": (("O", 0.6), ("U", 0.4)),
    "OY": (("O", 0.55), ("I", 0.45)),
    "UH": (("U", 1.0),),
    "UW": (("U", 1.0),),
}
SCHWA: Shares = (("E", 1.0),)
"""AH without stress: the mouth is hardly open."""

_CONSONANTS = {
    "PP": ("B", "M", "P"),
    "FF": ("F", "V"),
    "TH": ("DH", "TH"),
    "DD": ("D", "T"),
    "kk": ("G", "HH", "K", "NG"),
    "CH": ("CH", "JH", "SH", "ZH"),
    "SS": ("S", "Z"),
    "nn": ("L", "N"),
    "RR": ("R",),
    "I": ("Y",),
    "U": ("W",),
}
_INITIALS = {
    "PP": ("b", "p", "m"),
    "FF": ("f",),
    "DD": ("d", "t"),
    "kk": ("g", "k", "h"),
    "CH": ("zh", "ch", "sh"),
    "SS": ("j", "q", "x", "z", "c", "s"),
    "nn": ("n", "l"),
    "RR": ("r",),
}

_FINALS: dict[str, Shares] = {
    "a": (("aa", 1.0),),
    "o": (("O", 1.0),),
    "e": (("E", 1.0),),
    "ê": (("E", 1.0),),
    "ai": (("aa", 0.6), ("I", 0.4)),
    "ei": (("E", 0.55), ("I", 0.45)),
    "ao": (("aa", 0.6), ("O", 0.4)),
    "ou": (("O", 0.6), ("U", 0.4)),
    "an": (("aa", 0.65), ("nn", 0.35)),
    "en": (("E", 0.6), ("nn", 0.4)),
    "ang": (("aa", 0.65), ("kk", 0.35)),
    "eng": (("E", 0.6), ("kk", 0.4)),
    "ong": (("U", 0.6), ("kk", 0.4)),
    "er": (("E", 0.4), ("RR", 0.6)),
    "i": (("I", 1.0),),
    "ia": (("I", 0.3), ("aa", 0.7)),
    "ie": (("I", 0.3), ("E", 0.7)),
    "iao": (("I", 0.25), ("aa", 0.4), ("O", 0.35)),
    "iou": (("I", 0.25), ("O", 0.4), ("U", 0.35)),
    "ian": (("I", 0.25), ("E", 0.45), ("nn", 0.3)),
    "in": (("I", 0.6), ("nn", 0.4)),
    "iang": (("I", 0.2), ("aa", 0.5), ("kk", 0.3)),
    "ing": (("I", 0.6), ("kk", 0.4)),
    "iong": (("I", 0.2), ("U", 0.5), ("kk", 0.3)),
    "u": (("U", 1.0),),
    "ua": (("U", 0.3), ("aa", 0.7)),
    "uo": (("U", 0.35), ("O", 0.65)),
    "uai": (("U", 0.25), ("aa", 0.45), ("I", 0.3)),
    "uei": (("U", 0.3), ("E", 0.35), ("I", 0.35)),
    "uan": (("U", 0.25), ("aa", 0.45), ("nn", 0.3)),
    "uen": (("U", 0.3), ("E", 0.4), ("nn", 0.3)),
    "uang": (("U", 0.25), ("aa", 0.45), ("kk", 0.3)),
    "ueng": (("U", 0.3), ("E", 0.4), ("kk", 0.3)),
    "ü": (("U", 1.0),),
    "üe": (("U", 0.35), ("E", 0.65)),
    "üan": (("U", 0.3), ("E", 0.4), ("nn", 0.3)),
    "ün": (("U", 0.6), ("nn", 0.4)),
    "-i": (("I", 1.0),),
    "-ih": (("I", 1.0),),
    "m": (("PP", 1.0),),
    "n": (("nn", 1.0),),
    "ng": (("kk", 1.0),),
}

SHARES: dict[str, Shares] = {
    PADDING: (("sil", 1.0),),
    # Between two words without a pause the mouth does not close: the shape before it stays.
    BREAK: (),
    **{pause: (("sil", 1.0),) for pause in PAUSES},
    **{vowel + stress: _VOWELS[vowel] for vowel in VOWELS for stress in STRESSES},
    "AH0": SCHWA,
    **{sound: ((viseme, 1.0),) for viseme, sounds in _CONSONANTS.items() for sound in sounds},
    **{sound: ((viseme, 1.0),) for viseme, sounds in _INITIALS.items() for sound in sounds},
    **{final + tone: _FINALS[final] for final in FINALS for tone in TONES},
}
"""The visemes of each symbol of `ganima.text.symbols`; none for the break between two words."""

WEIGHTS: dict[str, dict[str, float]] = {
    "sil": {},
    "PP": {},
    "FF": {"ih": 0.1},
    "TH": {"ih": 0.15, "aa": 0.1},
    "DD": {"ih": 0.2},
    "kk": {"ih": 0.1, "aa": 0.15},
    "CH": {"ou": 0.4, "ih": 0.1},
    "SS": {"ih": 0.3},
    "nn": {"ih": 0.15, "aa": 0.1},
    "RR": {"ou": 0.25, "oh": 0.1},
    "aa": {"aa": 1.0},
    "E": {"ee": 1.0},
    "I": {"ih": 1.0},
    "O": {"oh": 1.0},
    "U": {"ou": 1.0},
}
"""How far VRM's mouth shapes are on, 0 to 1, for each viseme; those that are missing are off."""
