"""Who applies: document, name, sex, birth date, phone and address, with people served before on offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QGroupBox, QLineEdit, QPushButton, QWidget

from stationapp.domain.identity_documents import IdentityCheck, Sex
from stationapp.domain.names import MAXIMUM_LENGTH, normalise_name, private_characters
from stationapp.domain.people import Applicant
from stationapp.domain.refusal import Refused
from stationapp.services.applicants import earlier_name
from stationapp.store.records import KnownApplicant
from stationapp.ui.context import Context
from stationapp.ui.fields.code_points import NameLine, RareCharacterDialog
from stationapp.ui.fields.date_entry import DateEntry
from stationapp.ui.fields.field import Field
from stationapp.ui.new_case.identity_field import IdentityField
from stationapp.ui.new_case.offers import KnownApplicantOffers


class ApplicantForm(QGroupBox):
    """The applicant as typed. `offers_parent` is the widget over which the offered people may hang."""

    changed = Signal()

    def __init__(self, context: Context, offers_parent: QWidget) -> None:
        super().__init__("申请人")
        self._context = context
        self.identity = IdentityField(context.workplace.now().date(), self)
        self.name = NameLine(self)
        self._rare = QPushButton("生僻字…", self)
        self._rare.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._rare.setToolTip("也可以在姓名中输入字符编码（如 2A2FE）后按 Alt+X")
        self.name_field = Field("姓名（&M）", self.name, required=True, extra=self._rare)
        self.sex = QComboBox(self)
        for title, value in (("", ""), *((sex.label, str(sex)) for sex in Sex)):
            self.sex.addItem(title, value)
        self.birth = DateEntry(self)
        self.phone = QLineEdit(self)
        self.address = QLineEdit(self)
        self.sex_field = Field("性别", self.sex)
        self.birth_field = Field("出生日期", self.birth)
        self.phone_field = Field("联系电话（&P）", self.phone)
        self.address_field = Field("住址（&A）", self.address)
        self._lay_out()
        self.offers = KnownApplicantOffers(context, offers_parent)
        self.offers.serve(self.identity.number)
        self.offers.serve(self.name)
        self._connect()

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields by the names refusals give them."""
        return {
            "document_kind": self.identity.kind_field,
            "document_number": self.identity.number_field,
            "name": self.name_field,
            "birth_date": self.birth_field,
            "phone": self.phone_field,
            "address": self.address_field,
        }

    def applicant(self) -> Applicant:
        """Return the applicant as he stands; unfinished parts are empty."""
        return Applicant(
            name=self.name.text().strip(),
            document_kind=str(self.identity.chosen_kind),
            document_number=self.identity.typed,
            sex=str(self.sex.currentData() or ""),
            birth_date=self.birth.iso,
            phone=self.phone.text().strip(),
            address=self.address.text().strip(),
        )

    def unfinished(self) -> dict[str, Any]:
        """Return what is typed and no value yet."""
        return {"birth_date": self.birth.text} if self.birth.text and self.birth.day is None else {}

    def fill(self, applicant: Applicant, unfinished: Mapping[str, Any] | None = None) -> None:
        """Put an applicant in, as stored or as typed so far."""
        self.name.setText(applicant.name)
        self.sex.setCurrentIndex(max(0, self.sex.findData(applicant.sex)))
        self.birth.set_text(str((unfinished or {}).get("birth_date", applicant.birth_date)))
        self.phone.setText(applicant.phone)
        self.address.setText(applicant.address)
        self.identity.fill(applicant.document_kind, applicant.document_number)

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(
            (self.name.text(), self.identity.typed, self.phone.text(), self.address.text(), self.birth.text)
        )

    def _lay_out(self) -> None:
        places = (
            (self.identity.kind_field, 0, 0, 2),
            (self.identity.number_field, 0, 2, 4),
            (self.name_field, 1, 0, 3),
            (self.sex_field, 1, 3, 1),
            (self.birth_field, 1, 4, 2),
            (self.phone_field, 2, 0, 2),
            (self.address_field, 2, 2, 4),
        )
        grid = QGridLayout(self)
        grid.setVerticalSpacing(4)
        for field, row, column, span in places:
            grid.addWidget(field, row, column, 1, span)
        for column in range(6):
            grid.setColumnStretch(column, 1)

    def _connect(self) -> None:
        self.identity.checked.connect(self._take_over)
        self.identity.changed.connect(self.changed)
        self.identity.number.editingFinished.connect(self._compare_with_earlier)
        for line in (self.name, self.phone, self.address):
            line.textChanged.connect(lambda _: self.changed.emit())
        self.name.textChanged.connect(lambda _: self._look_at_name())
        self.name.editingFinished.connect(self._tidy_name)
        self.sex.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.birth.changed.connect(self._look_at_birth)
        self._rare.clicked.connect(self._open_rare_characters)
        self.offers.taken.connect(self._take_known)

    def _take_over(self, check: IdentityCheck) -> None:
        """A checked number tells birth date and sex: nobody types them, and the keyboard skips them."""
        told_birth = check.is_valid and check.birth_date is not None
        told_sex = check.is_valid and check.sex is not None
        if told_birth and check.birth_date:
            self.birth.set_text(check.birth_date.isoformat())
        if told_sex:
            self.sex.setCurrentIndex(self.sex.findData(str(check.sex)))
        self.birth.set_read_only(told_birth)
        self.sex.setEnabled(not told_sex)

    def _look_at_name(self) -> None:
        strange = private_characters(self.name.text())
        if strange:
            codes = "、".join(f"U+{ord(character):X}" for character in strange)
            self.name_field.warn(f"姓名中有自造字（{codes}），其他系统认不出；有标准编码时请改用生僻字录入。")
        elif len(self.name.text()) > MAXIMUM_LENGTH:
            self.name_field.complain(f"姓名最多 {MAXIMUM_LENGTH} 个字。")
        else:
            self.name_field.clear()

    def _tidy_name(self) -> None:
        typed = self.name.text()
        if not typed.strip():
            return
        try:
            normal = normalise_name(typed)
        except Refused as refused:
            self.name_field.complain(refused.reasons[0].text)
            return
        if normal != typed:
            self.name.setText(normal)
            if normal != typed.strip():
                self.name_field.warn(f"姓名写法已规范为“{normal}”，请与证件核对。")
        self._compare_with_earlier()

    def _compare_with_earlier(self) -> None:
        applicant, workplace = self.applicant(), self._context.workplace
        if not applicant.name or not applicant.document_number:
            return
        self._context.tasks.read(
            lambda: earlier_name(
                workplace, applicant.document_kind, applicant.document_number, applicant.name
            ),
            lambda earlier: self._warn_of_earlier(applicant, earlier),
            owner=self,
        )

    def _warn_of_earlier(self, asked: Applicant, earlier: str) -> None:
        if earlier and self.applicant() == asked:
            self.name_field.warn(f"这个证件号码以前登记的姓名是“{earlier}”，请核对证件。")

    def _look_at_birth(self) -> None:
        text = self.birth.text
        if text and self.birth.day is None and len(text) >= len("19420320"):
            self.birth_field.complain("日期写法不对，如 1942-03-20。")
        else:
            self.birth_field.clear()
        self.changed.emit()

    def _open_rare_characters(self) -> None:
        dialog = RareCharacterDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.entered.connect(self.name.put_in)
        dialog.finished.connect(lambda _: self.name.setFocus())
        dialog.open()

    def _take_known(self, known: KnownApplicant) -> None:
        self.fill(
            Applicant(
                known.name,
                known.document_kind,
                known.document_number,
                known.sex,
                known.birth_date,
                known.phone,
                known.address,
            )
        )
        self.phone.setFocus()
