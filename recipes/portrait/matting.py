"""A person cut out of a portrait: how much of each pixel belongs to them, and in which colour.

MediaPipe's selfie segmentation (Apache-2.0) finds the person. Its network is read, as data, from the wheel of the
package mediapipe, which need not be installed:

    pip download --no-deps --only-binary=:all: mediapipe==0.10.14
    pip install ai-edge-litert
"""

import hashlib
import zipfile
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image

NETWORK = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"
"""Where the network lies in the wheel."""
SHA256 = "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c"
"""Of the network, in hexadecimal."""
SIDE = 256
"""The network looks at squares of so many pixels."""
RADIUS, LEVEL = 4, 1e-3
"""Size of the window in which the guided filter follows the picture, in pixels at a height of 256, and the variance,
of values in [0, 1], from which on it takes a change for an edge."""
EMPTY, FULL = 0.2, 0.8
"""Opacities up to the first become 0 and from the second on 1: what is nearly empty would be seen as a halo."""
SPREADS = (90, 6)
"""Sizes of the windows in which colours spread, in pixels at a height of 256: far first, then near."""

Map = NDArray[np.float32]
"""Numbers [height, width], or colours [height, width, 3], in [0, 1]."""


class Cutter:
    """Cuts people out of pictures."""

    def __init__(self, wheel: Path) -> None:
        """`wheel` is that of mediapipe. Raises ValueError where it holds another network."""
        network = zipfile.ZipFile(wheel).read(NETWORK)
        if hashlib.sha256(network).hexdigest() != SHA256:
            raise ValueError(f"{wheel} holds another network: take mediapipe 0.10.14")
        self.network = Interpreter(model_content=network, num_threads=1)
        self.network.allocate_tensors()
        self.input = self.network.get_input_details()[0]["index"]
        self.output = self.network.get_output_details()[0]["index"]

    def cut(self, picture: Image.Image) -> Image.Image:
        """An RGB picture as RGBA with soft edges, whose colours have nothing of the backdrop."""
        alpha = self.alpha(picture)
        pixels = np.asarray(picture, dtype=np.float32) / 255
        cut = np.dstack([foreground(pixels, alpha), alpha])
        return Image.fromarray(np.rint(np.clip(cut, 0, 1) * 255).astype(np.uint8), "RGBA")

    def alpha(self, picture: Image.Image) -> Map:
        """The opacity [height, width] of the person in an RGB picture."""
        found = follow(self.find(picture), np.asarray(picture, dtype=np.float32) / 255)
        return np.clip((found - EMPTY) / (FULL - EMPTY), 0, 1)

    def find(self, picture: Image.Image) -> Map:
        """The share of the person in each pixel [height, width], as the network sees it: right, but not exact."""
        square = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        self.network.set_tensor(self.input, np.asarray(square, dtype=np.float32)[None] / 255)
        self.network.invoke()
        found: Map = self.network.get_tensor(self.output)[0, :, :, 0]
        return cv2.resize(found, picture.size, interpolation=cv2.INTER_LINEAR)


def follow(alpha: Map, pixels: Map) -> Map:
    """`alpha` [height, width] drawn along the edges of the picture [height, width, 3].

    The guided filter (He et al. 2010) with a grey guide.
    """
    guide = pixels.mean(2)
    side = window(RADIUS, len(guide))

    def mean(x: Map) -> Map:
        return cv2.blur(x, side)

    spread = mean(guide * guide) - mean(guide) ** 2
    slope = (mean(guide * alpha) - mean(guide) * mean(alpha)) / (spread + LEVEL)
    offset = mean(alpha) - slope * mean(guide)
    return np.clip(mean(slope) * guide + mean(offset), 0, 1)


def foreground(pixels: Map, alpha: Map) -> Map:
    """The person's own colours [height, width, 3], where they are mixed with the backdrop's, and beyond.

    Colours of both spread over where they are not seen, and what is seen corrects them ("blur fusion", Forte 2021,
    arXiv 2006.14970).
    """
    opacity = alpha[..., None]
    person = backdrop = pixels
    for radius in SPREADS:
        side = window(radius, len(pixels))
        near, far = cv2.blur(alpha, side)[..., None], cv2.blur(1 - alpha, side)[..., None]
        person = cv2.blur(person * opacity, side) / (near + 1e-5)
        backdrop = cv2.blur(backdrop * (1 - opacity), side) / (far + 1e-5)
        person = np.clip(person + opacity * (pixels - opacity * person - (1 - opacity) * backdrop), 0, 1)
    return person


def window(radius: int, height: int) -> tuple[int, int]:
    """The sides of a window that reaches `radius` pixels around, at a height of 256 pixels."""
    side = 2 * round(radius * height / 256) + 1
    return side, side
