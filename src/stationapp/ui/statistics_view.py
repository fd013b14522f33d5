"""统计: the figures of a period with their definitions and samples, and the files made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.refusal import Refused
from stationapp.domain.report_sheets import report_sheets
from stationapp.platform.unavailable import Unavailable
from stationapp.services.exports import ExportOrder, export_cases
from stationapp.services.statistics import StationFigures, count_period, write_figures
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.file_choice import choose_folder
from stationapp.ui.sheet_table import SheetTable
from stationapp.ui.words import Tone

_PARTS = (
    ("全年", ""),
    *((f"第{'一二三四'[n - 1]}季度", f"Q{n}") for n in range(1, 5)),
    *((f"{n}月", f"-{n:02}") for n in range(1, 13)),
)
_YEARS_BACK = 5
_PERSONAL = (
    "导出的文件含有申请人的姓名、证件号码等个人信息，没有加密。请只保存在规定的位置，用完删除。确定导出吗？"
)


class StatisticsView(QWidget):
    """The period above, the sheets to the left, the chosen sheet to the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("StatisticsView")
        self._context = context
        self._figures: StationFigures | None = None
        self._rows: list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]] = []
        self.year, self.part = QComboBox(self), QComboBox(self)
        self.count_button = QPushButton("统计（F9）", self)
        self.note = NoteLine(self)
        self.sheets = QListWidget(self)
        self.table = SheetTable(self)
        self.export_button = QPushButton("导出统计表…（&E）", self)
        self.cases_button = QPushButton("导出办件数据…（&D）", self)
        self._build()

    @property
    def period(self) -> str:
        """The period as it is written: 2026, 2026Q4 or 2026-11."""
        return f"{self.year.currentText()}{self.part.currentData()}"

    def count(self) -> None:
        """Count the period that is chosen."""
        workplace, period = self._context.workplace, self.period
        self.count_button.setEnabled(False)
        self.note.say("正在统计…")
        self._context.tasks.read(
            lambda: count_period(workplace, period), self._show, self._failed, owner=self
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Nobody should have to know a key to see anything: the present period is counted at first sight."""
        super().showEvent(event)
        if self._figures is None and self.count_button.isEnabled():
            self.count()

    def write_figures(self, folder: Path) -> None:
        """Write the figures that are shown into a folder."""
        figures = self._figures
        if figures is not None:
            self._write(lambda: write_figures(figures, folder), folder)

    def write_cases(self, folder: Path) -> None:
        """Write every case known here into a folder."""
        workplace = self._context.workplace
        self._write(lambda: list(export_cases(workplace, ExportOrder(), folder).files), folder)

    def _write(self, work: Callable[[], list[str]], folder: Path) -> None:
        self.note.say("正在导出…")
        self._context.tasks.run(
            work,
            lambda names: self.note.say(f"已导出 {len(names)} 个文件到“{folder}”。", Tone.GOOD),
            self._failed,
            owner=self,
        )

    def _show(self, figures: StationFigures) -> None:
        self.count_button.setEnabled(True)
        self._figures = figures
        before = self.sheets.currentRow()
        found = report_sheets(figures.tally, figures.work, figures.names)
        self._rows = [
            (sheet.title, sheet.headers, [tuple(str(cell) for cell in row) for row in sheet.rows])
            for sheet in found
        ]
        self.sheets.clear()
        self.sheets.addItems([title for title, _, _ in self._rows])
        self.sheets.setCurrentRow(max(0, before))
        period = figures.period
        self.note.say(f"{period.first} 至 {period.last}，按本站点已知的办件统计；样本少时比率仅供参考。")
        self.export_button.setEnabled(True)

    def _show_sheet(self, at: int) -> None:
        if 0 <= at < len(self._rows):
            _, headers, rows = self._rows[at]
            self.table.show_sheet(headers, rows)

    def _failed(self, error: Exception) -> None:
        self.count_button.setEnabled(True)
        if isinstance(error, Refused):
            self.note.say("；".join(reason.text for reason in error.reasons), Tone.RED)
        elif isinstance(error, Unavailable):
            self.note.say(error.text, Tone.RED)
        else:
            self.note.say("")
            self._context.messages.bug(error)

    def _ask_cases(self) -> None:
        question = QMessageBox(
            QMessageBox.Icon.Warning,
            "导出办件数据",
            _PERSONAL,
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            self,
        )
        question.button(QMessageBox.StandardButton.Yes).setText("选择文件夹并导出")
        question.button(QMessageBox.StandardButton.No).setText("不导出")
        question.setDefaultButton(QMessageBox.StandardButton.No)
        question.accepted.connect(lambda: choose_folder(self, "导出办件数据到", self.write_cases))
        question.open()

    def _build(self) -> None:
        title = QLabel("统计", self)
        title.setObjectName("Title")
        now = self._context.workplace.now()
        for year in range(now.year, now.year - _YEARS_BACK, -1):
            self.year.addItem(str(year))
        for name, text in _PARTS:
            self.part.addItem(name, text)
        self.part.setCurrentIndex((now.month + 2) // 3)
        self.year.setAccessibleName("年份")
        self.part.setAccessibleName("期间")
        self.sheets.setAccessibleName("统计表")
        self.sheets.setMaximumWidth(self.fontMetrics().averageCharWidth() * 30)
        self.count_button.setProperty("main", True)
        self.count_button.setShortcut("F9")
        self.export_button.setEnabled(False)
        self.count_button.clicked.connect(self.count)
        self.sheets.currentRowChanged.connect(self._show_sheet)
        self.export_button.clicked.connect(lambda: choose_folder(self, "导出统计表到", self.write_figures))
        self.cases_button.clicked.connect(self._ask_cases)
        top = QHBoxLayout()
        for widget in (title, self.year, self.part, self.count_button):
            top.addWidget(widget)
        top.addStretch(1)
        for widget in (self.export_button, self.cases_button):
            top.addWidget(widget)
        across = QHBoxLayout()
        across.addWidget(self.sheets)
        across.addWidget(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addLayout(top)
        layout.addWidget(self.note)
        layout.addLayout(across, 1)
        self.setFocusProxy(self.count_button)
