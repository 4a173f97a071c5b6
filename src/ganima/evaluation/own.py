"""The extractor `own`: a discriminator's own features, or those of a small network that is trained here without labels.

The small network learns to know a picture again after it was cropped, recoloured and partly covered: SimCLR, Chen et
al. 2020, arXiv 2002.05709.
"""

import hashlib

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from ganima.metrics.extractors import Extractor
from ganima.metrics.features import Features, Pictures, rgb
from ganima.picture.build import AnyDiscriminator
from ganima.picture.discriminator import Discriminator

GRID = 2
"""Each level's activations are averaged to GRID × GRID cells."""
BATCH = 64
SIDE = 64
"""Longer side in pixels at which the small network sees pictures."""
WIDTHS = (32, 48, 64, 96)
"""Channels of its levels."""
STEPS = 300
TEMPERATURE = 0.2
"""Of the contrastive loss."""


def discriminator_features(discriminator: AnyDiscriminator, model: str, sha256: str) -> Extractor:
    """The activations of every level of a model's discriminator; `sha256` is that of the model's file."""
    discriminator.eval().requires_grad_(False)
    levels = discriminator.levels if isinstance(discriminator, Discriminator) else _convolutions(discriminator)

    @torch.no_grad()
    def describe(pictures: Pictures) -> Features:
        seen: list[Tensor] = []
        hooks = [level.register_forward_hook(lambda module, given, out: seen.append(_cells(out))) for level in levels]
        rows = []
        try:
            for start in range(0, len(pictures), BATCH):
                x = _as_trained(pictures[start : start + BATCH], discriminator.config.channels)
                discriminator(x, _no_labels(discriminator, len(x)))
                rows.append(torch.cat(seen, dim=1).numpy())
                seen.clear()
        finally:
            for hook in hooks:
                hook.remove()
        return np.concatenate(rows)

    return Extractor(
        f"own:{model}",
        f"own:discriminator:{sha256}",
        "The discriminator that the generator was trained against. The generator learned to please just this network, "
        "so these numbers flatter it: they compare stages of one training, and say little about the pictures.",
        describe,
    )


def learned_features(pictures: NDArray[np.uint8], seed: int = 0) -> Extractor:
    """Trains the small network on real pictures [count, height, width, channels], in half a minute or so."""
    network = _train(_small(rgb(pictures)), seed, STEPS)
    digest = hashlib.sha256(b"".join(weight.numpy().tobytes() for weight in network.state_dict().values())).hexdigest()

    @torch.no_grad()
    def describe(some: Pictures) -> Features:
        rows = []
        for start in range(0, len(some), BATCH):
            x, seen = _small(rgb(some[start : start + BATCH])), []
            for level in network:
                x = level(x)
                seen.append(_cells(x))
            rows.append(torch.cat(seen, dim=1).numpy())
        return np.concatenate(rows)

    return Extractor(
        "own:contrastive",
        f"own:contrastive:{digest}",
        "A small network, trained on these real pictures without labels to know each one again after it was cropped, "
        "recoloured and partly covered. Its numbers compare models of this folder, and nothing else.",
        describe,
    )


def _no_labels(discriminator: AnyDiscriminator, count: int) -> Tensor | None:
    """Any labels will do: they come in after the features."""
    return torch.zeros(count, dtype=torch.long) if discriminator.config.classes else None


def _convolutions(network: nn.Module) -> list[nn.Module]:
    return [module for module in network.modules() if isinstance(module, nn.Conv2d)]


def _cells(x: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(x.float(), GRID).flatten(1)


def _as_trained(pictures: Pictures, channels: int) -> Tensor:
    """Pictures as the discriminator knows them, which were fitted to its channels beforehand."""
    if isinstance(pictures, np.ndarray):
        x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    else:
        x = pictures.detach().cpu().float().clamp(-1, 1)
    return x.expand(-1, channels, -1, -1)


def _small(x: Tensor) -> Tensor:
    scale = min(1.0, SIDE / max(x.shape[2:]))
    return F.interpolate(x, scale_factor=scale, mode="area") if scale < 1 else x


def _train(pictures: Tensor, seed: int, steps: int) -> nn.Sequential:
    """The network after training; the head that the loss needs is thrown away."""
    rng = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        layers = [
            nn.Sequential(nn.Conv2d(c_in, c_out, 3, 2, 1), nn.GroupNorm(8, c_out), nn.LeakyReLU(0.2))
            for c_in, c_out in zip((3, *WIDTHS[:-1]), WIDTHS, strict=True)
        ]
        network, head = nn.Sequential(*layers), nn.Linear(WIDTHS[-1] * GRID**2, 64)
    optimizer = torch.optim.Adam([*network.parameters(), *head.parameters()], lr=1e-3)
    size = min(BATCH, len(pictures))
    for _ in range(steps):
        chosen = pictures[torch.randperm(len(pictures), generator=rng)[:size]]
        views = torch.cat([_view(chosen, rng), _view(chosen, rng)])
        loss = contrastive_loss(head(_cells(network(views))))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    network.requires_grad_(False)
    return network


def contrastive_loss(codes: Tensor) -> Tensor:
    """The normalised temperature-scaled cross-entropy (equation 1 of the paper) of codes [2 n, d]: i and i + n belong
    together.
    """
    codes = F.normalize(codes, dim=1)
    alike = codes @ codes.T / TEMPERATURE
    alike = alike.masked_fill(torch.eye(len(codes), dtype=torch.bool), -torch.inf)
    return F.cross_entropy(alike, torch.arange(len(codes)).roll(len(codes) // 2))


def _view(x: Tensor, rng: torch.Generator) -> Tensor:
    """Each picture cropped, mirrored, recoloured and partly covered in its own way."""
    n, _, height, width = x.shape

    def drawn(low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(n, *shape, generator=rng) * (high - low) + low

    scale = drawn(0.6, 1.0)
    side = torch.where(drawn(-1, 1) < 0, -scale, scale)
    move = [drawn(-1, 1) * (1 - scale) for _ in range(2)]
    zero = torch.zeros(n)
    place = torch.stack([torch.stack([side, zero, move[0]], 1), torch.stack([zero, scale, move[1]], 1)], 1)
    x = F.grid_sample(x, F.affine_grid(place, [n, 3, height, width], align_corners=False), align_corners=False)
    mean = x.mean((2, 3), keepdim=True)
    x = (x - mean) * drawn(0.6, 1.4, 1, 1, 1) + mean + drawn(-0.3, 0.3, 3, 1, 1)
    rows, columns = torch.arange(height)[:, None] / height, torch.arange(width) / width
    top, left = drawn(0, 0.75, 1, 1), drawn(0, 0.75, 1, 1)
    covered = (rows >= top) & (rows < top + 0.25) & (columns >= left) & (columns < left + 0.25)
    return x.masked_fill(covered[:, None], 0.0)
