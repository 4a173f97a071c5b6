"""A recording in another voice."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ganima import provenance
from ganima.data.content import Unusable
from ganima.data.recordings import load_recordings
from ganima.data.sound import read_sound
from ganima.errors import GanimaError
from ganima.layers.excitation import pulses
from ganima.models.library import find_model
from ganima.models.origin import origin_of_file
from ganima.provenance import SoundWriter
from ganima.reporter import QUIET, Reporter, go_on
from ganima.signal.gentle import gentle
from ganima.signal.mel import HOP, RATE, mel
from ganima.speech.voices import file as files
from ganima.speech.voices.change import MODEL, change, load_voices
from ganima.speech.voices.design import of_person
from ganima.vocoder.apply import SHORTEST, chunks, load_vocoder

LONGEST = 3600
"""Seconds of the longest recording that is taken."""
TARGET_SECONDS = 3.0
"""Speech that a target needs."""


def convert(
    recording: Path,
    out: Path,
    *,
    voice: Path | None = None,
    target: Path | None = None,
    consent: str | None = None,
    model: str = MODEL,
    vocoder: str,
    notice: bool = False,
    force: bool = False,
    report: Reporter = QUIET,
) -> float:
    """Writes the speech of `recording` to `out` in another voice, labelled; returns its duration in seconds.

    The voice is the file `voice`, or that of the person who speaks in the folder `target`, who has to have agreed:
    `consent` says so. Raises GanimaError where a file cannot be used, read or written, and without consent.
    """
    provenance.check_sound(out)
    if (voice is None) == (target is None):
        raise GanimaError(
            "say whose voice it becomes: `voice`, one that was designed, or `target`, a person's", "voice"
        )
    if target is not None and not (consent or "").strip():
        raise GanimaError(
            "`target` takes the voice of a real person: add `consent` (who agreed, when, for what); without consent, "
            "design a voice of nobody's",
            "consent",
        )
    if out.exists() and not force:
        raise GanimaError(f"{out} exists: choose another name, or replace it with `force`", "out")
    try:
        sound = read_sound(recording, RATE)
    except Unusable as unusable:
        raise GanimaError(f"{recording} cannot be used: {unusable.reason}") from unusable
    if sound.seconds > LONGEST:
        raise GanimaError(f"{recording} is longer than {LONGEST // 60} minutes: cut it into parts")
    samples = sound.samples
    voices, file = load_voices(model)
    network, _ = load_vocoder(find_model(vocoder, "vocoder"))
    before = provenance.verify(recording)
    if voice is not None:
        known = files.read(voice)
        if len(known.design.style) != voices.config.converter.style:
            raise GanimaError(
                f"{voice} was made with another model than {file.path}: give that one as `model`", "model"
            )
        design, agreed = known.design, known.consent
    else:
        assert target is not None
        people = load_recordings([target], 1, report)
        if people.seconds < TARGET_SECONDS:
            raise GanimaError(f"{target} has {people.seconds:.1f} s of sound; at least {TARGET_SECONDS:g} are needed")
        long_enough = [people.one(i) for i in range(len(people.names)) if len(people.one(i)) > SHORTEST]
        design, agreed = of_person(voices, long_enough, network), str(consent)
    # A hop more, so that the end is not lost; and room for a window.
    padded = np.pad(samples, (0, max(HOP, SHORTEST - len(samples))))
    with torch.inference_mode():
        log_mel = mel(torch.from_numpy(padded)[None])[0]
        hz = network.hz(log_mel[None])[0]
        changed, pitch = change(voices, log_mel, hz, design)
        source = pulses(pitch[None])
    origin = origin_of_file(file, before.consent, agreed)
    done = 0
    with SoundWriter(out, RATE, origin) as writer:
        if notice:
            writer.write(provenance.notice(RATE))
        for piece in gentle(_first(len(samples), chunks(network, changed, source=source)), len(samples)):
            go_on(report)
            writer.write(piece)
            done += len(piece)
            report.progress("converting", done, len(samples))
    return len(samples) / RATE


def _first(length: int, pieces: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The first `length` samples of pieces of sound."""
    for piece in pieces:
        yield piece[:length]
        length -= min(length, len(piece))
