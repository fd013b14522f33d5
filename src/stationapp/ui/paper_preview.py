"""A paper before it is printed: its pages, the printer, and the copy it will be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.platform.unavailable import Unavailable
from stationapp.services.changed import Changed
from stationapp.services.papers import RenderedPaper, file_name, record_print
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.file_choice import ask_for_save
from stationapp.ui.paper.pages import PagesView
from stationapp.ui.paper.printing import print_paper, printer_names
from stationapp.ui.words import Tone

_NEXT = "再次打印或保存时，将标明“补打”。"
Render = Callable[[], RenderedPaper]


class PaperPreview(QDialog):
    """Shows what `render` returns and prints or saves it.

    A copy counts once it left for the printer or a file. The preview goes on showing what left; who prints or saves
    again is asked nothing, but that one is a copy and says 补打.
    """

    def __init__(self, context: Context, render: Render, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PaperPreview")
        self.setWindowTitle("打印预览")
        self.resize(940, 690)
        self._context = context
        self._render = render
        self.paper: RenderedPaper | None = None
        self._has_left = False
        self.heading = QLabel(self)
        self.heading.setObjectName("Heading")
        self.note = NoteLine(self)
        self.printer_note = NoteLine(self)
        self.pages = PagesView(context, self)
        self.printer = QComboBox(self)
        self.printer.setMinimumContentsLength(14)
        self.print_button = QPushButton("打印（&P）", self)
        self.save_button = QPushButton("另存为PDF（&S）", self)
        self.close_button = QPushButton("关闭（Esc）", self)
        self._lay_out()
        self.pages.failed.connect(self._failed)
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._ask_where)
        self.close_button.clicked.connect(self.reject)
        self._enable(False)
        self._load()
        context.tasks.read(printer_names, self._list_printers, self._no_printers, owner=self)

    def _lay_out(self) -> None:
        label = QLabel("打印机（&D）", self)
        label.setBuddy(self.printer)
        self.printer.setAccessibleName("打印机")
        self.print_button.setProperty("main", True)
        self.print_button.setDefault(True)
        row = QHBoxLayout()
        for widget in (label, self.printer):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.print_button, self.save_button, self.close_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.heading)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.printer_note)
        layout.addLayout(row)

    def _load(self) -> None:
        self._context.tasks.read(self._render, self._show, self._failed, owner=self)

    def _show(self, paper: RenderedPaper) -> None:
        self.paper = paper
        copy = f"　补打第 {paper.copy - 1} 次" if paper.copy > 1 else ""
        self.heading.setText(f"{paper.title}　{paper.number}{copy}")
        self.setWindowTitle(f"打印预览　{paper.title}")
        self.pages.show_pdf(paper.pdf)
        self._enable(True)

    def _enable(self, ready: bool) -> None:
        ready = ready and self.paper is not None
        self.save_button.setEnabled(ready)
        self.print_button.setEnabled(ready and self.printer.count() > 0)

    def _list_printers(self, names: list[str]) -> None:
        self.printer.addItems(names)
        if names:
            self._enable(True)
            self.print_button.setFocus()
        else:
            self._no_printers(Unavailable("没有可用的打印机。可以先另存为PDF，接好打印机后再打印。"))

    def _no_printers(self, error: Exception) -> None:
        self.printer.setEnabled(False)
        self.printer.setPlaceholderText("没有打印机")
        self.printer_note.say(_text(error), Tone.WARN)

    def _failed(self, error: Exception) -> None:
        self.note.say(_text(error), Tone.RED)
        self._enable(True)

    def _print(self) -> None:
        workplace, printer = self._context.workplace, self.printer.currentText()
        self._make(lambda paper: print_paper(workplace, paper, printer), "已送往打印机。")

    def _ask_where(self) -> None:
        if self.paper is None:
            return
        ask_for_save(self, "另存为PDF", file_name(self.paper), "PDF 文件 (*.pdf)", self.save)

    def save(self, path: Path) -> None:
        """Save the paper under a name and count it."""
        self._make(lambda paper: _write(path, paper.pdf), f"已保存为“{path.name}”。")

    def _make(self, leave: Callable[[RenderedPaper], None], success: str) -> None:
        """Let a copy leave, then count it: what did not leave is no copy. After the first it is drawn anew as 补打."""
        shown, again, render = self.paper, self._has_left, self._render
        workplace = self._context.workplace
        if shown is None:
            return

        def leave_and_count() -> tuple[RenderedPaper, Changed]:
            paper = render() if again else shown
            leave(paper)
            return paper, record_print(workplace, paper)[1]

        self._enable(False)
        self._context.tasks.run(
            leave_and_count, lambda outcome: self._left(*outcome, success), self._failed, owner=self
        )

    def _left(self, paper: RenderedPaper, changed: Changed, success: str) -> None:
        self._has_left = True
        self.note.say(f"{success}{_NEXT}", Tone.GOOD)
        self._context.bus.tell(changed, self)
        if paper is self.paper:
            self._enable(True)
        else:
            self._show(paper)


def _text(error: Exception) -> str:
    return error.text if isinstance(error, Unavailable) else str(error)


def _write(path: Path, data: bytes) -> None:
    from stationapp.platform.atomic_files import write_atomically

    write_atomically(path, data)


def open_preview(context: Context, render: Render, parent: QWidget) -> PaperPreview:
    """Open the preview of a paper; it goes away by itself when closed."""
    preview = PaperPreview(context, render, parent)
    preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    preview.open()
    return preview
