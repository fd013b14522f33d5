"""Pages of a PDF or a picture, one below the other, as wide as the window."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from stationapp.documents.preview import PageImage, render_pages
from stationapp.platform.unavailable import Unavailable
from stationapp.ui.context import Context

_POINTS_PER_INCH = 72
_A4_INCHES = 595.28 / _POINTS_PER_INCH
_LEAST_DPI, _MOST_DPI = 60, 300
_PAUSE = 150  # milliseconds after the last change of size before pages are drawn anew
_GAP = 10


def page_image(page: PageImage) -> QImage:
    """Return a drawn page as Qt's image, which keeps its own copy of the pixels."""
    return QImage(page.rgba, page.width, page.height, page.width * 4, QImage.Format.Format_RGBA8888).copy()


def draw_pdf(pdf: bytes, dpi: int) -> list[QImage]:
    """Return the pages of a PDF; safe in any thread. Raises Unavailable for a file that is none."""
    try:
        return [page_image(page) for page in render_pages(pdf, dpi)]
    except RuntimeError as error:  # PDFium's own error: a scan brought from elsewhere may be anything.
        raise Unavailable("这个 PDF 文件无法显示，文件可能已损坏。", type(error).__name__) from error


class PageCanvas(QWidget):
    """One page, drawn smoothly to the width it is given."""

    def __init__(self, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = image
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * self.image.height() / max(1, self.image.width()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRect(0, 0, self.width(), self.height()), self.image)
        painter.setPen(QColor("#9aa5b1"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class PagesView(QScrollArea):
    """Shows a PDF, drawn anew at the resolution of the window, or pictures. `failed` carries what cannot be shown."""

    shown = Signal()
    failed = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pdf = b""
        self._drawn_dpi = 0
        self._asked = 0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("文书页面")
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._draw)

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self.widget().findChildren(PageCanvas)) if self.widget() else 0

    def show_pdf(self, pdf: bytes) -> None:
        """Show a PDF file."""
        self._pdf, self._drawn_dpi = pdf, 0
        self._draw()

    def show_images(self, images: list[QImage]) -> None:
        """Show pictures, each as wide as the window."""
        paper = QWidget(self)
        layout = QVBoxLayout(paper)
        layout.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        layout.setSpacing(_GAP)
        for number, image in enumerate(images, 1):
            canvas = PageCanvas(image, paper)
            canvas.setAccessibleName(f"第 {number} 页，共 {len(images)} 页")
            layout.addWidget(canvas)
        layout.addStretch(1)
        at = self.verticalScrollBar().value()
        self.setWidget(paper)
        self.verticalScrollBar().setValue(at)
        self.shown.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pdf:
            self._timer.start()

    def _wanted_dpi(self) -> int:
        pixels = (self.viewport().width() - 2 * _GAP) * self.devicePixelRatioF()
        return min(_MOST_DPI, max(_LEAST_DPI, round(pixels / _A4_INCHES)))

    def _draw(self) -> None:
        dpi, pdf = self._wanted_dpi(), self._pdf
        if dpi == self._drawn_dpi or not pdf:
            return
        self._asked += 1
        number = self._asked
        self._context.tasks.read(
            lambda: draw_pdf(pdf, dpi),
            lambda images: self._drawn(number, dpi, images),
            self.failed.emit,
            owner=self,
        )

    def _drawn(self, number: int, dpi: int, images: list[QImage]) -> None:
        if number == self._asked:
            self._drawn_dpi = dpi
            self.show_images(images)
