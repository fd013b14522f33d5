"""Finding out that what is stored differs from what the hub shows, and fetching just what differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from countyhub.devices import service as devices
from hub_world import DATA_KEY, StationWorld, World, agreed
from hubprotocol.messages import DigestRequest, DigestResponse, ExchangeRequest, SnapshotRequest
from small_county import TOWNSHIP, VILLAGE
from stationapp.domain.case import State
from stationapp.exchange.state import Outcome, Round
from stationapp.exchange.transport import ForeignFeed, Gone, HubRefusesDevice
from stationapp.store.connections import writer_engine


def damage(station: StationWorld, statement: str, *values: str) -> None:
    """Change the station's database behind the program's back."""
    engine = writer_engine(station.folder / "station.db", DATA_KEY)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(statement, values)
    engine.dispose()


def audited(station: StationWorld) -> Round:
    station.engine.want_audit()
    return station.engine.run_once()


def cases_of(world: World, number: int = 6) -> list[str]:
    cases = [world.village.receive() for _ in range(number)]
    world.sync()
    assert agreed(world)
    return cases


def events_of(station: StationWorld, case_id: str) -> list[str]:
    with station.store.read() as unit:
        return [row.envelope.hash for row in unit.events.of_case(case_id)]


def test_an_audit_of_what_is_whole_asks_once_a_mailbox_and_mends_nothing(world: World) -> None:
    cases_of(world)
    done = audited(world.village)
    assert (done.outcome, done.audited, done.mended, done.requests) == (Outcome.AGREED, 2, 0, 2)


def test_a_lost_row_of_the_log_is_noticed_although_the_sums_agree_and_fetched_again(world: World) -> None:
    cases = cases_of(world)
    world.village.hand_over(cases[0], TOWNSHIP)
    world.sync()
    world.sync()
    before = events_of(world.township, cases[0])
    damage(world.township, "DELETE FROM event WHERE hash = ?", before[1])
    assert world.township.engine.run_once().outcome is Outcome.AGREED  # Its sums say nothing of the rows.
    assert events_of(world.township, cases[0]) == before[:1]
    done = audited(world.township)
    assert (done.outcome, done.mended, done.troubles) == (Outcome.AGREED, 1, ())
    assert events_of(world.township, cases[0]) == before
    assert cases[0] in done.touched
    assert audited(world.township).mended == 0


def test_what_only_the_station_shows_is_taken_back_and_a_wrong_sum_is_counted_anew(world: World) -> None:
    cases = cases_of(world)
    ghost = "0199a5d0-0000-7000-8000-0000000000c1"
    with world.village.store.write() as unit:
        unit.mailboxes.hold(VILLAGE, ghost, 1, "1" * 64)
        unit.mailboxes.drop(VILLAGE, cases[0])
    damage(world.village, "UPDATE feed SET count = count + 7")
    done = world.village.engine.run_once()
    assert (done.outcome, done.troubles) == (Outcome.AGREED, ())
    assert done.mended >= 2
    with world.village.store.read() as unit:
        assert {held.case_id for held in unit.mailboxes.held(VILLAGE)} == set(cases)


def test_a_repair_fetches_only_what_differs(world: World) -> None:
    cases = cases_of(world, 20)
    asked: list[SnapshotRequest] = []
    with world.village.store.write() as unit:
        for case_id in cases[:3]:
            unit.mailboxes.drop(VILLAGE, case_id)
    reader = world.village.engine._mailboxes._snapshots
    plain = reader._transport.snapshot
    reader._transport = _With(
        reader._transport, snapshot=lambda request: (asked.append(request), plain(request))[1]
    )
    done = world.village.engine.run_once()
    assert (done.outcome, done.mended) == (Outcome.AGREED, 3)
    assert [set(request.cases.split(",")) for request in asked] == [set(cases[:3])]


def test_a_repair_never_loses_an_unsent_act(world: World) -> None:
    cases = cases_of(world)
    with world.village.store.write() as unit:
        unit.mailboxes.hold(VILLAGE, cases[0], 1, "1" * 64)
    world.village.hand_over(cases[0], TOWNSHIP)
    done = audited(world.village)
    assert (done.outcome, done.pushed) == (Outcome.AGREED, 1)
    assert world.village.state_of(cases[0]) is State.IN_TRANSIT
    assert agreed(world)


def test_an_older_hub_that_knows_no_audit_is_read_anew_as_before(world: World) -> None:
    cases = cases_of(world)
    with world.village.store.write() as unit:
        unit.mailboxes.drop(VILLAGE, cases[0])

    def unknown(request: DigestRequest) -> DigestResponse:
        raise Gone("404 not-found")

    auditor = world.village.engine._mailboxes._auditor
    auditor._transport = _With(auditor._transport, digest=unknown)
    done = world.village.engine.run_once()
    assert (done.outcome, done.mended, done.received) == (Outcome.AGREED, 0, 6)


def test_an_audit_comes_once_a_day_and_every_pc_has_a_time_of_its_own(world: World) -> None:
    cases_of(world)
    due = []
    for _ in range(10):
        world.clock.advance(timedelta(hours=3))
        due.append([done.audited > 0 for done in world.sync()])
    assert not any(any(row) for row in due[:7])
    assert [sum(column) for column in zip(*due, strict=True)] == [1, 1, 1]


@pytest.mark.parametrize("hours", [-100, 400])
def test_an_audit_comes_whatever_the_clock_does(world: World, hours: int) -> None:
    cases_of(world)
    world.clock.set_to(world.clock.now() + timedelta(hours=hours))
    assert world.village.engine.run_once().audited == 2
    assert world.village.engine.run_once().audited == 0


# The desks of a PC change.


def test_a_pc_that_gets_a_desk_reads_it_and_one_that_loses_it_takes_back_its_cases(world: World) -> None:
    """The bureau's mailbox goes from the hall's PC and comes back."""
    hall, device = world.window, world.window.identity.device
    with hall.store.read() as unit:
        desks = unit.identity.get().desks  # type: ignore[union-attr]
    assert len(desks) > 1
    lost = desks[-1]
    assert devices.assign_desks(world.hub.hub, device, tuple(desk for desk in desks if desk != lost))
    done = hall.engine.run_once()
    assert (done.outcome, done.troubles) == (Outcome.AGREED, ())
    with hall.store.read() as unit:
        assert lost not in {cursor.feed for cursor in unit.mailboxes.cursors()}
        assert unit.identity.get().desks == desks[:-1]  # type: ignore[union-attr]
    assert devices.assign_desks(world.hub.hub, device, desks)
    assert hall.engine.run_once().outcome is Outcome.AGREED
    with hall.store.read() as unit:
        assert lost in {cursor.feed for cursor in unit.mailboxes.cursors()}
        assert unit.identity.get().desks == desks  # type: ignore[union-attr]


def test_cases_of_a_lost_desk_go_but_not_those_with_unsent_acts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = cases_of(world)
    for case_id in cases[:2]:
        world.village.hand_over(case_id, TOWNSHIP)
    world.sync()
    world.sync()
    world.township.act(cases[0], "sign_for")
    station = world.township
    exchange = station.client.exchange

    def moved(request: ExchangeRequest) -> object:
        """The desk has become another PC's."""
        if any(cursor.feed == TOWNSHIP for cursor in request.cursors):
            raise ForeignFeed((f"device:{station.identity.device}",))
        raise HubRefusesDevice("enough seen")

    station.engine._questioner._transport = _With(station.client, exchange=moved)
    assert isinstance(station.engine.run_once().problem, HubRefusesDevice)
    assert station.state_of(cases[0]) is not None  # Its act is not sent yet.
    assert station.state_of(cases[1]) is None
    station.engine._questioner._transport = _With(station.client, exchange=exchange)
    assert agreed(world)
    assert station.state_of(cases[1]) is not None


class _With:
    """A transport with some methods in place of its own."""

    def __init__(self, inner: object, **methods: Callable[..., object]) -> None:
        self._inner = inner
        for name, method in methods.items():
            setattr(self, name, method)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)
