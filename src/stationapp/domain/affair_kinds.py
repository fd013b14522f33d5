"""The kinds of affairs: services around a case that run through the same log, custody and table of moves."""

from __future__ import annotations

from enum import StrEnum

from stationapp.domain.case import CASE


class AffairKind(StrEnum):
    """What an affair is about; its opening move makes a case of this kind."""

    APPOINTMENT = "appointment"
    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    ABSENCE = "absence"
    EXTRA_HOURS = "extra_hours"
    PROJECT = "project"
    DISPUTE = "dispute"
    FEEDBACK = "feedback"
    DUTY = "duty"

    @property
    def label(self) -> str:
        """The kind's name on screens and papers."""
        return _LABELS[self]


_LABELS = {
    AffairKind.APPOINTMENT: "预约",
    AffairKind.CONSULTATION: "咨询",
    AffairKind.COMPLAINT: "投诉",
    AffairKind.ABSENCE: "离岗",
    AffairKind.EXTRA_HOURS: "延时服务",
    AffairKind.PROJECT: "全程代办",
    AffairKind.DISPUTE: "窗口争议",
    AffairKind.FEEDBACK: "指南建议",
    AffairKind.DUTY: "值班带班",
}


def noun_of(kind: str) -> str:
    """Return what a person calls a case of that kind."""
    return "办件" if kind == CASE else AffairKind(kind).label
