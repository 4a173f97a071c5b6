"""The pictures of a model that are judged: drawn when they are looked at, and drawn again when they are shown."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganima.metrics.path_length import EPSILON
from ganima.metrics.statistics import BATCH, Bytes
from ganima.picture.model import Model
from ganima.picture.truncation import Centres

AT_ONCE = 8
"""Pictures that are drawn in one go, as `picture.sample` does: without labels, its pictures of the same seed are these.
"""


class Generated:
    """`count` pictures from `seed`, with their latents and labels."""

    def __init__(
        self, model: Model, count: int, seed: int, truncation: float, labels: NDArray[np.int64] | None = None
    ) -> None:
        """Each picture's labels are those of one of the `labels` of real pictures, as the model knows them; where there
        are none, they are drawn as `picture.sample` draws them.
        """
        self.model, self.count, self.seed, self.truncation = model, count, seed, truncation
        self.centres = Centres(model.generator, "mean")
        rng = torch.Generator().manual_seed(seed)
        self.z = torch.empty(count, model.generator.z_dim)
        drawn = []
        for start in range(0, count, AT_ONCE):
            z = torch.randn(AT_ONCE, model.generator.z_dim, generator=rng)
            self.z[start : start + AT_ONCE] = z[: count - start]
            drawn.append(model.labels.draw(AT_ONCE, rng))
        self.labels: Tensor | None = None
        if labels is not None:
            self.labels = torch.from_numpy(_repeated(labels, count, seed))
        elif given := [some for some in drawn if some is not None]:
            self.labels = torch.cat(given)[:count]

    def __len__(self) -> int:
        return self.count

    def batches(self) -> Iterator[Bytes]:
        """All pictures in batches of 64, [pictures, height, width, channels]."""
        for start in range(0, self.count, BATCH):
            yield self.pictures(range(start, min(start + BATCH, self.count)))

    def pictures(self, numbers: Sequence[int]) -> Bytes:
        """Some of the pictures."""
        return _bytes(torch.cat([self._draw(self._w(list(part))) for part in _parts(numbers)]))

    def of_class(self, number: int, count: int) -> Bytes:
        """Pictures of one class, of other latents; what else can be asked for is as drawn."""
        rng = torch.Generator().manual_seed(self.seed + 1)
        z = torch.randn(count, self.z.shape[1], generator=rng)
        labels = self.model.labels.draw(count, rng, [number])
        with torch.inference_mode():
            w = self.centres.truncated(self.model.generator.mapping(z, labels), labels, self.truncation)
            return _bytes(self._draw(w))

    def steps(self, count: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Pictures at places of `count` paths between two latents, and ε further on; not rounded, not truncated."""
        rng = torch.Generator().manual_seed(self.seed + 2)
        for _ in range(0, count, AT_ONCE):
            ends = [torch.randn(AT_ONCE, self.z.shape[1], generator=rng) for _ in range(2)]
            labels = self.model.labels.draw(AT_ONCE, rng)
            place = torch.rand(AT_ONCE, 1, generator=rng)
            with torch.inference_mode():
                a, b = (self.model.generator.mapping(z, labels) for z in ends)
                yield self._draw(a.lerp(b, place)), self._draw(a.lerp(b, place + EPSILON))

    def _w(self, numbers: list[int]) -> Tensor:
        labels = None if self.labels is None else self.labels[numbers]
        with torch.inference_mode():
            w = self.model.generator.mapping(self.z[numbers], labels)
            return self.centres.truncated(w, labels, self.truncation)

    def _draw(self, w: Tensor) -> Tensor:
        with torch.inference_mode():
            return self.model.generator.synthesis(w)


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def _repeated(labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """`count` rows of `labels` in random order, each as often as any other, or once more."""
    rng = np.random.default_rng(seed)
    whole, rest = divmod(count, len(labels))
    rows = np.concatenate([np.tile(np.arange(len(labels)), whole), rng.permutation(len(labels))[:rest]])
    repeated: NDArray[np.int64] = labels[rng.permutation(rows)]
    return repeated


def _bytes(pictures: Tensor) -> Bytes:
    pixels: Bytes = ((pictures.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return pixels
