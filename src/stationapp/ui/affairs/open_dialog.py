"""The window in which an affair is opened: subject, person, and the asks of its opening move."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.people import Applicant
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services.affairs import OPENERS
from stationapp.services.changed import Changed
from stationapp.services.consultations import FaqEntry
from stationapp.services.seats import SlotOffer, slot_offers
from stationapp.ui.affairs.faq_dialog import FaqDialog
from stationapp.ui.affairs.shapes import SHAPES, Opening, asks_of
from stationapp.ui.case.ask_editors import AnyDeskEditor, DayEditor, LineEditor, LongTextEditor
from stationapp.ui.case.ask_form import AskForm
from stationapp.ui.case.asking import Asking
from stationapp.ui.case.slot_editor import SlotEditor
from stationapp.ui.context import Context
from stationapp.ui.fields.field import Field, NoteLine
from stationapp.ui.fields.search_choice import SearchChoice
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.words import Tone


class OpenAffairDialog(QDialog):
    """Opens one affair. `opened` carries its Case; the window then closes."""

    opened = Signal(object)

    def __init__(self, context: Context, kind: AffairKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("OpenAffairDialog")
        self._context, self._kind, self._shape = context, kind, SHAPES[kind]
        title = OPENERS[kind].title
        self.setWindowTitle(title)
        self.subject, self.person, self.phone = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        today = context.workplace.now().date()
        items = [(item.name, item.code) for item in context.workplace.catalogue.current(today)]
        self.item = SearchChoice("", items, self)
        self.form = AskForm(asks_of(kind), Asking(context, None, None))
        self.fields: dict[str, Field] = {}
        self.note = NoteLine(self)
        self.ok_button = QPushButton(f"{title}（F9）", self)
        self.cancel_button = QPushButton("取消（Esc）", self)
        self.faq_button = QPushButton("从办事指南查找答复…（&K）", self)
        self.faq_button.setVisible("answer" in self.form.fields)
        self._lay_out()
        self._flow = TypingFlow(self)
        self._flow.watch(self)
        self.ok_button.setShortcut(Qt.Key.Key_F9)
        self.ok_button.clicked.connect(self.make)
        self.cancel_button.clicked.connect(self.reject)
        self.faq_button.clicked.connect(self.open_faq)
        self._offer_slots()

    def opening(self) -> Opening:
        """Return what was answered."""
        applicant = Applicant(self.person.text().strip(), "", "", phone=self.phone.text().strip())
        return Opening(self._kind, self.subject.text().strip(), applicant, self.item.value, self.form.facts())

    def make(self) -> None:
        """Open the affair, or show at the fields why it cannot be opened."""
        lacking = self.form.unanswered()
        if lacking:
            self._refused(lacking)
            return
        for field in self.fields.values():
            field.clear()
        self.form.clear_complaints()
        self.note.say("")
        self.ok_button.setEnabled(False)
        workplace, opening, shape = self._context.workplace, self.opening(), self._shape
        self._context.tasks.run(
            lambda: shape.open(workplace, opening), self._made, self._not_made, owner=self
        )

    def open_faq(self) -> FaqDialog:
        """Open the usual questions; an answer that is taken fills answer and basis."""
        dialog = FaqDialog(self._context, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(self._take_answer)
        dialog.open()
        return dialog

    def _take_answer(self, entry: FaqEntry) -> None:
        answer, basis = self.form.editors["answer"], self.form.editors["basis"]
        if isinstance(answer, LongTextEditor) and isinstance(basis, LineEditor):
            answer.widget.setPlainText(entry.answer)
            basis.widget.setText(" ".join(entry.basis.split()))

    def _made(self, outcome: tuple[Case, Changed]) -> None:
        case, changed = outcome
        self._context.bus.tell(changed, self)
        self.opened.emit(case)
        self.accept()

    def _not_made(self, error: Exception) -> None:
        self.ok_button.setEnabled(True)
        if isinstance(error, Refused):
            self._refused(error.reasons)
        else:
            self.note.say(error.text if isinstance(error, Unavailable) else str(error), Tone.RED)

    def _refused(self, reasons: Iterable[Reason]) -> None:
        rest = []
        for reason in reasons:
            field = self.fields.get(reason.field)
            if field is None:
                rest.append(reason)
            else:
                field.complain(reason.text)
                field.editor.setFocus()
        self.note.say("；".join(self.form.complain(rest)), Tone.RED)

    def _offer_slots(self) -> None:
        """Whenever day or desk change, offer the slots that are free as far as is known here."""
        day, desk = self.form.editors.get("day"), self.form.editors.get("to_desk")
        if not isinstance(self.form.editors.get("slot"), SlotEditor):
            return
        if isinstance(day, DayEditor) and isinstance(desk, AnyDeskEditor):
            day.widget.changed.connect(self._look_for_slots)
            desk.widget.chosen.connect(self._look_for_slots)

    def _look_for_slots(self) -> None:
        day, desk = self.form.editors["day"], self.form.editors["to_desk"]
        wanted = day.widget.day if isinstance(day, DayEditor) else None
        desk_id, workplace = str(desk.fact()), self._context.workplace
        if wanted is not None and desk_id:
            self._context.tasks.read(
                lambda: slot_offers(workplace, desk_id, wanted), self._show_slots, owner=self
            )

    def _show_slots(self, offers: list[SlotOffer]) -> None:
        slot = self.form.editors["slot"]
        if isinstance(slot, SlotEditor):
            slot.offer(offers)
        open_ = any(offer.free and not offer.over for offer in offers)
        field = self.form.fields["slot"]
        field.clear() if open_ else field.warn("这一天没有空余的时段。")

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        shape = self._shape
        rows = (
            ("name", shape.person, self.person),
            ("phone", "联系电话" if shape.person else "", self.phone),
            ("item", "事项" if shape.names_item else "", self.item),
            ("subject", shape.subject, self.subject),
        )
        for name, title, editor in rows:
            editor.setVisible(bool(title))
            if title:
                self.fields[name] = Field(title, editor, parent=page)
                column.addWidget(self.fields[name])
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ok_button.setProperty("main", True)
        buttons = QHBoxLayout()
        self.faq_button.setAutoDefault(False)
        buttons.addWidget(self.faq_button)
        buttons.addStretch(1)
        for button in (self.cancel_button, self.ok_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        self.resize(600, min(680, page.sizeHint().height() + 110))
        first = next(iter((*self.fields.values(), *self.form.fields.values())), None)
        (first.editor if first else self.ok_button).setFocus()
