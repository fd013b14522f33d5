"""What was under way when a hub and its PCs were brought up to date goes on: nothing begins anew, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import func, select

from countyhub.acceptance.early_tables import EarlyRunRow
from countyhub.database import table_of
from countyhub.upward import below, sending
from countyhub.upward.standing import own_sum
from courier_sticks import answers, at_the_hub, read
from hub_world import StationWorld, quick_folder
from small_county import TOWNSHIP
from stationapp.domain.case import State
from stationapp.exchange.state import Outcome
from upgrades.samples import COUNTIES, old_county
from upgrades.scenes import COUNTY, CUT_AT, CUT_SCAN, County, resumed

Shown = dict[str, list[str]]


class Watched(httpx.BaseTransport):
    """Counts the bytes of attachments that go up, and remembers from where on snapshots were asked for."""

    def __init__(self, network: httpx.BaseTransport) -> None:
        self._network, self.carried = network, 0
        self.after: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "/uploads" in request.url.path:
            self.carried += len(request.read())
        if "/snapshot" in request.url.path:
            self.after.append(request.url.params.get("after", ""))
        return self._network.handle_request(request)


@dataclass
class Evening:
    """A county that was brought up to date and went on until everybody agreed, and what was seen of it."""

    county: County
    uploads: Watched
    snapshots: Watched
    held: str
    statuses: list[str]
    shown: Shown
    early: int
    agreed: bool = False
    carried: int = 0
    taken: list[str] = field(default_factory=list)
    settled: int = 0


@pytest.fixture(params=COUNTIES, scope="module")
def evening(request: pytest.FixtureRequest) -> Iterator[Evening]:
    """Bring a county up to date, let the hub take the sticks that lie about, and let all exchange."""
    with quick_folder() as folder, resumed(old_county(str(request.param), folder / "world")) as county:
        world, second = county.world, county.second
        case_id = held(world.village)
        seen = Evening(
            county,
            watched(world.village),
            watched(second),
            case_id,
            world.village.statuses(case_id),
            shown(second),
            early(county),
        )
        sticks = [county.sticks / name for name in ("first", "carried", "lost")]
        seen.taken = [str(one.taking) for stick in sticks for one in at_the_hub(world, stick)]
        (found,) = answers(read(world.township, county.sticks / "lost"))
        seen.settled = found.answer.settled if found.answer else 0
        seen.agreed = agreed(county)
        seen.carried = seen.uploads.carried
        yield seen


def watched(station: StationWorld) -> Watched:
    """Let a PC start with a network that is watched."""
    station.stop()
    station.network = network = Watched(station.network)
    station.start()
    return network


def held(station: StationWorld) -> str:
    """The case whose scan was cut."""
    with station.store.read() as unit:
        (row,) = unit.events.held()
    return row.event.case_id


def early(county: County) -> int:
    """How many runs wait at the hub for others before them."""
    count = select(func.count()).select_from(table_of(EarlyRunRow))
    with county.world.hub.hub.database.read() as connection:
        return int(connection.execute(count).scalar_one())


def shown(station: StationWorld) -> Shown:
    """The cases the township's mailbox shows at a PC, each with its confirmed envelopes."""
    with station.store.read() as unit:
        return {
            one.case_id: [row.envelope.hash for row in unit.events.of_case(one.case_id) if row.revision]
            for one in unit.mailboxes.held(TOWNSHIP)
        }


def agreed(county: County) -> bool:
    """Let every PC exchange until all have heard of everything."""
    for _ in range(3):
        done = [pc.engine.run_once() for pc in county.stations]
    return {one.outcome for one in done} == {Outcome.AGREED} and county.world.hub.faults() == []


def test_all_agree_again(evening: Evening) -> None:
    assert evening.agreed
    assert shown(evening.county.second) == shown(evening.county.world.township)


def test_an_upload_goes_on_where_it_stopped_and_the_act_that_waited_is_taken(evening: Evening) -> None:
    assert evening.statuses == ["held", "pending"]
    assert evening.county.world.village.statuses(evening.held) == ["confirmed", "confirmed"]
    assert 0 < evening.carried <= len(CUT_SCAN) - CUT_AT
    assert evening.county.world.township.state_of(evening.held) is State.IN_TRANSIT


def test_a_snapshot_goes_on_behind_the_last_page_that_was_kept(evening: Evening) -> None:
    assert len(evening.shown) > 1
    assert evening.snapshots.after[0] == max(evening.shown)
    assert len(shown(evening.county.second)) > len(evening.shown)


def test_sticks_of_before_are_taken_and_what_came_too_early_follows(evening: Evening) -> None:
    assert evening.taken == ["again", "again", "taken"]
    assert (evening.early, early(evening.county), evening.settled) == (1, 0, 2)


def test_the_city_hears_what_it_had_not_heard(evening: Evening) -> None:
    hub, city = evening.county.world.hub.hub, evening.county.city
    with closing(evening.county.road()) as road:
        sending.tell(hub, road)
    with hub.database.read() as here, city.hub.database.read() as above:
        own, told = own_sum(here), below.sum_of(above, COUNTY)
        assert below.faults(above) == {}
    assert told is not None
    assert told.agrees
    assert (told.count, told.digest) == (own.count, own.digest)
    assert city.faults() == []


def test_keys_of_before_are_still_believed_and_new_work_is_taken(evening: Evening) -> None:
    village = evening.county.world.village
    case_id = village.receive(b"another scan")
    village.hand_over(case_id, TOWNSHIP)
    assert agreed(evening.county)
    assert evening.county.world.township.state_of(case_id) is State.IN_TRANSIT
