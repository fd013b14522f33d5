"""County, city and province: what a county confirmed arrives whole at each level above, over bad lines and restored
hubs, and both ends can prove it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from countyhub import cli, schema
from countyhub.acceptance.tables import EnvelopeRow
from countyhub.app import create_app
from countyhub.attachments.files import FolderFiles
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.initialise import initialise_above
from countyhub.inspection.verification import verify_hub
from countyhub.upward import above, below, hosting, sending
from countyhub.upward.client import HttpRoad
from countyhub.upward.standing import own_sum, standing
from hub_world import URL, InProcess, Template, World, quick_folder
from hubprotocol.envelope import GENESIS, seal
from hubprotocol.messages import ChainHeadMessage, EnvelopeMessage, ExchangeRequest
from hubprotocol.upward import EVENT_KIND, UPWARD_KINDS, PartMessage, bodies_of, covers, joined
from hubprotocol.versions import MAX_VERSION
from lossy_network import LossyNetwork
from small_county import TOWNSHIP, VILLAGE
from stationapp.domain.refusal import Refused

ROOT = Path(__file__).parents[2]
COUNTY, CITY, PROVINCE = VILLAGE[:6], VILLAGE[:4] + "00", VILLAGE[:2] + "0000"


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """A founded county with three enrolled stations, to be copied for every test."""
    with quick_folder() as folder:
        yield Template(folder / "template")


@pytest.fixture
def county(template) -> Iterator[World]:
    """The county at work."""
    with quick_folder() as folder, template.world(folder / "world") as world:
        yield world


class Upper:
    """The hub of a city or a province, in a folder."""

    def __init__(self, folder, code, clock):
        self.code, self.file = code, folder / f"{code}.sqlite"
        self.chance = Random(code)
        self._files, self._clock = FolderFiles(folder / code), clock
        self.start()
        initialise_above(self.hub, code)

    def start(self):
        self.hub = Hub(
            Database(f"sqlite:///{self.file}"), self._files, self._clock.now, self.chance.randbytes
        )
        self.network = InProcess(create_app(self.hub))

    def stop(self):
        self.network.end()
        self.hub.database.close()


@dataclass
class Levels:
    """A county's world with a city and a province above it."""

    world: World
    city: Upper
    province: Upper
    roads: list[HttpRoad]

    @property
    def county(self) -> Hub:
        return self.world.hub.hub

    def road(self, network) -> HttpRoad:
        self.roads.append(HttpRoad(URL, "", self.county.stamp, transport=network))
        return self.roads[-1]

    def join(self, hub: Hub, upper: Upper, code: str, network=None) -> HttpRoad:
        """Enrol a hub at the one above it."""
        road = self.road(network or upper.network)
        made, _ = hosting.make_code(upper.hub, code)
        sending.enrol(hub, road, URL, "", made)
        return road


@pytest.fixture
def levels(county, tmp_path) -> Iterator[Levels]:
    """County, city and province, not enrolled yet."""
    city, province = Upper(tmp_path, CITY, county.clock), Upper(tmp_path, PROVINCE, county.clock)
    made = Levels(county, city, province, [])
    yield made
    for road in made.roads:
        road.close()
    for upper in (city, province):
        upper.stop()


def work(world: World, cases: int = 2) -> list[str]:
    """Cases received in the village and handed to the township, confirmed by the county."""
    made = [world.village.receive() for _ in range(cases)]
    for case_id in made:
        world.village.hand_over(case_id, TOWNSHIP)
    world.sync()
    world.township.act(made[0], "sign_for")
    world.sync()
    return made


def sums_of(hub: Hub) -> tuple[int, str]:
    """What a county's own cases add up to."""
    with hub.database.read() as connection:
        found = own_sum(connection)
    return found.count, found.digest


def sums_at(upper: Upper) -> tuple[int, str]:
    """What the county's cases add up to at a hub above, which must agree with what it was told."""
    with upper.hub.database.read() as connection:
        found = below.sum_of(connection, COUNTY)
    assert found is not None
    assert found.agrees
    return found.count, found.digest


def faults(upper: Upper) -> dict[str, int]:
    with upper.hub.database.read() as connection:
        return below.faults(connection)


def test_what_a_county_confirmed_arrives_at_its_city_and_adds_up_to_the_same(levels):
    case_id, *_ = work(levels.world)
    road = levels.join(levels.county, levels.city, COUNTY)
    told = sending.tell(levels.county, road)
    assert told.told == told.sealed > 0
    assert told.refused == 0
    assert sums_at(levels.city) == sums_of(levels.county)
    assert sums_at(levels.city)[0] == 2
    assert faults(levels.city) == {}
    with levels.city.hub.database.read() as connection:
        case = below.case(connection, (COUNTY, case_id))
    assert (case.state, case.holder) == (levels.world.township.state_of(case_id).value, TOWNSHIP)
    assert verify_hub(levels.city.hub).faults == []


