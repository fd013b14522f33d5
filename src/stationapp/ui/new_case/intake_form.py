"""The application on one page: applicant, the item's own fields, materials, with the guide beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.identity_documents import IdentityCheck
from stationapp.domain.refusal import Reason
from stationapp.services.catalogue import why_closed
from stationapp.services.completing import Resumed
from stationapp.services.intake import Draft
from stationapp.ui.context import Context
from stationapp.ui.fields.field import Field, NoteLine
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.materials.panel import MaterialsPanel
from stationapp.ui.new_case.applicant_form import ApplicantForm
from stationapp.ui.new_case.attorney_field import AttorneyField
from stationapp.ui.new_case.double_notice import DoubleNotice
from stationapp.ui.new_case.guide_panel import GuidePanel
from stationapp.ui.new_case.item_fields import ItemFields, field_of
from stationapp.ui.new_case.other_fields import OtherFields
from stationapp.ui.words import Tone

_MATERIAL = "material:"
_ROOM_BELOW = 80  # pixels that must be in sight around a refused field: its complaint stands below it
_WIDTHS = (840, 300)  # form and guide on the screen of an ordinary station PC


class IntakeForm(QWidget):
    """One draft being typed. `changed` follows every key, `finished` Enter on the last material."""

    changed = Signal()
    finished = Signal()

    def __init__(
        self, context: Context, item: ServiceItem, resumed: Resumed, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.item = item
        self._draft, self._resumed = resumed.draft, resumed
        self.double = DoubleNotice(context, resumed.draft.case_id)
        self.applicant = ApplicantForm(context, self)
        self.own = ItemFields(item)
        self.materials = MaterialsPanel(context, item.materials, promises=item.promise_allowed)
        self.attorney = AttorneyField(context.workplace, item)
        self.other = OtherFields(context.workplace)
        self.guide = GuidePanel(context)
        self.guide.show_item(item)
        self._warning = NoteLine()
        self._refused_place: QWidget | None = None
        self._scroll = QScrollArea()
        self._lay_out(context)
        self._flow = TypingFlow(self)
        self._flow.watch(self)
        self._fill()
        for part in (self.applicant, self.own, self.materials, self.attorney, self.other):
            part.changed.connect(self.changed)
        self.applicant.identity.checked.connect(self._look_for_doubles)
        self._look_for_doubles(None)
        self.materials.finished.connect(self.finished)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that would be worth keeping."""
        return self.applicant.is_empty() and not self.own.values() and not self.materials.handed_in()

    def draft(self) -> Draft:
        """Return the draft as it stands now."""
        application = replace(
            self._draft.application,
            item_code=self.item.code,
            item_version=self.item.version,
            item_name=self.item.name,
            applicant=self.applicant.applicant(),
            form=self.own.values(),
            materials=self.materials.handed_in(),
            attorney=self.attorney.value,
            **self.other.values(),
        )
        unfinished = {"applicant": self.applicant.unfinished(), "form": self.own.unfinished()}
        return Draft(self._draft.draft_id, application, self._draft.case_id, unfinished)

    def begin(self) -> None:
        """Take the keyboard to where there is something left to type; what was sent back is read from the top."""
        if self._draft.case_id and not self._resumed.mends:
            self.materials.begin()
        else:
            self.applicant.identity.number.setFocus()

    def close_offers(self) -> bool:
        """Take the offered people away; False when none were shown."""
        shown = self.applicant.offers.isVisible()
        self.applicant.offers.hide()
        return shown

    def unfinished_reasons(self) -> tuple[Reason, ...]:
        """Return a reason for everything typed that is no value, so that nothing typed is received as empty."""
        reasons = [
            Reason("unfinished", "日期写法不对，如 1942-03-20。", name)
            for name in self.applicant.unfinished()
        ]
        titles = {name: field.title for name, field in self.own.fields.items()}
        texts = {name: f"“{titles[name]}”的填写格式不对。" for name in self.own.unfinished()}
        return (*reasons, *(Reason("form-unfinished", text, name) for name, text in texts.items()))

    def show_refusals(self, reasons: Iterable[Reason]) -> list[str]:
        """Put each reason at its field, take the keyboard to the first, and return the sentences that have none."""
        homeless: list[str] = []
        first: QWidget | None = None
        for reason in reasons:
            place = self._place(reason)
            if place is None:
                homeless.append(reason.text)
            first = first or place
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refused_place = first
        self._see_refused_place()
        return homeless

    def _see_refused_place(self) -> None:
        """Again whenever the page grows or the view shrinks: complaints take room after they were made."""
        place = self._refused_place
        if place is not None and place.hasFocus():
            self._scroll.ensureWidgetVisible(place, 0, _ROOM_BELOW)

    def _place(self, reason: Reason) -> QWidget | None:
        if reason.field.startswith(_MATERIAL):
            return self._at_material(reason)
        elsewhere = self.other.complain(reason.field, reason.text)
        if elsewhere is not None:
            return elsewhere
        fields = self.own.fields if reason.code.startswith("form-") else self.applicant.fields
        field: Field | None = fields.get(field_of(reason))
        if field is None:
            return None
        field.complain(reason.text)
        return field.editor

    def _at_material(self, reason: Reason) -> QWidget | None:
        wanted = reason.field.removeprefix(_MATERIAL)
        if not self.materials.complain(wanted, reason.text):
            return None
        return next(row.tick for row in self.materials.rows if row.material.material_id == wanted)

    def _fill(self) -> None:
        unfinished, application = self._draft.unfinished, self._draft.application
        self.applicant.fill(application.applicant, unfinished.get("applicant"))
        self.own.fill(application.form, unfinished.get("form", {}))
        self.materials.fill(application.materials)
        self.attorney.put(application.attorney)
        self.other.fill(application)

    def _look_for_doubles(self, check: IdentityCheck | None) -> None:
        """Ask once the document's number is whole."""
        applicant = self.applicant.applicant()
        whole = check is None or check.is_valid
        asked = applicant if whole else replace(applicant, document_number="")
        self.double.look(replace(self._draft.application, applicant=asked))

    def _lay_out(self, context: Context) -> None:
        head = QLabel(self.item.name, self)
        head.setObjectName("Heading")
        self._say_what_to_know(context)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        parts = (
            self._warning,
            self.double,
            self.applicant,
            self.own,
            self.materials,
            self.attorney,
            self.other,
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        self._scroll.setWidget(page)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._see_refused_place)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._scroll)
        split.addWidget(self.guide)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes(list(_WIDTHS))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(head)
        layout.addWidget(split, 1)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_in_sight)

    def _say_what_to_know(self, context: Context) -> None:
        if self._resumed.why:
            self._warning.say(self._resumed.why, Tone.WARN)
        if not self._draft.case_id:
            closed = why_closed(context.workplace, self.item)
            self._warning.say("；".join(reason.text for reason in closed), Tone.WARN)

    def _keep_in_sight(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self._scroll.widget().isAncestorOf(new):
            self._scroll.ensureWidgetVisible(new, 0, 40)
