"""Three stations and a hub on a network that loses, doubles and cuts, with PCs that die: nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from countyhub.acceptance.case_repository import known_events
from hub_world import Crash, CrashingStore, StationWorld, Template, World, quick_folder
from lossy_network import LossyNetwork
from small_county import TOWNSHIP, VILLAGE, WINDOW
from stationapp.domain.case import State
from stationapp.domain.case_flow import case_of
from stationapp.exchange.state import Outcome

SEEDS = range(60)
STEPS = 30


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """A founded hub with three enrolled stations, to be copied for every seed."""
    with quick_folder() as folder:
        yield Template(folder / "template")


class Story:
    """What happens under one seed: people work, PCs exchange, the network fails, PCs die and start again."""

    def __init__(self, world: World, seed: int, networks: dict[str, LossyNetwork]) -> None:
        self.world = world
        self.chance = Random(f"story {seed}")
        self.networks = networks
        self.cases: list[str] = []
        self.deadly = self.chance.choice((0.0, 0.02, 0.1))
        self.batch = self.chance.choice((1, 3, 64))
        for station in world.stations:
            station.wrap = lambda store: CrashingStore(store, self._dies)
            self._restart(station)

    def _restart(self, station: StationWorld) -> None:
        station.stop()
        station.start()
        events = station.engine._pace.events
        events.least, events.most, events.now = 1, self.batch, self.batch

    def _dies(self) -> bool:
        return self.chance.random() < self.deadly

    def run(self) -> None:
        """Let the story happen, then calm down and let everybody exchange until all agree."""
        for _ in range(STEPS):
            station = self.chance.choice(self.world.stations)
            if self.chance.random() < 0.5:
                self._work(station)
            else:
                self._exchange(station)
            self.world.clock.advance(timedelta(seconds=self.chance.randrange(300)))
        self.deadly = 0.0
        for network in self.networks.values():
            network.calm = True
        self._settle()

    def _exchange(self, station: StationWorld) -> None:
        try:
            station.engine.run_once()
        except Crash:
            self._restart(station)

    def _work(self, station: StationWorld) -> None:
        """Take the next step of a case, or decide it: nobody here may, so the hub refuses that, now or later."""
        if station.desk == VILLAGE and (not self.cases or self.chance.random() < 0.5):
            scan = self.chance.randbytes(self.chance.choice((0, 100, 40_000, 100_000)))
            self.cases.append(station.receive(scan))
            if self.chance.random() < 0.2:
                station.act(self.cases[-1], "grant")
            return
        if self.cases:
            case_id = self.chance.choice(self.cases)
            if station.state_of(case_id) and self.chance.random() < 0.15:
                station.act(case_id, "grant")
                return
            step = _NEXT.get((station.desk, station.state_of(case_id)))
            if step is not None:
                step(station, case_id)

    def _settle(self) -> None:
        for _ in range(12):
            rounds = []
            for station in self.world.stations:
                station.engine.hurry()
                rounds.append(station.engine.run_once())
            if all(done.outcome is Outcome.AGREED and not done.received for done in rounds):
                return
        raise AssertionError([(done.outcome, done.problem, done.troubles) for done in rounds])


_NEXT = {
    (VILLAGE, State.RECEIVED): lambda station, case_id: station.hand_over(case_id, TOWNSHIP),
    (VILLAGE, State.IN_TRANSIT): lambda station, case_id: station.act(case_id, "recall"),
    (TOWNSHIP, State.IN_TRANSIT): lambda station, case_id: station.act(case_id, "sign_for"),
    (TOWNSHIP, State.SIGNED_FOR): lambda station, case_id: station.act(case_id, "examine"),
    (TOWNSHIP, State.EXAMINED): lambda station, case_id: station.hand_over(case_id, WINDOW, "forward"),
    (WINDOW, State.IN_TRANSIT): lambda station, case_id: station.act(case_id, "sign_for"),
    (WINDOW, State.SIGNED_FOR): lambda station, case_id: station.act(case_id, "register"),
}


@pytest.fixture
def story(request: pytest.FixtureRequest, template: Template) -> Iterator[Story]:
    """The world of one seed."""
    seed, networks = request.param, {}

    def wrap(network, name):
        chance = Random(f"network {name} {seed}")
        networks[name] = LossyNetwork(network, chance, chance.choice((0.1, 0.3)))
        return networks[name]

    with quick_folder() as folder, template.world(folder / "world", seed, wrap) as world:
        yield Story(world, seed, networks)


@pytest.mark.parametrize("story", SEEDS, indirect=True)
def test_after_the_last_fault_nothing_is_lost_or_doubled_and_all_agree(story: Story) -> None:
    story.run()
    world = story.world
    assert world.hub.faults() == []
    for station in world.stations:
        _nothing_is_lost_or_doubled(world, station)
        _attachments_are_where_they_belong(station)
    _everybody_sees_the_same(world, story.cases)


def _nothing_is_lost_or_doubled(world: World, station: StationWorld) -> None:
    """Every act has exactly one answer, and the hub has exactly those events that it accepted."""
    ids = [event.event_id for event in station.acts]
    with station.store.read() as unit:
        head, acknowledged = unit.chain.head(), unit.chain.acknowledged()
        pending = unit.events.pending_summary()
        stored = {event_id: unit.events.get(event_id) for event_id in ids}
    with world.hub.hub.database.read() as connection:
        known = known_events(connection, ids)
    assert head.seq == len(ids)
    assert acknowledged == head
    assert (pending.events, pending.held, pending.attachments) == (0, 0, 0)
    for event_id in ids:
        row = stored[event_id]
        assert row is not None
        assert str(row.status) == ("confirmed" if event_id in known else "refused")


def _attachments_are_where_they_belong(station: StationWorld) -> None:
    with station.store.read() as unit:
        missing, here = unit.attachments.missing_here(1000), unit.attachments.all_here()
    assert missing == []
    for sha256 in here:
        assert station.files.get(sha256)


def _everybody_sees_the_same(world: World, cases: list[str]) -> None:
    for case_id in cases:
        orders = []
        for station in world.stations:
            with station.store.read() as unit:
                events = unit.events.of_case(case_id)
                record = unit.cases.get(case_id)
            if record is not None and not record.taken_back:
                orders.append([row.envelope.hash for row in events])
                assert record.case == case_of(row.event for row in events)
        assert orders
        assert all(order == orders[0] for order in orders), case_id
