"""Pictures side by side, each with what it is and how good it is."""

from PIL import Image, ImageDraw, ImageFont

from ganima.picture.render import enlarge, enlarged_size

SIDE = 384
"""Longer side of a picture, about, in pixels."""
GAP = 20
CAPTION = 56
"""Height of the captions below a picture."""
PAPER, INK, FADED = (247, 246, 243), (28, 28, 30), (112, 112, 118)


def draw_comparison(rows: list[list[tuple[str, str, Image.Image]]]) -> Image.Image:
    """A sheet of rows of cells (caption, detail, picture); the pictures are of one size.

    The font that is always there has ASCII letters only: others are drawn as question marks.
    """
    width, height = enlarged_size(rows[0][0][2], SIDE)
    columns = max(len(row) for row in rows)
    size = (GAP + columns * (width + GAP), GAP + len(rows) * (height + CAPTION))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    for line, row in enumerate(rows):
        for column, (caption, detail, image) in enumerate(row):
            x, y = GAP + column * (width + GAP), GAP + line * (height + CAPTION)
            large = enlarge(image, (width, height)).convert("RGBA")
            sheet.paste(large, (x, y), large)
            draw.text((x, y + height + 6), _ascii(caption), INK, ImageFont.load_default(18))
            draw.text((x, y + height + 30), _ascii(detail), FADED, ImageFont.load_default(13))
    return sheet


def _ascii(text: str) -> str:
    return text.replace("×", " x ").encode("ascii", "replace").decode()