def test_with_nothing_new_one_request_is_made_and_nothing_is_told(levels):
    work(levels.world)
    road = levels.join(levels.county, levels.city, COUNTY)
    assert sending.tell(levels.county, road).requests == 1
    assert sending.tell(levels.county, road) == sending.Told(sealed=0, told=0, requests=1, refused=0)


class LosesAnswers(httpx.BaseTransport):
    """Loses the first answers."""

    def __init__(self, network, answers):
        self._network, self.left = network, answers

    def handle_request(self, request):
        answer = self._network.handle_request(request)
        if self.left:
            self.left -= 1
            raise httpx.ReadTimeout("the answer got lost", request=request)
        return answer


def test_an_enrolment_whose_answer_was_lost_is_repeated_with_the_same_key(levels):
    lossy = LosesAnswers(levels.city.network, 3)
    sending.tell(levels.county, levels.join(levels.county, levels.city, COUNTY, lossy))
    assert lossy.left == 0
    assert sums_at(levels.city) == sums_of(levels.county)


class Dies(HttpRoad):
    """The process ends when the hub above has taken the code."""

    def enrol(self, request):
        super().enrol(request)
        raise KeyboardInterrupt


def test_a_process_that_dies_over_the_enrolment_does_not_cost_the_code(levels):
    work(levels.world)
    dying = Dies(URL, "", levels.county.stamp, transport=levels.city.network)
    code, _ = hosting.make_code(levels.city.hub, COUNTY)
    with pytest.raises(KeyboardInterrupt):
        sending.enrol(levels.county, dying, URL, "", code)
    dying.close()
    road = levels.road(levels.city.network)
    sending.enrol(levels.county, road, URL, "", code)
    sending.tell(levels.county, road)
    assert sums_at(levels.city) == sums_of(levels.county)
    with pytest.raises(Refused, match="登记码"):
        sending.enrol(levels.county, road, URL, "", code)


@pytest.mark.parametrize(
    "url", ["http://city.example.cn", "http://10.0.0.7:8080", "city.example.cn", "ftp://x", ""]
)
def test_nothing_is_told_upward_in_the_clear(url):
    with pytest.raises(Refused, match="https"):
        HttpRoad(url, "", str)


@pytest.mark.parametrize("seed", range(4))
def test_three_levels_agree_over_lines_that_lose_double_and_cut(levels, seed):
    chance = Random(f"levels {seed}")
    up = LossyNetwork(levels.city.network, chance, 0.5)
    further = LossyNetwork(levels.province.network, chance, 0.5)
    up.calm = further.calm = True
    to_city = levels.join(levels.county, levels.city, COUNTY, up)
    to_province = levels.join(levels.city.hub, levels.province, CITY, further)
    up.calm = further.calm = False
    for _ in range(8):
        work(levels.world, chance.randrange(1, 3))
        for hub, road in ((levels.county, to_city), (levels.city.hub, to_province)):
            _try(hub, road)
    up.calm = further.calm = True
    sending.tell(levels.county, to_city)
    sending.tell(levels.city.hub, to_province)
    assert sums_of(levels.county) == sums_at(levels.city) == sums_at(levels.province)
    for upper in (levels.city, levels.province):
        assert faults(upper) == {}
        assert verify_hub(upper.hub).faults == []


def _try(hub: Hub, road: HttpRoad) -> None:
    try:
        sending.tell(hub, road)
    except OSError:
        return  # The line failed; the next round goes on from what was acknowledged.


def _bring_back(file, copy) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()
    shutil.copy(copy, file)


def test_a_city_restored_from_a_backup_is_told_again_what_it_lost(levels, tmp_path):
    work(levels.world)
    road = levels.join(levels.county, levels.city, COUNTY)
    sending.tell(levels.county, road)
    levels.city.stop()
    shutil.copy(levels.city.file, tmp_path / "backup")
    levels.city.start()
    work(levels.world)
    sending.tell(levels.county, levels.road(levels.city.network))
    levels.city.stop()
    _bring_back(levels.city.file, tmp_path / "backup")
    levels.city.start()
    told = sending.tell(levels.county, levels.road(levels.city.network))
    assert told.sealed == 0
    assert told.told > 0
    assert sums_at(levels.city) == sums_of(levels.county)
    assert verify_hub(levels.city.hub).faults == []


