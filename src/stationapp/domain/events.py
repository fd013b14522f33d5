"""What happens to a case, as data: one event per move, named by the move and signed for by a hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stationapp.domain.people import Application, application_from_mapping
from stationapp.domain.rule_editions import EDITION


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acted: a person in a post at a desk, as its A or B side (AB岗)."""

    desk_id: str
    post_id: str
    person_id: str
    person_name: str
    side: str = "A"


@dataclass(frozen=True, slots=True)
class Versions:
    """The published documents and the edition of the rules an act was done under: the hub judges by the same."""

    organisation: int = 0
    catalogue: int = 0
    calendar: str = ""
    rules: int = EDITION


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One act on one case.

    `event_id` and `case_id` are UUIDv7 text made by the station; `at` is the station's clock with its offset,
    a claim and never an order; `facts` holds JSON values named by the move's row in `case_flow`.
    """

    event_id: str
    case_id: str
    move: str
    at: datetime
    hand: Hand
    facts: Mapping[str, Any] = field(default_factory=dict)
    under: Versions = field(default_factory=Versions)
    _read: Application | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def application(self) -> Application:
        """The application among the facts, read once however many rules ask for it.

        Raises KeyError where there is none; TypeError, ValueError or AttributeError for a malformed one.
        """
        read = self._read
        if read is None:
            read = application_from_mapping(self.facts["application"])
            object.__setattr__(self, "_read", read)
        return read


def event_to_mapping(event: CaseEvent) -> dict[str, Any]:
    """Return the JSON shape in which an event travels and is stored."""
    return {
        "event_id": event.event_id,
        "case_id": event.case_id,
        "move": event.move,
        "at": event.at.isoformat(),
        "hand": {name: getattr(event.hand, name) for name in Hand.__dataclass_fields__},
        "facts": dict(event.facts),
        "under": {name: getattr(event.under, name) for name in Versions.__dataclass_fields__},
    }


def event_from_mapping(data: Mapping[str, Any]) -> CaseEvent:
    """Read an event; raises KeyError, TypeError or ValueError on a malformed one."""
    at = datetime.fromisoformat(data["at"])
    if at.tzinfo is None:
        raise ValueError("an event's time needs its offset")
    return CaseEvent(
        event_id=str(data["event_id"]),
        case_id=str(data["case_id"]),
        move=str(data["move"]),
        at=at,
        hand=_hand_from_mapping(data["hand"]),
        facts=dict(data["facts"]),
        under=_versions(data["under"]),
    )


def _hand_from_mapping(data: Mapping[str, Any]) -> Hand:
    if not all(isinstance(value, str) for value in data.values()):
        raise TypeError("a hand is told in texts")
    return Hand(**{name: value for name, value in data.items() if name in Hand.__dataclass_fields__})


def _versions(data: Mapping[str, Any]) -> Versions:
    """An older program names no edition of the rules; a newer one may name more than this one knows."""
    known = {name: value for name, value in data.items() if name in Versions.__dataclass_fields__}
    return Versions(**{"rules": 1, **known})
