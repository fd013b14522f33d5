"""The page on which a draft is typed, saved, received or told about: the form with its buttons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services import intake
from stationapp.services.changed import Changed
from stationapp.services.completing import Resumed
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.new_case.draft_saver import DraftSaver
from stationapp.ui.new_case.intake_form import IntakeForm
from stationapp.ui.new_case.missing_notice import MissingNoticeDialog
from stationapp.ui.words import Tone

_TOLD_ONCE = "已一次性告知过，补齐后收件"
_RECEIVE, _COMPLETE, _MEND = "收件（F9）", "补齐材料并收件（F9）", "更正后重新收件（F9）"
_NOTHING_MISSING = "材料已齐，不需要告知"
_DISCARD = "草稿还没有收件号，删除后不能恢复。确定删除吗？"
_DISCARD_CHANGES = "这里填写的补齐内容还没有收件，删除后不能恢复；办件本身不受影响。确定删除吗？"


class IntakePage(QWidget):
    """One intake. `done` carries the Case it became, `left` means back to the desk with the draft kept."""

    done = Signal(object)
    left = Signal()

    def __init__(
        self, context: Context, item: ServiceItem, resumed: Resumed, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._resumed = resumed
        self._completes_case = bool(resumed.draft.case_id)
        self.form = IntakeForm(context, item, resumed, self)
        self.saver = DraftSaver(context, self.form.draft, self)
        self.note = NoteLine(self)
        self.saved = QLabel(self)
        self.saved.setObjectName("Muted")
        again = _MEND if resumed.mends else _COMPLETE
        self.receive_button = QPushButton(again if self._completes_case else _RECEIVE, self)
        self.notice_button = QPushButton("一次性告知（&Y）", self)
        self.leave_button = QPushButton("存草稿并离开（Esc）", self)
        self.discard_button = QPushButton("删除草稿", self)
        self._lay_out()
        self._connect()
        self._look_at_materials()

    @property
    def draft_id(self) -> str:
        """The id of the draft being typed."""
        return self.form.draft().draft_id

    def begin(self) -> None:
        """Take the keyboard."""
        self.form.begin()

    def leave(self) -> None:
        """Keep what was typed and go; an untouched form leaves nothing behind."""
        if self.form.close_offers():
            return
        if self.form.is_empty:
            self.saver.stop()
            self.left.emit()
        else:
            self.saver.save(self.left.emit)

    def put_away(self) -> None:
        """Save at once what is not yet saved, as before the program ends."""
        if self.saver.is_waiting and not self._context.tasks.closed:
            self.saver.save()

    def receive(self) -> None:
        """Receive the application."""
        self._act(intake.receive)

    def tell_missing(self) -> None:
        """Show all that is missing and, on assent, keep the case with the notice."""
        missing = intake.missing_of(self._context.workplace, self.form.draft())
        if not missing or self._completes_case:
            return
        dialog = MissingNoticeDialog(missing, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._act(intake.note_missing))
        dialog.open()

    def _act(self, act: Any) -> None:
        """Make a case of the draft. Saving stops first, so that no later save brings the draft back."""
        unfinished = self.form.unfinished_reasons()
        if unfinished:
            self._refused(Refused(*unfinished))
            return
        workplace, draft = self._context.workplace, self.form.draft()
        self.note.say("")
        self.saver.stop()
        self._lock(True)
        self._context.tasks.run(lambda: act(workplace, draft), self._made, self._not_made, owner=self)

    def _made(self, outcome: tuple[Case, Changed]) -> None:
        case, changed = outcome
        self._context.bus.tell(changed, self)
        self.done.emit(case)

    def _not_made(self, error: Exception) -> None:
        self._lock(False)
        self.saver.resume()
        if isinstance(error, Refused):
            self._refused(error)
        else:
            self._trouble(error)

    def _refused(self, refused: Refused) -> None:
        homeless = self.form.show_refusals(refused.reasons)
        self.note.say("；".join(homeless) or "还不能收件，请看标红的地方。", Tone.RED)

    def _trouble(self, error: Exception) -> None:
        self.note.say(error.text if isinstance(error, Unavailable) else str(error), Tone.RED)

    def _lock(self, locked: bool) -> None:
        for widget in (
            self.form,
            self.receive_button,
            self.notice_button,
            self.leave_button,
            self.discard_button,
        ):
            widget.setEnabled(not locked)
        if not locked:
            self._look_at_materials()
            self.receive_button.setFocus()

    def _look_at_materials(self) -> None:
        lacking = self.form.materials.lacking()
        self.notice_button.setEnabled(bool(lacking) and not self._completes_case)
        self.notice_button.setVisible(not self._resumed.mends)
        if self._completes_case:
            self.notice_button.setText(_TOLD_ONCE)
        else:
            self.notice_button.setText(f"一次性告知：缺 {lacking} 项（&Y）" if lacking else _NOTHING_MISSING)

    def _say_saved(self) -> None:
        self.saved.setText(f"草稿已自动保存 {self._context.workplace.now():%H:%M:%S}")

    def _ask_discard(self) -> None:
        question = QMessageBox(
            QMessageBox.Icon.Question,
            "删除草稿",
            _DISCARD_CHANGES if self._completes_case else _DISCARD,
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            self,
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.button(QMessageBox.StandardButton.Yes).setText("删除")
        question.button(QMessageBox.StandardButton.No).setText("保留")
        question.setDefaultButton(QMessageBox.StandardButton.No)
        question.accepted.connect(self.discard)
        question.open()

    def discard(self) -> None:
        """Throw the draft away and leave."""
        workplace, draft_id = self._context.workplace, self.draft_id
        self.saver.stop()
        self._context.tasks.run(
            lambda: intake.discard_draft(workplace, draft_id), self._discarded, self._not_made, owner=self
        )

    def _discarded(self, changed: Changed) -> None:
        self._context.bus.tell(changed, self)
        self.left.emit()

    def _connect(self) -> None:
        self.form.changed.connect(self.saver.touch)
        self.form.changed.connect(self._look_at_materials)
        self.form.changed.connect(lambda: self.note.say(""))
        self.form.finished.connect(self.receive_button.setFocus)
        self.saver.saved.connect(self._say_saved)
        self.saver.failed.connect(self._trouble)
        self.receive_button.clicked.connect(self.receive)
        self.notice_button.clicked.connect(self.tell_missing)
        self.leave_button.clicked.connect(self.leave)
        self.discard_button.clicked.connect(self._ask_discard)
        for key, act in ((Qt.Key.Key_F9, self.receive_button.click), (Qt.Key.Key_Escape, self.leave)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._flow = TypingFlow(self)
        for button in (self.receive_button, self.notice_button, self.leave_button, self.discard_button):
            self._flow.watch(button)

    def _lay_out(self) -> None:
        self.receive_button.setProperty("main", True)
        self.discard_button.setProperty("flat", True)
        row = QHBoxLayout()
        row.addWidget(self.saved)
        row.addStretch(1)
        for button in (self.discard_button, self.leave_button, self.notice_button, self.receive_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form, 1)
        layout.addWidget(self.note)
        layout.addLayout(row)
