"""A station's PC: the real store and engine on a disk that can be kept, put back, copied and full."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from errno import ENOSPC
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hub_world import DATA_KEY, PEOPLE, URL, StationWorld, person_seed
from hubprotocol.envelope import seal
from hubprotocol.versions import CASE_EVENT_KIND
from small_county import COUNTY_ITEM, FACTS, application, organisation, receipt_facts, somebody
from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent, Hand, Versions
from stationapp.domain.numbers import BatchNumber, DocumentNumber, EnquiryCode, ReceiptNumber
from stationapp.domain.refusal import Refused
from stationapp.domain.rule_editions import EDITION
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.enrolment import Enrolment, Order, enrol, finish, settle
from stationapp.exchange.key_changes import follow_hub
from stationapp.exchange.orders import Standing, require_free, standing
from stationapp.exchange.reenrolment import become
from stationapp.exchange.transport import Credentials
from stationapp.platform.atomic_files import disk_trouble
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import ChainHead, Identity
from stationapp.store.station_store import StationStore
from together.simulation.clocks import MachineClock
from together.simulation.deaths import Crash
from together.simulation.disks import Image, Space, image_of, put_back
from together.simulation.editions import OLDER, body_of, road_of
from together.simulation.wire import Wire
from workplaces import calendar

BATCHED = frozenset({"hand_over", "forward"})
_FIRST_SERIAL = 200
"""Above the numbers that were given before the seeds begin."""


class ScarceAttachments(AttachmentFiles):
    """A station's attachments on a disk that can be full."""

    def __init__(self, folder: Path, data_key: bytes, space: Space) -> None:
        super().__init__(folder, data_key)
        self._space = space

    def put(self, data: bytes) -> str:
        """Keep bytes, unless the disk is full."""
        self._need_space()
        return super().put(data)

    def append_part(self, sha256: str, offset: int, data: bytes) -> int:
        """Keep the next bytes of a download, unless the disk is full."""
        self._need_space()
        return super().append_part(sha256, offset, data)

    def finish_part(self, sha256: str) -> None:
        """Make a download an attachment, unless the disk is full."""
        self._need_space()
        super().finish_part(sha256)

    def _need_space(self) -> None:
        if self._space.full:
            raise disk_trouble(OSError(ENOSPC, "no space left"))


@cache
def _calendar_version() -> str:
    return calendar().version


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy of a PC's disk: its files, its own acts, and the edition of the program on it."""

    image: Image
    ids: frozenset[str]
    edition: int


