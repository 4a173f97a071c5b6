"""Animations: WebP, GIF and MP4, frame by frame, each with its label inside."""

import importlib
import importlib.util
import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.provenance.formats import gif, mp4
from ganima.provenance.label import Origin, aigc_text, number_of, xmp

SUFFIXES = (".webp", ".gif", ".mp4")
CODECS = {
    # Macroblock trees differ from run to run on processors with AVX-512.
    "libx264": {"crf": "16", "preset": "medium", "mbtree": "0"},
    "libopenh264": {"b": "4M"},
    "mpeg4": {"q": "2"},
}
"""Encoders of an MP4 with their settings, the one that plays in most places first."""
GIF_SHORTEST = 20
"""Milliseconds; what a GIF shows for less, programs show far longer."""
PALETTE_SIDE = 96
"""Shorter side, about, of the picture that the palette of a GIF's frame is made from."""
NUMBER_LATER = "the number comes here".center(32, "-")
"""Stands for the number, which follows from the frames and so is not known before the last one has passed."""


class Frames(Protocol):
    """Pictures of one size, which may be made only when they are asked for: a list, or something like it."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Image.Image]: ...


def save_animation(frames: Frames, path: Path, origin: Origin, milliseconds: float) -> None:
    """Writes a labelled WebP, GIF or MP4, by the suffix of `path`, that shows each frame for `milliseconds`.

    WebP and GIF loop for ever. A WebP or MP4 holds a few frames in memory at a time, a GIF all of them with a byte a
    pixel. Raises GanimaError for another suffix, for an MP4 without PyAV, and when the file cannot be written.
    """
    check_animation(path, milliseconds)
    write = {".webp": _write_webp, ".gif": _write_gif, ".mp4": _write_mp4}[path.suffix.lower()]
    atomic.write(path, lambda beside: write(frames, beside, origin, milliseconds))


def check_animation(path: Path, milliseconds: float) -> None:
    """Raises GanimaError when `save_animation` would not even begin: suffix, speed, PyAV."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise GanimaError(f"cannot write {path}: choose a name that ends in .webp, .gif or .mp4")
    if suffix == ".gif" and milliseconds < GIF_SHORTEST:
        raise GanimaError(f"a GIF shows at most {1000 // GIF_SHORTEST} frames a second: choose fewer, or .webp or .mp4")
    if suffix == ".mp4" and importlib.util.find_spec("av") is None:
        raise GanimaError(
            'an MP4 needs the extra "video": run pip install ".[video]" in the folder of ganima\'s sources, or choose '
            "a name in .webp or .gif"
        )


def animation_bytes(frames: Frames, origin: Origin, milliseconds: float) -> bytes:
    """The labelled, endlessly looping animation as a WebP file in memory."""
    buffer = io.BytesIO()
    _Reel(frames).save(
        buffer,
        "WEBP",
        save_all=True,
        duration=milliseconds,
        loop=0,
        quality=90,
        method=2,
        xmp=xmp(NUMBER_LATER, origin).encode(),
    )
    return _numbered(buffer.getvalue(), origin)


def _write_webp(frames: Frames, path: Path, origin: Origin, milliseconds: float) -> None:
    path.write_bytes(animation_bytes(frames, origin, milliseconds))


def _write_gif(frames: Frames, path: Path, origin: Origin, milliseconds: float) -> None:
    # Hundredths of a second, rounded so that the whole lasts as long as it should.
    ends = [10 * round(number * milliseconds / 10) for number in range(len(frames) + 1)]
    durations = [end - start for start, end in pairwise(ends)]
    reduced = (_with_palette(frame) for frame in frames)
    buffer = io.BytesIO()
    next(reduced).save(
        buffer, "GIF", save_all=True, append_images=reduced, duration=durations, loop=0, disposal=2, optimize=False
    )
    path.write_bytes(_numbered(gif.with_xmp(buffer.getvalue(), xmp(NUMBER_LATER, origin).encode()), origin))


def _with_palette(frame: Image.Image) -> Image.Image:
    """The frame with at most 256 colours; what is rather transparent than not is wholly so."""
    opaque = _on_white(frame)
    # A palette of the small picture is as good and takes a tenth of the time. Dithering would seethe.
    palette = opaque.reduce(max(1, min(opaque.size) // PALETTE_SIDE)).quantize(255)
    reduced = opaque.quantize(palette=palette, dither=Image.Dither.NONE)
    if frame.mode == "RGBA":
        reduced.paste(255, mask=frame.getchannel("A").point(lambda alpha: 255 * (alpha < 128)))
        reduced.info["transparency"] = 255
    return reduced


def _write_mp4(frames: Frames, path: Path, origin: Origin, milliseconds: float) -> None:
    av: Any = importlib.import_module("av")
    codec = next(name for name in CODECS if name in av.codecs_available)
    rate = Fraction(1000 / milliseconds).limit_denominator(1001)
    movflags = {"movflags": "faststart+use_metadata_tags"}
    with av.open(str(path), "w", format="mp4", options=movflags) as container:
        container.metadata[mp4.KEY] = aigc_text(NUMBER_LATER)
        stream = container.add_stream(codec, rate=rate, options=CODECS[codec])
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        # One thread, because the encoder's outcome depends on their number.
        context.thread_count = 1
        # 1 is BT.709, which players assume for most films anyway, and range 1 the usual one of films.
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1
        pictures = (_even(_on_white(frame)) for frame in frames)
        first = next(pictures)
        stream.width, stream.height = first.size
        for picture in chain([first], pictures):
            frame = av.VideoFrame.from_image(picture)
            container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=1, dst_color_range=1)))
        container.mux(stream.encode())
    content = path.read_bytes() + mp4.xmp_box(xmp(NUMBER_LATER, origin).encode())
    path.write_bytes(_numbered(content, origin))


def _on_white(frame: Image.Image) -> Image.Image:
    """The frame as RGB, before a white ground where it is transparent."""
    if frame.mode != "RGBA":
        return frame.convert("RGB")
    ground = Image.new("RGB", frame.size, "white")
    ground.paste(frame, mask=frame.getchannel("A"))
    return ground


def _even(frame: Image.Image) -> Image.Image:
    """Without the last column and row where their number is odd: a film has half as many pixels of colour each way."""
    return frame.crop((0, 0, frame.width // 2 * 2, frame.height // 2 * 2))


def _numbered(content: bytes, origin: Origin) -> bytes:
    return content.replace(NUMBER_LATER.encode(), number_of(content, origin).encode())


class _Reel(Image.Image):
    """Frames as one image with many, which Pillow asks for one after the other: only one of them is in memory."""

    def __init__(self, frames: Frames) -> None:
        super().__init__()
        self.n_frames, self._rest, self._place = len(frames), iter(frames), -1
        self.seek(0)

    def tell(self) -> int:
        return self._place

    def seek(self, frame: int) -> None:
        if frame == self._place + 1:
            image = next(self._rest)
            self._mode, self._size, self.im, self._place = image.mode, image.size, image.im, frame
