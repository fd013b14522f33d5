"""An editor for each kind of question a move asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from stationapp.domain.case import CASE, State
from stationapp.domain.catalogue import Material
from stationapp.domain.moves import Ask, AskKind
from stationapp.domain.people import handed_in_to_mapping
from stationapp.domain.typed_text import half_width
from stationapp.services.casework import asked_materials
from stationapp.ui.case.asking import AskEditor, Asking
from stationapp.ui.case.missing_table import MissingTable
from stationapp.ui.case.part_editors import AttendanceEditor, DesksEditor, PartDeskEditor, PartsEditor
from stationapp.ui.case.slot_editor import SlotEditor
from stationapp.ui.fields.date_entry import DateEntry
from stationapp.ui.fields.search_choice import SearchChoice
from stationapp.ui.materials.panel import MaterialsPanel

_LINES = 4
_SUPPLEMENTED = frozenset({State.SUPPLEMENT, State.SUPPLEMENT_LAPSED})
_MANY = 999
# Facts that are this very day unless the person says otherwise.
_TODAY = frozenset({"called_back_on", "ended_on", "from_on", "served_on"})


class LineEditor:
    """A line of text."""

    def __init__(self, ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QLineEdit(parent)
        if ask.name == "recipient" and asking.case is not None:
            self.widget.setText(asking.case.application.applicant.name)
        elif ask.name == "result_name" and asking.item is not None:
            self.widget.setText(asking.item.result_name)

    def fact(self) -> str:
        return self.widget.text().strip()


class LongTextEditor:
    """Some lines of text; Tab leaves them."""

    def __init__(self, _ask: Ask, _asking: Asking, parent: QWidget) -> None:
        self.widget = QPlainTextEdit(parent)
        self.widget.setTabChangesFocus(True)
        height = self.widget.fontMetrics().lineSpacing() * _LINES
        self.widget.setFixedHeight(height + 20)

    def fact(self) -> str:
        return self.widget.toPlainText().strip()


class ChoiceEditor:
    """One of the move's choices; the first is chosen where one is needed."""

    def __init__(self, ask: Ask, _asking: Asking, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        if not ask.required:
            self.widget.addItem("", "")
        for value, title in ask.choices:
            self.widget.addItem(title, value)

    def fact(self) -> str:
        return str(self.widget.currentData() or "")


class DayEditor:
    """A date; what is typed and is none is no answer."""

    def __init__(self, ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = DateEntry(parent)
        if ask.name in _TODAY:
            self.widget.set_text(asking.context.workplace.now().date().isoformat())

    def fact(self) -> str:
        return self.widget.iso


class DeskEditor:
    """A department: the one that decides the item, where the item is known."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        organisation, item = asking.context.workplace.organisation, asking.item
        decider = organisation.department_desk(item.department) if item else None
        departments = [desk for desk in organisation.desks if desk.department]
        for desk in [decider] if decider else departments:
            self.widget.addItem(desk.name, desk.desk_id)

    def fact(self) -> str:
        return str(self.widget.currentData() or "")


class AnyDeskEditor:
    """Any desk of the county, found by part of its name; one's own where none is named yet."""

    def __init__(self, ask: Ask, asking: Asking, parent: QWidget) -> None:
        workplace = asking.context.workplace
        desks = [(desk.name, desk.desk_id) for desk in workplace.organisation.desks]
        self.widget = SearchChoice("", desks, parent)
        if ask.name == "to_desk" and asking.case is None:
            self.widget.choose(workplace.desk.desk_id)

    def fact(self) -> str:
        return self.widget.value


class PersonEditor:
    """One of the people who work at this desk."""

    def __init__(self, ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        workplace = asking.context.workplace
        if not ask.required:
            self.widget.addItem("", "")
        for person in workplace.organisation.people_of(frozenset({workplace.desk.desk_id})):
            self.widget.addItem(person.name, person.person_id)
        if ask.required:
            self.widget.setCurrentIndex(max(0, self.widget.findData(workplace.person.person_id)))

    def fact(self) -> str:
        return str(self.widget.currentData() or "")


class AnyPersonEditor:
    """Anybody in the county, with the desk at which he works."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        organisation = asking.context.workplace.organisation
        people = [
            (f"{person.name}（{desk.name}）", person.person_id)
            for desk in organisation.desks
            for person in organisation.people_of(frozenset({desk.desk_id}))
        ]
        self.widget = SearchChoice("", people, parent)

    def fact(self) -> str:
        return self.widget.value


class PostEditor:
    """One of the posts of this desk, one's own first."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        workplace = asking.context.workplace
        for post in workplace.organisation.posts:
            if post.desk_id == workplace.desk.desk_id:
                self.widget.addItem(post.title, post.post_id)
        self.widget.setCurrentIndex(max(0, self.widget.findData(workplace.post.post_id)))

    def fact(self) -> str:
        return str(self.widget.currentData() or "")


class ClockEditor:
    """A time of the day as 15:30; 1530 and 15：30 are read, too."""

    def __init__(self, ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QLineEdit(parent)
        self.widget.setPlaceholderText("时:分，如 15:30")
        if ask.name == "from_at" and asking.case is None:
            self.widget.setText(f"{asking.context.workplace.now():%H:%M}")

    def fact(self) -> str:
        typed = half_width(self.widget.text()).strip()
        plain = typed.replace(":", "")
        if plain.isascii() and plain.isdecimal() and len(plain) in (3, 4):
            return f"{plain[:-2]:0>2}:{plain[-2:]}"
        return typed


class NumberEditor:
    """A whole number; nothing typed is no answer."""

    def __init__(self, _ask: Ask, _asking: Asking, parent: QWidget) -> None:
        self.widget = QSpinBox(parent)
        self.widget.setRange(0, _MANY)
        self.widget.setSpecialValueText(" ")

    def fact(self) -> int:
        return self.widget.value()


class MaterialsEditor:
    """Materials handed in later: those the last notice asked for, those that were promised, or all of the item's."""

    def __init__(self, ask: Ask, asking: Asking, parent: QWidget) -> None:
        all_of_item = asking.item.materials if asking.item else ()
        wanted = _wanted(asking) or all_of_item
        self.widget = MaterialsPanel(asking.context, wanted, ask.title, parent)

    def fact(self) -> list[dict[str, Any]]:
        return [handed_in_to_mapping(row) for row in self.widget.handed_in()]


def _wanted(asking: Asking) -> tuple[Material, ...]:
    case, item = asking.case, asking.item
    if case is None:
        return ()
    if case.state in _SUPPLEMENTED:
        return asked_materials(case, item)
    promised = {row.material_id for row in case.application.materials if row.promised_by}
    return tuple(row for row in (item.materials if item else ()) if row.material_id in promised)


class MissingEditor:
    """What is missing or wrong, row by row."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = MissingTable(asking.item, parent)

    def fact(self) -> list[dict[str, str]]:
        return self.widget.rows()


def desk_editor(ask: Ask, asking: Asking, parent: QWidget) -> AskEditor:
    """Return the editor of a desk: for a case one of its departments or the deciding one, else any desk."""
    if asking.case is None or asking.case.kind != CASE:
        return AnyDeskEditor(ask, asking, parent)
    return PartDeskEditor(ask, asking, parent) if ask.name == "desk_id" else DeskEditor(ask, asking, parent)


def person_editor(ask: Ask, asking: Asking, parent: QWidget) -> AskEditor:
    """Return the editor of a person: somebody of this desk, but a project may be handed on to anybody."""
    goes_elsewhere = asking.case is not None and asking.case.kind != CASE
    return AnyPersonEditor(ask, asking, parent) if goes_elsewhere else PersonEditor(ask, asking, parent)


_EDITORS: Mapping[AskKind, Callable[[Ask, Asking, QWidget], AskEditor]] = {
    AskKind.TEXT: LineEditor,
    AskKind.LONG_TEXT: LongTextEditor,
    AskKind.CHOICE: ChoiceEditor,
    AskKind.DATE: DayEditor,
    AskKind.DESK: desk_editor,
    AskKind.PERSON: person_editor,
    AskKind.NUMBER: NumberEditor,
    AskKind.PARTS: PartsEditor,
    AskKind.DESKS: DesksEditor,
    AskKind.ATTENDANCE: AttendanceEditor,
    AskKind.MATERIALS: MaterialsEditor,
    AskKind.MISSING: MissingEditor,
}

_BY_NAME: Mapping[str, Callable[[Ask, Asking, QWidget], AskEditor]] = {
    "accused_person": AnyPersonEditor,
    "from_at": ClockEditor,
    "post_id": PostEditor,
    "slot": SlotEditor,
    "until_at": ClockEditor,
}


def editor_for(ask: Ask, asking: Asking, parent: QWidget) -> AskEditor:
    """Return an editor for a question: some are told by what is asked, the others by its kind."""
    return (_BY_NAME.get(ask.name) or _EDITORS[ask.kind])(ask, asking, parent)
