"""视为受理 (行政许可法 32(4)): whoever is told nothing within five working days counts as accepted; the hub records it.

It does so even where a notice in time is still on its way from a desk without network: the table of moves takes such
a notice after it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance import case_repository, judgement
from countyhub.acceptance.bench import Bench
from countyhub.database import in_chunks
from countyhub.hub import Hub
from countyhub.references.service import ORGANISATION, Law, versions
from countyhub.sweeps import repository
from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.deemed_acceptance import LICENCE, UNANSWERED, DeemedAcceptance, deemed_acceptance
from stationapp.domain.due_facts import due_fact
from stationapp.domain.organisation import Level

_AT_ONCE = 100

log = logging.getLogger(__name__)


def accept_silent(hub: Hub) -> list[str]:
    """Record the acceptance of every case about which nobody said anything in time; return their ids."""
    accepted: list[str] = []
    for chunk in in_chunks(_candidates(hub), _AT_ONCE):
        silent = _silent_among(hub, chunk)
        if silent:
            accepted += hub.database.write(partial(_accept, hub, silent))
    if accepted:
        log.info("%d cases accepted by silence", len(accepted))
    return accepted


def _candidates(hub: Hub) -> list[str]:
    """The unanswered applications for licences at desks that decide: few among all that ever were."""
    with hub.database.read() as connection:
        if ORGANISATION not in versions(connection):
            return []  # A hub above others has no desks of its own.
        law = Law(connection, hub)
        desks = [desk.desk_id for desk in law.current_organisation.desks if desk.level is not Level.VILLAGE]
        items = {item.code for item in law.current_catalogue.items if item.item_type == LICENCE}
        states = [state.value for state in UNANSWERED]
        return repository.waiting(connection, states, desks, sorted(items)) if items else []


def _silent_among(hub: Hub, case_ids: Sequence[str]) -> list[str]:
    """Look without locks first: most candidates still have time."""
    with hub.database.read() as connection:
        law = Law(connection, hub)
        cases = case_repository.cases_of(connection, case_ids)
        return [case.case_id for case in cases if _silence(hub, law, case) is not None]


def _accept(hub: Hub, case_ids: Iterable[str], connection: Connection) -> list[str]:
    accepted: list[str] = []

    def decide(bench: Bench) -> None:
        for case_id, track in sorted(bench.tracks.items()):
            facts = _silence(hub, bench.law, track.case) if track.case is not None else None
            if facts is None:
                continue  # Somebody answered since the look without locks.
            bench.act_itself(track, "deem_accepted", facts, bench.law.versions)
            accepted.append(case_id)

    judgement.act_alone(connection, hub, case_ids, decide)
    return accepted


def _silence(hub: Hub, law: Law, case: Case) -> Mapping[str, Any] | None:
    """The facts of the silence about a case, if it is complete today. One case that cannot be counted, such as one
    dated in another age, is told to the log and holds up no other.
    """
    try:
        item = law.current_item(case)
        if item is None:
            return None
        found = deemed_acceptance(case, item, law.current_organisation, law.current_calendar)
        if found is None or not found.has_come(hub.now().date()):
            return None
        return _facts(law, item, found)
    except Exception:
        log.exception("the silence about case %s cannot be counted", case.case_id)
        return None


def _facts(law: Law, item: ServiceItem, silence: DeemedAcceptance) -> Mapping[str, Any]:
    limits = {"statutory_due": item.statutory_limit, "promised_due": item.promised_limit}
    dues = {
        name: due_fact(silence.received_on, limit, law.current_calendar)
        for name, limit in limits.items()
        if limit is not None
    }
    return {
        "received_on": silence.received_on.isoformat(),
        "notice_due": silence.notice_due.day.isoformat(),
        **dues,
    }