def test_a_county_restored_from_a_backup_is_noticed_and_tells_everything_again(levels, tmp_path):
    hub, file = levels.world.hub, levels.world.hub.folder / "hub.sqlite"
    kept = work(levels.world)
    road = levels.join(levels.county, levels.city, COUNTY)
    sending.tell(levels.county, road)
    levels.county.database.close()
    shutil.copy(file, tmp_path / "backup")
    lost = levels.world.village.receive()
    levels.world.sync()
    sending.tell(levels.county, road)
    levels.county.database.close()
    _bring_back(file, tmp_path / "backup")
    hub.begin_epoch()
    with pytest.raises(Refused, match="重新登记"):
        sending.tell(levels.county, road)
    old = _link(levels.county)
    again = levels.join(levels.county, levels.city, COUNTY)
    sending.tell(levels.county, again)
    with pytest.raises(sending.Declined, match="revoked-device"):
        again.exchange(old, _request(old.device))
    assert sums_at(levels.city) == sums_of(levels.county) == (len(kept), sums_of(levels.county)[1])
    (row,) = standing(levels.city.hub)["below"]
    assert row["not_told_again"] == 1
    # The village still has what the hub lost, and sends it again.
    levels.world.sync()
    sending.tell(levels.county, again)
    (row,) = standing(levels.city.hub)["below"]
    assert (row["not_told_again"], row["agrees"], row["count"]) == (0, True, len(kept) + 1)
    with levels.city.hub.database.read() as connection:
        assert below.case(connection, (COUNTY, lost)).revision == 1


def test_a_county_that_lost_a_backup_of_the_city_above_keeps_what_is_not_durable(levels):
    work(levels.world)
    road = levels.join(levels.county, levels.city, COUNTY)
    sending.tell(levels.county, road)
    with levels.county.database.read() as connection:
        link = above.link(connection)
        assert link.acknowledged == link.seq
        assert len(above.envelopes_after(connection, link.device, 0, 1000)) == link.seq
    from countyhub.acceptance import backups
    from countyhub.acceptance import repository as chains

    with levels.city.hub.database.read() as connection:
        heads = chains.heads(connection)
    backups.mark_heads(levels.city.hub.database, heads)
    sending.tell(levels.county, road)
    with levels.county.database.read() as connection:
        assert len(above.envelopes_after(connection, link.device, 0, 1000)) == 1
    work(levels.world)
    sending.tell(levels.county, road)
    assert sums_at(levels.city) == sums_of(levels.county)


def test_an_event_that_was_altered_in_the_county_is_shown_as_a_fault_at_the_city(levels):
    work(levels.world)

    def forge(connection):
        first = col(EnvelopeRow.seq) == 1
        mine = first & (col(EnvelopeRow.device) == levels.world.village.identity.device)
        connection.execute(update(EnvelopeRow).where(mine).values(person_signature="0" * 128))

    levels.county.database.write(forge)
    sending.tell(levels.county, levels.join(levels.county, levels.city, COUNTY))
    assert faults(levels.city) == {COUNTY: 1}


def test_a_county_cannot_speak_for_another_and_a_pc_for_none(levels):
    work(levels.world)
    road = levels.join(levels.county, levels.city, COUNTY)
    sending.tell(levels.county, road)
    with levels.county.database.read() as connection:
        link = above.link(connection)
        told = above.envelopes_after(connection, link.device, 0, 1000)
    event = next(one for one in told if one.kind == EVENT_KIND)
    foreign = json.dumps({**json.loads(event.body), "origin": "520102"})
    seed = bytes.fromhex(link.seed)
    envelope = seal(link.device, link.seq + 1, link.hash, EVENT_KIND, foreign, seed)
    answer = road.exchange(link, _request(link.device, envelope))
    assert [one.code for one in answer.verdicts[0].reasons] == ["foreign-county"]
    village = levels.world.village
    pc = village.identity
    with village.store.read() as unit:
        head = unit.chain.head()
    as_pc = replace(link, device=pc.device, seed=pc.device_seed.hex())
    envelope = seal(pc.device, head.seq + 1, head.hash, EVENT_KIND, event.body, pc.device_seed)
    answer = levels.road(levels.world.hub.network).exchange(as_pc, _request(pc.device, envelope))
    assert [one.code for one in answer.verdicts[0].reasons] == ["no-hub"]


def _link(hub: Hub) -> above.Link:
    with hub.database.read() as connection:
        return above.link(connection)


def _request(device, *envelopes) -> ExchangeRequest:
    return ExchangeRequest(
        protocol=MAX_VERSION,
        device=device,
        sent_at="",
        base=ChainHeadMessage(seq=0, hash=GENESIS),
        envelopes=tuple(EnvelopeMessage.pack(one) for one in envelopes),
    )


