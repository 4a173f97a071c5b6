"""Text to sound, sentence by sentence: a book needs no more memory than a line, and its beginning is heard at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganima.data.mel import HOP, RATE
from ganima.nets.vocoder import Vocoder
from ganima.voice.acoustic import FIRST, Manner, Speaker
from ganima.voice.text.front_end import Sentence
from ganima.voice.timing import Spoken
from ganima.voice.vocoder import synthesise

FADE = 120
"""Samples over which each sentence comes and goes, 5 ms: no clicks."""
LEVEL = 0.9
"""No sample is louder."""


@dataclass(frozen=True)
class Said:
    """A sentence, as it is heard."""

    sentence: Sentence
    samples: NDArray[np.float32]
    """At 24 kHz, in [-1, 1]."""
    phonemes: tuple[Spoken, ...]
    """With times from the beginning of the sentence."""


def say(sentences: Iterable[Sentence], speaker: Speaker, vocoder: Vocoder, manner: Manner) -> Iterator[Said]:
    """The sentences one after the other, each as soon as it is computed."""
    for sentence in sentences:
        symbols = (FIRST, *sentence.symbols)
        found = speaker.say(symbols, manner)
        samples = gentle(synthesise(vocoder, found.mel))
        ends = np.minimum(np.cumsum(found.frames) * HOP, len(samples)) / RATE
        starts = np.concatenate([[0.0], ends[:-1]])
        times = zip(symbols, starts.tolist(), ends.tolist(), strict=True)
        yield Said(sentence, samples, tuple(Spoken(symbol, start, end) for symbol, start, end in times))


def gentle(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sound that begins and ends in silence, and is nowhere too loud."""
    count = min(FADE, len(samples) // 2)
    edge = np.sin(np.linspace(0, np.pi / 2, count, dtype=np.float32)) ** 2
    loudest = float(np.abs(samples).max(initial=0.0))
    found: NDArray[np.float32] = samples * np.float32(min(1.0, LEVEL / max(loudest, 1e-9)))
    found[:count] *= edge
    found[len(found) - count :] *= edge[::-1]
    return found
