"""Sound that begins and ends in silence, and is nowhere too loud."""

from collections.abc import Iterable, Iterator

import numpy as np

from ganima.signal.resampling import Samples

FADE = 120
"""Samples over which each sentence comes and goes, 5 ms: no clicks."""


KNEE = 0.75
"""What is louder is bent down, the more the louder it is …"""


LEVEL = 0.94
"""… and no sample is louder than this."""


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