class Pc(StationWorld):
    """One PC. `may_fork` says that the hub may know other acts under its numbers: its disk was copied or put back.

    `given_up` are its acts that were younger than a copy that was put back.
    `edition` is that of the rules its program knows; `refused` counts the rounds in a row in which the hub did not
    know its signature.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        desk: str,
        clock: MachineClock,
        chance: Random,
        wire: Wire,
        space: Space,
    ) -> None:
        super().__init__(folder, desk, clock, chance, wire)
        self.name = name
        self.wire = wire
        self.machine_clock = clock
        self.space = space
        self.kept: Kept | None = None
        self.may_fork = False
        self.given_up: set[str] = set()
        self.refused = 0
        self.batch = 64
        self.edition = EDITION
        self.keys: set[tuple[str, bytes]] = set()
        self.serial = self.receipts = _FIRST_SERIAL

    def start(self) -> None:
        """Open the store, as after a start of the PC; somebody made room on the disk."""
        self.space.set_full(False)
        super().start()
        self.files = ScarceAttachments(self.folder / "attachments", DATA_KEY, self.space)
        self.note_key()
        road = road_of(self.client, self.edition)
        self.engine = ExchangeEngine(
            self.store, self.files, road, self.clock, self.chance.random, random_bytes=self.chance.randbytes
        )
        pace = self.engine._pace
        pace.events.least, pace.events.most, pace.events.now = 1, self.batch, self.batch

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def keep_disk(self) -> None:
        """Copy the disk, to put it back some day."""
        self.stop()
        self.kept = Kept(image_of(self.folder), self._own_before_stop, self.edition)
        self.start()

    def stop(self) -> None:
        """Close everything."""
        self._own_before_stop = self.own_ids()
        super().stop()

    def put_disk_back(self) -> None:
        """The disk dies, and the old copy takes its place."""
        self.stop()
        self.come_back(self._own_before_stop)

    def come_back(self, own: frozenset[str]) -> None:
        """Start with the old copy; `own` are the acts of this PC that were on the disk which is gone."""
        assert self.kept is not None
        self.given_up |= own - self.kept.ids
        put_back(self.folder, self.kept.image)
        self.may_fork, self.edition = True, self.kept.edition
        self.start()

    def clone(self, other: Pc) -> None:
        """Put a copy of this disk into another PC, which then runs as well."""
        self.stop()
        put_back(other.folder, image_of(self.folder))
        other.serial, other.receipts, other.edition = self.serial, self.receipts, self.edition
        self.may_fork = other.may_fork = True
        other.start()
        self.start()

    def enrol_again(self, code: str) -> None:
        """Become a new device, as the hub's administrator asks of a PC whose history is another one."""
        finish(self.folder)
        got = self._enrolled(code)
        self._follow_hub(got)
        become(self.store, got, self.clock)
        finish(self.folder)
        self.may_fork, self.refused = False, 0
        self.restart()

    def set_up(self, code: str, blank: Image) -> None:
        """Begin with a new disk, as a new device."""
        put_back(self.folder, blank)
        got = self._enrolled(code)
        with closing(StationStore.open(self.folder / "station.db", DATA_KEY)) as store:
            settle(store, got, self.clock)
        finish(self.folder)
        self.start()

    def _enrolled(self, code: str) -> Enrolment:
        order = Order(URL, code, "0" * 32)
        return enrol(self.folder, order, self._connect, self.chance.randbytes)

    def _follow_hub(self, got: Enrolment) -> None:
        """The hub may have changed its key since this PC heard of it, as the program's own command assumes."""
        known, new = self.known_as(), got.identity
        if known.hub_public != new.hub_public:
            told = self._connect(Credentials(new.device, new.device_seed)).hub_keys()
            follow_hub(self.store, known, new.hub_public, [one.unpack() for one in told.changes])

    def known_as(self) -> Identity:
        """Who this PC is by its store: its key may have changed since it was started."""
        with self.store.read() as unit:
            identity: Identity | None = unit.identity.get()
        assert identity is not None
        return identity

    def note_key(self) -> None:
        """Remember by which key this PC signs now."""
        self.identity = self.known_as()
        self.keys.add((self.identity.device, self.identity.device_seed))

    def order(self) -> Standing:
        """The hub's order in force here."""
        with self.store.read() as unit:
            return standing(unit)

    def chain_head(self) -> ChainHead:
        """Where its chain ends."""
        with self.store.read() as unit:
            return unit.chain.head()

    @property
    def is_of_old(self) -> bool:
        """Whether its program is of an earlier edition."""
        return self.edition == OLDER

    def own_ids(self) -> frozenset[str]:
        """The ids of the acts in this log that are this PC's own."""
        with self.store._readers.connect() as connection:
            rows = connection.exec_driver_sql("SELECT event_id FROM event WHERE own = 1")
            return frozenset(row[0] for row in rows)

    @property
    def feeds(self) -> frozenset[str]:
        """The mailboxes it reads."""
        return frozenset({f"device:{self.identity.device}", *self.identity.desks})

    def ends(self) -> dict[str, tuple[int, str]]:
        """How far it has read them."""
        with self.store.read() as unit:
            return {row.feed: (row.position, row.hash) for row in unit.mailboxes.cursors()}

    def case_of(self, case_id: str) -> Case | None:
        """A case as it stands here; None for one that is not here to be worked on."""
        with self.store.read() as unit:
            record = unit.cases.get(case_id)
        return None if record is None or record.taken_back else record.case

    def take_in(
        self, case_id: str, scan: bytes, note: Any, item: str = COUNTY_ITEM, *, attorney: bool = True
    ) -> None:
        """Receive a case, with a scan if there is one, and with a 委托书 where the program knows of it."""
        self.receipts += 1
        slot = self.identity.slot
        day = self.clock.now().date()
        asked = application(item)
        asked["applicant"] |= {"document_number": somebody(self.chance.randrange(1000))}
        if self.is_of_old or not attorney:
            del asked["attorney"]
        if scan:
            asked["materials"][0]["attachments"] = [self._scanned(scan)]
        facts = receipt_facts(serial=self.receipts, station=self.desk, day=day, application=asked)
        facts["receipt_number"] = str(ReceiptNumber(self.desk, day, slot, self.receipts))
        facts["enquiry_code"] = str(EnquiryCode.from_random(self.chance.randbytes(16)))
        self.do(case_id, "receive", facts, note)

    def _scanned(self, scan: bytes) -> dict[str, Any]:
        digest = self.files.put(scan)
        with self.store.write() as unit:
            unit.attachments.add_local(digest, len(scan), "扫描件.jpg", "image/jpeg")
        return {"sha256": digest, "size": len(scan), "name": "扫描件.jpg", "media_type": "image/jpeg"}

    def send_on(self, case_id: str, move: str, to_desk: str, note: Any, edition: int | None = None) -> None:
        """Send a case to another desk in a batch of its own; `edition` is one it claims to be of."""
        self.serial += 1
        number = str(BatchNumber(self.desk[:12], self.clock.now().date(), self.identity.slot, self.serial))
        batch = f"batch-{self.name}-{self.serial}"
        facts = {"to_desk": to_desk, "batch_id": batch, "batch_number": number, "batch_size": 1}
        self.do(case_id, move, facts, note, edition=edition)

    def facts_of(self, move: str, of_desk: str = "") -> dict[str, Any]:
        """The usual facts of a move, with a fresh number where there is one, of this PC's desk or another."""
        facts = FACTS.get(move, {})
        if "document_number" not in facts:
            return facts
        self.serial += 1
        desk = organisation().desk(of_desk or self.desk)
        assert desk is not None
        year = self.clock.now().year
        return facts | {
            "document_number": str(
                DocumentNumber(f"{desk.organ_short}文", year, self.identity.slot, self.serial)
            )
        }

    def do(
        self,
        case_id: str,
        move: str,
        facts: dict[str, Any],
        note: Any,
        kind: str = CASE_EVENT_KIND,
        by: Hand | None = None,
        edition: int | None = None,
    ) -> None:
        """Append an own event to the log; `note` hears of it once it is committed, even when the PC dies at once."""
        event = CaseEvent(
            self.new_id(),
            case_id,
            move,
            self.clock.now(),
            by or PEOPLE[self.desk],
            facts,
            Versions(1, 1, _calendar_version(), edition or self.edition),
        )
        try:
            self._append(event, kind)
        except (Unavailable, Refused):
            return  # The disk is full, or the PC is locked: the agent is told, and nothing was promised to anybody.
        except Crash as crash:
            if crash.place == "station.after-commit":
                note(self, event, kind)
            raise
        note(self, event, kind)

    def _append(self, event: CaseEvent, kind: str) -> None:
        body, person = body_of(event), person_seed(event.hand.person_id)
        with self.store.write() as unit:
            require_free(unit)
            head, identity = unit.chain.head(), unit.identity.get()
            assert identity is not None
            sealed = seal(identity.device, head.seq + 1, head.hash, kind, body, identity.device_seed, person)
            unit.events.append_pending(event, sealed)
