"""Rescuing what is not at the hub from a PC whose station cannot be opened: who, password, stick, and the outcome."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.refusal import Refused
from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.removable import sticks
from stationapp.platform.unavailable import Unavailable
from stationapp.services.roster import Roster, read_roster
from stationapp.ui.field_note import FieldNote
from stationapp.ui.file_choice import choose_folder
from stationapp.ui.messages import Messages
from stationapp.ui.sign_in_view import PasswordField
from stationapp.ui.tasks import Tasks

if TYPE_CHECKING:
    from stationapp.services.rescue import Rescue

RESCUE = "把没有上报的记录导出到U盘(&X)"
_LEAD = (
    "数据库打不开时，可以把本机没有上报的办件记录和扫描件抢救出来，加密写到U盘，交给县级平台收下。\n"
    "只读取本机的文件，一个也不改动。读不出来的记录会逐条写明。"
)
_GO, _BUSY = "导出(&E)", "正在读取并写到U盘，请不要拔出……"
_AT_FIELD = {"rescue-folder": "folder"}


def can_rescue(paths: StationPaths) -> bool:
    """Whether there is a database to rescue from, and the county has not had this PC locked or wiped."""
    return paths.database.exists() and not paths.county_order.exists()


def roster_to_rescue(paths: StationPaths) -> Roster | None:
    """Return who may rescue here; None where there is nothing to rescue, or nobody can be known."""
    try:
        return read_roster(paths.home) if can_rescue(paths) else None
    except Unavailable:
        return None


def rescue_alone(roster: Roster, paths: StationPaths, clock: Clock) -> None:
    """Show the dialog without any other window, until it is closed."""
    from stationapp.ui.crash_window import CrashWindow

    messages = Messages(paths.crash, clock)
    tasks = Tasks(messages)
    dialog = RescueDialog(roster, paths, clock, tasks, messages)
    messages.crashed.connect(lambda report: CrashWindow(report, dialog).open())
    try:
        dialog.exec()
    finally:
        tasks.close()


class RescueDialog(QDialog):
    """All by keyboard; it stays open while it works, and shows afterwards what was saved and what not."""

    def __init__(
        self,
        roster: Roster,
        paths: StationPaths,
        clock: Clock,
        tasks: Tasks,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._paths, self._clock, self._tasks, self._messages = paths, clock, tasks, messages
        self._busy = False
        self.setWindowTitle("抢救导出")
        self.resize(680, 520)
        self.person = QComboBox(self)
        self.password = PasswordField(self)
        self.folder = QLineEdit(self)
        self.other = QPushButton("选择(&B)…", self)
        self.told = QPlainTextEdit(self)
        self.go = QPushButton(_GO, self)
        self.leave = QPushButton("关闭(&C)", self)
        for entry in roster.people:
            self.person.addItem(f"{entry.name}　{entry.posts}", entry.login)
        self._fill_folder()
        self._lay_out()
        self._connect()
        self.password.setFocus()

    def choose(self, login: str, password: str) -> None:
        """Take over who wanted to sign in."""
        self.person.setCurrentIndex(max(0, self.person.findData(login)))
        self.password.setText(password)
        (self.folder if password else self.password).setFocus()

    def begin(self) -> None:
        """Rescue, away from the window's thread."""
        password, folder = self.password.text(), self.folder.text().strip()
        if self._busy or not self._filled(self.password, "请输入密码。"):
            return
        if not self._filled(self.folder, "请选择U盘或其中的文件夹。"):
            return
        paths, clock, login = self._paths, self._clock, str(self.person.currentData() or "")

        def work() -> Rescue:
            from stationapp.services.rescue import rescue

            return rescue(paths, clock, login, password, Path(folder))

        self._set_busy(True)
        self.told.setPlainText(_BUSY)
        self._tasks.read(work, self._show, self._on_failed, owner=self)

    def reject(self) -> None:
        """Close, but not in the midst of writing."""
        if not self._busy:
            super().reject()

    def _show(self, done: Rescue) -> None:
        self._set_busy(False)
        self.told.setPlainText(done.text)
        self.told.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        self.told.clear()
        if isinstance(error, Refused):
            name = _AT_FIELD.get(error.reasons[0].code, "password")
            self._messages.bad_news(error, self.folder if name == "folder" else self.password)
        elif isinstance(error, Unavailable):
            self.told.setPlainText(error.text)
            self.told.setFocus()
        else:
            self._messages.bad_news(error)

    def _filled(self, field: QLineEdit, words: str) -> bool:
        FieldNote.clear_at(field)
        if field.text().strip():
            return True
        FieldNote.show_at(field, words)
        return False

    def _fill_folder(self) -> None:
        found = sticks()
        if len(found) == 1:
            self.folder.setText(str(found[0]))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (self.person, self.password, self.folder, self.other, self.go, self.leave):
            widget.setEnabled(not busy)

    def _connect(self) -> None:
        self.password.returnPressed.connect(self.folder.setFocus)
        self.folder.returnPressed.connect(self.begin)
        self.other.clicked.connect(
            lambda: choose_folder(self, "选择U盘", lambda chosen: self.folder.setText(str(chosen)))
        )
        self.go.clicked.connect(self.begin)
        self.leave.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        lead = QLabel(_LEAD, self)
        lead.setWordWrap(True)
        self.told.setAccessibleName("结果")
        self.told.setReadOnly(True)
        self.told.setTabChangesFocus(True)
        self.go.setProperty("main", True)
        for button in (self.go, self.leave, self.other):
            button.setAutoDefault(False)  # Enter in a field goes on to the next one.
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(lead)
        layout.addLayout(self._form())
        layout.addWidget(self.told, 1)
        layout.addLayout(buttons)
        order = (self.person, self.password, self.folder, self.other, self.go, self.leave, self.told)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _form(self) -> QFormLayout:
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.other)
        form = QFormLayout()
        form.setVerticalSpacing(16)
        form.addRow("姓名(&N)", self.person)
        form.addRow("密码(&P)", self.password)
        label = QLabel("U盘(&U)", self)
        label.setBuddy(self.folder)
        form.addRow(label, where)
        self.person.setAccessibleName("姓名")
        self.password.setAccessibleName("密码")
        self.folder.setAccessibleName("U盘或其中的文件夹")
        return form
