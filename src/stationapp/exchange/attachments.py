"""Carrying attachments: which one next, and none waiting behind a stuck one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from hubprotocol.messages import AttachmentNeed, AttachmentOffer
from stationapp.exchange.fetching import Fetcher
from stationapp.exchange.link import Link
from stationapp.exchange.pace import Pace
from stationapp.exchange.sending import Sender
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import (
    CutShort,
    Gone,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubTransport,
    HubUnreachable,
    NotTheHub,
    UploadState,
)
from stationapp.platform.atomic_files import Damaged
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import AttachmentRecord
from stationapp.store.station_store import StationStore

MOST_OFFERED = 50
SHORTEST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0
_CONSIDERED = 1000
_EMPTY = hashlib.sha256(b"").hexdigest()
# These concern the link or the device, not the one attachment that happened to be on the way.
_SYSTEMIC = (HubUnreachable, NotTheHub, HubBusy, HubRefusesDevice)
Attend = Callable[[], bool]


@dataclass(slots=True)
class _Round:
    """What one round of the engine plans: uploads by digest."""

    uploads: dict[str, UploadState] = field(default_factory=dict)
    uploaded: bool = False


@dataclass(slots=True)
class _Aside:
    """An attachment that is left alone until a moment (monotonic), and why."""

    failures: int = 0
    not_before: float = 0.0
    why: Unavailable | None = None


class Carrier:
    """Moves attachments between the files of this station and the hub, one each time it is asked."""

    def __init__(
        self,
        store: StationStore,
        files: AttachmentFiles,
        transport: HubTransport,
        clock: Clock,
        pace: Pace,
        link: Link,
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._aside: dict[str, _Aside] = {}
        self._round = _Round()
        self._sender = Sender(transport, clock, pace, link, self._note_upload)
        self._fetcher = Fetcher(files, transport, clock, link)

    def begin_round(self, eager: bool, tally: Tally) -> None:
        """Forget the plan of the last round; an eager round tries what was set aside without waiting.

        What still waits says again why, so that nobody takes it for done.
        """
        self._round = _Round()
        for sha256, aside in self._aside.items():
            aside.not_before = 0.0 if eager else aside.not_before
            if aside.why is not None and not self._may_move(sha256):
                tally.troubles.append(aside.why)

    def offers(self) -> tuple[AttachmentOffer, ...]:
        """Return what to offer to the hub, those that failed least first."""
        with self._store.read() as unit:
            waiting = unit.attachments.not_at_hub(_CONSIDERED)
        rows = [row for row in waiting if self._may_move(row.sha256)]
        rows.sort(key=lambda row: self._failures(row.sha256))
        return tuple(AttachmentOffer(sha256=row.sha256, size=row.size) for row in rows[:MOST_OFFERED])

    def plan(self, offered: Iterable[AttachmentOffer], needed: Iterable[AttachmentNeed]) -> None:
        """Take the hub's answer: what was offered and is not needed it has; what it needs is sent from here.

        A hub restored from a backup needs what was not offered because it once had it.
        """
        wanted = {need.sha256: need for need in needed}
        present = [offer.sha256 for offer in offered if offer.sha256 not in wanted]
        if present:
            with self._store.write() as unit:
                for sha256 in present:
                    unit.attachments.mark_at_hub(sha256)
        with self._store.read() as unit:
            records = [unit.attachments.get(sha256) for sha256 in wanted if self._may_move(sha256)]
        for record in records:
            if record is not None and record.here:
                need = wanted[record.sha256]
                self._round.uploads.setdefault(record.sha256, UploadState(need.upload, need.offset))

    def take_uploaded(self) -> bool:
        """Return whether an upload was completed since last asked, so that the hub may have new verdicts."""
        uploaded, self._round.uploaded = self._round.uploaded, False
        return uploaded

    def move(self, tally: Tally, attend: Attend = lambda: True, *, only_up: bool = False) -> bool:
        """Move one attachment up, or else (unless `only_up`) down; return False when there is nothing to move.

        `attend` is called between two blocks; when it says False the rest moves another time. Raises what
        stands in the way of everything; what hinders one attachment only goes into the tally.
        """
        upload = next(iter(self._round.uploads), None)
        if upload is not None:
            self._attempt(upload, partial(self._push, upload, tally, attend), tally)
            return True
        missing = None if only_up else self._next_missing()
        if missing is not None:
            self._attempt(missing.sha256, partial(self._pull, missing, tally, attend), tally)
        return missing is not None

    def _may_move(self, sha256: str) -> bool:
        aside = self._aside.get(sha256)
        return aside is None or aside.not_before <= self._clock.monotonic()

    def _failures(self, sha256: str) -> int:
        aside = self._aside.get(sha256)
        return aside.failures if aside else 0

    def _next_missing(self) -> AttachmentRecord | None:
        with self._store.read() as unit:
            missing = unit.attachments.missing_here(_CONSIDERED)
        rows = [row for row in missing if self._may_move(row.sha256)]
        return min(rows, key=lambda row: self._failures(row.sha256), default=None)

    def _attempt(self, sha256: str, step: Callable[[], None], tally: Tally) -> None:
        try:
            step()
        except CutShort:
            return  # Whoever wanted something else first knows why.
        except _SYSTEMIC as trouble:
            if isinstance(trouble, HubUnreachable):
                self._aside.setdefault(sha256, _Aside()).failures += 1
            raise
        except Unavailable as trouble:
            self._set_aside(sha256, tally, trouble)

    def _set_aside(self, sha256: str, tally: Tally, trouble: Unavailable) -> None:
        """Go on with the others; this one is tried again after a pause, behind those that never failed."""
        self._round.uploads.pop(sha256, None)
        aside = self._aside.setdefault(sha256, _Aside())
        aside.failures += 1
        pause = min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * 2 ** min(aside.failures - 1, 10))
        aside.not_before = self._clock.monotonic() + pause
        aside.why = None if isinstance(trouble, Gone) else trouble
        if aside.why is not None:
            tally.troubles.append(trouble)

    def _push(self, sha256: str, tally: Tally, attend: Attend) -> None:
        data, state = self._files.get(sha256), self._round.uploads[sha256]
        self._sender.send(sha256, data, state, tally, attend)
        with self._store.write() as unit:
            unit.attachments.mark_at_hub(sha256)
        self._round.uploads.pop(sha256)
        self._round.uploaded = True
        self._aside.pop(sha256, None)

    def _note_upload(self, sha256: str, state: UploadState) -> None:
        self._round.uploads[sha256] = state
        if not state.complete:
            with self._store.write() as unit:
                unit.attachments.set_upload(sha256, state.url, state.offset)

    def _pull(self, record: AttachmentRecord, tally: Tally, attend: Attend) -> None:
        if record.sha256 == _EMPTY:
            self._files.put(b"")
        elif not self._files.is_sound(record.sha256):
            try:
                self._fetcher.fetch(record, tally, attend)
            except Gone:
                self._forget(record.sha256)
                return
        self._complete(record.sha256)

    def _forget(self, sha256: str) -> None:
        """The hub shows us no case with this attachment any longer; one shown later is wanted again."""
        with self._store.write() as unit:
            unit.attachments.unwant(sha256)
        self._files.discard_part(sha256)
        self._aside.pop(sha256, None)

    def _complete(self, sha256: str) -> None:
        try:
            self._files.finish_part(sha256)
        except Damaged as damage:
            raise HubFault(f"attachment: {damage}") from damage
        with self._store.write() as unit:
            unit.attachments.mark_here(sha256)
        self._aside.pop(sha256, None)