def test_a_hub_lets_in_only_hubs_of_its_own_division(levels):
    for code in ("520102", "51", CITY, "abcdef"):
        with pytest.raises(Refused):
            hosting.make_code(levels.city.hub, code)


def test_a_long_body_travels_in_parts():
    text = "䶮" * 500_001
    parts = list(bodies_of(EVENT_KIND, text))
    assert len(parts) == 5
    assert all(len(body) <= 262_144 for _, body in parts)
    messages = [PartMessage.model_validate_json(body) for _, body in parts]
    assert joined(messages) == (EVENT_KIND, text)
    with pytest.raises(ValueError, match="belong together"):
        joined(messages[1:])
    assert {kind for kind, _ in parts} < UPWARD_KINDS


def test_a_long_document_arrives_whole(levels, monkeypatch):
    monkeypatch.setattr("hubprotocol.upward._LONGEST", 900)
    monkeypatch.setattr("hubprotocol.upward._PART", 400)
    work(levels.world)
    to_city = levels.join(levels.county, levels.city, COUNTY)
    to_province = levels.join(levels.city.hub, levels.province, CITY)
    sending.tell(levels.county, to_city)
    sending.tell(levels.city.hub, to_province)
    assert sums_of(levels.county) == sums_at(levels.city) == sums_at(levels.province)
    assert faults(levels.province) == {}


@pytest.mark.parametrize(
    ("code", "origin", "expected"),
    [
        ("510721", "510721", True),
        ("510721", "510722", False),
        ("510700", "510721", True),
        ("510700", "510821", False),
        ("510000", "510821", True),
        ("510000", "520102", False),
    ],
)
def test_a_hub_speaks_for_what_lies_in_its_division(code, origin, expected):
    assert covers(code, origin) is expected


def test_the_commands_found_a_city_and_say_how_it_stands(tmp_path, capsys):
    database = f"sqlite:///{tmp_path / 'city.sqlite'}"

    def run(*arguments: str) -> Callable[[], dict]:
        code = cli.main(["upward", *arguments, "--database", database])
        out, err = capsys.readouterr()
        return code, json.loads((out or err).splitlines()[-1])

    assert run("init", "--code", CITY)[0] == cli.OK
    assert run("init", "--code", CITY)[1]["error"] == "initialised"
    code, answer = run("code", "--below", COUNTY)
    assert (code, answer["below"]) == (cli.OK, COUNTY)
    assert run("code", "--below", "520102")[1]["error"] == "not-below"
    assert run("status") == (cli.OK, {"above": None, "below": []})
    assert run("run")[1]["error"] == "not-enrolled"
    opened = Database(database)
    assert schema.is_current(opened)
    opened.close()


def test_a_county_tells_a_city_that_is_served_in_another_process(county, tmp_path, capsys):
    work(county)
    database = f"sqlite:///{tmp_path / 'city.sqlite'}"
    mine = ("--database", str(county.hub.hub.database.engine.url))
    assert cli.main(["upward", "init", "--database", database, "--code", CITY]) == cli.OK
    assert cli.main(["upward", "code", "--database", database, "--below", COUNTY]) == cli.OK
    code = json.loads(capsys.readouterr().out.splitlines()[-1])["code"]
    with serving(database) as url:
        assert cli.main(["upward", "enrol", *mine, "--url", url, "--code", code]) == cli.OK
        assert cli.main(["upward", "run", *mine]) == cli.OK
        capsys.readouterr()
        assert cli.main(["upward", "status", *mine]) == cli.OK
        own = json.loads(capsys.readouterr().out)["above"]
        assert cli.main(["upward", "enrol", *mine, "--url", url, "--code", code]) == cli.REFUSED
    capsys.readouterr()
    assert cli.main(["upward", "status", "--database", database]) == cli.OK
    (told,) = json.loads(capsys.readouterr().out)["below"]
    assert (told["origin"], told["count"], told["digest"]) == (COUNTY, own["cases"], own["digest"])
    assert own["acknowledged"] == own["sealed"] > 0
    assert cli.main(["upward", "run", *mine]) == cli.UNAVAILABLE
    assert cli.main(["verify", "--database", database]) == cli.OK


@contextmanager
def serving(database: str) -> Iterator[str]:
    """`countyhub serve` in a process of its own; yields the address."""
    roads = os.pathsep.join(str(ROOT / name) for name in ("src", "sync"))
    command = [sys.executable, "-m", "countyhub", "serve", "--database", database]
    environment = os.environ | {"PYTHONPATH": roads}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()
