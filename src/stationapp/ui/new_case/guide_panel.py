"""The guide of an item (办事指南): what must be public about it, beside the work."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.refusal import Reason
from stationapp.services.catalogue import HANDLING_TITLES, LEVEL_TITLES, guide
from stationapp.services.guides import render_guide, render_publicity_sheet
from stationapp.services.papers import RenderedPaper
from stationapp.services.workplace import Workplace
from stationapp.ui.context import Context
from stationapp.ui.paper_preview import PaperPreview, open_preview

_EMPTY = "<p style='color:#5a6472'>选中事项后，这里显示办事指南。</p>"


class GuidePanel(QWidget):
    """Shows the guide of one item; Alt+G brings the keyboard here for scrolling. It can be printed, and the poster."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._item: ServiceItem | None = None
        self.preview: PaperPreview | None = None
        self.print_guide = QPushButton("打印指南", self)
        self.print_poster = QPushButton("打印公示单", self)
        self.pages = QTextBrowser(self)
        self.pages.setOpenLinks(False)
        self.pages.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.pages.setAccessibleName("办事指南")
        label = QLabel("办事指南（&G）", self)
        label.setBuddy(self.pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(label)
        layout.addWidget(self.pages, 1)
        row = QHBoxLayout()
        for button, render in ((self.print_guide, render_guide), (self.print_poster, render_publicity_sheet)):
            button.setProperty("flat", True)
            button.clicked.connect(lambda _=False, render=render: self._print(render))
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        self.show_item(None)

    def show_item(self, item: ServiceItem | None, closed: tuple[Reason, ...] = ()) -> None:
        """Show an item's guide, and above it why no case of it may be opened."""
        self._item = item
        partners = _partners(self._context.workplace, item) if item else ()
        self.pages.setHtml(guide_html(item, closed, partners) if item else _EMPTY)
        self.print_guide.setEnabled(item is not None)
        self.print_poster.setEnabled(item is not None and item.is_complete)

    def _print(self, render: Callable[[Workplace, ServiceItem], RenderedPaper]) -> None:
        item, workplace = self._item, self._context.workplace
        if item is not None:
            self.preview = open_preview(self._context, lambda: render(workplace, item), self)


def _partners(workplace: Workplace, item: ServiceItem) -> tuple[str, ...]:
    found = (workplace.organisation.department_desk(name) for name in item.co_departments)
    return tuple(desk.name for desk in found if desk is not None)


def guide_html(item: ServiceItem, closed: tuple[Reason, ...] = (), partners: tuple[str, ...] = ()) -> str:
    """Return a guide as HTML; everything from the catalogue is text and never markup."""
    kind = f"{item.department_name}　{HANDLING_TITLES[item.handling]}　{LEVEL_TITLES[item.decides_at]}"
    parts = [
        f"<h3>{escape(item.name)}</h3><p style='color:#5a6472'>{escape(kind)}<br>{escape(item.code)}</p>"
    ]
    parts += [f"<p style='color:#b3261e'>✖ {escape(reason.text)}</p>" for reason in closed]
    for section in guide(item, partners):
        lines = "<br>".join(escape(line) for line in section.lines)
        parts.append(f"<p><b>{escape(section.title)}</b><br>{lines}</p>")
    return "".join(parts)
