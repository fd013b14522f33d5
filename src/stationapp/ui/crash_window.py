"""The window that says that the program itself failed, with a report that holds no personal data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

_SAID = (
    "刚才的操作可能没有完成，请核对后再做一次。\n"
    "已经收件、已经保存的办件不受影响。\n"
    "下面的报告不含姓名、证件号码等个人信息，可以发给维护人员。"
)
_NO_REPORT = "报告没有写成（磁盘可能已满）。请联系维护人员。"


class CrashWindow(QDialog):
    """Tells of a bug and shows its report; work may go on."""

    def __init__(self, report: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("CrashWindow")
        self.setWindowTitle("程序出了问题")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report = report
        heading = QLabel("程序出了问题", self)
        heading.setObjectName("Title")
        said = QLabel(_SAID if report else f"{_SAID}\n\n{_NO_REPORT}", self)
        said.setWordWrap(True)
        self.text = QPlainTextEdit(_read(report), self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("错误报告")
        layout = QVBoxLayout(self)
        for widget in (heading, said, self.text):
            layout.addWidget(widget)
        layout.addLayout(self._buttons())
        self.resize(760, 480)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy = QPushButton("复制报告(&C)", self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        folder = QPushButton("打开报告所在文件夹(&O)", self)
        folder.clicked.connect(self._open_folder)
        folder.setEnabled(self._report is not None)
        go_on = QPushButton("继续办理(&G)", self)
        go_on.setProperty("main", True)
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        row.addWidget(copy)
        row.addWidget(folder)
        row.addStretch(1)
        row.addWidget(go_on)
        return row

    def _open_folder(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report.parent)))


def _read(report: Path | None) -> str:
    if report is None:
        return ""
    try:
        return report.read_text("utf-8")
    except OSError:
        return report.name  # The disk that failed is perhaps the cause; the name at least can be told.
