"""People cut out of portraits: their own colours up to the edge, and nothing that was cut badly."""

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason='needs the extra "faces"')
pytest.importorskip("ai_edge_litert", reason="needs the package ai-edge-litert")

from ganima.data.content import Unusable
from recipes.portrait.matting import follow, foreground
from recipes.portrait.prepare import HEIGHT, WIDTH, check, whole

PERSON, BACKDROP = np.float32([0.8, 0.5, 0.2]), np.float32([0.1, 0.2, 0.9])


def soft_disc() -> np.ndarray:
    """Opacity [HEIGHT, WIDTH] of a person like a disc, whose edge is five pixels wide, down to the lower edge."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    distance = np.hypot(np.minimum(y - 120, 0), x - WIDTH / 2)
    return np.clip((80 - distance) / 5 + 0.5, 0, 1).astype(np.float32)


def test_the_backdrop_leaves_the_colours_of_the_edge() -> None:
    alpha = soft_disc()
    picture = alpha[..., None] * PERSON + (1 - alpha[..., None]) * BACKDROP
    found = foreground(picture, alpha)
    edge = (alpha > 0.1) & (alpha < 0.9)
    assert np.abs(picture[edge] - PERSON).max() > 0.5
    assert np.abs(found[edge] - PERSON).max() < 0.1


def test_a_coarse_matte_follows_the_edge_of_the_picture() -> None:
    x = np.arange(WIDTH)[None].repeat(HEIGHT, 0)
    picture = np.where((x < 96)[..., None], PERSON, np.float32([0, 0, 0.1]))
    coarse = np.clip((96 - x) / 12 + 0.5, 0, 1).astype(np.float32)
    found = follow(coarse, picture)
    assert (found[:, 95] - found[:, 96] > 3 * (coarse[:, 95] - coarse[:, 96])).all(), "the step lies where the edge is"


def cut(alpha: np.ndarray) -> Image.Image:
    pixels = np.dstack([np.broadcast_to(PERSON, (HEIGHT, WIDTH, 3)), alpha])
    return Image.fromarray(np.rint(pixels * 255).astype(np.uint8))


def test_a_good_cut_is_kept_and_black_where_nothing_is_seen() -> None:
    kept = np.asarray(check(cut(soft_disc())))
    assert (kept[kept[..., 3] == 0] == 0).all() and kept[..., 3].mean() > 100


@pytest.mark.parametrize(
    ("rows", "columns", "value", "reason"),
    [
        (slice(None), slice(None), 0.0, "nearly nobody"),
        (slice(90, 140), slice(70, 90), 0.0, "holes"),
        (slice(230, None), slice(None), 0.0, "shoulders"),
        (slice(0, 20), slice(0, 20), 1.0, "backdrop"),
        (slice(150, 220), slice(60, 130), 0.5, "unclear"),
    ],
)
def test_a_bad_cut_is_left_out(rows: slice, columns: slice, value: float, reason: str) -> None:
    alpha = soft_disc()
    alpha[rows, columns] = value
    with pytest.raises(Unusable, match=reason):
        check(cut(alpha))


def test_grey_and_smeared_portraits_are_left_out() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    assert whole(Image.fromarray(noise))
    with pytest.raises(Unusable, match="grey"):
        whole(Image.fromarray(noise[..., :1].repeat(3, 2)))
    noise[-20:] = noise[-20]
    with pytest.raises(Unusable, match="edge"):
        whole(Image.fromarray(noise))
