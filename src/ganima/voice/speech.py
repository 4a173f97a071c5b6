"""Text to sound, sentence by sentence: a book needs no more memory than a line, and its beginning is heard at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from ganima.data.mel import HOP, RATE
from ganima.nets.excitation import pulses
from ganima.nets.vocoder import Vocoder
from ganima.voice.acoustic import FIRST, Manner, Speaker
from ganima.voice.change import OtherVoice, change
from ganima.voice.text.front_end import Sentence
from ganima.voice.timing import Spoken
from ganima.voice.vocoder import chunks

FADE = 120
"""Samples over which each sentence comes and goes, 5 ms: no clicks."""
LOUDNESS = -5.5
"""Mean of the log-mel spectrogram of what is said, however quiet the voice was recorded."""
KNEE = 0.75
"""What is louder is bent down, the more the louder it is …"""
LEVEL = 0.94
"""… and no sample is louder than this."""
FIRST_FRAMES = 32
"""Of a sentence that are turned into sound at once, a third of a second: the others follow while these are heard."""
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Speech:
    """A sentence whose sound is about to come."""

    sentence: Sentence
    phonemes: tuple[Spoken, ...]
    """With times from the beginning of the sentence."""
    length: int
    """Of the sound, in samples."""
    pieces: Iterator[Samples]
    """The sound at 24 kHz, in [-1, 1], each piece computed when it is taken."""


@dataclass(frozen=True)
class Said:
    """A sentence, as it is heard."""

    sentence: Sentence
    samples: Samples
    """At 24 kHz, in [-1, 1]."""
    phonemes: tuple[Spoken, ...]
    """With times from the beginning of the sentence."""


def say(
    sentences: Iterable[Sentence], speaker: Speaker, vocoder: Vocoder, manner: Manner, other: OtherVoice | None = None
) -> Iterator[Said]:
    """The sentences one after the other, each as soon as it is computed, in the speaker's or in another voice."""
    for sentence in sentences:
        speech = begin(sentence, speaker, vocoder, manner, other)
        yield Said(sentence, np.concatenate([np.zeros(0, np.float32), *speech.pieces]), speech.phonemes)


def begin(
    sentence: Sentence, speaker: Speaker, vocoder: Vocoder, manner: Manner, other: OtherVoice | None = None
) -> Speech:
    """Finds out how a sentence is spoken; its sound is computed piece by piece, the first of which is there soon."""
    symbols = (FIRST, *sentence.symbols)
    if other is not None:
        manner = replace(manner, speed=manner.speed * other.design.speed)
    found = speaker.say(symbols, manner)
    log_mel, source = found.mel + (LOUDNESS - speaker.voice.energy), None
    if other is not None:
        with torch.inference_mode():
            hz = vocoder.hz(log_mel[None])[0]
            log_mel, pitch = change(other.voices, log_mel, hz, other.design)
            source = pulses(pitch[None])
    length = (found.mel.shape[1] - 1) * HOP
    ends = np.minimum(np.cumsum(found.frames) * HOP, length) / RATE
    starts = np.concatenate([[0.0], ends[:-1]])
    words = ("", *(sentence.words or [""] * len(sentence.symbols)))
    times = zip(symbols, starts.tolist(), ends.tolist(), words, strict=True)
    phonemes = tuple(Spoken(*one) for one in times)
    return Speech(sentence, phonemes, length, gentle(chunks(vocoder, log_mel, FIRST_FRAMES, source), length))


def gentle(pieces: Iterable[Samples], length: int) -> Iterator[Samples]:
    """Sound of `length` samples that begins and ends in silence, and is nowhere too loud.

    Every sample is bent by the same curve, straight up to KNEE and with a bounded slope above, so that nothing has to
    be known about the pieces to come: sound that is heard at once and sound in a file are the same.
    """
    count = min(FADE, length // 2)
    edge = np.sin(np.linspace(0, np.pi / 2, count, dtype=np.float32)) ** 2
    at = 0
    for piece in pieces:
        found = bent(piece)
        first, last = max(count - at, 0), max(at + len(found) - (length - count), 0)
        first, last = min(first, len(found)), min(last, len(found))
        found[:first] *= edge[at : at + first]
        # What is left of the fade when this piece ends.
        left = length - at - len(found)
        found[len(found) - last :] *= edge[::-1][count - left - last : count - left]
        at += len(found)
        yield found


def bent(samples: Samples) -> Samples:
    """Samples of any size, none louder than LEVEL; what is not louder than KNEE stays as it is."""
    size = np.abs(samples)
    over = LEVEL - KNEE
    bend: Samples = np.where(size > KNEE, KNEE + over * np.tanh((size - KNEE) / over), size).astype(np.float32)
    return np.copysign(bend, samples)
