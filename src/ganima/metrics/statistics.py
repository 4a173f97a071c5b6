"""All that is kept of a set of pictures to score it: gathered batch by batch, so that the pictures need not be kept."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from ganima.data.duplicates import PerceptualHash, perceptual_hash
from ganima.files.cache import Arrays
from ganima.metrics.extractors import Extractor
from ganima.metrics.features import Features
from ganima.metrics.memorisation import thumbnails
from ganima.metrics.multiscale import ms_ssim
from ganima.metrics.similarity import WINDOW
from ganima.metrics.wasserstein import Patches, patches

BATCH = 64
"""Pictures that are looked at together. Always this many, because places of patches follow from it."""
PAIRS = 250
"""Pairs of pictures whose likeness is measured, at most."""
SOFT = 1000
"""Pictures that are looked at once more at half their resolution, at most."""

Bytes = NDArray[np.uint8]
"""[pictures, height, width, channels]"""


@dataclass(frozen=True)
class Statistics:
    """What is known of each picture of a set, [pictures, …] if nothing else is said."""

    features: Features
    mirrored: Features
    """Features of the mirror images; empty where they are not asked for."""
    soft: Features
    """Features of at most 1,000 of the pictures, evenly chosen, after they were halved in size and enlarged again: what
    a visible loss of sharpness scores."""
    thumbnails: Features
    """Pixels of small versions."""
    mirrored_thumbnails: Features
    """Those of their mirror images; empty where they are not asked for."""
    patches: Patches
    alike: NDArray[np.float32]
    """Multi-scale structural similarity of at most 250 pairs; empty for pictures smaller than its window."""
    bits: NDArray[np.uint64]
    """Perceptual hashes."""
    small: Bytes
    """[pictures, 16, 16, 3], what the hashes are confirmed by."""

    def __len__(self) -> int:
        return len(self.features)

    def take(self, chosen: NDArray[np.int64]) -> "Statistics":
        """Those of some of the pictures; what is known of other numbers of pictures stays."""
        return Statistics(
            self.features[chosen],
            self.mirrored[chosen] if len(self.mirrored) else self.mirrored,
            self.soft,
            self.thumbnails[chosen],
            self.mirrored_thumbnails[chosen] if len(self.mirrored_thumbnails) else self.mirrored_thumbnails,
            {side: some[chosen] for side, some in self.patches.items()},
            self.alike,
            self.bits[chosen],
            self.small[chosen],
        )

    @property
    def looks(self) -> list[PerceptualHash]:
        """What near-duplicates are found by."""
        return [PerceptualHash(bits, small) for bits, small in zip(self.bits, self.small, strict=True)]


def statistics(batches: Iterable[Bytes], count: int, extractor: Extractor, mirror: bool = False) -> Statistics:
    """Looks at pictures of one size, in batches of 64; `mirror` asks for the features of the mirror images too.

    `count` is how many pictures there are in all, or a few more.
    """
    parts: dict[str, list[NDArray[np.generic]]] = {}
    levels: dict[int, list[NDArray[np.float16]]] = {}
    paired = np.random.default_rng(0).permutation(count)[: 2 * min(PAIRS, count // 2)]
    soft = np.zeros(count, bool)
    soft[np.linspace(0, count - 1, min(count, SOFT)).astype(int)] = True
    kept: dict[int, Bytes] = {}
    seen = 0
    for batch in batches:
        looks = [perceptual_hash(picture) for picture in batch]
        found: Arrays = {
            "features": extractor.describe(batch),
            "thumbnails": thumbnails(batch),
            "bits": np.array([look.bits for look in looks], dtype=np.uint64),
            "small": np.stack([look.small for look in looks]),
        }
        if mirror:
            flipped = batch[:, :, ::-1]
            found |= {"mirrored": extractor.describe(flipped), "mirrored_thumbnails": thumbnails(flipped)}
        if (chosen := batch[soft[seen : seen + len(batch)]]).size:
            found["soft"] = extractor.describe(softened(chosen))
        for name, rows in found.items():
            parts.setdefault(name, []).append(rows)
        for side, some in patches(batch, count, seen).items():
            levels.setdefault(side, []).append(some)
        # Copies, so that the batches themselves are not kept.
        kept |= {int(i): batch[i - seen].copy() for i in paired if seen <= i < seen + len(batch)}
        seen += len(batch)
    arrays: Arrays = {name: np.zeros((0, 0), np.float32) for name in ("mirrored", "mirrored_thumbnails")}
    # Taken out one by one, so that few of them are there twice.
    arrays |= {name: np.concatenate(parts.pop(name)) for name in list(parts)}
    arrays |= {f"patches {side}": np.concatenate(levels.pop(side)) for side in list(levels)}
    # In random order: a folder may be sorted by kinds of pictures.
    arrays["alike"] = _alike([kept[int(i)] for i in paired if int(i) in kept])
    return from_arrays(arrays)


def to_arrays(found: Statistics) -> Arrays:
    """All of it by name, to be kept in a file."""
    plain = ("features", "mirrored", "soft", "thumbnails", "mirrored_thumbnails", "alike", "bits", "small")
    return {name: getattr(found, name) for name in plain} | {f"patches {s}": p for s, p in found.patches.items()}


def from_arrays(arrays: Arrays) -> Statistics:
    """The opposite of `to_arrays`. Raises KeyError or TypeError where something is missing or unknown."""
    levels = {int(name.split()[1]): some for name, some in arrays.items() if name.startswith("patches ")}
    plain = {name: some for name, some in arrays.items() if not name.startswith("patches ")}
    return Statistics(patches=levels, **plain)  # type: ignore[arg-type]


def softened(pictures: Bytes) -> Bytes:
    """The pictures halved in size and enlarged again."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    if x.shape[1] == 4:
        # What cannot be seen must not bleed into what can.
        x = torch.cat([x[:, :3] * x[:, 3:] / 255, x[:, 3:]], dim=1)
    x = F.interpolate(F.avg_pool2d(x, 2), x.shape[2:], mode="bilinear", align_corners=False)
    if x.shape[1] == 4:
        x = torch.cat([(x[:, :3] * 255 / x[:, 3:].clamp_min(1)).clamp_max(255), x[:, 3:]], dim=1)
    soft: Bytes = x.round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return soft


def _alike(pictures: list[Bytes]) -> NDArray[np.float32]:
    """Of pictures that were chosen at random, each of the first half with the one at its place in the second half."""
    half = len(pictures) // 2
    if not half or min(pictures[0].shape[:2]) < WINDOW:
        return np.zeros(0, np.float32)
    return ms_ssim(np.stack(pictures[:half]), np.stack(pictures[half : 2 * half])).astype(np.float32)
