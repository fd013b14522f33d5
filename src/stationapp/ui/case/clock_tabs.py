"""时限 and 监察: the clocks of a case with what they leave out and why, and what the supervision finds."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.domain.clock import Clock, ClockStatus
from stationapp.domain.excluded_periods import ExcludedPeriod
from stationapp.domain.findings import StandingFinding
from stationapp.domain.moves import Move
from stationapp.domain.organisation import Organisation
from stationapp.domain.time_limits import LimitUnit
from stationapp.services.clocks import ClockBoard
from stationapp.services.workplace import Workplace
from stationapp.ui.case.head_words import desk_name
from stationapp.ui.case.plain_table import PlainTable

_CLOCK_HEADS = ("时限和依据", "限期", "起算", "到期", "已用和剩余", "状态", "责任单位")
_CLOCK_WIDE = 0
_PERIOD_HEADS = ("不计入时限", "起", "止", "凭据")
_PERIOD_WIDE = 3
_FINDING_HEADS = ("日期", "等级", "类别", "监察情况和依据", "责任单位和人员", "凭据")
_FINDING_WIDE = 3
_ABOUT_FINDINGS = {"appeal_card": "对所选项申诉…（&Q）", "decide_appeal": "处理所选项的申诉…（&Q）"}
_NO_CLOCKS = "受理后开始计算法定和承诺时限。"
_NO_FINDINGS = "没有发现超时、程序或逻辑问题。"
_OWN_COUNT = "本页由本机按办件记录推算，以县级平台的监察结果为准。"


def clock_cells(clock: Clock, organisation: Organisation) -> tuple[str, ...]:
    """Return the line of one clock."""
    subject = desk_name(organisation, clock.face.subject) if clock.face.name == "part" else ""
    return (
        f"{clock.face.title}{f'（{subject}）' if subject else ''}\n{clock.face.source}".rstrip(),
        clock.face.limit.text if clock.face.limit else "—",
        clock.run.started_on.isoformat(),
        _due_text(clock),
        f"已用 {clock.used} {_unit(clock)}{_left_text(clock)}",
        _status_text(clock),
        desk_name(organisation, clock.run.desk_id),
    )


def period_cells(period: ExcludedPeriod, board: ClockBoard) -> tuple[str, ...]:
    """Return the line of one period that is not counted."""
    last = period.last.isoformat() if period.last else "未结束"
    return (period.kind.label, period.first.isoformat(), last, board.evidence(period.evidence))


def finding_cells(row: StandingFinding, board: ClockBoard, organisation: Organisation) -> tuple[str, ...]:
    """Return the line of one finding with the last word on it."""
    finding = row.finding
    who = "\n".join(text for text in (desk_name(organisation, finding.desk_id), finding.person_name) if text)
    settled = f"（{finding.settled_on} 已办）" if finding.settled_on else ""
    return (
        finding.day.isoformat(),
        row.grade.label,
        finding.kind.label,
        f"{row.text}{settled}\n{finding.source}".rstrip(),
        who,
        board.evidence(finding.evidence),
    )


class ClocksTab(QWidget):
    """The clocks above, the periods they leave out below."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.clocks = PlainTable(_CLOCK_HEADS, _CLOCK_WIDE, "时限", self)
        self.clocks.keep_readable(_CLOCK_WIDE)
        self.periods = PlainTable(_PERIOD_HEADS, _PERIOD_WIDE, "不计入时限的期间", self)
        self.empty = _muted(_NO_CLOCKS, self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.empty)
        layout.addWidget(self.clocks, 3)
        layout.addWidget(self.periods, 1)

    def show_board(self, board: ClockBoard) -> None:
        """Show the clocks of a case."""
        organisation = self._workplace.organisation
        rows = [clock_cells(clock, organisation) for clock in _in_order(board)]
        periods = {row.evidence: row for clock in board.clocks.every for row in clock.excluded}
        self.clocks.show_rows(rows)
        self.clocks.setVisible(bool(rows))
        self.periods.show_rows([period_cells(row, board) for row in periods.values()])
        self.periods.setVisible(bool(periods))
        self.empty.setVisible(not board.clocks.of_case)


class FindingsTab(QWidget):
    """What the supervision finds. `move_wanted(Move, facts)` comes for what is said about the chosen finding."""

    move_wanted = Signal(object, object)

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._found: list[StandingFinding] = []
        self._moves: tuple[Move, ...] = ()
        self.table = PlainTable(_FINDING_HEADS, _FINDING_WIDE, "监察情况", self)
        self.note = _muted(_OWN_COUNT, self)
        self.buttons = {name: QPushButton(title, self) for name, title in _ABOUT_FINDINGS.items()}
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self._want(name))
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        self.table.itemSelectionChanged.connect(self._look)

    def show_board(self, board: ClockBoard) -> None:
        """Show the findings of a case, the gravest and newest first."""
        self._found = sorted(board.found, key=lambda row: (row.grade, row.finding.day), reverse=True)
        rows = [finding_cells(row, board, self._workplace.organisation) for row in self._found]
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        self.note.setText(_OWN_COUNT if rows else f"{_NO_FINDINGS}{_OWN_COUNT}")
        if rows:
            self.table.selectRow(0)
        self._look()

    def show_moves(self, possible: Iterable[Move]) -> None:
        """Offer those of the moves that are about a finding."""
        self._moves = tuple(move for move in possible if move.name in _ABOUT_FINDINGS)
        self._look()

    def _look(self) -> None:
        chosen = 0 <= self.table.currentRow() < len(self._found)
        possible = {move.name for move in self._moves}
        for name, button in self.buttons.items():
            button.setVisible(bool(self._found) and name in possible)
            button.setEnabled(chosen)

    def _want(self, name: str) -> None:
        finding = self._found[self.table.currentRow()].finding
        move = next(move for move in self._moves if move.name == name)
        self.move_wanted.emit(move, {"finding_id": finding.finding_id})


def _in_order(board: ClockBoard) -> list[Clock]:
    """The case's own limits, then what runs, then what is over."""
    others = (*board.clocks.stages, *board.clocks.waits)
    return [*board.clocks.of_case, *sorted(others, key=lambda clock: clock.status is ClockStatus.STOPPED)]


def _due_text(clock: Clock) -> str:
    if clock.due is None:
        return "中止后再定" if clock.status is ClockStatus.SUSPENDED else "—"
    mark = "（暂定）" if clock.due.provisional else ""
    was = f"\n原暂定 {clock.was}" if clock.was else ""
    longer = f"\n延长 {clock.extended_by} 日" if clock.extended_by else ""
    return f"{clock.due.day}{mark}{was}{longer}"


def _unit(clock: Clock) -> str:
    limit = clock.face.limit
    return "个工作日" if limit is None or limit.unit is LimitUnit.WORKING_DAYS else "天"


def _left_text(clock: Clock) -> str:
    left = clock.remaining
    if left is None:
        return ""
    if left.overdue:
        return f"\n超期 {-left.days} {_unit(clock)}" if left.days else "\n已超期"
    if clock.status is ClockStatus.STOPPED:
        return "\n按期"
    return f"\n剩余 {left.days} {_unit(clock)}" if left.days else "\n今天到期"


def _status_text(clock: Clock) -> str:
    stopped = f"\n{clock.run.stopped_on}" if clock.run.stopped_on else ""
    return f"{clock.status.label}{stopped}"


def _muted(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("Muted")
    label.setWordWrap(True)
    return label
