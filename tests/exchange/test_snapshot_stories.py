"""Random stories of readings by snapshots: a bad network, dying PCs, a hub that shortens and begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from random import Random

import pytest

from countyhub.mailboxes import repository, shortening
from hub_world import Crash, CrashingStore, StationWorld, Template, World, quick_folder
from lossy_network import LossyNetwork
from small_county import TOWNSHIP, VILLAGE
from stationapp.domain.case import State
from stationapp.exchange.pace import Measure
from stationapp.exchange.state import Outcome

SEEDS = range(4)
STEPS = 40


class Story:
    """What happens under one seed between a village and its township."""

    def __init__(self, world: World, seed: int, networks: dict[str, LossyNetwork]) -> None:
        self.world = world
        self.chance = Random(f"snapshots {seed}")
        self.networks = networks
        self.deadly = self.chance.choice((0.0, 0.05, 0.15))
        self.cases: list[str] = []
        self.stations = (world.village, world.township)
        self.happenings = (
            self._work,
            self._work,
            self._exchange,
            self._exchange,
            self._shorten,
            self._damage,
        )
        for station in self.stations:
            station.wrap = lambda store: CrashingStore(store, self._dies)
            self._restart(station)

    def _dies(self) -> bool:
        return self.chance.random() < self.deadly

    def _restart(self, station: StationWorld) -> None:
        station.stop()
        station.start()
        size = self.chance.choice((1, 2, 5))
        station.engine._pace.page = Measure(size, size, size)

    def run(self) -> None:
        """Let things happen, then calm down and let everybody exchange until all agree."""
        for _ in range(STEPS):
            self.chance.choice(self.happenings)()
            if self.chance.random() < 0.05:
                self.world.hub.begin_epoch()
        self.deadly = 0.0
        for network in self.networks.values():
            network.calm = True
        for _ in range(12):
            rounds = []
            for station in self.stations:
                station.engine.hurry()
                station.engine.want_audit()
                rounds.append(station.engine.run_once())
            if all(
                done.outcome is Outcome.AGREED and not done.received and not done.mended for done in rounds
            ):
                return
        raise AssertionError([(done.outcome, done.problem, done.troubles, done.mended) for done in rounds])

    def _work(self) -> None:
        station = self.chance.choice(self.stations)
        if station.desk == VILLAGE and (not self.cases or self.chance.random() < 0.5):
            self.cases.append(station.receive())
        elif self.cases:
            case_id = self.chance.choice(self.cases)
            step = _NEXT.get((station.desk, station.state_of(case_id)))
            if step is not None:
                step(station, case_id)

    def _exchange(self) -> None:
        station = self.chance.choice(self.stations)
        try:
            station.engine.run_once()
        except Crash:
            self._restart(station)

    def _shorten(self) -> None:
        """Remove the beginning of a mailbox, whoever has not read it."""
        hub, feed = self.world.hub.hub, self.chance.choice((VILLAGE, TOWNSHIP))
        with hub.database.read() as connection:
            head = repository.heads(connection, [feed])[feed]
        if head.floor < head.position:
            floor = self.chance.randrange(head.floor, head.position) + 1
            hub.database.write(partial(shortening.cut, feed=feed, floor=floor))

    def _damage(self) -> None:
        """A case falls out of what a mailbox shows."""
        station = self.chance.choice(self.stations)
        with station.store.write() as unit:
            held = unit.mailboxes.held(station.desk)
            if held:
                unit.mailboxes.drop(station.desk, self.chance.choice(held).case_id)


_NEXT = {
    (VILLAGE, State.RECEIVED): lambda station, case_id: station.hand_over(case_id, TOWNSHIP),
    (VILLAGE, State.IN_TRANSIT): lambda station, case_id: station.act(case_id, "recall", {"reason": "拿错"}),
    (TOWNSHIP, State.IN_TRANSIT): lambda station, case_id: station.act(case_id, "sign_for"),
    (TOWNSHIP, State.SIGNED_FOR): lambda station, case_id: station.act(case_id, "examine"),
}


@pytest.fixture
def story(
    request: pytest.FixtureRequest, template: Template, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Story]:
    """The world of one seed, in which every mailbox counts as long."""
    monkeypatch.setattr("countyhub.mailboxes.service.LONG_HISTORY", 2)
    seed, networks = request.param, {}

    def wrap(network: object, name: str) -> LossyNetwork:
        chance = Random(f"network {name} {seed}")
        networks[name] = LossyNetwork(network, chance, chance.choice((0.1, 0.3)))
        return networks[name]

    with quick_folder() as folder, template.world(folder / "world", seed, wrap) as world:
        yield Story(world, seed, networks)


@pytest.mark.parametrize("story", SEEDS, indirect=True)
def test_in_the_end_every_act_is_answered_and_everybody_holds_the_same(story: Story) -> None:
    story.run()
    assert story.world.hub.faults() == []
    for station in story.stations:
        with station.store.read() as unit:
            pending = unit.events.pending_summary()
            answered = [unit.events.get(event.event_id) for event in station.acts]
            held = {one.case_id: one.hash for one in unit.mailboxes.held(station.desk)}
        assert (pending.events, pending.held) == (0, 0)
        assert all(row is not None and row.status != "pending" for row in answered)
        assert held == _shown_at_hub(story.world, station.desk)


def _shown_at_hub(world: World, desk: str) -> dict[str, str]:
    from countyhub.mailboxes import picture

    with world.hub.hub.database.read() as connection:
        head = repository.heads(connection, [desk])[desk]
        return {one.case_id: one.hash for one in picture.shown_at(connection, desk, head.position)}
