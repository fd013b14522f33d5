"""Six PCs of a small county and its hub: every case is brought to a place, and then two acts cross."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from countyhub.acceptance.case_repository import cases_of
from countyhub.initialise import initialise
from hub_world import DATA_KEY, HubWorld, StationWorld, person_seed
from hubprotocol.envelope import seal
from hubprotocol.keys import sign_public_of
from hubprotocol.versions import CASE_EVENT_KIND
from small_county import DEPARTMENT, NOON, TOWNSHIP, VILLAGE, WINDOW, batch_facts, catalogue
from small_county import event as small_event
from small_county import organisation as small_organisation
from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.domain.organisation import Organisation, Person, Post, PostKind
from stationapp.platform.clock import SteppingClock
from stationapp.platform.paths import StationPaths
from stationapp.services import troubles
from stationapp.services.case_details import step
from stationapp.services.workplace import Workplace, read_references
from walks import LONG_CALENDAR, Walk, right_facts

PCS = {
    "village": VILLAGE,
    "village-2": VILLAGE,
    "township": TOWNSHIP,
    "township-2": TOWNSHIP,
    "hall": WINDOW,
    "hall-2": WINDOW,
}
UNDER = Versions(1, 1, LONG_CALENDAR.version)
STANDING_IN = {"officer": "p-officer-b", "approver": "p-approver-b"}
OTHER_OFFICER = "p-other-officer"


def organisation() -> Organisation:
    """The small county's, with B posts and another officer in the department; the tests know everybody's key."""
    county = small_organisation()
    posts = tuple(replace(one, holder_b=STANDING_IN.get(one.post_id, one.holder_b)) for one in county.posts)
    posts = (*posts, Post("other-officer", DEPARTMENT, PostKind.OFFICER, "经办人", OTHER_OFFICER))
    more = tuple(Person(one, f"测试{one[2:]}", one) for one in (*STANDING_IN.values(), OTHER_OFFICER))
    persons = tuple(
        replace(one, sign_public=sign_public_of(person_seed(one.person_id)).hex())
        for one in (*county.persons, *more)
    )
    return replace(county, posts=posts, persons=persons)


class CrossingHub(HubWorld):
    """A hub with a calendar as long as the walks'."""

    def found(self) -> None:
        county = organisation()
        initialise(self.hub, county.county, county, catalogue(), LONG_CALENDAR, {})

    def case(self, case_id: str) -> Case | None:
        """A case as the hub has it."""
        with self.hub.database.read() as connection:
            return next(iter(cases_of(connection, [case_id])), None)


class Pc(StationWorld):
    """A station PC that seals whatever event it is given."""

    def append(self, event: CaseEvent) -> None:
        """Put an event into the log and the outbox, as the program does, without asking whether it may."""
        body = json.dumps(event_to_mapping(event), ensure_ascii=False)
        with self.store.write() as unit:
            head = unit.chain.head()
            signed = seal(
                self.identity.device,
                head.seq + 1,
                head.hash,
                CASE_EVENT_KIND,
                body,
                self.identity.device_seed,
                person_seed(event.hand.person_id),
            )
            unit.events.append_pending(event, signed)

    def case(self, case_id: str) -> Case | None:
        """A case as this PC shows it."""
        with self.store.read() as unit:
            record = unit.cases.get(case_id)
        return record.case if record else None

    def shown(self, case_id: str) -> list[str]:
        """The titles of a case's history as this PC shows it."""
        with self.store.read() as unit:
            stored = unit.events.of_case(case_id)
        return [step(organisation(), row).title for row in stored]

    def troubles(self) -> list[troubles.Trouble]:
        """What waits under 需处理 at this PC."""
        return troubles.troubles(self._workplace())

    def _workplace(self) -> Workplace:
        with self.store.read() as unit:
            references = read_references(unit)
        county = references.organisation
        post = next(one for one in county.posts if one.desk_id == self.desk)
        person, desk = county.person(post.holder_a), county.desk(self.desk)
        assert person is not None
        assert desk is not None
        return Workplace(
            StationPaths.at(self.folder),
            self.store,
            self.files,
            self.clock,
            self.identity,
            references,
            person,
            post,
            desk,
            person_seed(person.person_id),
            DATA_KEY,
        )


@dataclass
class CrossingWorld:
    """The hub and the PCs, on one clock."""

    hub: CrossingHub
    pcs: dict[str, Pc]
    clock: SteppingClock

    def sync(self, *names: str) -> None:
        """Let PCs exchange with the hub, one after the other; all of them by default."""
        for name in names or self.pcs:
            self.pcs[name].engine.run_once()

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.clock.advance(timedelta(days=days))


