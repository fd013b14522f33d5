"""The parts of a joint case (联办): one per department asked, each in its own custody and with its own clock.

Sources: 行政许可法 art. 26 (several departments), SEED 001 and 003 (并联审批, 缺席默认, 超时默认).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from stationapp.domain.events import CaseEvent


class PartState(StrEnum):
    """How far a department has got with its part."""

    ASKED = "asked"
    SIGNED = "signed"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    DEFAULTED = "defaulted"
    ABSENT = "absent"
    UNANSWERED = "unanswered"

    @property
    def label(self) -> str:
        """The state's name on screens and papers."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether the department still owes its opinion."""
        return self in _OPEN

    @property
    def needs_meeting(self) -> bool:
        """Whether nothing is granted before a meeting has dealt with it: an objection, or no word at all."""
        return self in _UNSETTLED


_LABELS = {
    PartState.ASKED: "待接收",
    PartState.SIGNED: "办理中",
    PartState.AGREED: "同意",
    PartState.DISAGREED: "不同意",
    PartState.DEFAULTED: "超时默认",
    PartState.ABSENT: "缺席默认",
    PartState.UNANSWERED: "未回执",
}
_OPEN = frozenset({PartState.ASKED, PartState.SIGNED})
_UNSETTLED = frozenset({PartState.DISAGREED, PartState.UNANSWERED})


@dataclass(frozen=True, slots=True)
class Part:
    """What one department was asked; `due` is a due fact, empty where the item sets no limit for it. `settled` means
    that a meeting has dealt with its objection, or with its having said nothing. `answered` is what closed the part,
    by the department's own hand or without it.
    """

    desk_id: str
    matter: str
    state: PartState
    asked: CaseEvent
    due: Mapping[str, Any]
    signed: CaseEvent | None = None
    answered: CaseEvent | None = None
    settled: bool = False


def evolve_parts(parts: tuple[Part, ...], event: CaseEvent) -> tuple[Part, ...]:
    """Return the parts after one more event of the case."""
    if event.move == "fan_out":
        return (*parts, *(_asked(row, event) for row in event.facts["parts"]))
    if event.move == "record_meeting":
        return tuple(replace(part, settled=part.state.needs_meeting) for part in parts)
    if event.move not in _STEPS:
        return parts
    about = str(event.facts["desk_id"]) if event.move in _ABOUT_OTHERS else event.hand.desk_id
    return tuple(_stepped(part, event) if part.desk_id == about else part for part in parts)


def part_of(parts: tuple[Part, ...], desk_id: str) -> Part | None:
    """Return the part a desk was asked for, if any."""
    return next((part for part in parts if part.desk_id == desk_id), None)


def _asked(row: Mapping[str, Any], event: CaseEvent) -> Part:
    return Part(str(row["desk_id"]), str(row["matter"]), PartState.ASKED, event, dict(row.get("due") or {}))


def _stepped(part: Part, event: CaseEvent) -> Part:
    if event.move == "sign_for_part":
        return replace(part, state=PartState.SIGNED, signed=event)
    return replace(part, state=_outcome(event), answered=event)


def _outcome(event: CaseEvent) -> PartState:
    if event.move != "give_opinion":
        return _STEPS[event.move]
    return PartState.DISAGREED if event.facts["outcome"] == "disagree" else PartState.AGREED


_STEPS = {
    "sign_for_part": PartState.SIGNED,
    "give_opinion": PartState.AGREED,
    "default_part": PartState.DEFAULTED,
    "default_absent": PartState.ABSENT,
    "close_part": PartState.UNANSWERED,
}
_ABOUT_OTHERS = frozenset({"default_part", "default_absent", "close_part"})
