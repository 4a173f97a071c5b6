"""Any file becomes pixels or a reason: every format, mode and kind of damage that folders of pictures have."""

import io
import os
import struct
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from ganima.data.content import Unusable
from ganima.data.pictures import PICTURE_SUFFIXES, SIDE_MIN, read_picture

HEIGHT, WIDTH = 24, 40
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def scene(mode: str = "RGB") -> Image.Image:
    """Red at the upper left, green at the upper right, blue at the lower left, white at the lower right."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    pixels[:12, :20] = (255, 0, 0)
    pixels[:12, 20:] = (0, 255, 0)
    pixels[12:, :20] = (0, 0, 255)
    pixels[12:, 20:] = (255, 255, 255)
    return Image.fromarray(pixels).convert(mode)


def noise(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Something that no codec makes small."""
    rng = np.random.default_rng(0)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).convert(mode)


def reason(path: Path) -> str:
    with pytest.raises(Unusable) as caught:
        read_picture(path)
    return caught.value.reason


def looks_like_scene(pixels: np.ndarray, tolerance: int = 12) -> bool:
    return bool((np.abs(pixels.astype(int) - np.asarray(scene())).mean() < tolerance) and pixels.shape == (24, 40, 3))


@pytest.mark.parametrize(
    "name", ["a.jpg", "a.JPEG", "a.png", "a.webp", "a.bmp", "a.tif", "a.tiff", "a.gif", "a.jfif", "a.avif"]
)
def test_every_format_gives_its_pixels(tmp_path: Path, name: str) -> None:
    if name.endswith("avif") and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF decoder")
    kind = {"jfif": "JPEG", "jpg": "JPEG", "tif": "TIFF"}.get(name.split(".")[1].lower(), name.split(".")[1].upper())
    scene().save(tmp_path / name, kind)
    picture = read_picture(tmp_path / name)
    assert looks_like_scene(picture.pixels)
    assert picture.size == (HEIGHT, WIDTH)
    assert picture.note is None
    assert (tmp_path / name).suffix.lower() in PICTURE_SUFFIXES


def test_every_suffix_has_a_decoder(tmp_path: Path) -> None:
    for suffix in PICTURE_SUFFIXES - ({".avif"} if not features.check("avif") else set()):
        path = tmp_path / f"x{suffix}"
        scene().save(path)
        assert read_picture(path).note is None


def test_grey_stays_one_channel(tmp_path: Path) -> None:
    for mode in ("L", "1"):
        scene(mode).save(tmp_path / "grey.png")
        picture = read_picture(tmp_path / "grey.png")
        assert picture.pixels.shape == (HEIGHT, WIDTH, 1)
        assert picture.pixels[20, 30, 0] == 255


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path: Path, suffix: str) -> None:
    ramp = np.linspace(0, 65535, HEIGHT * WIDTH).astype(np.uint16).reshape(HEIGHT, WIDTH)
    path = tmp_path / f"deep{suffix}"
    Image.fromarray(ramp).save(path)
    pixels = read_picture(path).pixels[..., 0]
    assert np.abs(pixels.astype(float) - ramp / 257).max() <= 0.51


def test_big_endian_sixteen_bit_grey(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, HEIGHT * WIDTH).astype(">u2").reshape(HEIGHT, WIDTH)
    path = tmp_path / "deep.tif"
    Image.frombytes("I;16B", (WIDTH, HEIGHT), ramp.tobytes()).save(path)
    assert np.abs(read_picture(path).pixels[..., 0].astype(float) - ramp / 257).max() <= 0.51


def test_thirty_two_bit_grey(tmp_path: Path) -> None:
    path = tmp_path / "deep.tif"
    for top, white in ((200, 255), (60000, 65535)):
        values = np.linspace(0, top, HEIGHT * WIDTH).astype(np.int32).reshape(HEIGHT, WIDTH)
        Image.fromarray(values).save(path)
        picture = read_picture(path)
        assert np.abs(picture.pixels[..., 0] - values * 255 / white).max() <= 0.51
        assert picture.note is None
    Image.fromarray(np.linspace(-1000, 1000, HEIGHT * WIDTH).astype(np.int32).reshape(HEIGHT, WIDTH)).save(path)
    picture = read_picture(path)
    assert (picture.pixels.min(), picture.pixels.max()) == (0, 255)
    assert picture.note is not None and "stretched" in picture.note


