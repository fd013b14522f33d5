"""A PC that no station knows yet: says so, and makes it a station's with a code from the county."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.ui.banner import Banner
from stationapp.ui.field_note import FieldNote
from stationapp.ui.messages import Messages
from stationapp.ui.sign_in_view import footer, heading
from stationapp.ui.tasks import Tasks

_SAID = (
    "这台电脑还没有登记到任何站点。\n"
    "请由技术人员填写县级平台地址和登记码。登记时需要联网，只需一次；登记之后不联网也可以登录和办件。"
)


class EnrolView(QWidget):
    """`enrolled()` when the county took this PC in."""

    enrolled = Signal()

    def __init__(
        self,
        paths: StationPaths,
        clock: Clock,
        tasks: Tasks,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("EnrolView")
        self._paths, self._clock, self._tasks, self._messages = paths, clock, tasks, messages
        self.hub_url = _field("县级平台地址", "例如 https://banjian.example.gov.cn", self)
        self.code = _field("登记码", "由县级管理员发给本站点，只能用一次", self)
        self.button = QPushButton("登记本机(&R)", self)
        self.button.setProperty("main", True)
        self.button.clicked.connect(self.enrol)
        self.hub_url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.enrol)
        self._lay_out()
        self.setFocusProxy(self.hub_url)

    def enrol(self) -> None:
        """Ask the county; the answer comes later."""
        if not self.button.isEnabled() or not (self._filled(self.hub_url) and self._filled(self.code)):
            return
        paths, clock = self._paths, self._clock
        hub_url, code = self.hub_url.text().strip(), self.code.text().strip()

        def work() -> None:
            from stationapp.services.enrolment import enrol_station

            enrol_station(paths, clock, hub_url, code)

        self._set_busy(True)
        self._tasks.run(
            work,
            lambda _: self.enrolled.emit(),
            self._on_failed,
            owner=self,
            always=lambda: self._set_busy(False),
        )

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        self._messages.bad_news(error, self.code)

    def _filled(self, field: QLineEdit) -> bool:
        if field.text().strip():
            return True
        FieldNote.show_at(field, f"请填写{field.accessibleName()}。")
        return False

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.hub_url, self.code, self.button):
            widget.setEnabled(not busy)
        self.button.setText("正在登记…" if busy else "登记本机(&R)")

    def _lay_out(self) -> None:
        card = QFrame(self)
        card.setObjectName("Card")
        card.setMaximumWidth(720)
        said = QLabel(_SAID, card)
        said.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow("县级平台地址(&U)", self.hub_url)
        form.addRow("登记码(&C)", self.code)
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 28)
        column.setSpacing(16)
        column.addWidget(said)
        column.addLayout(form)
        column.addSpacing(28)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 4)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 12)
        self._banner = Banner(self._messages, self)
        layout.addStretch(1)
        layout.addWidget(heading("", self))
        layout.addLayout(middle)
        layout.addStretch(2)
        layout.addWidget(footer(self))


def _field(name: str, hint: str, parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    return field
