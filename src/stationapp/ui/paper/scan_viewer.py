"""A window in which one scan is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from stationapp.domain.people import Attachment
from stationapp.platform.unavailable import Unavailable
from stationapp.services.scans import read_attachment
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.paper.pages import PagesView
from stationapp.ui.words import Tone

PDF = "application/pdf"


class ScanViewer(QDialog):
    """Shows a picture or a PDF; says what is wrong when it is not here yet or cannot be read."""

    def __init__(self, context: Context, scan: Attachment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"扫描件　{scan.name}")
        self.resize(860, 640)
        self.pages = PagesView(context, self)
        self.note = NoteLine(self)
        self.pages.failed.connect(self._not_shown)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText("关闭")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.note)
        layout.addWidget(self.pages, 1)
        layout.addWidget(buttons)
        context.tasks.read(lambda: _content(context, scan), self._show, self._not_shown, owner=self)

    def _show(self, content: bytes | QImage) -> None:
        if isinstance(content, QImage):
            self._show_picture(content)
        else:
            self.pages.show_pdf(content)

    def _show_picture(self, picture: QImage) -> None:
        if picture.isNull():
            self.note.say("这个图片无法显示，文件可能已损坏。", Tone.RED)
        else:
            self.pages.show_images([picture])

    def _not_shown(self, error: Exception) -> None:
        self.note.say(error.text if isinstance(error, Unavailable) else str(error), Tone.WARN)


def _content(context: Context, scan: Attachment) -> bytes | QImage:
    data = read_attachment(context.workplace, scan)
    return data if scan.media_type == PDF else QImage.fromData(data)


def open_scan(context: Context, scan: Attachment, parent: QWidget) -> ScanViewer:
    """Open the window for a scan; it goes away by itself when closed."""
    viewer = ScanViewer(context, scan, parent)
    viewer.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    viewer.open()
    return viewer
