"""The vocoder at work: mel spectrograms to sound."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.models.file import ModelFile, load_network
from ganima.picture.transfer import take_over
from ganima.signal.mel import HOP, mel
from ganima.vocoder.discriminator import SoundDiscriminator, SoundDiscriminatorConfig
from ganima.vocoder.network import Vocoder, VocoderConfig
from ganima.vocoder.step import VocoderState

VOCODER = "vocoder"
"""The one that is taken when none is named: it fits every voice."""
KIND = "vocoder"
"""What the card calls such a model."""
CHUNK = 512
"""Frames that are computed at a time, five seconds and a half: memory stays the same for sound of any length."""
GROWTH = 4
"""How many times larger than the chunk before it one is, where they begin small."""
CONTEXT = 32
"""Frames on either side of a chunk that the network sees as well: it looks 12 frames back, and sounds of neighbouring
windows are set right one after the other.
"""
SHORTEST = 1024
"""Samples below which sound is filled up with silence: a window is that long."""


def load_vocoder(path: Path) -> tuple[Vocoder, ModelFile]:
    """A vocoder in evaluation mode, and its file. Raises GanimaError where that is none, or damaged."""
    return load_network(path, KIND, "generator", VocoderConfig, Vocoder)


def load_pair(path: Path) -> tuple[Vocoder, SoundDiscriminator]:
    """A vocoder and what it was trained against. Raises GanimaError where either is missing, or damaged."""
    critic, _ = load_network(path, KIND, "discriminator", SoundDiscriminatorConfig, SoundDiscriminator)
    return load_vocoder(path)[0], critic


def start_from(state: VocoderState, path: Path) -> None:
    """Fills a new state with the weights of the vocoder at `path`. Raises GanimaError where the layouts differ."""
    take_over(state, *load_pair(path), path)


@torch.inference_mode()
def chunks(
    vocoder: Vocoder, log_mel: Tensor, first: int = CHUNK, source: Tensor | None = None
) -> Iterator[NDArray[np.float32]]:
    """Sound in [-1, 1], piece by piece, of a log-mel spectrogram [bands, frames]; together (frames - 1) * 256 samples.

    A chunk is the same, but for rounding, as that part of the sound that would come out at once. The first one has
    `first` frames, so that it is there soon, and those after it are larger and larger, for small ones take longer.
    `source` is `layers.excitation.pulses` of a pitch that is known, [1, samples]; it is read from the spectrogram
    without.
    """
    frames = log_mel.shape[1]
    if source is None:
        source = vocoder.source(log_mel[None])
    end, size = 0, first
    while end < frames - 1:
        start, end = end, min(end + size, frames - 1)
        size = min(GROWTH * size, CHUNK)
        before, after = max(start - CONTEXT, 0), min(end + CONTEXT, frames - 1)
        samples = vocoder(log_mel[None, :, before : after + 1], source[:, before * HOP : after * HOP], before)[0]
        yield samples[(start - before) * HOP : (end - before) * HOP].clamp(-1, 1).numpy()


def synthesise(vocoder: Vocoder, log_mel: Tensor) -> NDArray[np.float32]:
    """`chunks`, all together [samples]."""
    return np.concatenate([np.zeros(0, np.float32), *chunks(vocoder, log_mel)])


@torch.inference_mode()
def copied(vocoder: Vocoder, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sound [samples] at 24 kHz through its mel spectrogram and back, as long: what a vocoder is judged by."""
    # One hop more than there is, so that the last samples are not lost.
    length = max(len(samples), SHORTEST)
    filled = np.pad(samples, (0, length - len(samples) + HOP))
    return synthesise(vocoder, mel(torch.from_numpy(filled)[None])[0])[: len(samples)]
