"""Rules on facts that must be given at all."""

from __future__ import annotations

from typing import Any

from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason


def reasons_are_given(*names: str) -> Any:
    """Return a check that the named facts hold some text."""

    def check(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
        lacking = [name for name in names if not str(event.facts.get(name, "")).strip()]
        return tuple(Reason("empty", "请填写本项内容。", name) for name in lacking)

    return check
