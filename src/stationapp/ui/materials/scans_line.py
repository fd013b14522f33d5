"""The scans of one material: taken from files or dropped here, looked at, taken away again."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.domain.people import Attachment
from stationapp.domain.refusal import Refused
from stationapp.services.scans import attach_file
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.file_choice import ask_for_files
from stationapp.ui.paper.scan_viewer import open_scan
from stationapp.ui.words import Tone

_KINDS = "扫描件和照片 (*.jpg *.jpeg *.png *.pdf)"


def size_text(size: int) -> str:
    """Return a size in bytes as people say it."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


class ScansLine(QWidget):
    """The scans' names; takes no room while there are none. `button` adds more and is placed by whoever shows this."""

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._scans: tuple[Attachment, ...] = ()
        self.setAcceptDrops(True)
        self.button = QPushButton("添加…", parent)
        self.button.setAcceptDrops(True)
        self.button.installEventFilter(self)
        self.button.setToolTip("选择 JPG、PNG 或 PDF 文件；也可以把文件拖到这里")
        self.names = QLabel(self)
        self.names.setTextFormat(Qt.TextFormat.RichText)
        self.names.setWordWrap(True)
        self.names.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.names.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.note = NoteLine(self)
        self.names.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.names)
        layout.addWidget(self.note)
        self.button.clicked.connect(self._choose_files)
        self.names.linkActivated.connect(self._follow)

    @property
    def scans(self) -> tuple[Attachment, ...]:
        """The scans in the order they were added."""
        return self._scans

    def put(self, scans: tuple[Attachment, ...]) -> None:
        """Show these scans."""
        self._scans = scans
        links = (
            f'<a href="open:{number}">{escape(scan.name)}</a>（{size_text(scan.size)}）'
            f'<a href="drop:{number}">移除</a>'
            for number, scan in enumerate(scans)
        )
        self.names.setText("　".join(links))
        self.names.setVisible(bool(scans))

    def add_files(self, paths: list[Path]) -> None:
        """Take files into the station, one after the other."""
        workplace = self._context.workplace
        self.note.say("")
        for path in paths:
            self._context.tasks.run(
                partial(attach_file, workplace, path), self._added, self._not_added, owner=self
            )

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Files may be dropped on the button as well: it is always there."""
        if isinstance(event, QDragEnterEvent):
            self.dragEnterEvent(event)
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.dropEvent(event)
        else:
            return False
        return event.isAccepted()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _choose_files(self) -> None:
        ask_for_files(self, "选择扫描件", _KINDS, self.add_files)

    def _added(self, scan: Attachment) -> None:
        if scan.sha256 not in {known.sha256 for known in self._scans}:
            self.put((*self._scans, scan))
            self.changed.emit()

    def _not_added(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.note.say("；".join(reason.text for reason in error.reasons), Tone.RED)
        else:
            self._context.messages.bad_news(error)

    def _follow(self, link: str) -> None:
        act, number = link.split(":")
        scan = self._scans[int(number)]
        if act == "open":
            open_scan(self._context, scan, self)
            return
        self.put(tuple(other for other in self._scans if other is not scan))
        self.changed.emit()
