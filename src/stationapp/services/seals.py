"""待盖章: numbered papers that wait for the organ's seal, and who put it on (首席代表制, SEED 000, 001).

The program draws no seals. The chief representative keeps the seal where a desk has one; elsewhere whoever works there.
The queue is that of this PC, as its register of document numbers is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from stationapp.domain.numbers import parse_document_number
from stationapp.domain.organisation import PostKind
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.changed import Changed, Kind
from stationapp.services.document_register import DocumentStatus, Entry, document_register
from stationapp.services.workplace import Workplace

_SETTING = "sealed."
_STANDS = frozenset({DocumentStatus.VALID, DocumentStatus.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Sealed:
    """A paper that got its seal: who put it on, and when (ISO)."""

    number: str
    by: str
    at: str


def why_not_sealing(workplace: Workplace) -> str:
    """Return why this person does not seal here, empty when he does."""
    desk = workplace.desk.desk_id
    has_chief = any(
        post.kind is PostKind.CHIEF and post.desk_id == desk for post in workplace.organisation.posts
    )
    if has_chief and workplace.post.kind is not PostKind.CHIEF:
        return "本单位的印章由首席代表保管，请换首席代表岗登记盖章。"
    return ""


def waiting_for_seal(workplace: Workplace) -> list[Entry]:
    """Return the papers of this desk that still wait for the seal, the oldest first."""
    short = workplace.desk.organ_short
    rows = [
        row
        for series in document_register(workplace)
        for row in series.entries
        if series.organ == short and row.status in _STANDS
    ]
    with workplace.store.read() as unit:
        waiting = [row for row in rows if not unit.settings.get(f"{_SETTING}{row.number}")]
    return sorted(waiting, key=lambda row: (row.issued_at is not None, row.issued_at, row.number))


def note_sealed(workplace: Workplace, number: str) -> tuple[Sealed, Changed]:
    """Note that a paper was sealed now; raises Refused for one that does not wait for it here, and for who may not."""
    why_not = why_not_sealing(workplace)
    if why_not:
        raise Refused(Reason("not-chief", why_not))
    wanted = str(parse_document_number(number))
    if wanted not in {row.number for row in waiting_for_seal(workplace)}:
        raise Refused(Reason("not-waiting", f"“{wanted}”不在待盖章的文书里。", "number"))
    done = Sealed(wanted, workplace.person.name, workplace.now().isoformat())
    with workplace.store.write() as unit:
        unit.settings.set(
            f"{_SETTING}{wanted}", json.dumps({"by": done.by, "at": done.at}, ensure_ascii=False)
        )
    return done, Changed.of(Kind.PAPERS)
