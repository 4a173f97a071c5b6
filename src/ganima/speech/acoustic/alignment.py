"""Which frame belongs to which phoneme: the monotonic path of highest likelihood.

Monotonic alignment search, as in Glow-TTS (Kim et al. 2020, arXiv 2005.11129): every phoneme gets one frame or more, in
their order. It is a dynamic programme over the frames; all phonemes of all sentences of a batch are done at a time.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

DIAGONAL = 2.0
"""How strongly sentences are thought to be spoken evenly; see `evenness`."""


def likelihoods(means: Tensor, log_mel: Tensor) -> Tensor:
    """Logarithms of how likely each frame is with each phoneme [batch, phonemes, frames].

    `means` [batch, bands, phonemes] are those of normal distributions of variance one; `log_mel` is
    [batch, bands, frames]. What all phonemes have in common is left out.
    """
    cross = means.transpose(1, 2) @ log_mel
    result: Tensor = cross - 0.5 * means.square().sum(1)[:, :, None]
    return result


def evenness(phonemes: Tensor, frames: Tensor) -> Tensor:
    """Logarithms of a prior [batch, phonemes, frames] by which all phonemes of a sentence are about as long.

    At first all means are alike, and any path is as good as another: one phoneme would take a whole sentence, its mean
    would become that of the sentence, and so it would stay. With the prior the first paths are diagonals, from which
    the means learn; then they outvote it. (Badlani et al. 2021, arXiv 2108.10447, use a beta-binomial distribution.)
    `phonemes` and `frames` [batch] are the true lengths.
    """
    rows = torch.arange(int(phonemes.max()), device=phonemes.device)
    columns = torch.arange(int(frames.max()), device=frames.device)
    along = (rows + 0.5) / phonemes[:, None]
    across = (columns + 0.5) / frames[:, None]
    # Distances in phonemes, not in shares: a long sentence is not spoken more evenly than a short one.
    apart = (along[:, :, None] - across[:, None]) * phonemes[:, None, None]
    return -DIAGONAL * apart.abs()


def durations(scores: Tensor, phonemes: Tensor, frames: Tensor) -> Tensor:
    """Frames of each phoneme [batch, phonemes] on the best path through `scores` [batch, phonemes, frames].

    `phonemes` and `frames` [batch] are the true lengths; phonemes beyond them get no frames. Each sentence has at least
    as many frames as phonemes.
    """
    values = scores.detach().to("cpu", torch.float32).numpy()
    lengths, ends = phonemes.cpu().numpy(), frames.cpu().numpy()
    found = _paths(values, lengths, ends)
    return torch.from_numpy(found).to(scores.device)


def _paths(values: NDArray[np.float32], lengths: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    batch, most, frames = values.shape
    best = np.full((batch, most), -math.inf, np.float32)
    best[:, 0] = values[:, 0, 0]
    # moved[t] says where the best path to a phoneme at frame t came from the phoneme before.
    moved = np.zeros((frames, batch, most), bool)
    for t in range(1, frames):
        before = np.concatenate([np.full((batch, 1), -math.inf, np.float32), best[:, :-1]], 1)
        moved[t] = before > best
        best = np.maximum(before, best) + values[:, :, t]
    rows = np.arange(batch)
    place = lengths - 1
    counts = np.zeros((batch, most), np.int64)
    for t in range(frames - 1, -1, -1):
        inside = t < ends
        counts[rows[inside], place[inside]] += 1
        back = inside & (place > 0) & (moved[t, rows, place] | (place == t))
        place = place - back
    return counts
