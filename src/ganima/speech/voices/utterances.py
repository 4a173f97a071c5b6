"""Recordings of many voices, as a converter learns from them: spectrograms, pitch, and whose voice each one is."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from ganima.data.recordings import Recordings
from ganima.layers.envelope import stretching
from ganima.reporter import QUIET, Reporter, counted
from ganima.signal.mel import BANDS, HOP, mel
from ganima.signal.pitch import pitch
from ganima.speech.voices.network import envelope, speech_frames
from ganima.speech.voices.speaker import AUDIBLE, SpeakerEncoder

FRAMES_MIN = 48
"""Shorter recordings are left out."""
VOICED_MIN = 10
"""Frames with a pitch that a recording needs."""
LEVEL = -4.0
"""Mean of the log-mel spectrogram of speech, to which all recordings are brought."""
EMPTY = -10.5
"""A band whose loudest frame is quieter than this was not recorded."""
LENGTHS = np.exp(np.linspace(-0.2, 0.2, 17))
"""Factors by which vocal tracts differ."""


@dataclass(frozen=True)
class Utterance:
    """One recording."""

    name: str
    who: str
    mel: NDArray[np.float16]
    """Log-mel spectrogram [bands, frames], its speech at `LEVEL`."""
    level: float
    """What was added for that."""
    pitch: NDArray[np.float32]
    """Logarithm of the fundamental frequency in Hz [frames], carried on through what is unvoiced."""
    voiced: NDArray[np.bool_]
    """[frames]"""
    speech: NDArray[np.bool_]
    """Frames that are not silent [frames]."""
    bands: int
    """That were recorded at all: fewer than 80 where the recording came at a lower rate."""

    @property
    def mean_pitch(self) -> float:
        """Mean logarithm of the pitch where there is one."""
        return float(self.pitch[self.voiced].mean())


def utterance(name: str, who: str, samples: NDArray[np.float32]) -> Utterance | None:
    """One recording [samples] at 24 kHz; None where it is too short, or has no voice in it."""
    if len(samples) < FRAMES_MIN * HOP:
        return None
    hz = pitch(samples)
    return of_mel(name, who, mel(torch.from_numpy(samples)[None])[0].numpy(), hz)


def of_mel(name: str, who: str, log_mel: NDArray[np.float32], hz: NDArray[np.float32]) -> Utterance | None:
    """One recording, from its spectrogram [bands, frames] and its pitch in Hz [frames], 0 where it is unvoiced."""
    voiced = hz > 0
    if voiced.sum() < VOICED_MIN or len(hz) < FRAMES_MIN:
        return None
    places = np.flatnonzero(voiced)
    speech = speech_frames(torch.from_numpy(log_mel)[None])[0].numpy() > 0
    level = LEVEL - float(log_mel[:AUDIBLE, speech].mean())
    loudest = np.quantile(log_mel[AUDIBLE:], 0.99, 1)
    return Utterance(
        name=name,
        who=who,
        mel=(log_mel + level).astype(np.float16),
        level=level,
        pitch=np.interp(np.arange(len(hz)), places, np.log(hz[places])).astype(np.float32),
        voiced=voiced,
        speech=speech,
        bands=BANDS if loudest.min() > EMPTY else AUDIBLE,
    )


def utterances(data: Recordings, report: Reporter = QUIET) -> list[Utterance]:
    """All recordings that can be used."""
    found = []
    for number, name in enumerate(counted(data.names, "listening", len(data.names), report)):
        one = utterance(name, data.speakers[number], data.one(number))
        if one is not None:
            found.append(one)
    return found


@torch.inference_mode()
def styles(speaker: SpeakerEncoder, found: list[Utterance]) -> NDArray[np.float32]:
    """Whose voice each one is [utterances, style]: half of what it sounds like itself, half what all of its speaker's
    do."""
    each = np.stack([speaker(torch.from_numpy(one.mel.astype(np.float32))[None])[0].numpy() for one in found])
    people: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        people[one.who].append(number)
    means = {who: each[numbers].mean(0) for who, numbers in people.items()}
    both = torch.from_numpy(each + np.stack([means[one.who] for one in found]))
    return F.normalize(both, dim=1).numpy()


def disguises() -> NDArray[np.float32]:
    """For each of LENGTHS, what makes of an envelope that of a vocal tract so much shorter [lengths, AUDIBLE, AUDIBLE].

    Its formants are higher by the same factor (perturbation, Choi et al. 2021, arXiv 2110.14513).
    """
    return np.stack([stretching(float(factor), AUDIBLE) for factor in LENGTHS])


def mean_filter(one: Utterance) -> NDArray[np.float32]:
    """The mean envelope of what is speech [AUDIBLE, 1]."""
    smooth = envelope(torch.from_numpy(one.mel.astype(np.float32))[None])[0].numpy()
    found: NDArray[np.float32] = smooth[:, one.speech].mean(1, keepdims=True)
    return found
