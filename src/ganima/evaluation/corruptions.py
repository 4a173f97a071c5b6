"""What happens to pictures on their way: noise, blur, JPEG, down-scaling, rotation, brightness and occlusion.

In the manner of ImageNet-C (Hendrycks and Dietterich 2019, arXiv 1903.12261), with amounts that do not depend on a
picture's size. Strength 1 is hardly seen, strength 5 leaves little. What is random about a corruption (the grain, the
sense of a rotation, the place of an occlusion) is drawn once for a picture and seed, and is the same at every strength.
"""

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Picture = NDArray[np.uint8]
"""[height, width, channels] in [0, 255]: grey, RGB or RGBA."""
STRENGTHS = 5
GREY = 128
"""Of what covers a picture."""


@dataclass(frozen=True)
class Corruption:
    """One kind of damage."""

    name: str
    says: str
    """What is done, and what the amounts are."""
    amounts: tuple[float, ...]
    """One for each strength, weakest first."""
    unit: str
    """What stands around an amount, with {} in its place."""
    apply: Callable[[Picture, float, np.random.Generator], Picture]

    def label(self, strength: int) -> str:
        """The amount of a strength from 1 to 5, in words."""
        return self.unit.format(f"{self.amounts[strength - 1]:g}")


def corrupt(picture: Picture, kind: Corruption, strength: int, seed: int) -> Picture:
    """`picture`, damaged with a strength from 1 to 5; the same arguments give the same picture."""
    # Another stream for each kind: otherwise what is turned to the left would also always be darkened.
    rng = np.random.default_rng([seed, zlib.crc32(kind.name.encode())])
    return kind.apply(picture, kind.amounts[strength - 1], rng)


def noise(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """Gaussian noise on the colours, its standard deviation `amount` per cent of white."""
    colour, alpha = _parts(picture)
    grain = rng.standard_normal(colour.shape)
    return _joined(_bytes(colour + grain * (amount * 2.55)), alpha)


def blur(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """A Gaussian blur, its standard deviation `amount` per cent of the longer side."""
    radius = amount / 100 * max(picture.shape[:2])
    return _with_pillow(picture, lambda image: image.filter(ImageFilter.GaussianBlur(radius)))


def jpeg(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """The colours written as JPEG of quality `amount`, with halved colour resolution, and read again."""
    colour, alpha = _parts(picture)
    return _joined(_through_jpeg(colour, round(amount)), alpha)


def shrink(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """Made `amount` times smaller, and enlarged to the old size again."""

    def there_and_back(image: Image.Image) -> Image.Image:
        width, height = (max(1, round(side / amount)) for side in image.size)
        small = image.resize((width, height), Image.Resampling.BICUBIC)
        return small.resize(image.size, Image.Resampling.BICUBIC)

    return _with_pillow(picture, there_and_back)


def rotate(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """Turned about the middle by `amount` degrees to one side or the other; the edge goes on where nothing was."""
    angle = amount * rng.choice((-1, 1))
    height, width = picture.shape[:2]
    # The corners of the turned frame lie no farther out than half the diagonal.
    rim = int(np.ceil(np.hypot(height, width) / 2))
    rims = ((rim, rim), (rim, rim), (0, 0))
    larger: Picture = np.pad(picture, rims, "edge")
    turned = _with_pillow(larger, lambda image: image.rotate(angle, Image.Resampling.BICUBIC))
    middle: Picture = turned[rim : rim + height, rim : rim + width]
    return middle


def brightness(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """All colours lighter or darker by `amount` per cent of white."""
    colour, alpha = _parts(picture)
    return _joined(_bytes(colour + amount * 2.55 * rng.choice((-1, 1))), alpha)


def occlude(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """A grey rectangle of the picture's shape over `amount` per cent of its area, anywhere in it."""
    share = np.sqrt(amount / 100)
    height, width = (max(1, round(side * share)) for side in picture.shape[:2])
    places = zip(rng.random(2), picture.shape[:2], (height, width), strict=True)
    top, left = (round(place * (side - covered)) for place, side, covered in places)
    covered = picture.copy()
    covered[top : top + height, left : left + width] = GREY
    covered[top : top + height, left : left + width, 3:] = 255
    return covered


CORRUPTIONS = (
    Corruption("noise", "Gaussian noise; standard deviation in % of white", (2, 5, 10, 20, 40), "{} %", noise),
    Corruption("blur", "Gaussian blur; standard deviation in % of the longer side", (0.5, 1, 2, 3, 5), "{} %", blur),
    Corruption("JPEG", "JPEG compression; quality", (80, 50, 30, 15, 5), "{}", jpeg),
    Corruption("down-scaling", "made smaller and enlarged again; times smaller", (1.5, 2, 3, 4, 8), "{}×", shrink),
    Corruption("rotation", "turned to one side or the other; degrees", (2, 5, 10, 20, 45), "{}°", rotate),
    Corruption("brightness", "lighter or darker; in % of white", (5, 10, 20, 30, 45), "{} %", brightness),
    Corruption("occlusion", "a grey rectangle somewhere; % of the area", (2, 5, 10, 20, 35), "{} %", occlude),
)
"""All of them."""


def _parts(picture: Picture) -> tuple[Picture, Picture]:
    """The colours, and the transparency as [height, width, 1], or [height, width, 0] where there is none."""
    channels = picture.shape[2]
    return picture[..., : min(channels, 3)], picture[..., 3:]


def _joined(colour: Picture, alpha: Picture) -> Picture:
    picture: Picture = np.concatenate([colour, alpha], axis=2)
    return picture


def _bytes(values: NDArray[np.float64]) -> Picture:
    rounded: Picture = np.rint(values.clip(0, 255)).astype(np.uint8)
    return rounded


def _through_jpeg(colour: Picture, quality: int) -> Picture:
    buffer = io.BytesIO()
    image = Image.fromarray(colour if colour.shape[2] > 1 else colour[..., 0])
    image.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    with Image.open(buffer, formats=("JPEG",)) as read:
        return np.array(read).reshape(colour.shape)


def _with_pillow(picture: Picture, change: Callable[[Image.Image], Image.Image]) -> Picture:
    """`change` of the picture as an image; of premultiplied colours, so that what cannot be seen does not bleed in."""
    image = Image.fromarray(picture if picture.shape[2] > 1 else picture[..., 0])
    if image.mode == "RGBA":
        changed = change(image.convert("RGBa")).convert("RGBA")
    else:
        changed = change(image)
    return np.array(changed).reshape(picture.shape)