def test_floating_point_grey(tmp_path: Path) -> None:
    path = tmp_path / "float.tif"
    values = np.linspace(0, 0.5, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    Image.fromarray(values).save(path)
    assert np.abs(read_picture(path).pixels[..., 0] - values * 255).max() <= 0.51
    values[0, 0] = np.nan
    Image.fromarray(values).save(path)
    assert read_picture(path).pixels[0, 0, 0] == 0


def test_sixteen_bit_colour(tmp_path: Path) -> None:
    rows = b"".join(b"\0" + struct.pack(">3H", 65535, 32768, 0) * WIDTH for _ in range(HEIGHT))
    path = tmp_path / "deep.png"
    path.write_bytes(png(WIDTH, HEIGHT, depth=16, colour=2, data=zlib.compress(rows)))
    assert (read_picture(path).pixels == (255, 128, 0)).all()


def test_alpha_is_kept_only_where_something_is_transparent(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    scene("RGBA").save(path)
    assert read_picture(path).pixels.shape[2] == 3
    image = scene("RGBA")
    image.putpixel((0, 0), (255, 0, 0, 100))
    image.save(path)
    picture = read_picture(path)
    assert picture.pixels.shape[2] == 4
    assert picture.pixels[0, 0].tolist() == [255, 0, 0, 100]


def test_grey_with_alpha(tmp_path: Path) -> None:
    path = tmp_path / "la.png"
    image = scene("LA")
    image.save(path)
    assert read_picture(path).pixels.shape[2] == 1
    image.putpixel((39, 23), (255, 0))
    image.save(path)
    pixels = read_picture(path).pixels
    assert pixels[23, 39].tolist() == [255, 255, 255, 0]


@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_palette_with_a_transparent_colour(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"palette{suffix}"
    image = scene().quantize(4)
    image.save(path)
    assert looks_like_scene(read_picture(path).pixels)
    image.save(path, transparency=image.getpixel((0, 0)))
    pixels = read_picture(path).pixels
    assert pixels.shape[2] == 4
    assert (pixels[:12, :20, 3] == 0).all() and (pixels[12:, 20:] == 255).all()


def test_palette_with_alpha_of_each_colour(tmp_path: Path) -> None:
    image = scene().quantize(4)
    red = image.getpixel((0, 0))
    path = tmp_path / "palette.png"
    image.save(path, transparency=bytes(128 if i == red else 255 for i in range(4)))
    pixels = read_picture(path).pixels
    assert pixels[0, 0].tolist() == [255, 0, 0, 128]
    assert pixels[23, 39].tolist() == [255, 255, 255, 255]


def test_cmyk_has_the_right_colours(tmp_path: Path) -> None:
    for name in ("cmyk.jpg", "cmyk.tif"):
        scene("CMYK").save(tmp_path / name)
        assert looks_like_scene(read_picture(tmp_path / name).pixels)


@pytest.mark.parametrize("name", ["turned.jpg", "turned.png", "turned.webp", "turned.tif"])
def test_exif_orientation(tmp_path: Path, name: str) -> None:
    stored_as = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for orientation, stored in stored_as.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        scene().transpose(stored).save(tmp_path / name, exif=exif)
        picture = read_picture(tmp_path / name)
        assert looks_like_scene(picture.pixels), orientation
        assert picture.size == (HEIGHT, WIDTH)


def test_damaged_exif_costs_only_the_rotation(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scene().save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    assert looks_like_scene(read_picture(path).pixels)


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_the_first_frame_of_an_animation(tmp_path: Path, name: str) -> None:
    other = Image.new("RGB", (WIDTH, HEIGHT), "black")
    scene().save(tmp_path / name, save_all=True, append_images=[other, scene(), other], duration=100, lossless=True)
    picture = read_picture(tmp_path / name)
    assert looks_like_scene(picture.pixels)
    assert picture.note is not None and "first" in picture.note


def test_a_wrong_name_is_noted_but_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scene().save(path, "PNG")
    picture = read_picture(path)
    assert looks_like_scene(picture.pixels)
    assert picture.note is not None and "PNG" in picture.note


def test_a_large_picture_may_be_shrunk_while_decoding(tmp_path: Path) -> None:
    for name in ("large.jpg", "large.png"):
        scene().resize((1600, 960), Image.Resampling.NEAREST).save(tmp_path / name)
        picture = read_picture(tmp_path / name, at_least=64)
        assert picture.size == (960, 1600)
        assert 64 <= picture.pixels.shape[0] < 300
        corner = picture.pixels[3, 3].astype(int)
        assert np.abs(corner - (255, 0, 0)).max() <= 4


def test_shrinking_does_not_let_hidden_colours_bleed(tmp_path: Path) -> None:
    pixels = np.zeros((512, 512, 4), dtype=np.uint8)
    pixels[:, :250] = (255, 255, 255, 255)
    pixels[:, 250:] = (255, 0, 0, 0)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    shrunk = read_picture(tmp_path / "a.png", at_least=32).pixels
    assert shrunk.shape[0] < 512
    seen = shrunk[shrunk[..., 3] > 0]
    assert (seen[:, :3] >= 250).all()


# What cannot be used.


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.touch()
    assert reason(path) == "empty file"


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp", "a.tif", "a.gif"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_truncated_files(tmp_path: Path, name: str, share: float) -> None:
    path = tmp_path / name
    noise().save(path)
    content = path.read_bytes()
    path.write_bytes(content[: max(int(len(content) * share), 20)])
    words = reason(path)
    assert "truncated" in words or "damaged" in words


def test_scrambled_files_never_raise_anything_else(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    outcomes = set()
    for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"):
        buffer = io.BytesIO()
        noise(size=(40, 24)).save(buffer, kind)
        original = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
        for _ in range(25):
            content = original.copy()
            content[rng.integers(0, min(len(content), 400), 6)] = rng.integers(0, 256, 6)
            path = tmp_path / "a.jpg"
            path.write_bytes(content.tobytes())
            try:
                picture = read_picture(path)
            except Unusable as unusable:
                outcomes.add("unusable")
                assert unusable.reason
            else:
                outcomes.add("usable")
                assert picture.pixels.dtype == np.uint8 and picture.pixels.shape[2] in (1, 3, 4)
    assert outcomes == {"usable", "unusable"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"just some words\n", "text"),
        ("纯文本".encode() * 600, "text"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0" * 1000, "zeros"),
        (bytes(range(128, 256)) * 4, "not a picture"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    assert words in reason(path)


def png(width: int, height: int, depth: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png(60_000, 60_000, data=zlib.compress(bytes(1000))))
    assert "too large" in reason(path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)
    assert "too large: 3.2 GB" in reason(path)


def test_too_small(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (100, SIDE_MIN - 1)).save(path)
    assert "too small: 100×7" in reason(path)
    Image.new("RGB", (SIDE_MIN, SIDE_MIN)).save(path)
    assert read_picture(path).pixels.shape == (8, 8, 3)


def test_links_folders_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (tmp_path / "folder.jpg").mkdir()
    assert "link" in reason(tmp_path / "link.jpg")
    assert "folder" in reason(tmp_path / "folder.jpg")
    assert reason(tmp_path / "missing.jpg") == "no such file"
    os.mkfifo(tmp_path / "pipe.jpg")
    assert reason(tmp_path / "pipe.jpg") == "not a file"


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    scene().save(path)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")
    assert "permission denied" in reason(path)


def test_a_large_picture_can_be_read_in_several_threads(tmp_path: Path) -> None:
    Image.new("L", (6000, 4200), 128).save(tmp_path / "a.png")
    results: list[tuple[int, ...]] = []
    threads = [
        threading.Thread(target=lambda: results.append(read_picture(tmp_path / "a.png", 16).pixels.shape))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2 and all(shape[2] == 1 for shape in results)
