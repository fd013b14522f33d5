"""Batches: what goes out and what comes in."""

from __future__ import annotations

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from stationapp.services.changed import Changed, Kind
from stationapp.ui.batches.send_tab import SendTab
from stationapp.ui.batches.sign_tab import SignTab
from stationapp.ui.context import Context
from stationapp.ui.fields.typing_flow import TypingFlow

_SEND, _SIGN = ("移交", "Y"), ("签收", "S")
_TELLING = frozenset({Kind.CASES, Kind.BATCHES, Kind.REFERENCES})


class BatchesView(QWidget):
    """Two tabs: 移交 and 签收. Both follow every change."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("BatchesView")
        title = QLabel("批次", self)
        title.setObjectName("Title")
        self.send_tab = SendTab(context)
        self.sign_tab = SignTab(context)
        self.tabs = QTabWidget(self)
        for tab, name in ((self.send_tab, _SEND), (self.sign_tab, _SIGN)):
            self.tabs.addTab(tab, _tab_text(name, 0))
        self.send_tab.counted.connect(lambda count: self.tabs.setTabText(0, _tab_text(_SEND, count)))
        self.sign_tab.counted.connect(lambda count: self.tabs.setTabText(1, _tab_text(_SIGN, count)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(title)
        layout.addWidget(self.tabs, 1)
        self._flow = TypingFlow(self)
        self._flow.watch(self)
        context.bus.changed.connect(self._hear)
        self._load()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        tab = self.tabs.currentWidget()
        (self.send_tab.table if tab is self.send_tab else self.sign_tab.batch_table).setFocus()

    def _hear(self, changed: Changed, _initiator: object) -> None:
        if changed.kinds & _TELLING:
            self._load()

    def _load(self) -> None:
        self.send_tab.load()
        self.sign_tab.load()


def _tab_text(name: tuple[str, str], count: int) -> str:
    """A tab's name with how much waits in it, and the letter that opens it."""
    title, key = name
    return f"{title} {count} 件（&{key}）" if count else f"{title}（&{key}）"