class CrossingTemplate:
    """A founded hub with its enrolled PCs, made once; and every place a case can be brought to, made once of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._places: dict[object, tuple[Path, Stage]] = {}
        clock, chance = SteppingClock(NOON, timedelta(seconds=1)), Random("crossings")
        (self._start / "hub").mkdir(parents=True)
        hub = CrossingHub(self._start / "hub", clock, chance)
        hub.found()
        for name, desk in PCS.items():
            pc = Pc(self._start / name, desk, clock, chance, hub.network)
            pc.enrol(hub.code(desk))
            pc.start()
            pc.engine.run_once()
            pc.stop()
        hub.close()

    @property
    def _start(self) -> Path:
        return self.folder / "start"

    @contextmanager
    def world(
        self,
        folder: Path,
        names: Collection[str] = tuple(PCS),
        start: Path | None = None,
        now: datetime = NOON,
    ) -> Iterator[CrossingWorld]:
        """Copy what stands at the start, or at a place, and start some of the PCs in it."""
        shutil.copytree(start or self._start, folder, dirs_exist_ok=True)
        clock = SteppingClock(now, timedelta(seconds=1))
        hub = CrossingHub(folder / "hub", clock, Random(f"hub {now}"))
        pcs = {
            name: Pc(folder / name, PCS[name], clock, Random(f"{name} {now}"), hub.network)
            for name in sorted(names)
        }
        for pc in pcs.values():
            pc.start()
        try:
            yield CrossingWorld(hub, pcs, clock)
        finally:
            for pc in pcs.values():
                pc.stop()
            hub.close()

    @contextmanager
    def at(self, place: Place, code: str, folder: Path, names: Collection[str]) -> Iterator[Stage]:
        """A case that stands at a place, every PC knowing it."""
        if (place, code) not in self._places:
            made = self.folder / f"place {len(self._places)}"
            with self.world(made) as world:
                stage = place(Stage(world, code))
                stage.arrive()
            self._places[place, code] = made, stage
        start, stage = self._places[place, code]
        with self.world(folder, names, start, stage.walk.now + timedelta(seconds=1)) as world:
            yield stage.moved_to(world)


@dataclass
class Act:
    """One of two acts that cross: at which PC, by whom; `after` days since the first one (or the place)."""

    pc: str
    move: str
    hand: Hand
    facts: Mapping[str, Any] = field(default_factory=dict)
    after: int = 0


class Stage:
    """A case on its way to the place where two acts cross; every step is judged and sealed, and heard of where the
    next one is made.
    """

    batches = count(1)

    def __init__(self, world: CrossingWorld, code: str) -> None:
        self.world = world
        self.case_id = world.pcs["village"].new_id()
        self.walk = Walk(code)
        self.walk.organisation = organisation()
        self._at = ""

    def arrive(self) -> None:
        """Let everybody hear of the case as it stands."""
        self.world.sync(self._at, *(name for name in self.world.pcs if name != self._at))

    def moved_to(self, world: CrossingWorld) -> Stage:
        """The same case in a copy of its world."""
        copied = copy(self)
        copied.world, copied.walk = world, copy(self.walk)
        return copied

    def go(self, move: str, hand: Hand, **facts: Any) -> Stage:
        """Make a step that nothing speaks against, at the first PC of the hand's station."""
        event = self.event(Act("", move, hand, facts))
        self.walk.go(move, hand, dict(event.facts))
        name = next(name for name, desk in PCS.items() if desk == hand.desk_id[:12])
        if name != self._at:
            self.world.sync(*filter(None, (self._at, name)))
            self._at = name
        self.world.pcs[name].append(event)
        return self

    def event(self, act: Act, at: datetime | None = None) -> CaseEvent:
        """An act as its program would write it now."""
        self.walk.now = at or self.world.clock.now()
        facts = self._facts(act)
        event_id = self.world.pcs["village"].new_id()
        made = small_event(self.case_id, act.move, act.hand, facts, self.walk.now)
        return replace(made, event_id=event_id, under=UNDER)

    def refusals(self, act: Act) -> tuple[str, ...]:
        """Why the PC that knows no other act would refuse this one."""
        return self.walk.refusals(act.move, act.hand, self._facts(act))

    def _facts(self, act: Act) -> dict[str, Any]:
        facts = right_facts(self.walk, act.move, act.hand)
        if TABLE[act.move].batched:
            facts |= batch_facts(facts["to_desk"], act.hand.desk_id[:12], next(self.batches))
        return facts | dict(act.facts)


Place = Callable[[Stage], Stage]
