"""A small county in the middle of its work: what a sample of a layout shows, one scene after the other.

Each scene leaves something behind that the program of tomorrow has to go on with: a scan half uploaded, an act that
waits for it, a snapshot half read, keys that changed, sticks on their way. All persons are invented. The scenes follow
each other in the order of `SCENES`, since a later one would bring an earlier one to its end.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from countyhub import schema
from countyhub.acceptance import service as acceptance
from countyhub.attachments import service as attachments
from countyhub.attachments import uploading
from countyhub.catalogue import service as catalogues
from countyhub.courier import spool
from countyhub.devices import keys, orders
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.initialise import initialise_above
from countyhub.mailboxes import compaction
from countyhub.references.service import Law
from countyhub.upward import hosting, sending
from countyhub.upward.client import HttpRoad
from courier_sticks import at_the_hub, read, written
from hub_world import URL, Crash, HubWorld, StationWorld, Template, World
from hubprotocol import failpoints
from hubprotocol.courier.messages import CarryRequest
from small_county import TOWNSHIP, VILLAGE, WINDOW, receipt_facts
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.material_dictionary import MaterialDictionary, MaterialEntry
from stationapp.exchange.courier import rescue
from stationapp.exchange.courier.writing import Order as StickOrder
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.enrolment import Order, enrol
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.pace import Measure
from stationapp.exchange.reenrolment import become
from stationapp.exchange.transport import PIECE_BYTES, Credentials, HubTransport, HubUnreachable
from stationapp.platform.clock import SteppingClock, to_text
from stationapp.store.connections import connect
from stationapp.store.damaged import opened
from stationapp.store.salvage import salvage
from upgrades.samples import DATA_KEY, HUB, STATION

COUNTY, CITY = VILLAGE[:6], VILLAGE[:4] + "00"
WHOLE_SCAN = Random("a scan that arrived").randbytes(1500)
CUT_SCAN = Random("a scan that was cut").randbytes(2 * PIECE_BYTES + 700)
CUT_AT = 4000
ABSENCE = timedelta(days=compaction.KEPT_DAYS + 1)


@dataclass
class County:
    """The county's world with its city above it, a second PC at the township, and a folder for sticks."""

    world: World
    city: HubWorld
    second: StationWorld
    sticks: Path

    def road(self) -> HttpRoad:
        """The county hub's way to the city's."""
        return HttpRoad(URL, "", self.world.hub.hub.stamp, transport=self.city.network)

    @property
    def stations(self) -> tuple[StationWorld, ...]:
        """Every PC of the sample."""
        return (*self.world.stations, self.second)


class Cut:
    """A road on which no byte of an attachment gets through."""

    def __init__(self, inner: HubTransport) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        if name in {"create_upload", "append_upload", "send_pieces"}:
            raise HubUnreachable("cut")
        return getattr(self._inner, name)


@contextmanager
def played(folder: Path) -> Iterator[County]:
    """Play every scene in a fresh folder; the county is open then, and closed at the end."""
    with Template(folder / "template").world(folder / "world", "sample") as world:
        city = HubWorld(_fresh(folder / "world" / "city"), world.clock, Random("city"))
        county = County(world, city, _pc(world, "second", TOWNSHIP), _fresh(folder / "world" / "sticks"))
        try:
            for scene in SCENES:
                scene(county)
            yield county
        finally:
            county.second.stop()
            city.close()


@contextmanager
def resumed(folder: Path) -> Iterator[County]:
    """Start today's programs where a county of earlier ones lies, as after an upgrade in the evening."""
    clock = SteppingClock(_last_day(folder / HUB), timedelta(seconds=1))
    hub, city = (_upgraded(HubWorld(folder / name, clock, Random(name))) for name in ("hub", "city"))
    pcs = [
        StationWorld(folder / name, desk, clock, Random(f"{name} after"), hub.network)
        for name, desk in (
            ("village", VILLAGE),
            ("township", TOWNSHIP),
            ("window", WINDOW),
            ("second", TOWNSHIP),
        )
    ]
    for pc in pcs:
        pc.serial = 900
        pc.start()
    try:
        yield County(World(hub, *pcs[:3], clock), city, pcs[3], folder / "sticks")
    finally:
        for pc in pcs:
            pc.stop()
        hub.close()
        city.close()


def _last_day(hub: Path) -> datetime:
    with closing(sqlite3.connect(hub)) as connection:
        (last,) = connection.execute("SELECT max(received_at) FROM verdict").fetchone()
    return datetime.fromisoformat(last) + timedelta(hours=6)


def _upgraded(hub: HubWorld) -> HubWorld:
    """Do what an administrator does, and what the hub does by itself when it starts."""
    schema.upgrade(hub.hub.database)
    uploading.finish_overlooked(hub.hub)
    attachments.release_overlooked(hub.hub)
    acceptance.reconsider_held(hub.hub)
    return hub


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _pc(world: World, name: str, desk: str) -> StationWorld:
    return StationWorld(world.hub.folder.parent / name, desk, world.clock, Random(name), world.hub.network)


