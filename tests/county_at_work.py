"""The small county at work: a workplace for each post, and a perfect postman between their stores."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from small_county import COUNTY_ITEM, application
from stationapp.domain.case import Case
from stationapp.domain.people import application_from_mapping
from stationapp.services import batches, casework, intake
from stationapp.services.acts import new_id
from stationapp.services.workplace import Workplace
from stationapp.store.records import StoredEvent
from workplaces import make_workplace

UP = ("agent", "clerk", "window")


def draft(code: str = COUNTY_ITEM, name: str = "吴䶮", *, complete: bool = True) -> intake.Draft:
    """A draft as an agent would have typed it."""
    return intake.Draft(new_id(), application_from_mapping(application(code, name, complete=complete)))


def stored_events(workplace: Workplace, case_id: str) -> list[StoredEvent]:
    """What the log has of a case."""
    with workplace.store.read() as unit:
        return unit.events.of_case(case_id)


class County:
    """Workplaces by post, each with a store of its own; `share` makes every act known to everybody."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._places: dict[str, Workplace] = {}
        self._revisions: Counter[str] = Counter()

    def at(self, post: str) -> Workplace:
        """The workplace of a post, fresh at the first question; its PC has a slot of its own."""
        if post not in self._places:
            slot = len(self._places) + 1
            self._places[post] = make_workplace(self._home / post, post, slot)
        return self._places[post]

    def share(self) -> None:
        """Confirm what is pending anywhere, in the order of its time, at every store."""
        pending = [row for place in self._places.values() for row in self._pending(place)]
        for row in sorted(pending, key=lambda row: row.event.at):
            self._revisions[row.event.case_id] += 1
            confirmed = (self._revisions[row.event.case_id], row.event.at, row.envelope, row.event)
            for place in self._places.values():
                with place.store.write() as unit:
                    unit.events.apply_confirmed([confirmed])

    def act(self, post: str, case: Case, move: str, **facts: object) -> Case:
        """Make a move at a post and tell everybody."""
        changed, _ = casework.act(self.at(post), case.case_id, move, facts)
        self.share()
        return changed

    def send(self, post: str, *cases: Case) -> batches.SentBatch:
        """Send a batch and tell everybody."""
        sent, _ = batches.send_batch(self.at(post), [case.case_id for case in cases])
        self.share()
        return sent

    def sign(self, post: str, *cases: Case, differences: dict[str, str] | None = None) -> None:
        """Sign for cases and tell everybody."""
        batches.sign_for(self.at(post), [case.case_id for case in cases], differences)
        self.share()

    def known(self, post: str, case: Case) -> Case:
        """A case as a post sees it."""
        with self.at(post).store.read() as unit:
            record = unit.cases.get(case.case_id)
        assert record is not None
        return record.case

    def close(self) -> None:
        """Close every store."""
        for place in self._places.values():
            place.store.close()

    def _pending(self, place: Workplace) -> Iterable[StoredEvent]:
        with place.store.read() as unit:
            found = [unit.events.get(_event_id(row.body)) for row in unit.events.outbox(1000, 10_000_000)]
        return [row for row in found if row is not None and not row.revision]


def _event_id(body: str) -> str:
    return str(json.loads(body)["event_id"])
