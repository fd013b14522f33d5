"""Service out of hours: what was received in a session is flagged; no limit counts such a day (domain section 2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.domain.case import Case


@dataclass(frozen=True, slots=True, order=True)
class ExtraSession:
    """One session of a desk: a day (ISO) from and to a time (`HH:MM`), of a kind (saturday, evening, holiday)."""

    day: str
    begins: str
    ends: str
    desk_id: str
    session: str
    case_id: str


def session_of(case: Case) -> ExtraSession:
    """Return the session an affair of that kind announced; raises KeyError for any other."""
    facts = case.last["open_extra_hours"].facts
    return ExtraSession(
        str(facts["day"]),
        str(facts["from_at"]),
        str(facts["until_at"]),
        case.origin,
        str(facts["session"]),
        case.case_id,
    )


def received_in(at: datetime, desk_id: str, session: ExtraSession) -> bool:
    """Tell whether what a desk received at a local time was received in a session."""
    if (desk_id, at.date().isoformat()) != (session.desk_id, session.day):
        return False
    return session.begins <= f"{at:%H:%M}" < session.ends
