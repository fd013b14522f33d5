"""What was applied for: the applicant, the item's own fields, the materials with their scans."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from stationapp.domain.case import CASE
from stationapp.domain.catalogue import Keeper
from stationapp.domain.identity_documents import DocumentKind, Sex
from stationapp.domain.item_form import FieldKind, FormField, fields_of
from stationapp.domain.organisation import Organisation
from stationapp.domain.people import Applicant, Application, HandedIn
from stationapp.services.case_details import CaseDetails
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.context import Context
from stationapp.ui.materials.material_row import KEEPER_TITLES
from stationapp.ui.materials.scans_line import size_text
from stationapp.ui.new_case.attorney_field import attorney_ask
from stationapp.ui.paper.scan_viewer import ScanViewer, open_scan

_HEADS = ("材料", "原件", "复印件", "页数", "原件去向")
_LINKS = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard


def applicant_rows(applicant: Applicant) -> list[tuple[str, str]]:
    """Return titles and values of what is known of an applicant, in reading order."""
    kinds = {str(kind): kind.label for kind in DocumentKind}
    sexes = {str(sex): sex.label for sex in Sex}
    rows = [
        ("姓名", applicant.name),
        (kinds.get(applicant.document_kind, "证件号码"), applicant.document_number),
        ("性别", sexes.get(applicant.sex, "")),
        ("出生日期", applicant.birth_date),
        ("联系电话", applicant.phone),
        ("住址", applicant.address),
    ]
    return [row for row in rows if row[1]]


def other_rows(application: Application, organisation: Organisation) -> list[tuple[str, str]]:
    """Return titles and values of what only some applications have: authority, place of the result, power."""
    station = organisation.station_of(application.division) if application.division else None
    result_to = organisation.desk(application.result_to) if application.result_to else None
    rows = [
        ("管辖行政区划", f"{application.division}（{station.name}）" if station else application.division),
        ("取件站点", result_to.name if result_to else application.result_to),
        ("申请人的委托", dict(attorney_ask().choices).get(application.attorney, application.attorney)),
    ]
    return [row for row in rows if row[1]]


def value_text(field: FormField, value: object) -> str:
    """Return a value of an item's own field as people read it."""
    if field.kind is FieldKind.BOOLEAN:
        return "是" if value else "否"
    if field.kind is FieldKind.CHOICES and isinstance(value, list | tuple):
        return "、".join(map(str, value))
    if field.kind is FieldKind.TABLE and isinstance(value, list | tuple):
        return "\n".join(_row_text(field, row) for row in value)
    return f"{value} 元" if field.kind is FieldKind.MONEY else str(value)


def _row_text(field: FormField, row: object) -> str:
    """One row of a table: 姓名 王䶮，与申请人关系 配偶."""
    cells = row if isinstance(row, Mapping) else {}
    return "，".join(
        f"{column.title} {value_text(column, cells[column.name])}"
        for column in field.columns
        if column.name in cells
    )


class CaseContents(QScrollArea):
    """Titles and values, then the materials; a scan opens by its name."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._scans: list[tuple[str, HandedIn, int]] = []
        self.setWidgetResizable(True)
        page = QWidget()
        self._values = QGridLayout()
        self._values.setColumnStretch(1, 1)
        self._values.setColumnStretch(3, 1)
        self.materials = PlainTable(_HEADS, 0, "已收材料", page)
        self.scans = QLabel(page)
        self.scans.setTextFormat(Qt.TextFormat.RichText)
        self.scans.setTextInteractionFlags(_LINKS)
        self.scans.setWordWrap(True)
        self.scans.linkActivated.connect(self.open_scan)
        column = QVBoxLayout(page)
        column.addLayout(self._values)
        column.addWidget(self.materials, 1)
        column.addWidget(self.scans)
        column.addStretch(0)
        self.setWidget(page)

    def show_details(self, details: CaseDetails) -> None:
        """Show what a case asks for."""
        application = details.case.application
        rows = applicant_rows(application.applicant)
        for field in fields_of(details.item.form) if details.item else ():
            if field.name in application.form:
                rows.append((field.title, value_text(field, application.form[field.name])))
        self._show_values([*rows, *other_rows(application, self._context.workplace.organisation)])
        self.materials.setVisible(details.case.kind == CASE)
        self.scans.setVisible(details.case.kind == CASE)
        self.materials.show_rows([_material_cells(row) for row in application.materials])
        self._show_scans(application.materials)

    def open_scan(self, link: str) -> ScanViewer:
        """Open the scan of a link."""
        _, material, number = self._scans[int(link)]
        return open_scan(self._context, material.attachments[number], self)

    def _show_values(self, rows: list[tuple[str, str]]) -> None:
        while (old := self._values.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        for place, (title, value) in enumerate(rows):
            name, text = QLabel(title, self.widget()), QLabel(value, self.widget())
            name.setObjectName("Muted")
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._values.addWidget(name, place // 2, place % 2 * 2)
            self._values.addWidget(text, place // 2, place % 2 * 2 + 1)

    def _show_scans(self, materials: tuple[HandedIn, ...]) -> None:
        self._scans = [
            (material.name, material, number)
            for material in materials
            for number in range(len(material.attachments))
        ]
        links = [
            f'{escape(name)}：<a href="{at}">{escape(material.attachments[number].name)}</a>'
            f"（{size_text(material.attachments[number].size)}）"
            for at, (name, material, number) in enumerate(self._scans)
        ]
        self.scans.setText("扫描件　" + "　".join(links) if links else "没有扫描件")


def _material_cells(row: HandedIn) -> tuple[str, ...]:
    keepers = {str(keeper): title for keeper, title in KEEPER_TITLES.items()}
    keeper = keepers.get(row.keeper, KEEPER_TITLES[Keeper.STATION]) if row.originals else "—"
    promised = f"（承诺 {row.promised_by} 前补交）" if row.promised_by else ""
    return (f"{row.name}{promised}", str(row.originals), str(row.copies), str(row.pages or "—"), keeper)
