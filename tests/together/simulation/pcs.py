"""A station's PC: the real store and engine on a disk that can be kept, put back, copied and full."""

from __future__ import annotations

import json
from errno import ENOSPC
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hub_world import DATA_KEY, PEOPLE, URL, StationWorld, person_seed
from hubprotocol.envelope import seal
from hubprotocol.versions import CASE_EVENT_KIND
from small_county import FACTS, application, organisation, receipt_facts, somebody
from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.domain.numbers import BatchNumber, DocumentNumber, EnquiryCode, ReceiptNumber
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.enrolment import Order, enrol, finish
from stationapp.exchange.reenrolment import become
from stationapp.platform.atomic_files import disk_trouble
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from together.simulation.clocks import MachineClock
from together.simulation.deaths import Crash
from together.simulation.disks import Image, Space, image_of, put_back
from together.simulation.wire import Wire
from workplaces import calendar

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


class Pc(StationWorld):
    """One PC. `may_fork` says that the hub may know other acts under its numbers: its disk was copied or put back."""

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
        self.kept: Image | None = None
        self.kept_ids: frozenset[str] = frozenset()
        self.may_fork = False
        self.batch = 64
        self.serial = self.receipts = _FIRST_SERIAL

    def start(self) -> None:
        """Open the store, as after a start of the PC; somebody made room on the disk."""
        self.space.set_full(False)
        super().start()
        self.files = ScarceAttachments(self.folder / "attachments", DATA_KEY, self.space)
        self.engine = ExchangeEngine(self.store, self.files, self.client, self.clock, self.chance.random)
        pace = self.engine._pace
        pace.events.least, pace.events.most, pace.events.now = 1, self.batch, self.batch

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def keep_disk(self) -> None:
        """Copy the disk, to put it back some day."""
        self.stop()
        self.kept, self.kept_ids = image_of(self.folder), self._own_before_stop
        self.start()

    def stop(self) -> None:
        """Close everything."""
        self._own_before_stop = self.own_ids()
        super().stop()

    def put_disk_back(self) -> None:
        """The disk dies, and the old copy takes its place."""
        assert self.kept is not None
        self.stop()
        put_back(self.folder, self.kept)
        self.may_fork = True
        self.start()

    def clone(self, other: Pc) -> None:
        """Put a copy of this disk into another PC, which then runs as well."""
        self.stop()
        put_back(other.folder, image_of(self.folder))
        other.serial, other.receipts = self.serial, self.receipts
        self.may_fork = other.may_fork = True
        other.start()
        self.start()

    def enrol_again(self, code: str) -> None:
        """Become a new device, as the hub's administrator asks of a PC whose history is another one."""
        finish(self.folder)
        got = enrol(
            self.folder, Order(URL, code, self.identity.home_id), self._connect, self.chance.randbytes
        )
        become(self.store, got, self.clock)
        finish(self.folder)
        self.may_fork = False
        self.restart()

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

    def take_in(self, case_id: str, scan: bytes, note: Any) -> None:
        """Receive a case, with a scan if there is one."""
        self.receipts += 1
        slot = self.identity.slot
        day = self.clock.now().date()
        asked = application()
        asked["applicant"] |= {"document_number": somebody(self.chance.randrange(1000))}
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

    def send_on(self, case_id: str, move: str, to_desk: str, note: Any) -> None:
        """Send a case to another desk in a batch of its own."""
        self.serial += 1
        number = str(BatchNumber(self.desk[:12], self.clock.now().date(), self.identity.slot, self.serial))
        batch = f"batch-{self.name}-{self.serial}"
        facts = {"to_desk": to_desk, "batch_id": batch, "batch_number": number, "batch_size": 1}
        self.do(case_id, move, facts, note)

    def facts_of(self, move: str) -> dict[str, Any]:
        """The usual facts of a move, with a fresh number where there is one."""
        facts = FACTS.get(move, {})
        if "document_number" not in facts:
            return facts
        self.serial += 1
        desk = organisation().desk(self.desk)
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
    ) -> None:
        """Append an own event to the log; `note` hears of it once it is committed, even when the PC dies at once."""
        event = CaseEvent(
            self.new_id(),
            case_id,
            move,
            self.clock.now(),
            by or PEOPLE[self.desk],
            facts,
            Versions(1, 1, _calendar_version()),
        )
        try:
            self._append(event, kind)
        except Unavailable:
            return  # The disk is full: the agent is told, and nothing was promised to anybody.
        except Crash as crash:
            if crash.place == "station.after-commit":
                note(self, event, kind)
            raise
        note(self, event, kind)

    def _append(self, event: CaseEvent, kind: str) -> None:
        body = json.dumps(event_to_mapping(event), ensure_ascii=False)
        seed = person_seed(event.hand.person_id)
        with self.store.write() as unit:
            head = unit.chain.head()
            sealed = seal(
                self.identity.device, head.seq + 1, head.hash, kind, body, self.identity.device_seed, seed
            )
            unit.events.append_pending(event, sealed)
