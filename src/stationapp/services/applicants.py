"""Applicants who were served before, so that nobody is typed in twice."""

from __future__ import annotations

from stationapp.domain.names import names_match
from stationapp.services.workplace import Workplace
from stationapp.store.records import KnownApplicant

_OFFERED = 8
_SHORTEST = 2


def known_applicants(workplace: Workplace, text: str) -> list[KnownApplicant]:
    """Return up to eight people served before whose number or name begins like the text; none below two
    characters.
    """
    wanted = text.strip()
    if len(wanted) < _SHORTEST:
        return []
    with workplace.store.read() as unit:
        return unit.applicants.find(wanted, _OFFERED)


def earlier_name(workplace: Workplace, document_kind: str, document_number: str, name: str) -> str:
    """Return the name under which this document was served before when it is not the same name, else an empty
    text.

    A number is the person, a name only a spelling: the difference is worth a look and never a refusal.
    """
    with workplace.store.read() as unit:
        known = unit.applicants.get(document_kind, document_number)
    return "" if known is None or not name or names_match(known.name, name) else known.name
