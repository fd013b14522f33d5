"""A picture that stands for a scanned document, drawn with the installed font."""

from __future__ import annotations

from io import BytesIO

from stationapp.platform.fonts import find_fonts


def sample_scan(title: str, name: str) -> bytes:
    """Return a JPEG of an A5 sheet that says what it would be, and that it is a sample."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1240, 874), 252)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(find_fonts().regular), 56)
    draw.rectangle((40, 40, 1200, 834), outline=90, width=4)
    for row, text in enumerate((title, f"持有人：{name}", "（演示用样例扫描件，不是真实证件）")):
        draw.text((110, 130 + row * 130), text, fill=30, font=font)
    for row in range(8):
        draw.line((110, 560 + row * 30, 1130, 560 + row * 30), fill=190, width=2)
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
