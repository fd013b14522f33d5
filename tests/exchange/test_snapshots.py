"""Reading a mailbox by its snapshot: nothing is lost and nothing is read twice, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from countyhub.mailboxes import compaction
from hub_world import Crash, StationWorld, World, agreed
from hubprotocol import failpoints
from hubprotocol.messages import SnapshotMessage, SnapshotRequest
from small_county import TOWNSHIP
from stationapp.exchange.pace import Measure
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import HubFault, HubUnreachable

# The small county lets no township receive: what counts here is that the act arrived and was answered.
ANSWERED = ["refused"]


@pytest.fixture
def long_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mailbox with four entries counts as long."""
    monkeypatch.setattr("countyhub.mailboxes.service.LONG_HISTORY", 4)


@pytest.fixture
def fresh(world: World) -> Iterator[Callable[[str], StationWorld]]:
    """Enrols a further PC at a desk."""
    made: list[StationWorld] = []

    def enrol(desk: str) -> StationWorld:
        folder = Path(world.hub.folder).parent / f"fresh-{len(made)}"
        station = StationWorld(folder, desk, world.clock, Random(f"fresh {len(made)}"), world.hub.network)
        station.enrol(world.hub.code(desk))
        station.start()
        station.engine._pace.page = Measure(2, 2, 2)
        made.append(station)
        return station

    yield enrol
    for station in made:
        station.stop()


class Listening:
    """A transport that counts snapshot pages and does something around them."""

    def __init__(self, station: StationWorld, around: Callable[[int], None] = lambda number: None) -> None:
        self._inner = station.client
        self._around = around
        self.asked: list[SnapshotRequest] = []
        for part in (station.engine, station.engine._mailboxes._snapshots):
            part._transport = self

    def snapshot(self, request: SnapshotRequest) -> SnapshotMessage:
        self.asked.append(request)
        self._around(len(self.asked))
        return self._inner.snapshot(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def town_cases(world: World, number: int = 5) -> list[str]:
    """Cases of the village that lie at the township, which has read them, and one that lies there no longer."""
    cases = [world.village.receive() for _ in range(number + 1)]
    for case_id in cases:
        world.village.hand_over(case_id, TOWNSHIP)
    world.village.act(cases.pop(), "recall", {"reason": "拿错"})
    world.sync()
    return sorted(cases)


def shown(station: StationWorld) -> dict[str, list[str]]:
    """The cases a desk's mailbox shows here, each with its confirmed envelopes."""
    with station.store.read() as unit:
        held = unit.mailboxes.held(station.desk)
        return {
            one.case_id: [row.envelope.hash for row in unit.events.of_case(one.case_id) if row.revision]
            for one in held
        }


def test_a_fresh_pc_reads_an_old_mailbox_by_its_snapshot(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)
    pages = Listening(second)
    done = second.engine.run_once()
    assert (done.outcome, done.troubles, done.received) == (Outcome.AGREED, (), 5)
    assert [request.after for request in pages.asked] == ["", *sorted(shown(second))[:4]]
    assert shown(second) == shown(world.township)
    assert agreed(world)


def test_a_short_mailbox_is_read_entry_by_entry(world: World, fresh: Callable[[str], StationWorld]) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)
    pages = Listening(second)
    assert second.engine.run_once().outcome is Outcome.AGREED
    assert pages.asked == []


