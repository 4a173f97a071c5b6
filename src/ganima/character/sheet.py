"""The character sheet: the portrait and its looks in rows of three, each with its caption."""

from PIL import Image, ImageDraw, ImageFont

from ganima.picture.render import enlarge, enlarged_size

CELL = 384
"""Longer side of a picture on the sheet, about, in pixels."""
MARGIN = 40
GAP = 24
CAPTION = 64
"""Height of the captions below a picture."""
PAPER, INK, FADED = (247, 246, 243), (28, 28, 30), (112, 112, 118)


def draw_sheet(title: str, note: str, cells: list[tuple[str, str, Image.Image]]) -> Image.Image:
    """A sheet with `title` above, `note` below, and the cells (caption, detail, picture) in rows of three.

    The pictures are of one size. The font that is always there has ASCII letters only; other titles are left out.
    """
    width, height = enlarged_size(cells[0][2], CELL)
    rows = -(-len(cells) // 3)
    head = 96
    size = (2 * MARGIN + 3 * width + 2 * GAP, head + rows * (height + CAPTION + GAP) + 64)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 30), _ascii(title, "Character sheet"), INK, ImageFont.load_default(40))
    for place, (caption, detail, image) in enumerate(cells):
        x = MARGIN + place % 3 * (width + GAP)
        y = head + place // 3 * (height + CAPTION + GAP)
        big = enlarge(image, (width, height)).convert("RGBA")
        sheet.paste(big, (x, y), big)
        draw.text((x, y + height + 10), caption, INK, ImageFont.load_default(20))
        draw.text((x, y + height + 36), _ascii(detail, ""), FADED, ImageFont.load_default(14))
    draw.text((MARGIN, size[1] - 50), _ascii(note, "AI-generated"), FADED, ImageFont.load_default(16))
    return sheet


def _ascii(text: str, instead: str) -> str:
    return text if text.isascii() else instead
