"""The history of a case: every step with the hand that made it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from stationapp.services.case_details import Step
from stationapp.store.records import EventStatus
from stationapp.ui.case.plain_table import PlainTable
from stationapp.ui.words import moment_text

_HEADS = ("时间", "办理", "单位和经办人", "说明", "状态")
_WIDE = 3
STATUS_TITLES = {
    EventStatus.PENDING: "仅存本机",
    EventStatus.HELD: "县级平台暂存",
    EventStatus.REFUSED: "被退回",
    EventStatus.CONFIRMED: "已确认",
}


def hand_text(step: Step) -> str:
    """Return who made a step: person, post and, where two share it, on which side."""
    side = f" {step.side}岗" if step.side else ""
    return f"{step.person}（{step.post}{side}）" if step.post else step.person


def status_text(step: Step) -> str:
    """Return how a step stands with the hub."""
    title = STATUS_TITLES[EventStatus(step.status)]
    return f"{title}\n（已处理）" if step.settled else title


def in_order(steps: Sequence[Step], refused: Sequence[Step]) -> list[Step]:
    """Return the history with what the hub refused at its time; the order of the others is the hub's."""
    lines, waiting = list[Step](), list(refused)
    for step in steps:
        while waiting and waiting[0].at < step.at:
            lines.append(waiting.pop(0))
        lines.append(step)
    return lines + waiting


class HistoryTable(PlainTable):
    """One line for each step, the first on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_HEADS, _WIDE, "办理经过", parent)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show the steps of a case."""
        self.show_rows(
            [
                (
                    moment_text(step.at).replace(" ", "\n"),
                    step.title,
                    "\n".join(dict.fromkeys((step.desk, hand_text(step)))),
                    "\n".join(filter(None, (step.remark, *step.reasons))),
                    status_text(step),
                )
                for step in steps
            ]
        )
        self.scrollToBottom()
