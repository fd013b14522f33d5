"""Rules on facts that must be given at all, and how the other rules read a fact that may be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Check, Situation
from stationapp.domain.refusal import Reason


def reasons_are_given(*names: str) -> Check:
    """Return a check that the named facts hold some text."""

    def check(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
        lacking = [name for name in names if not text_of(event, name)]
        return tuple(Reason("empty", "请填写本项内容。", name) for name in lacking)

    return check


def text_of(event: CaseEvent, name: str) -> str:
    """Return a fact as text without blanks around it, empty for one left out."""
    value = event.facts.get(name)
    return "" if value is None else str(value).strip()


def rows_of(event: CaseEvent, name: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a fact, none for one left out; `answers` has seen to it that they are rows."""
    return event.facts.get(name) or ()
