"""The guide of an item (办事指南): what must be public about it, beside the work."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTextBrowser, QVBoxLayout, QWidget

from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.refusal import Reason
from stationapp.services.catalogue import HANDLING_TITLES, LEVEL_TITLES, guide

_EMPTY = "<p style='color:#5a6472'>选中事项后，这里显示办事指南。</p>"


class GuidePanel(QWidget):
    """Shows the guide of one item; Alt+G brings the keyboard here for scrolling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self.show_item(None)

    def show_item(self, item: ServiceItem | None, closed: tuple[Reason, ...] = ()) -> None:
        """Show an item's guide, and above it why no case of it may be opened."""
        self.pages.setHtml(guide_html(item, closed) if item else _EMPTY)


def guide_html(item: ServiceItem, closed: tuple[Reason, ...] = ()) -> str:
    """Return a guide as HTML; everything from the catalogue is text and never markup."""
    kind = f"{item.department_name}　{HANDLING_TITLES[item.handling]}　{LEVEL_TITLES[item.decides_at]}"
    parts = [
        f"<h3>{escape(item.name)}</h3><p style='color:#5a6472'>{escape(kind)}<br>{escape(item.code)}</p>"
    ]
    parts += [f"<p style='color:#b3261e'>✖ {escape(reason.text)}</p>" for reason in closed]
    for section in guide(item):
        lines = "<br>".join(escape(line) for line in section.lines)
        parts.append(f"<p><b>{escape(section.title)}</b><br>{lines}</p>")
    return "".join(parts)
