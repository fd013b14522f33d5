"""One act on one case: judged, sealed, stored and queued for the hub in a single transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from uuid6 import uuid7

from hubprotocol.envelope import seal
from hubprotocol.keys import sign_public_of
from hubprotocol.versions import CASE_EVENT_KIND
from stationapp.domain.case import Case
from stationapp.domain.case_flow import judge
from stationapp.domain.events import CaseEvent, event_to_mapping
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason, Refused
from stationapp.exchange.orders import require_free
from stationapp.platform.unavailable import Unavailable
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseRecord
from stationapp.store.repositories.projections import read_event
from stationapp.store.units import ReadUnit, WriteUnit

# The hub refuses bodies of more than 262,144 characters; the rest is room for a later edition of the protocol.
LONGEST_BODY = 200_000


def new_id() -> str:
    """Return a UUIDv7: the station makes ids, and they are the keys under which a repetition is known."""
    return str(uuid7())


def perform(
    workplace: Workplace,
    unit: WriteUnit,
    situation: Situation,
    case_id: str,
    move: str,
    facts: Mapping[str, Any],
) -> CaseEvent:
    """Record one act inside the caller's transaction; raises Refused, and then nothing of it is stored."""
    require_free(unit)
    body = _body(workplace, case_id, move, facts)
    event = read_event(body)  # What is judged is what is sealed, and it is read once.
    reasons = _too_long(body) or _renewed_keys(workplace) or judge(situation, event)
    if reasons:
        raise Refused(*reasons)
    _append(workplace, unit, event, body)
    return event


def _body(workplace: Workplace, case_id: str, move: str, facts: Mapping[str, Any]) -> str:
    event = CaseEvent(
        event_id=new_id(),
        case_id=case_id,
        move=move,
        at=workplace.now(),
        hand=workplace.hand,
        facts=facts,
        under=workplace.references.versions,
    )
    return json.dumps(event_to_mapping(event), ensure_ascii=False, separators=(",", ":"))


def _too_long(body: str) -> tuple[Reason, ...]:
    """What the hub would refuse for its length is not recorded here, and no paper is made of it."""
    if len(body) <= LONGEST_BODY:
        return ()
    return (Reason("too-long", f"内容太长（{len(body)}字，最多{LONGEST_BODY}字），请精简文字后再办理。"),)


def _renewed_keys(workplace: Workplace) -> tuple[Reason, ...]:
    """Under an organisation that gives the person other keys, the hub would refuse what the old ones sign."""
    person = workplace.organisation.person(workplace.person.person_id)
    wanted = person.sign_public if person is not None else ""
    if not wanted or sign_public_of(workplace.sign_seed).hex() == wanted:
        return ()
    return (Reason("password-renewed", "您的密码已经更换，请退出后用新密码重新登录，再办理。"),)


def case_in(unit: ReadUnit, case_id: str) -> Case:
    """Return the case as it stands in this transaction; raises Refused when there is none."""
    return record_in(unit, case_id).case


def record_in(unit: ReadUnit, case_id: str) -> CaseRecord:
    """Return the same with what the store knows besides; raises Refused when there is none."""
    record = unit.cases.get(case_id)
    if record is None:
        raise Refused(Reason("no-case", "没有这个办件。"))
    return record


def _append(workplace: Workplace, unit: WriteUnit, event: CaseEvent, body: str) -> None:
    identity = unit.identity.get()  # The key may have changed since somebody signed in.
    if identity is None:
        raise Unavailable("本机还没有在县级平台登记，请先完成登记。", "no identity")
    head = unit.chain.head_of(identity.device)
    envelope = seal(
        identity.device,
        head.seq + 1,
        head.hash,
        CASE_EVENT_KIND,
        body,
        identity.device_seed,
        workplace.sign_seed,
    )
    unit.events.append_pending(event, envelope)
