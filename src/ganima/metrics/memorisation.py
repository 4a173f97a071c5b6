"""Whether a generator repeats its training pictures."""

from dataclasses import dataclass

import numpy as np
import torch.nn.functional as F

from ganima.metrics.distances import nearest
from ganima.metrics.features import Features, Pictures, features, rgb, standardise

THUMBNAIL = 32
"""Longer side in pixels of the pictures that are compared pixel by pixel."""


@dataclass(frozen=True)
class Pair:
    """A generated picture and the training picture nearest to it."""

    generated: int
    training: int
    mirrored: bool
    """Whether the training picture's mirror image is meant."""
    distance: float
    """In units of a held-out picture's mean distance to its nearest training picture."""


@dataclass(frozen=True)
class Memorisation:
    """Nearest-neighbour ratios: mean distance of a generated picture to its nearest training picture, over that of a
    held-out real picture.

    Near or above 1: nothing is memorised; near 0: training pictures are repeated. Somewhat below 1 is usual also for
    generators that memorise nothing, since pictures with less detail than real ones lie nearer to all pictures.
    """

    features: float
    """In standardised features."""
    pixels: float
    """In pixels of small versions."""
    pairs: list[Pair]
    """The closest pairs in features, closest first."""
    generated: Features
    """The distance of each generated picture to its nearest training picture, in units of a held-out picture's mean
    one."""
    held_out: Features
    """The same of each held-out picture."""


def memorisation(
    generated: Pictures, training: Pictures, held_out: Pictures, mirror: bool, pairs: int = 10
) -> Memorisation:
    """Compares pictures of one size. `mirror` says that the model saw each training picture's mirror image too."""
    real = features(training)
    both = np.concatenate([real, features(mirrored(training))]) if mirror else real
    seen = [training, mirrored(training)] if mirror else [training]
    fake, base, held = (standardise(some, real) for some in (features(generated), both, features(held_out)))
    return nearest_ratios(
        (fake, thumbnails(generated)),
        (base, np.concatenate([thumbnails(some) for some in seen])),
        (held, thumbnails(held_out)),
        len(training),
        pairs,
    )


Views = tuple[Features, Features]
"""Features that distances can be taken of, and the pixels of thumbnails, of the same pictures."""


def nearest_ratios(generated: Views, training: Views, held_out: Views, count: int, pairs: int = 10) -> Memorisation:
    """The same from what is known of the pictures; `training` may have the mirror images of all `count` ones as well,
    after them.
    """
    distance, index = nearest(generated[0], training[0])
    real = nearest(held_out[0], training[0])[0]
    usual = float(real.mean())
    near, far = (float(nearest(some[1], training[1])[0].mean()) for some in (generated, held_out))
    closest = [
        Pair(int(i), int(index[i]) % count, int(index[i]) >= count, float(distance[i]) / usual)
        for i in np.argsort(distance)[:pairs]
    ]
    return Memorisation(
        features=float(distance.mean()) / usual,
        pixels=near / far,
        pairs=closest,
        generated=distance / usual,
        held_out=real / usual,
    )


def mirrored(pictures: Pictures) -> Pictures:
    """The pictures with left and right exchanged."""
    return pictures[:, :, ::-1] if isinstance(pictures, np.ndarray) else pictures.flip(3)


def thumbnails(pictures: Pictures, batch: int = 256) -> Features:
    """Vectors of the pixels of versions whose longer side is 32 pixels."""
    rows = []
    for i in range(0, len(pictures), batch):
        x = rgb(pictures[i : i + batch])
        scale = min(1.0, THUMBNAIL / max(x.shape[2:]))
        height, width = (max(1, round(side * scale)) for side in x.shape[2:])
        rows.append(F.adaptive_avg_pool2d(x, (height, width)).flatten(1).numpy())
    return np.concatenate(rows)
