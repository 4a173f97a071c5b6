"""A walk through the latent space: a smooth curve through several places, as an animation."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.interpolate import CubicSpline
from torch import Tensor

from ganima import provenance
from ganima.errors import GanimaError
from ganima.files.places import require_free
from ganima.latent.latents import consents_of, model_of, read_all
from ganima.picture.grid import to_images
from ganima.picture.model import Model, origin_of
from ganima.picture.render import AT_ONCE, SIDE, enlarge, enlarged_size, pictures
from ganima.picture.truncation import Towards
from ganima.reporter import QUIET, Reporter, go_on

GIF_SIDE = 256
"""Longer side of a GIF, about, in pixels: it takes ten times as many bytes a frame as the others do."""


class Spline:
    """The cubic spline through points: position, speed and acceleration change smoothly, also where a loop closes.

    Knots are spaced by the square root of the distance (Lee 1989, "Choosing nodes in parametric curve interpolation"),
    so that the curve neither overshoots beside two near points nor lingers between them.
    """

    def __init__(self, points: Tensor, loop: bool) -> None:
        """`points` [n, ...], n ≥ 2, neighbours differing; `loop` leads from the last one back to the first."""
        self.points = torch.cat([points, points[:1]]) if loop else points
        flat = self.points.flatten(1).double().numpy()
        lengths = np.sqrt(np.linalg.norm(np.diff(flat, axis=0), axis=1))
        self.knots = torch.from_numpy(np.concatenate([[0.0], lengths.cumsum()]))
        """Where on the way the points are."""
        self._curve = CubicSpline(self.knots.numpy(), flat, bc_type="periodic" if loop else "natural")

    def at(self, shares: Tensor) -> Tensor:
        """Points [m, ...] at shares [m] of the whole way, in [0, 1]."""
        points = torch.from_numpy(self._curve((shares.double() * self.knots[-1]).numpy()))
        return points.to(self.points.dtype).view(-1, *self.points.shape[1:])


class WalkFrames:
    """The frames of a walk, drawn a few at a time when they are asked for."""

    def __init__(
        self,
        model: Model,
        points: Tensor,
        count: int,
        loop: bool,
        side: int = SIDE,
        report: Reporter = QUIET,
    ) -> None:
        """`points` [n, layers, w_dim]; `count` frames at even shares of the way, the last one short of a loop's end.

        Their longer side is about `side` pixels.
        """
        self.model, self.count, self.side, self.report = model, count, side, report
        self.spline = Spline(points, loop)
        self.shares = torch.arange(count) / (count if loop else count - 1)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Image.Image]:
        done = 0
        for shares in torch.split(self.shares, AT_ONCE):
            for image in to_images(pictures(self.model.generator, self.spline.at(shares))):
                go_on(self.report)
                done += 1
                self.report.progress("drawing", done, self.count)
                yield enlarge(image, enlarged_size(image, self.side))


def walk(
    words: list[str],
    out: Path,
    *,
    loop: bool = False,
    seconds: float = 6.0,
    fps: float = 25.0,
    model: str | None = None,
    truncation: float | None = None,
    towards: Towards = "mean",
    force: bool = False,
    report: Reporter = QUIET,
) -> int:
    """Writes a walk through the places that the words name (see `latents.read`) to `out`, a WebP, GIF or MP4.

    With `loop` it leads back to the first place, and its end is its beginning. `truncation` is as in `edit`. Returns
    the number of frames. Raises GanimaError for words that are not there, for fewer than two different places, and for
    an `out` that is in the way or cannot be written.
    """
    provenance.check_animation(out, 1000 / fps)
    require_free([out], force)
    if len(words) < 2:
        raise GanimaError("a walk needs two places or more to go through: give seeds, characters or latent files")
    loaded = model_of(words, model)
    points = _without_stops([latent.ws for latent in read_all(words, loaded, truncation, towards)], loop)
    side = GIF_SIDE if out.suffix.lower() == ".gif" else SIDE
    frames = WalkFrames(loaded, points, max(2, math.floor(seconds * fps + 0.5)), loop, side, report)
    provenance.save_animation(frames, out, origin_of(loaded, *consents_of(words)), 1000 / fps)
    return len(frames)


def _without_stops(places: list[Tensor], loop: bool) -> Tensor:
    """[n, layers, w_dim]: no place twice in a row, because a curve has no direction where it stands still."""
    kept = places[:1]
    for place in places[1:]:
        if not torch.equal(place, kept[-1]):
            kept.append(place)
    if loop and len(kept) > 1 and torch.equal(kept[0], kept[-1]):
        kept.pop()
    if len(kept) < 2:
        raise GanimaError("a walk needs at least two places that differ, and these are all the same one")
    return torch.stack(kept)
