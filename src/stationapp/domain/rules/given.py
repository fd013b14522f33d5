"""Rules on facts that must be given at all, and how the other rules read a fact that may be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stationapp.domain import numbers
from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Check, Situation
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.typed_text import compact

_NUMBER = "document_number"


def reasons_are_given(*names: str) -> Check:
    """Return a check that the named facts hold some text, and a document number one of the acting organ's own."""

    def check(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
        lacking = [name for name in names if not text_of(event, name)]
        empty = (Reason("empty", "请填写本项内容。", name) for name in lacking)
        return (*empty, *(_number_faults(situation, event) if _NUMBER in names else ()))

    return check


def _number_faults(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A paper carries a number of the organ that issues it (发文机关代字, GB/T 9704)."""
    text, desk = text_of(event, _NUMBER), situation.desk(event.hand)
    if not text or desk is None:
        return ()
    try:
        number = numbers.parse_document_number(text)
    except Refused as refused:
        return tuple(replace(reason, field=_NUMBER) for reason in refused.reasons)
    if not number.series.startswith(compact(desk.organ_short)):
        return (Reason("foreign-number", f"文书编号应以本机关简称“{desk.organ_short}”开头。", _NUMBER),)
    return ()


def text_of(event: CaseEvent, name: str) -> str:
    """Return a fact as text without blanks around it, empty for one left out."""
    value = event.facts.get(name)
    return "" if value is None else str(value).strip()


def rows_of(event: CaseEvent, name: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a fact, none for one left out; `answers` has seen to it that they are rows."""
    return event.facts.get(name) or ()