def a_case_goes_up(county: County) -> None:
    """From the village to the county's window, which gives it its number; its scan has arrived at the hub."""
    world = county.world
    case_id = world.village.receive(WHOLE_SCAN)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync()
    world.township.act(case_id, "sign_for")
    world.township.act(case_id, "examine")
    world.township.hand_over(case_id, WINDOW, "forward")
    world.sync()
    world.window.act(case_id, "sign_for")
    world.window.act(case_id, "register")
    world.sync()


def acts_are_refused(county: County) -> None:
    """What a village may not do stands in its list with its reasons; one of the two was settled with a note."""
    village = county.world.village
    case_id = village.receive()
    for move in ("grant", "review"):
        village.act(case_id, move)
    county.world.sync()
    with village.store.write() as unit:
        first, _ = unit.events.refused(case_id)
        unit.events.settle_refused(
            first.event.event_id, "已改走正常流程。", village.hand.person_id, village.clock.now()
        )


def somebody_applies_twice(county: County) -> None:
    """The hub tells of two applications of one person for one item."""
    village = county.world.village
    for serial in (800, 801):
        village.act(village.new_id(), "receive", receipt_facts(serial=serial, day=village.clock.now().date()))
    county.world.sync()


def a_disk_is_restored(county: County) -> None:
    """The village's disk is an older copy; enrolled again it seals anew what only it had."""
    village = county.world.village
    copy = village.folder / "station.db.bak"
    village.stop()
    shutil.copy(village.folder / "station.db", copy)
    village.start()
    village.receive()
    county.world.sync(village)
    village.stop()
    shutil.move(copy, village.folder / "station.db")
    village.start()
    village.receive()
    village.engine.run_once()
    order = Order(URL, county.world.hub.code(VILLAGE), village.identity.home_id)

    def connect(credentials: Credentials | None) -> HubClient:
        return HubClient(URL, village.clock, credentials, network=village.network)

    become(village.store, enrol(village.folder, order, connect, village.chance.randbytes), village.clock)
    _restart(village)
    county.world.sync()


def keys_change(county: County) -> None:
    """The village's and the hub's; acts are sealed before and after."""
    hub, village = county.world.hub.hub, county.world.village
    village.receive()
    orders.ask_for_new_key(hub, village.identity.device)
    village.engine.run_once()
    _restart(village)
    keys.change_hub_key(hub)
    village.receive()
    county.world.sync()
    county.world.sync()


def pcs_are_lost(county: County) -> None:
    """One is revoked with acts at the hub; another is locked when it next says something."""
    hub = county.world.hub
    for name in ("revoked", "lost"):
        pc = _pc(county.world, name, VILLAGE)
        pc.enrol(hub.code(VILLAGE))
        pc.serial = {"revoked": 500, "lost": 600}[name]
        pc.start()
        pc.receive()
        pc.engine.run_once()
        if name == "revoked":
            devices.revoke(hub.hub, pc.identity.device)
        else:
            orders.lose(hub.hub, pc.identity.device, wipe=False)
        pc.engine.run_once()
        pc.stop()


def mailboxes_grow_short(county: County) -> None:
    """A month later what everybody has read is gone from the mailboxes."""
    world = county.world
    for _ in range(5):
        world.village.hand_over(world.village.receive(), TOWNSHIP)
    world.sync()
    compaction.compact(world.hub.hub)
    world.clock.advance(ABSENCE)
    world.sync()
    compaction.compact(world.hub.hub)


def the_catalogue_changes(county: County) -> None:
    """The dictionary of materials was published, a long document; a change of an item waits to be published."""
    hub = county.world.hub.hub
    with hub.database.read() as connection:
        item = Law(connection, hub).current_catalogue.items[0]
    entries = (
        MaterialEntry(f"material-{number:05d}", f"第{number}种材料的标准名称") for number in range(1, 5001)
    )
    changed = (replace(item, fee="免费", effective_from=hub.now().date()),)
    first = _draft(hub, (), MaterialDictionary(tuple(entries)))
    hub.database.write(lambda one: catalogues.publish(one, hub, "p-window", first))
    _draft(hub, changed, None)
    county.world.sync()


def _draft(hub: Hub, items: tuple[ServiceItem, ...], dictionary: MaterialDictionary | None) -> int:
    """Draft and review a change; return its number."""

    def work(connection: Connection) -> int:
        number = catalogues.draft(connection, hub, "p-officer", "新要求", items, dictionary).number
        catalogues.review(connection, hub, "p-approver", number)
        return number

    return hub.database.write(work)


def the_city_hears(county: County) -> None:
    """The county's hub has told the city's what was confirmed until now; what comes later it has not."""
    hub, road = county.world.hub.hub, county.road()
    initialise_above(county.city.hub, CITY)
    code, _ = hosting.make_code(county.city.hub, COUNTY)
    sending.enrol(hub, road, URL, "", code)
    sending.tell(hub, road)
    road.close()


