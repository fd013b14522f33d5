"""Page images and text of finished papers."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from stationapp.documents.preview import PageImage, extract_text, render_pages


def test_a_page_image_holds_four_bytes_for_every_pixel_and_is_white_paper_with_dark_print(press: Any) -> None:
    (page,) = render_pages(press.sample("decision"), 96)
    assert (page.width, page.height) == (794, 1123)
    assert len(page.rgba) == page.width * page.height * 4
    assert page.rgba[:4] == b"\xff\xff\xff\xff"
    assert b"\x00\x00\x00\xff" in page.rgba


def test_colours_come_in_the_order_red_green_blue_alpha() -> None:
    # One red square, 72 by 72 points, written by hand.
    content = b"1 0 0 rg 0 0 72 72 re f"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, start=1)
    )
    (page,) = render_pages(b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF", 72)
    middle = (36 * page.width + 36) * 4
    assert page.rgba[middle : middle + 4] == b"\xff\x00\x00\xff"


def test_a_png_holds_the_pixels_it_was_made_of() -> None:
    pixels = bytes(range(2 * 3 * 4))
    png = PageImage(2, 3, pixels).png()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (2, 3)
    start = png.index(b"IDAT") + 4
    rows = zlib.decompress(png[start : png.index(b"IEND") - 8])
    assert b"".join(rows[row * 9 + 1 : row * 9 + 9] for row in range(3)) == pixels


def test_text_comes_page_by_page(press: Any) -> None:
    pages = extract_text(press.sample("material_receipt", "sample_long")).split("\f")
    assert len(pages) == 4
    assert "材料接收凭证（续）" in pages[1]
