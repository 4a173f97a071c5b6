"""The embedding of speakers: a classifier of whoever speaks, of which the last layer is thrown away.

Recordings are disguised on the way (an equaliser, a noise floor, missing bands and frames), so that the network goes by
the voice and not by the room. How well it tells people apart whom it has never heard is printed as the equal error
rate: as many pairs of one person are taken for two as pairs of two for one.
"""

from collections import defaultdict

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganima.speech.voices.speaker import SpeakerConfig, SpeakerEncoder
from ganima.speech.voices.utterances import Utterance

STEPS = 700
BATCH = 48
FRAMES = (90, 180)
LR = 1e-3
SCALE, MARGIN = 25.0, 0.2
"""Of the cosines, and by how much the right one has to be larger (Deng et al. 2019, arXiv 1801.07698)."""
QUIET = 5.5
"""In nepers below speech: the noise floor is drawn from here to 4 nepers less."""


def train(found: list[Utterance], held_out: set[str], seed: int = 0) -> SpeakerEncoder:
    """An embedding of the speakers of `found`, without those in `held_out`, who are only listened to."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    by_name: dict[str, list[NDArray[np.float16]]] = defaultdict(list)
    for one in found:
        by_name[one.who].append(one.mel)
    people = sorted(set(by_name) - held_out)
    network = SpeakerEncoder(SpeakerConfig())
    centres = torch.nn.Parameter(F.normalize(torch.randn(len(people), network.config.size), dim=1))
    optimizer = torch.optim.AdamW([*network.parameters(), centres], lr=LR, weight_decay=0.02)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = LR * min(1, (step + 1) / 50) * (0.5 + 0.5 * np.cos(np.pi * step / STEPS)) + 1e-5
        length = int(rng.integers(*FRAMES))
        chosen = rng.integers(0, len(people), BATCH)
        takes = [by_name[people[i]] for i in chosen]
        pieces = [_cut(take[rng.integers(len(take))], length, rng) for take in takes]
        embedded = network(_disguised(torch.from_numpy(np.stack(pieces).astype(np.float32)), rng))
        cosines = embedded @ F.normalize(centres, dim=1).T
        right = F.one_hot(torch.from_numpy(chosen), len(people))
        margin = MARGIN * min(1.0, step / (0.4 * STEPS))
        loss = F.cross_entropy(SCALE * (cosines - margin * right), torch.from_numpy(chosen))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network.eval().requires_grad_(False)
    strangers = [one for one in found if one.who in held_out]
    print(f"equal error rate {equal_error_rate(network, strangers):.1%} on {len(held_out)} people never heard before")
    return network


def _cut(mel: NDArray[np.float16], length: int, rng: np.random.Generator) -> NDArray[np.float16]:
    repeated = np.tile(mel, (1, length // mel.shape[1] + 1))
    start = rng.integers(0, repeated.shape[1] - length + 1)
    return repeated[:, start : start + length]


def _disguised(mel: Tensor, rng: np.random.Generator) -> Tensor:
    """Spectrograms [batch, bands, frames] through other microphones, with noise, and with holes."""
    batch, bands, frames = mel.shape
    place = torch.linspace(0, np.pi, bands)
    for number in range(1, 4):
        mel = mel + 0.25 * torch.randn(batch, 1, 1) * torch.cos(number * place)[None, :, None]
    floor = torch.rand(batch, 1, 1) * 4 - 4 - QUIET
    mel = torch.logaddexp(mel, floor + 0.4 * torch.randn_like(mel))
    for one in mel:
        low, first = rng.integers(0, bands - 20), rng.integers(0, frames - 20)
        one[low : low + rng.integers(0, 10)] = one.mean()
        one[:, first : first + rng.integers(0, 20)] = one.mean()
    return mel


@torch.no_grad()
def equal_error_rate(network: SpeakerEncoder, found: list[Utterance]) -> float:
    """Of all pairs of recordings."""
    points = torch.stack([network(torch.from_numpy(one.mel.astype(np.float32))[None])[0] for one in found])
    who = np.array([one.who for one in found])
    pairs = np.triu_indices(len(who), 1)
    alike, same = (points @ points.T).numpy()[pairs], (who[:, None] == who)[pairs]
    limits = np.quantile(alike, np.linspace(0, 1, 400))
    return float(min(max(np.mean(alike[same] < t), np.mean(alike[~same] >= t)) for t in limits))
