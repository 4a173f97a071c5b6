"""Distributions of small pictures whose scores are known beforehand."""

import numpy as np
import torch
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def blobs(count: int, seed: int, size: tuple[int, int] = (32, 32)) -> Bytes:
    """Smooth random pictures [count, height, width, 3], each of its own shades."""
    rng = np.random.default_rng(seed)
    coarse = torch.from_numpy(rng.uniform(0, 255, (count, 3, 4, 4)).astype(np.float32))
    smooth = torch.nn.functional.interpolate(coarse, size, mode="bilinear")
    return smooth.byte().permute(0, 2, 3, 1).contiguous().numpy()


def drawings(count: int, seed: int, side: int = 32) -> Bytes:
    """Smooth pictures with sharp-edged patches on them, which half the resolution blurs: [count, side, side, 3]."""
    rng = np.random.default_rng(seed + 1000)
    coarse = torch.from_numpy(rng.normal(0, 35, (count, 1, 11, 11)).astype(np.float32))
    edges = torch.nn.functional.interpolate(coarse, (side, side)).permute(0, 2, 3, 1).numpy()
    return np.clip(blobs(count, seed, (side, side)) + edges, 0, 255).astype(np.uint8)


def grained(pictures: Bytes, seed: int = 9) -> Bytes:
    """The pictures with noise over them: a distribution that is shifted."""
    noise = np.random.default_rng(seed).normal(0, 30, pictures.shape)
    return np.clip(pictures + noise, 0, 255).astype(np.uint8)


def repeated(pictures: Bytes, times: int = 1) -> Bytes:
    """Each picture so many times, nearly the same: a memorising generator, or a collapsed one."""
    several = np.repeat(pictures, times, axis=0).astype(np.int64)
    noise = np.random.default_rng(8).integers(-1, 2, several.shape)
    return np.clip(several + noise, 0, 255).astype(np.uint8)
