"""Pictures of black and white dots, and how a ticket printer takes them.

ESC/POS printers know the characters of GB 2312 at best, so a ticket goes to them as a picture: `GS v 0`,
the raster command every one of them has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stationapp.documents.preview import PageImage

_DARK = 176
"""Grey below this is black: thin strokes of rare characters are grey at 203 dots to the inch."""
_TO_BITS = bytes(ord("1") if grey < _DARK else ord("0") for grey in range(256))
_TO_GREY = {"0": b"\xff\xff\xff\xff", "1": b"\x00\x00\x00\xff"}

_RESET = b"\x1b@"
_RASTER = b"\x1dv0\x00"
_FEED_AND_CUT = b"\x1dVB\x18"
"""GS V 66 n: feed the last line past the cutter and cut; printers without a cutter only feed."""
_FEED = b"\x1bd\x04"
BAND = 128
"""Dot rows of one command: the buffers of small printers hold no more at 80 mm."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture of `width` * `height` dots; `rows` holds width / 8 bytes a row, top first, a set bit is black.

    The leftmost dot is the highest bit. Raises ValueError for a width that is no multiple of 8 or for too few
    or too many bytes.
    """

    width: int
    height: int
    rows: bytes

    def __post_init__(self) -> None:
        if self.width % 8 or len(self.rows) != self.width // 8 * self.height:
            raise ValueError(f"{len(self.rows)} bytes are no picture of {self.width} by {self.height} dots")

    def row(self, number: int) -> bytes:
        """Return the bytes of one row."""
        stride = self.width // 8
        return self.rows[number * stride : (number + 1) * stride]

    def page_image(self) -> PageImage:
        """Return the picture for a screen or a system's own print dialog."""
        bits = (f"{int.from_bytes(self.row(number)):0{self.width}b}" for number in range(self.height))
        return PageImage(self.width, self.height, b"".join(_TO_GREY[bit] for row in bits for bit in row))


def from_page(page: PageImage) -> Bitmap:
    """Return a page in black and white, each dot by itself. Raises ValueError as Bitmap does."""
    grey, width = page.rgba[::4], page.width
    rows = (grey[start : start + width].translate(_TO_BITS) for start in range(0, len(grey), width))
    return Bitmap(width, page.height, b"".join(int(row, 2).to_bytes(width // 8) for row in rows))


def escpos(bitmap: Bitmap, *, cut: bool = True) -> bytes:
    """Return the bytes that make an ESC/POS printer print the picture, feed it out and cut it off."""
    return b"".join((_RESET, *_bands(bitmap), _FEED_AND_CUT if cut else _FEED))


def _bands(bitmap: Bitmap) -> Iterator[bytes]:
    stride = bitmap.width // 8
    for top in range(0, bitmap.height, BAND):
        count = min(BAND, bitmap.height - top)
        size = stride.to_bytes(2, "little") + count.to_bytes(2, "little")
        yield _RASTER + size + bitmap.rows[top * stride : (top + count) * stride]
