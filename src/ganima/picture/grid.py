"""Generated pictures as images, and many of them on one sheet."""

from PIL import Image
from torch import Tensor, uint8


def to_images(pictures: Tensor) -> list[Image.Image]:
    """Pictures [batch, channels, height, width] in [-1, 1] as 8-bit images: grey, RGB or RGBA."""
    pixels = ((pictures.clamp(-1, 1) + 1) * 127.5).round().to(uint8).permute(0, 2, 3, 1).cpu().numpy()
    return [Image.fromarray(p[:, :, 0] if p.shape[2] == 1 else p) for p in pixels]


def grid(images: list[Image.Image], columns: int = 8) -> Image.Image:
    """The images, all of one size and mode, side by side in rows."""
    width, height = images[0].size
    columns = min(columns, len(images))
    sheet = Image.new(images[0].mode, (columns * width, -(-len(images) // columns) * height))
    for place, image in enumerate(images):
        sheet.paste(image, (place % columns * width, place // columns * height))
    return sheet
