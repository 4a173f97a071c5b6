"""Text to sound, sentence by sentence: a book needs no more memory than a line, and its beginning is heard at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from ganima.layers.excitation import pulses
from ganima.signal.gentle import gentle
from ganima.signal.mel import HOP, RATE
from ganima.signal.resampling import Samples
from ganima.speech.acoustic.apply import FIRST, Manner, Speaker
from ganima.speech.timing import Spoken
from ganima.speech.voices.change import OtherVoice, change
from ganima.text.front_end import Sentence
from ganima.vocoder.apply import chunks
from ganima.vocoder.network import Vocoder

LOUDNESS = -5.5
"""Mean of the log-mel spectrogram of what is said, however quiet the voice was recorded."""
FIRST_FRAMES = 32
"""Of a sentence that are turned into sound at once, a third of a second: the others follow while these are heard."""


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
