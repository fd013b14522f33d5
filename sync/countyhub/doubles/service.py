"""疑似重复申请: two cases of one person for one item anywhere in the county are shown to each other (SEED 001).

It is a hint and no verdict: each case is told the receipt number and the station of the other, nothing of the person.
What was opened is compared in a transaction of its own, after the one that accepted it; should the hub stop between
the two, the next sweep compares it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from countyhub.acceptance import judgement
from countyhub.acceptance.bench import Bench
from countyhub.database import in_chunks
from countyhub.doubles import repository
from countyhub.hub import Hub
from stationapp.domain.case import Case
from stationapp.domain.states import FINAL_STATES, State

AFTERWARDS = timedelta(days=30)
"""So long after its end a case that was served still makes a new one a possible double."""

_AT_ONCE = 100

log = logging.getLogger(__name__)


def note_doubles(hub: Hub) -> int:
    """Compare what was opened and not compared yet; return how many notes this thread made.

    When a whole county sends at once, one thread compares for all of them.
    """
    return hub.comparing.do(lambda: _look_at_new(hub))


def note_new(hub: Hub) -> None:
    """Do that behind what was opened just now: whatever goes wrong costs a hint; the next sweep looks again."""
    try:
        note_doubles(hub)
    except Exception as error:  # noqa: BLE001 - the answer to what is stored does not depend on it.
        log.error("%s in looking for possible doubles", type(error).__name__)


def _look_at_new(hub: Hub) -> int:
    with hub.database.read() as connection:
        new = repository.not_looked_at(connection)
    made = sum(_look_at_each(hub, chunk) for chunk in in_chunks(new, _AT_ONCE))
    if made:
        log.info("%d notes of possible doubles", made)
    return made


def _look_at_each(hub: Hub, case_ids: Sequence[str]) -> int:
    """Look at cases together; one that this program stumbles over is passed by, so that it holds up no other."""
    try:
        return _look_at(hub, case_ids)
    except SQLAlchemyError:  # The database, not this case.
        raise
    except Exception as error:  # noqa: BLE001 - a fault in a hint must not stop the hints of a whole county.
        if len(case_ids) > 1:
            return sum(_look_at_each(hub, [one]) for one in case_ids)
        log.error("%s in comparing case %s with others", type(error).__name__, case_ids[0])
        hub.database.write(lambda connection: repository.looked_at(connection, case_ids))
        return 0


def _look_at(hub: Hub, case_ids: Sequence[str]) -> int:
    since = (hub.now() - AFTERWARDS).isoformat(timespec="milliseconds")

    def work(connection: Connection) -> int:
        # What another transaction adds between this look and the locks is compared by that one.
        alike = repository.alike(connection, case_ids, since)

        def decide(bench: Bench) -> None:
            for case_id, others in sorted(_whom_to_tell(connection, bench, alike).items()):
                shown = [_shown(bench, other) for other in others]
                bench.act_itself(bench.tracks[case_id], "note_double", {"others": shown})

        concerned = {one for case_id, others in alike.items() for one in (case_id, *others)}
        made = judgement.act_alone(connection, hub, concerned, decide) if concerned else []
        repository.looked_at(connection, case_ids)
        return len(made)

    return hub.database.write(work)


def _whom_to_tell(connection: Connection, bench: Bench, found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Which cases each case is told of, once for every pair; asked while all of them are locked."""
    told: dict[str, list[str]] = {}
    for case_id, alike in found.items():
        if not _counts(bench, case_id):
            continue
        known = repository.noted_with(connection, case_id)
        fresh = [other for other in alike if other not in known and _counts(bench, other)]
        repository.note(connection, case_id, fresh)
        for other in fresh:
            told.setdefault(case_id, []).append(other)
            told.setdefault(other, []).append(case_id)
    return told


def _counts(bench: Bench, case_id: str) -> bool:
    """Whether a case runs, or was served to its end not long ago."""
    case = bench.tracks[case_id].case
    if case is None:
        return False
    if case.state not in FINAL_STATES:
        return True
    return case.closed_as is State.CONCLUDED and _ended_lately(case, bench)


def _ended_lately(case: Case, bench: Bench) -> bool:
    ended = case.when("conclude")
    return ended is not None and ended >= datetime.fromisoformat(bench.at) - AFTERWARDS


def _shown(bench: Bench, case_id: str) -> dict[str, Any]:
    case = bench.tracks[case_id].case
    if case is None:
        raise ValueError("only opened cases are compared")
    desk = bench.law.current_organisation.desk(case.origin)
    return {"receipt_number": case.receipt_number, "station": desk.name if desk is not None else case.origin}
