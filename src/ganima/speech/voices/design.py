"""New voices: drawn from a seed by the mapping network, set by hand, and nobody's."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.errors import GanimaError
from ganima.provenance import Origin
from ganima.reporter import QUIET, Reporter, go_on
from ganima.signal.mel import mel
from ganima.speech.acoustic.apply import Manner, Speaker
from ganima.speech.mouth import Mouth
from ganima.speech.speech import say
from ganima.speech.voices import file as files
from ganima.speech.voices.change import OtherVoice
from ganima.speech.voices.file import LIMITS, Design, VoiceFile
from ganima.speech.voices.model import Voices
from ganima.text import front_end
from ganima.vocoder.network import Vocoder

PITCHES = {"low": 110.0, "mid": 160.0, "high": 215.0}
"""Names of pitches, in Hz."""
SPREAD = 0.06
"""Deviation of a voice's logarithm of the pitch from what such a name says."""


@dataclass(frozen=True)
class Age:
    """What an age makes of a grown-up voice."""

    formants: float = 1.0
    pitch: float = 1.0
    """Factor of the pitch, where none is asked for."""
    range: float = 1.0
    brightness: float = 0.0
    tremor: float = 0.0
    speed: float = 1.0


AGES = {
    # Vocal tracts of children of about seven are a fifth shorter than a woman's (Fitch & Giedd 1999, 10.1121/1.427148).
    "child": Age(formants=1.2, pitch=1.4, range=1.2, brightness=0.5),
    "teen": Age(formants=1.08, pitch=1.12, range=1.1, brightness=0.3),
    "adult": Age(),
    # Older voices tremble, are slower, and darker (Linville 2001, Vocal Aging).
    "old": Age(formants=0.97, pitch=0.95, range=0.85, brightness=-1.0, tremor=0.35, speed=0.88),
}
TOO_CLOSE = 0.14
"""Nearer to somebody's mean embedding than this lie 95 % of the recordings of that person."""
APART = 0.2
"""Distance of a style from everybody's: what is heard lies nearer, or farther."""
DRAWN = 64
"""Styles that are drawn for a voice, of which one is taken."""
TEST = "Good morning, this is my own voice. I have never been heard before, and I hope that you like me."
"""What a new voice says so that it can be compared."""
TRIES = 20
"""Voices that are drawn for a character before giving up."""


def draw(
    voices: Voices,
    seed: int,
    pitch: str | float | None = None,
    age: str = "adult",
    brightness: float = 0.0,
    attempt: int = 0,
) -> Design:
    """A voice from a seed: `pitch` is a name in PITCHES or in Hz, `age` a name in AGES, `brightness` in dB per octave.

    The pitch is that of somebody who was trained on, a little apart, where none is given. Raises GanimaError for other
    words, and for numbers out of their limits.
    """
    if age not in AGES:
        raise GanimaError(f"`age` is one of {', '.join(AGES)}, not {age!r}", "age")
    rng = np.random.default_rng([seed, attempt])
    known = float(rng.choice(voices.pitches.numpy()).item())
    apart = SPREAD * float(rng.standard_normal())
    years = AGES[age]
    hz = _hertz(pitch, float(np.exp(apart)))
    grown_up = hz / years.pitch if hz is not None else float(np.exp(known + apart))
    style = _style(voices, rng, grown_up)
    design = Design(
        style=tuple(round(value, 5) for value in style.tolist()),
        pitch=round(hz if hz is not None else float(np.clip(grown_up * years.pitch, *LIMITS["pitch"])), 1),
        range=years.range,
        formants=years.formants,
        brightness=years.brightness + brightness,
        tremor=years.tremor,
        speed=years.speed,
    )
    try:
        files.check(design)
    except ValueError as error:
        raise GanimaError(f"there is no such voice: {error}") from error
    return design


@torch.inference_mode()
def _style(voices: Voices, rng: np.random.Generator, hz: float) -> Tensor:
    """The first of many styles for a pitch that is not the one of somebody who was trained on; or the farthest."""
    latents = torch.from_numpy(rng.standard_normal((DRAWN, voices.config.converter.latent)).astype(np.float32))
    styles = voices.converter.draw(latents, torch.full((DRAWN,), float(np.log(hz))))
    near = (styles @ voices.people.T).amax(1)
    far_enough = torch.nonzero(near < 1 - APART)
    return styles[int(far_enough[0]) if len(far_enough) else int(near.argmin())]


