"""Pictures that the tests draw themselves."""

import numpy as np

from ganima.data.folder import PictureSet
from ganima.data.labels import Labels


def discs(count: int = 40, height: int = 16, width: int = 16, channels: int = 3, classes: int = 0) -> PictureSet:
    """Discs of random place and size, of one colour for each class, or of any colour where there are no classes."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width]
    labels = np.arange(count) % max(classes, 1)
    palette = rng.uniform(60, 255, (max(classes, 1), channels))
    pictures = np.empty((count, height, width, channels), dtype=np.uint8)
    for i in range(count):
        centre, radius = rng.uniform(0.3, 0.7, 2), rng.uniform(0.15, 0.35) * min(height, width)
        inside = (y - centre[0] * height) ** 2 + (x - centre[1] * width) ** 2 < radius**2
        colour = palette[labels[i]] if classes else rng.uniform(60, 255, channels)
        pictures[i] = np.where(inside[..., None], colour, 20)
    return PictureSet(
        pictures=pictures,
        labels=labels.astype(np.int64) if classes else None,
        vocabulary=Labels(tuple(f"class {i}" for i in range(classes))),
        files=tuple(f"{i}.png" for i in range(count)),
        skipped=(),
        fingerprint="",
        fit="",
    )
