"""全程代办: the cases of a project, and how far each of them is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from stationapp.services.projects import Member, ProjectDetails
from stationapp.ui.case.plain_table import PlainTable

_HEADS = ("收件号", "申请人", "事项", "状态")
_WIDE = 2
_UNKNOWN = "本站没有这个办件的记录"


class ProjectTab(QWidget):
    """One line for each case. `case_wanted` carries the id of the one that is to be opened."""

    case_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members: tuple[Member, ...] = ()
        self.summary = QLabel(self)
        self.table = PlainTable(_HEADS, _WIDE, "项目中的办件", self)
        self.table.itemActivated.connect(lambda item: self._open(item.row()))
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 1)

    def show_project(self, project: ProjectDetails) -> None:
        """Show the cases of a project."""
        self._members = project.members
        total = len(project.members)
        self.summary.setText(f"责任代办员 {project.agent}；共 {total} 件，已办结 {project.finished} 件")
        self.table.show_rows([_cells(member) for member in project.members])

    def _open(self, row: int) -> None:
        line = self._members[row].line
        if line is not None:
            self.case_wanted.emit(line.case_id)


def _cells(member: Member) -> tuple[str, ...]:
    line = member.line
    if line is None:
        return (member.receipt_number, "", _UNKNOWN, "")
    return (member.receipt_number, line.applicant_name, line.item_name, line.state.label)
