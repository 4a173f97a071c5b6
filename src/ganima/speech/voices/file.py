"""A voice as data: a style, and what is set by hand. It is kept in a file `*.voice.json`, labelled as all others:

{
  "ai_generated": true, "provenance": {…}, "AIGC": {…},
  "voice": 1, "name": "mei", "seed": 7, "model": "voices", "model_sha256": "…",
  "design": {"style": [0.11, …], "pitch": 212.0, "range": 1.0, "formants": 1.0, "brightness": 0.0, …},
  "nearest": 0.31
}
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganima import provenance
from ganima.errors import GanimaError
from ganima.files import json_file, typed_json
from ganima.provenance import Origin

VERSION = 1
"""Of the format."""
FILE = "voice.json"
"""Name of the file in a character's folder."""
READ_MAX = 1_000_000
"""Longest file in bytes."""
LIMITS = {
    "pitch": (60.0, 450.0),
    "range": (0.0, 3.0),
    "formants": (0.7, 1.5),
    "brightness": (-6.0, 6.0),
    "tremor": (0.0, 2.0),
    "speed": (0.5, 2.0),
}
"""What the numbers of a design may be."""


@dataclass(frozen=True)
class Design:
    """A voice."""

    style: tuple[float, ...]
    """Whose voice it is: a point on the sphere of `speech.voices.speaker`."""
    pitch: float
    """Mean fundamental frequency in Hz."""
    range: float = 1.0
    """How far the pitch moves, times what it did before."""
    formants: float = 1.0
    """Factor of the formants' frequencies: a shorter vocal tract has higher ones."""
    brightness: float = 0.0
    """In dB per octave."""
    tremor: float = 0.0
    """How far the pitch trembles, in semitones."""
    speed: float = 1.0
    """Times the usual speed, of what it says itself."""


@dataclass(frozen=True)
class VoiceFile:
    """What a file says of a voice."""

    name: str
    design: Design
    model: str
    """Name of the converter's model."""
    model_sha256: str
    seed: int = 0
    nearest: float = 1.0
    """Distance to the nearest of the people that the model was trained on."""
    consent: str = ""
    """Whose voice it is, and who agreed to that, where it is a real person's."""


def write(voice: VoiceFile, path: Path, consent: str = "") -> None:
    """Writes a voice, labelled; `consent` is that of whoever else has agreed. Raises GanimaError when it cannot."""
    agreed = "; ".join(dict.fromkeys(filter(None, (consent, voice.consent))))
    provenance.save_json(content_of(voice), path, Origin(voice.model, voice.model_sha256, agreed))


def content_of(voice: VoiceFile) -> dict[str, Any]:
    """What a file of the voice says, without its label."""
    return {"voice": VERSION} | typed_json.dump(voice)


def read(path: Path) -> VoiceFile:
    """Reads a voice: a file, or the folder of a character. Raises GanimaError for any other file."""
    path = path / FILE if path.is_dir() else path
    if not path.exists():
        raise GanimaError(f"there is no voice {path}: design one first", "voice")
    content = json_file.read_version(path, "voice", READ_MAX, "voice", VERSION)
    fields = VoiceFile.__dataclass_fields__
    try:
        found: VoiceFile = typed_json.parse(VoiceFile, {name: content[name] for name in fields if name in content})
        check(found.design)
    except (TypeError, ValueError) as error:
        raise GanimaError(f"{path} is damaged: {error}") from error
    return found


def check(design: Design) -> None:
    """Raises ValueError where a number is out of its limits."""
    for name, (low, high) in LIMITS.items():
        if not low <= getattr(design, name) <= high:
            raise ValueError(f"{name} is {getattr(design, name)}, and has to be from {low:g} to {high:g}")
    if not math.isclose(math.hypot(*design.style), 1, abs_tol=0.01):
        raise ValueError("its style does not lie on the sphere")