def test_what_happens_between_two_pages_is_read_behind_the_last(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    cases = town_cases(world)
    second = fresh(TOWNSHIP)

    def happen(number: int) -> None:
        if number == 2:
            for case_id in (cases[0], cases[3]):  # One was told already, one was not.
                world.village.act(case_id, "recall", {"reason": "拿错"})
            world.village.hand_over(world.village.receive(), TOWNSHIP)
            world.township.act(cases[1], "sign_for")
            world.township.act(cases[4], "sign_for")
            world.sync(world.village, world.township)

    Listening(second, happen)
    assert second.engine.run_once().outcome is Outcome.AGREED
    world.sync()
    assert shown(second) == shown(world.township)
    assert {cases[0], cases[3]} & shown(second).keys() == set()
    assert len(shown(second)) == 4


@pytest.mark.parametrize(
    ("fatal", "after"),
    [(1, False), (4, False), (2, True)],
    ids=["before the first commit", "before the fourth", "after the second"],
)
def test_a_snapshot_goes_on_where_the_pc_died(
    world: World, fresh: Callable[[str], StationWorld], long_history: None, fatal: int, after: bool
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)
    own = second.receive()
    committed = 0

    def die(name: str) -> None:
        nonlocal committed
        if name == "station.snapshot.before-commit" and not after:
            committed += 1
            if committed == fatal:
                raise Crash(name)

    def die_later(number: int) -> None:
        if after and number == fatal + 1:
            raise Crash("between two pages")

    pages = Listening(second, die_later)
    with failpoints.install(die), suppress(Crash):  # Behind the last page nobody asks for another.
        second.engine.run_once()
    second.stop()
    second.start()
    second.engine._pace.page = Measure(2, 2, 2)
    again = Listening(second)
    done = second.engine.run_once()
    assert (done.outcome, done.troubles) == (Outcome.AGREED, ())
    taken = fatal if after else fatal - 1
    assert len(again.asked) == 5 - taken
    assert len(pages.asked) <= fatal + 1
    world.sync()
    assert shown(second) == shown(world.township)
    assert second.statuses(own) == ANSWERED


def test_an_answer_that_is_lost_costs_one_page(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)

    def lose(number: int) -> None:
        if number == 3:
            raise HubUnreachable("cut")

    pages = Listening(second, lose)
    assert isinstance(second.engine.run_once().problem, HubUnreachable)
    assert second.engine.run_once().outcome is Outcome.AGREED
    assert len(pages.asked) == 6
    assert shown(second) == shown(world.township)


def test_a_mailbox_begun_anew_in_the_middle_is_not_taken_for_half_read(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)

    def lose(number: int) -> None:
        if number == 3:
            raise HubUnreachable("cut")

    pages = Listening(second, lose)
    second.engine.run_once()
    with second.store.write() as unit:
        cursor = unit.mailboxes.cursor(TOWNSHIP)
        assert cursor is not None
        unit.mailboxes.reset(TOWNSHIP, cursor.epoch)
    done = second.engine.run_once()
    assert (done.outcome, done.mended) == (Outcome.AGREED, 0)
    assert [request.as_of is None for request in pages.asked] == [True, False, False, True, *[False] * 4]
    assert shown(second) == shown(world.township)


def test_a_hub_restored_in_the_middle_makes_the_snapshot_begin_anew(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)
    pages = Listening(second, lambda number: world.hub.begin_epoch() if number == 3 else None)
    done = second.engine.run_once()
    assert (done.outcome, done.troubles) == (Outcome.AGREED, ())
    assert [request.as_of is None for request in pages.asked].count(True) == 2
    assert shown(second) == shown(world.township)


def test_a_new_epoch_is_read_by_snapshots_and_keeps_what_is_unsent(world: World, long_history: None) -> None:
    cases = town_cases(world)
    before = shown(world.township)
    world.township.act(cases[0], "sign_for")
    own = world.township.receive()
    world.hub.begin_epoch()
    pages = Listening(world.township)
    done = world.township.engine.run_once()
    assert (done.outcome, done.pushed) == (Outcome.AGREED, 2)
    assert pages.asked
    assert {
        case_id: hashes[:2] for case_id, hashes in shown(world.township).items() if case_id != own
    } == before
    assert world.township.statuses(own) == ANSWERED
    assert agreed(world)


def test_acts_go_before_the_pages_that_are_left(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)
    made: list[str] = []

    def work(number: int) -> None:
        if number == 2:
            made.append(second.receive())
        if number == 3:
            with second.store.read() as unit:
                assert unit.chain.acknowledged().seq == 1

    Listening(second, work)
    assert second.engine.run_once().outcome is Outcome.AGREED
    assert second.statuses(made[0]) == ANSWERED


# Compaction: the cursor is in what was removed.


def test_who_was_away_for_a_year_takes_a_snapshot_and_his_acts_arrive(world: World) -> None:
    cases = town_cases(world)
    world.township.act(cases[0], "sign_for")
    offline = world.township.receive()
    for case_id in cases[1:3]:
        world.village.act(case_id, "recall", {"reason": "拿错"})
    world.sync(world.village)
    compaction.compact(world.hub.hub)
    world.clock.advance(timedelta(days=370))
    compaction.compact(world.hub.hub)
    pages = Listening(world.township)
    done = world.township.engine.run_once()
    assert (done.outcome, done.troubles, done.pushed) == (Outcome.AGREED, (), 2)
    assert len(pages.asked) == 1
    assert shown(world.township).keys() == {cases[0], cases[3], cases[4]}
    assert world.township.statuses(offline) == ANSWERED
    assert world.township.state_of(cases[1]) is None
    assert world.township.statuses(cases[0]) == ["confirmed"] * 3
    assert agreed(world)


def test_a_case_the_hub_took_back_meanwhile_stays_until_its_unsent_act_has_an_answer(world: World) -> None:
    cases = town_cases(world)
    world.township.act(cases[1], "sign_for")
    world.village.act(cases[1], "recall", {"reason": "拿错"})
    world.sync(world.village)
    compaction.compact(world.hub.hub)
    world.clock.advance(timedelta(days=370))
    compaction.compact(world.hub.hub)
    lost = Listening(world.township)
    done = world.township.engine.run_once()
    assert done.pushed == 1
    assert lost.asked
    refused = world.township.statuses(cases[1])
    assert refused[-1] == "refused"
    with world.township.store.read() as unit:
        assert [row.event.move for row in unit.events.refused(cases[1])] == ["sign_for"]
    assert agreed(world)


def test_a_snapshot_that_cannot_be_is_said_and_hinders_no_other_mailbox(
    world: World, fresh: Callable[[str], StationWorld], long_history: None
) -> None:
    town_cases(world)
    second = fresh(TOWNSHIP)
    own = second.receive()
    pages = Listening(second)
    honest = pages.snapshot

    def without_an_event(request: SnapshotRequest) -> SnapshotMessage:
        page = honest(request)
        cut = page.cases[0].model_copy(update={"events": page.cases[0].events[1:]})
        return page.model_copy(update={"cases": (cut,)})

    pages.snapshot = without_an_event  # type: ignore[method-assign]  # a hub gone wrong
    done = second.engine.run_once()
    assert done.outcome is Outcome.CAUGHT_UP
    assert isinstance(done.troubles[0], HubFault)
    assert shown(second) == {}
    with second.store.read() as unit:
        assert unit.chain.acknowledged().seq == 1
    pages.snapshot = honest  # type: ignore[method-assign]
    assert second.engine.run_once().outcome is Outcome.AGREED
    assert second.statuses(own) == ANSWERED