def the_day_at_the_desk(county: County) -> None:
    """What only the village's PC holds: who signed in, a draft, a printed paper, the queue, counts of numbers."""
    village = county.world.village
    now, person = village.clock.now(), village.hand.person_id
    with village.store.write() as unit:
        unit.sign_ins.begin(now.date().isoformat(), person, village.hand.post_id, now)
        unit.drafts.save(village.new_id(), {"item_code": "51070401-PLAIN", "name": "𬭎㛃"}, now)
        unit.print_log.record("material_receipt", "1", village.acts[0].case_id, now, person)
        count = unit.numbers.next_count("queue", now.date().isoformat())
        unit.queue.take(VILLAGE, now.date().isoformat(), count, "办事", now, priority=True)


def sticks_go_about(county: County) -> None:
    """One was taken and answered, a second was carried over the network, of a third the township's first is lost."""
    world, hub = county.world, county.world.hub.hub
    world.village.receive()
    written(world.village, county.sticks / "first")
    at_the_hub(world, county.sticks / "first")
    read(world.village, county.sticks / "first")
    world.village.receive()
    written(world.village, county.sticks / "carried")
    read(world.window, county.sticks / "carried", online=True)
    carrier = devices.find(hub, world.window.identity.device)
    assert carrier is not None
    spool.announce(hub, carrier, CarryRequest(hash="ab" * 32, size=2 * spool.PIECE_BYTES))
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    world.township.act(case_id, "sign_for")
    written(world.township, county.sticks / "lost")
    world.township.act(case_id, "examine")
    written(world.township, county.sticks / "early", only_new=True)
    at_the_hub(world, county.sticks / "early", answer=False)


def a_disk_is_damaged(county: County) -> None:
    """A PC writes what its disk still gives: the chain goes on behind the act that is lost."""
    world = county.world
    pc = _pc(world, "damaged", VILLAGE)
    pc.enrol(world.hub.code(VILLAGE))
    pc.serial = 700
    pc.start()
    for _ in range(4):
        pc.receive()
    pc.stop()
    _rescued(pc, county.sticks / "rescued", lost=2)
    at_the_hub(world, county.sticks / "rescued", answer=False)


def _rescued(pc: StationWorld, stick: Path, lost: int) -> None:
    """Let a stopped PC rescue what is on its disk onto a stick, as if one act could not be read."""
    damaged = pc.folder / "damaged.bak"
    shutil.copy(pc.folder / STATION.name, damaged)
    with closing(connect(damaged, DATA_KEY)) as connection:
        connection.execute("UPDATE event SET hash = 'bent' WHERE own = 1 AND seq = ?", (lost,))
    stick.mkdir()
    with opened(damaged, DATA_KEY, stick) as reader:
        found = salvage(reader, rescue.SETTINGS)
    assert list(found.lost) == [lost]
    assert found.lost[lost], "the number on its receipt can be read"
    list(rescue.write(found, pc.files, StickOrder(stick), to_text(pc.clock.now())))


def a_snapshot_is_half_read(county: County) -> None:
    """A PC that is new at the township reads its long mailbox by a snapshot, and dies behind the second page."""
    second, pages = county.second, 0

    def die(name: str) -> None:
        nonlocal pages
        pages += name == "station.snapshot.before-commit"
        if pages == 3:
            raise Crash(name)

    second.enrol(county.world.hub.code(TOWNSHIP))
    second.start()
    second.engine._pace.page = Measure(2, 2, 2)
    with failpoints.install(die), suppress(Crash):
        second.engine.run_once()
    assert pages == 3


def an_upload_is_cut(county: County) -> None:
    """A stream broke, then a piece came, then the road was gone: an act that names the scan is held, one is unsent."""
    village = county.world.village
    case_id = village.receive(CUT_SCAN)
    with village.store.read() as unit:
        (waiting,) = unit.attachments.not_at_hub(10)
    state = village.client.create_upload(waiting.sha256, waiting.size)
    village.client.append_upload(state.url, 0, memoryview(CUT_SCAN)[:CUT_AT], last=False)
    village.client.send_pieces(state.url, memoryview(CUT_SCAN), [1])
    with village.store.write() as unit:
        unit.attachments.set_upload(waiting.sha256, state.url, CUT_AT)
    ExchangeEngine(
        village.store, village.files, Cut(village.client), village.clock, village.chance.random
    ).run_once()
    village.hand_over(case_id, TOWNSHIP)


SCENES: tuple[Callable[[County], None], ...] = (
    a_case_goes_up,
    acts_are_refused,
    somebody_applies_twice,
    a_disk_is_restored,
    keys_change,
    pcs_are_lost,
    mailboxes_grow_short,
    the_catalogue_changes,
    the_city_hears,
    the_day_at_the_desk,
    sticks_go_about,
    a_disk_is_damaged,
    a_snapshot_is_half_read,
    an_upload_is_cut,
)


def _restart(station: StationWorld) -> None:
    station.stop()
    station.start()