def _hertz(pitch: str | float | None, apart: float) -> float | None:
    """A pitch in Hz; names leave it open by a factor `apart`."""
    if pitch is None or isinstance(pitch, float | int):
        return pitch
    if pitch in PITCHES:
        return PITCHES[pitch] * apart
    try:
        return float(pitch)
    except ValueError as error:
        raise GanimaError(f"`pitch` is {', '.join(PITCHES)}, or a number of Hz, not {pitch!r}", "pitch") from error


@torch.inference_mode()
def embedded(voices: Voices, samples: NDArray[np.float32]) -> Tensor:
    """Whose voice is heard in sound at 24 kHz [samples]: a point on the sphere [style]."""
    found: Tensor = voices.speaker(mel(torch.from_numpy(samples)[None]))[0]
    return found


def nearest(voices: Voices, samples: NDArray[np.float32]) -> float:
    """Distance, 1 - cosine, of what is heard [samples] to the nearest of the people who were trained on."""
    return 1 - float((voices.people @ embedded(voices, samples)).max())


def heard(design: Design, voices: Voices, speaker: Speaker, vocoder: Vocoder) -> NDArray[np.float32]:
    """How the voice says `TEST`, at 24 kHz [samples]."""
    said = say(front_end.sentences(TEST), speaker, vocoder, Manner(), OtherVoice(voices, design))
    return np.concatenate([one.samples for one in said])


def new_voice(
    out: Path,
    voices: Voices,
    mouth: Mouth,
    *,
    origin: Origin,
    name: str | None = None,
    seed: int = 0,
    pitch: str | float | None = None,
    age: str = "adult",
    brightness: float = 0.0,
    tries: int = 1,
    consent: str = "",
    force: bool = False,
    report: Reporter = QUIET,
) -> VoiceFile:
    """Makes a voice that is nobody's, and writes it to `out`.

    `mouth` says a test sentence with it; where that sounds too much like somebody who was trained on, the next of
    `tries` voices of the seed is taken. `origin` is that of `voices`, and `consent` goes into the file's label. Raises
    GanimaError where none is left, and where a file cannot be read or written.
    """
    if out.exists() and not force:
        raise GanimaError(f"{out} exists: choose another name, or replace it with `force`", "out")
    distance = 0.0
    for attempt in range(tries):
        # Before each try, for the first one is mostly the last.
        report.progress("designing a voice", attempt, tries)
        go_on(report)
        design = draw(voices, seed, pitch, age, brightness, attempt)
        distance = nearest(voices, heard(design, voices, mouth.speaker, mouth.vocoder))
        if distance >= TOO_CLOSE:
            break
    else:
        raise GanimaError(
            f"this voice would be too much like a person's whose recordings were trained on (distance {distance:.2f}, "
            f"at least {TOO_CLOSE} is needed): choose another `seed`, `pitch` or `age`",
            "seed",
        )
    found = VoiceFile(
        name=name or out.name.removesuffix(".json").removesuffix(".voice"),
        design=design,
        model=origin.model,
        model_sha256=origin.model_sha256,
        seed=seed,
        nearest=round(distance, 3),
    )
    files.write(found, out, consent)
    return found


def of_person(voices: Voices, recordings: list[NDArray[np.float32]], vocoder: Vocoder) -> Design:
    """The voice of whoever speaks in `recordings`, each [samples] at 24 kHz. Raises GanimaError where nobody does."""
    points, pitches = [], []
    for samples in recordings:
        points.append(embedded(voices, samples))
        with torch.inference_mode():
            hz = vocoder.hz(mel(torch.from_numpy(samples)[None]))[0]
        pitches.append(hz[hz > 0].log())
    spoken = torch.cat(pitches)
    if len(spoken) < 100:
        raise GanimaError("nobody speaks in these recordings for as long as a second: give some with more speech")
    style = torch.nn.functional.normalize(torch.stack(points).mean(0), dim=0)
    pitch = float(spoken.mean().exp().clamp(*LIMITS["pitch"]))
    return Design(style=tuple(round(value, 5) for value in style.tolist()), pitch=round(pitch, 1))
