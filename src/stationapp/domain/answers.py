"""Whether the answers to what a move asks for can be read at all: what they say is for the move's own checks.

They come from a window, from a script's JSON or from another device, and are printed and folded later on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from stationapp.domain.moves import Ask, AskKind, Move
from stationapp.domain.people import handed_in_from_mapping
from stationapp.domain.refusal import Reason

# What the fold of a case believes, wherever it stands; so it may stand only where a move asks for it.
_FOLDED = frozenset({"application", "materials", "missing", "case_number"})


def stray_facts(move: Move, facts: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return a reason for every fact that would change the case though the move has no business with it."""
    own = {ask.name for ask in move.asks} | ({"application"} if move.opens else set())
    return tuple(
        Reason("stray-fact", f"“{move.title}”不能改动“{name}”。", name)
        for name in sorted(_FOLDED & facts.keys() - own)
    )


def unreadable_answers(move: Move, facts: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return a reason for every answer that is there and cannot be read; one left out or empty is no fault here."""
    faults = (
        (ask, _fault(ask, facts[ask.name])) for ask in move.asks if facts.get(ask.name) not in (None, "")
    )
    return tuple(Reason("bad-answer", f"“{ask.title}”{fault}。", ask.name) for ask, fault in faults if fault)


def _fault(ask: Ask, answer: Any) -> str:
    if ask.kind is AskKind.CHOICE:
        values = [value for value, _ in ask.choices]
        return "" if answer in values else f"只能是 {'、'.join(values)} 之一"
    return _FAULTS[ask.kind](answer)


def _text_fault(answer: Any) -> str:
    return "" if isinstance(answer, str) else "应为文字"


def _date_fault(answer: Any) -> str:
    try:
        readable = date.fromisoformat(answer).isoformat() == answer
    except (TypeError, ValueError):
        readable = False
    return "" if readable else "应为日期，如 2026-12-01"


def _number_fault(answer: Any) -> str:
    sound = isinstance(answer, int) and not isinstance(answer, bool) and 1 <= answer <= _MANY
    return "" if sound else f"应为 1 到 {_MANY} 的整数"


def _rows_fault(*names: str) -> Callable[[Any], str]:
    def fault(answer: Any) -> str:
        rows = answer if isinstance(answer, list | tuple) else [None]
        sound = all(isinstance(row, Mapping) and _are_texts(row, names) for row in rows)
        return "" if sound else "写法不对"

    return fault


def _are_texts(row: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(row.get(name), str) and row[name].strip() for name in names)


def _desks_fault(answer: Any) -> str:
    sound = isinstance(answer, list | tuple) and all(isinstance(one, str) for one in answer)
    return "" if sound else "应为单位的列表"


def _materials_fault(answer: Any) -> str:
    try:
        for row in answer:
            handed_in_from_mapping(row)
    except (TypeError, ValueError, AttributeError):
        return "写法不对，每项应有材料标识、名称、原件份数和复印件份数"
    return ""


def _missing_fault(answer: Any) -> str:
    rows = answer if isinstance(answer, list | tuple) else [None]
    sound = all(
        isinstance(row, Mapping) and all(isinstance(value, str) for value in row.values()) for row in rows
    )
    return "" if sound else "写法不对，每项应有材料标识、名称、问题和应达到的标准"


_MANY = 999
_FAULTS: Mapping[AskKind, Callable[[Any], str]] = {
    AskKind.TEXT: _text_fault,
    AskKind.LONG_TEXT: _text_fault,
    AskKind.DESK: _text_fault,
    AskKind.PERSON: _text_fault,
    AskKind.NUMBER: _number_fault,
    AskKind.PARTS: _rows_fault("desk_id", "matter"),
    AskKind.DESKS: _desks_fault,
    AskKind.ATTENDANCE: _rows_fault("desk_id", "person"),
    AskKind.DATE: _date_fault,
    AskKind.MATERIALS: _materials_fault,
    AskKind.MISSING: _missing_fault,
}
