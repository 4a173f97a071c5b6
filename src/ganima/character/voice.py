"""A character's voice: designed from its seed, after what its portrait shows, and how it introduces itself."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ganima import provenance
from ganima.errors import GanimaError
from ganima.latent.directions import NoDirections, find_directions
from ganima.latent.latents import Latent
from ganima.models.origin import origin_of_file
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter
from ganima.signal.mel import RATE
from ganima.speech.acoustic.apply import Manner
from ganima.speech.mouth import load_mouth
from ganima.speech.speak import say_into
from ganima.speech.voices import file as files
from ganima.speech.voices.change import MODEL, OtherVoice, load_other, load_voices
from ganima.speech.voices.design import TRIES, new_voice
from ganima.text import front_end

VOICE_FILE, HELLO, TIMING = files.FILE, "hello.wav", "hello.json"
WOMAN = -0.6
"""Where the slider `sex` stands below this, a portrait is taken for a woman's; most of what it learned from is men …"""
OLD = 0.9
"""… and where `age` stands above this, for an old person's."""
NAMED = "Hello! My name is {}. I was born in a computer, and this is my voice. What shall we do today?"
NAMELESS = "Hello! I was born in a computer, and this is my voice. What shall we do today?"
"""What is said where the voice cannot say the name."""


@dataclass(frozen=True)
class VoiceWish:
    """What the user wants of the voice; what is None is left to the portrait and the seed."""

    file: Path | None = None
    """A voice that was designed before, or the folder of a character."""
    pitch: str | None = None
    """A name in `speech.voices.design.PITCHES`, or a number of Hz."""
    age: str | None = None
    """A name in `speech.voices.design.AGES`."""


def give_voice(
    folder: Path,
    name: str,
    seed: int,
    model: Model,
    latent: Latent,
    wish: VoiceWish,
    consent: str = "",
    report: Reporter = QUIET,
) -> files.VoiceFile:
    """Writes voice, greeting and its timing into a character's folder; `consent` is that of whoever is shown.

    Raises GanimaError for wishes that cannot be.
    """
    place, mouth = folder / VOICE_FILE, load_mouth()
    if wish.file is not None:
        if wish.pitch is not None or wish.age is not None:
            raise GanimaError("give a voice, or its pitch and age, not both")
        known = files.read(wish.file)
        files.write(known, place, consent)
        other = load_other(known)
    else:
        pitch, age = apparent(model, latent)
        voices, file = load_voices(MODEL)
        known = new_voice(
            place,
            voices,
            mouth,
            origin=origin_of_file(file),
            name=name,
            seed=seed,
            pitch=wish.pitch or pitch,
            age=wish.age or age,
            tries=TRIES,
            consent=consent,
            report=report,
        )
        other = OtherVoice(voices, known.design)
    hello = partial(
        say_into,
        folder / HELLO,
        mouth=mouth,
        manner=Manner(),
        other=other,
        consent="; ".join(filter(None, (consent, known.consent))),
        timing_file=folder / TIMING,
        report=report,
    )
    try:
        hello(front_end.sentences(NAMED.format(name)))
    except GanimaError:
        # A name in letters or sounds that the voice does not know.
        hello(front_end.sentences(NAMELESS))
    return known


def apparent(model: Model, latent: Latent) -> tuple[str | None, str]:
    """A pitch, by its name, and an age that fit what the portrait shows; None where nobody knows."""
    try:
        directions = find_directions(model)
    except NoDirections:
        return None, "adult"
    if directions.field is None or not {"sex", "age"} <= set(directions.names):
        return None, "adult"
    seen = directions.field.measures(directions.field.whitened(latent.ws[None]))[0]
    sex, age = (float(seen[directions.names.index(name)]) for name in ("sex", "age"))
    return "high" if sex < WOMAN else "low", "old" if age > OLD else "adult"


def as_mp3(folder: Path, origin: provenance.Origin) -> bytes:
    """The greeting, small enough for a page."""
    from ganima.data.sound import read_sound

    return provenance.sound_bytes(np.asarray(read_sound(folder / HELLO, RATE).samples), RATE, origin, "MP3")
