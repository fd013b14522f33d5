"""The clocks of one case with what they leave out, and what the supervision finds about it (时限, 监察)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stationapp.domain.case_flow import TABLE
from stationapp.domain.clocks import CaseClocks, clocks_of
from stationapp.domain.findings import StandingFinding
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.supervision import found_in, logged
from stationapp.services.workplace import Workplace
from stationapp.store.records import StoredEvent


@dataclass(frozen=True, slots=True)
class ClockBoard:
    """Clocks and findings of a case as this station counts them; `acts` names each event that may be evidence."""

    clocks: CaseClocks
    found: tuple[StandingFinding, ...]
    acts: Mapping[str, str]

    def evidence(self, event_ids: tuple[str, ...]) -> str:
        """Return in words the acts something rests on."""
        return "；".join(self.acts[event_id] for event_id in event_ids if event_id in self.acts)


def clock_board(workplace: Workplace, case_id: str) -> ClockBoard:
    """Return the clocks and findings of a case at this moment; raises Refused when it is not here.

    What the hub refused has not happened. A case whose version of the item is not known here has no clocks.
    """
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
        history = tuple(unit.events.of_case(case_id))
    if record is None:
        raise Refused(Reason("no-case", "本站没有这个办件。"))
    item = workplace.item_of(record.case)
    if item is None:
        return ClockBoard(CaseClocks(case_id, (), (), ()), (), {})
    clocks = clocks_of(logged(history), item, workplace.organisation, workplace.calendar, workplace.now())
    acts = {row.event.event_id: _act_text(row) for row in history}
    return ClockBoard(clocks, found_in(workplace, record.case, history), acts)


def _act_text(row: StoredEvent) -> str:
    move = TABLE.get(row.event.move)
    return f"{row.event.at:%m-%d} {move.title if move else row.event.move}"
