"""Sends a paper to a printer: as PDF to CUPS on Linux, page by page into the system's printer on Windows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from stationapp.platform import printers
from stationapp.platform.unavailable import Unavailable
from stationapp.services.papers import RenderedPaper
from stationapp.services.workplace import Workplace
from stationapp.ui.paper.leftovers import PREFIX
from stationapp.ui.paper.pages import draw_pdf

_PRINT_DPI = 300
_BROKEN = "打印没有完成，请检查打印机后重试。"


def printer_names() -> list[str]:
    """Return the printers of this machine, the default one first; may take a moment. Raises Unavailable."""
    if printers.takes_pdf():
        return [printer.name for printer in printers.list_printers()]
    default = QPrinterInfo.defaultPrinterName()
    return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != default, name))


def print_paper(workplace: Workplace, paper: RenderedPaper, printer: str) -> None:
    """Print one copy; safe in any thread. Raises Unavailable when the printer does not take it."""
    if printers.takes_pdf():
        _send_pdf(workplace.paths.papers, paper, printer)
    else:
        paint_pages(draw_pdf(paper.pdf, _PRINT_DPI), _windows_printer(paper, printer))


def _send_pdf(folder: Path, paper: RenderedPaper, printer: str) -> None:
    """The queue makes its own copy, so the file with its personal data is gone again at once.

    What a killed program leaves is swept when the next session begins.
    """
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=PREFIX) as name:
            path = Path(name) / "paper.pdf"
            path.write_bytes(paper.pdf)
            printers.print_pdf(path, printer or None, title=paper.number)
    except OSError as error:
        raise Unavailable("磁盘写不进打印文件，请检查磁盘空间后重试。", type(error).__name__) from error


def _windows_printer(paper: RenderedPaper, name: str) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(name)
    printer.setDocName(paper.number)
    return printer


def paint_pages(pages: list[QImage], printer: QPrinter) -> None:
    """Paint whole A4 pages onto a printer, without the margins a printer would add by itself."""
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    painter = QPainter()
    if not printer.isValid() or not painter.begin(printer):
        raise Unavailable(_BROKEN, "painter did not begin")
    sheet = QRectF(printer.paperRect(QPrinter.Unit.DevicePixel))
    for number, page in enumerate(pages):
        if number and not printer.newPage():
            painter.end()
            raise Unavailable(_BROKEN, f"no page {number + 1}")
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(0, 0, sheet.width(), sheet.height()), page)
    if not painter.end():
        raise Unavailable(_BROKEN, "printer did not finish")
