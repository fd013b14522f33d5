"""Who sits down at this PC: name from the list, password, and the post when a person has several.

Nothing imported here touches the store: the window stands before the heavy parts are loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stationapp.domain.refusal import Refused
from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.roster import Roster, RosterEntry
from stationapp.ui.banner import Banner
from stationapp.ui.field_note import FieldNote
from stationapp.ui.messages import Messages
from stationapp.ui.paint_watch import PaintWatch
from stationapp.ui.tasks import Tasks
from stationapp.ui.words import PRODUCT

if TYPE_CHECKING:
    from stationapp.services.workplace import Workplace
    from stationapp.ui.rescue_dialog import RescueDialog

_ROWS_SHOWN = 3
SEARCHED_FROM = 8
"""So many people are looked through by eye; more are searched."""
_OFFLINE_TOO = "不联网也可以登录和办件"
_ENTRY = Qt.ItemDataRole.UserRole
CAPS_LOCK_ON = "大写锁定（Caps Lock）已打开，密码区分大小写。"


class PasswordField(QLineEdit):
    """A password field that notices by the letters typed that caps lock is on."""

    caps_lock = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if len(letter) == 1 and letter.isascii() and letter.isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock.emit(letter.isupper() != shifted)
        super().keyPressEvent(event)


class SignInView(QWidget):
    """`signed_in(Workplace)` when the password opened the station."""

    signed_in = Signal(object)

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
        self.setObjectName("SignInView")
        self._paths, self._clock, self._tasks, self._messages = paths, clock, tasks, messages
        self.search = QLineEdit(self)
        self.people = QListWidget(self)
        self.password = PasswordField(self)
        self.post = QComboBox(self)
        self.button = QPushButton("登录(&L)", self)
        self.rescue = QPushButton(self)
        self._roster = roster
        self._opened = False
        self._build(roster)
        several = len({choice.desk for entry in roster.people for choice in entry.choices}) > 1
        for entry in roster.people:
            item = QListWidgetItem(f"{entry.name}　{_posts_text(entry, several)}")
            item.setData(_ENTRY, entry)
            self.people.addItem(item)
        self.people.currentItemChanged.connect(self._show_posts)
        if roster.people:
            self.people.setCurrentRow(0)
        is_long = len(roster.people) > SEARCHED_FROM
        self.search.setVisible(is_long)
        self._search_label.setVisible(is_long)
        alone = self.password if len(roster.people) == 1 else self.people
        self.setFocusProxy(self.search if is_long else alone)

    @property
    def entry(self) -> RosterEntry | None:
        """The person chosen in the list."""
        item = self.people.currentItem()
        entry = item.data(_ENTRY) if item is not None else None
        return entry if isinstance(entry, RosterEntry) else None

    def sign_in(self) -> None:
        """Try name and password; the answer comes later."""
        entry, password = self.entry, self.password.text()
        if entry is None or not self.button.isEnabled():
            return
        FieldNote.clear_at(self.password)
        if not password:
            FieldNote.show_at(self.password, "请输入密码。")
            return
        post_id = str(self.post.currentData() or "")
        paths, clock = self._paths, self._clock

        def work() -> Workplace:
            from stationapp.services.session import sign_in

            return sign_in(paths, clock, entry.login, password, post_id)

        self._set_busy(True)
        self._tasks.run(work, self._on_opened, self._on_failed, owner=self, always=self._on_answered)

    def narrow(self, text: str) -> None:
        """Show only those in whose name, login, posts or desks every word stands; choose the first of them."""
        words = text.casefold().split()
        rows = [self.people.item(row) for row in range(self.people.count())]
        for item in rows:
            item.setHidden(not all(word in _searched(item) for word in words))
        current = self.people.currentItem()
        if current is None or current.isHidden():
            self.people.setCurrentRow(next((at for at, item in enumerate(rows) if not item.isHidden()), -1))

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self._set_busy(False)
            self.password.selectAll()
        elif isinstance(error, Unavailable):
            self._offer_rescue()
        self._messages.bad_news(error, self.password if isinstance(error, Refused) else None)

    def _offer_rescue(self) -> None:
        """Where the station does not open, what was done here can still be taken to the county."""
        from stationapp.ui.rescue_dialog import RESCUE, can_rescue

        self.rescue.setText(RESCUE)
        self.rescue.setVisible(can_rescue(self._paths))

    def open_rescue(self) -> RescueDialog:
        """Show how to rescue what is not at the hub."""
        from stationapp.ui.rescue_dialog import RescueDialog

        dialog = RescueDialog(self._roster, self._paths, self._clock, self._tasks, self._messages, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.entry is not None:
            dialog.choose(self.entry.login, self.password.text())
        dialog.open()
        return dialog

    def _on_opened(self, workplace: Workplace) -> None:
        self._opened = True
        self.signed_in.emit(workplace)

    def _on_answered(self) -> None:
        """Once the station is open the fields stay closed: the main window is on its way."""
        self._set_busy(self._opened)

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.search, self.people, self.password, self.post, self.button):
            widget.setEnabled(not busy)
        self.button.setText("正在打开…" if busy else "登录(&L)")

    def _show_posts(self) -> None:
        entry = self.entry
        self.post.clear()
        for choice in entry.choices if entry else ():
            self.post.addItem(f"{choice.desk} · {choice.title}", choice.post_id)
        several = self.post.count() > 1
        self.post.setVisible(several)
        self._post_label.setVisible(several)
        self.password.clear()
        FieldNote.clear_at(self.password)

    def _take_found(self) -> None:
        """Enter goes on to the password when there is one to choose, else into the list."""
        shown = sum(not self.people.item(row).isHidden() for row in range(self.people.count()))
        (self.password if shown == 1 else self.people).setFocus()

    def _build(self, roster: Roster) -> None:
        self.search.setAccessibleName("查找人员")
        self.search.setPlaceholderText("姓名、登录名或部门")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.narrow)
        self.search.returnPressed.connect(self._take_found)
        self.people.setAccessibleName("姓名")
        self.people.setMinimumHeight(self.fontMetrics().height() * _ROWS_SHOWN * 2)
        self.people.itemActivated.connect(lambda _: self.password.setFocus())
        self.password.setAccessibleName("密码")
        self.password.returnPressed.connect(self.sign_in)
        self._caps = QLabel(CAPS_LOCK_ON, self)
        self._caps.setProperty("tone", "warn")
        self._caps.hide()
        self.password.caps_lock.connect(self._caps.setVisible)
        self.post.setAccessibleName("岗位")
        self.button.setProperty("main", True)
        self.button.clicked.connect(self.sign_in)
        self.rescue.hide()
        self.rescue.clicked.connect(self.open_rescue)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 12)
        self._banner = Banner(self._messages, self)
        layout.addStretch(1)
        layout.addWidget(heading(roster.station, self))
        layout.addSpacing(12)
        layout.addLayout(_centred(self._card()))
        layout.addStretch(2)
        layout.addWidget(footer(self))

    def _card(self) -> QFrame:
        card = QFrame(self)
        card.setObjectName("Card")
        card.setMinimumWidth(440)
        card.setMaximumWidth(620)
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 28)
        column.setSpacing(8)
        self._post_label = _label("岗位(&G)", self.post, card)
        self._search_label = _label("人多，可以先查找(&F)", self.search, card)
        column.addWidget(self._search_label)
        column.addWidget(self.search)
        column.addWidget(_label("请选择您的姓名(&N)", self.people, card))
        column.addWidget(self.people)
        for label, field in (
            (_label("密码(&P)", self.password, card), self.password),
            (self._post_label, self.post),
        ):
            column.addSpacing(4)
            column.addWidget(label)
            column.addWidget(field)
            if field is self.password:
                column.addWidget(self._caps)
        column.addSpacing(32)
        column.addWidget(self.button)
        column.addWidget(self.rescue)
        return card


def heading(station: str, parent: QWidget) -> QLabel:
    """The product's name and, below it, the station's."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(f"{PRODUCT}\n{station}" if station else PRODUCT)
    label.setObjectName("Title")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def footer(parent: QWidget) -> QLabel:
    """What to know beforehand, small and low; the program's version joins it after the first paint."""
    label = QLabel(_OFFLINE_TOO, parent)
    label.setObjectName("Muted")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def add_version() -> None:
        from stationapp.platform.machine import app_version

        label.setText(f"版本 {app_version()}　{_OFFLINE_TOO}")

    PaintWatch(label).painted.connect(add_version)
    return label


def _searched(item: QListWidgetItem) -> str:
    entry = item.data(_ENTRY)
    return f"{item.text()} {entry.login}".casefold()


def _posts_text(entry: RosterEntry, several: bool) -> str:
    """The posts of a person, with their desks where the PC serves several."""
    if not several or not entry.choices:
        return entry.posts
    return "、".join(f"{choice.desk} · {choice.title}" for choice in entry.choices)


def _label(text: str, buddy: QWidget, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setBuddy(buddy)
    return label


def _centred(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget, 2)
    row.addStretch(1)
    return row
