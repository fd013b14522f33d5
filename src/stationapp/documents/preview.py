"""Looks at finished papers: page images for screen and raster printing, and the text inside."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from threading import Lock

_ONE_AT_A_TIME = Lock()
"""PDFium may be used by one thread at a time."""
_POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: `rgba` holds width * height pixels of four bytes, row by row from the top."""

    width: int
    height: int
    rgba: bytes

    def png(self) -> bytes:
        """Return the image as a PNG file."""
        stride = self.width * 4
        rows = (self.rgba[start : start + stride] for start in range(0, len(self.rgba), stride))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 6, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 6)
        chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def render_pages(pdf: bytes, dpi: int) -> list[PageImage]:
    """Return every page as an image at `dpi` dots per inch, on white."""
    import pypdfium2
    from pypdfium2 import raw

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        images = []
        for page in document:
            bitmap = page.render(
                scale=dpi / _POINTS_PER_INCH,
                rev_byteorder=True,
                force_bitmap_format=raw.FPDFBitmap_BGRA,
            )
            images.append(_image(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)))
            bitmap.close()
            page.close()
        return images


def extract_text(pdf: bytes) -> str:
    """Return the text of all pages as a reader would copy it, pages parted by form feeds."""
    import pypdfium2

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return "\f".join(page.get_textpage().get_text_bounded() for page in document)


def _image(width: int, height: int, stride: int, data: bytes) -> PageImage:
    if stride != width * 4:
        data = b"".join(data[row * stride : row * stride + width * 4] for row in range(height))
    return PageImage(width, height, data)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
