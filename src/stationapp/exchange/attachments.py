"""Carrying attachments: piece by piece, resumed where it was cut, none waiting behind a stuck one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from hubprotocol.messages import AttachmentNeed, AttachmentOffer
from stationapp.exchange.pace import Pace
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import (
    Gone,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubTransport,
    HubUnreachable,
    NotTheHub,
    TooLarge,
    UploadState,
    WrongOffset,
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
_MOST_STUMBLES = 3
# These concern the link or the device, not the one attachment that happened to be on the way.
_SYSTEMIC = (HubUnreachable, NotTheHub, HubBusy, HubRefusesDevice)


@dataclass(slots=True)
class _Round:
    """What one round of the engine plans: uploads by digest, and how often each of them stumbled."""

    uploads: dict[str, UploadState] = field(default_factory=dict)
    stumbles: dict[str, int] = field(default_factory=dict)
    uploaded: bool = False


class Carrier:
    """Moves attachments between the files of this station and the hub, one piece each time it is asked."""

    def __init__(
        self,
        store: StationStore,
        files: AttachmentFiles,
        transport: HubTransport,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._store = store
        self._files = files
        self._transport = transport
        self._pace = pace
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._round = _Round()
        self._loaded: tuple[str, bytes] = ("", b"")

    def begin_round(self, eager: bool) -> None:
        """Forget the plan of the last round; an eager round tries what was set aside without waiting."""
        self._round = _Round()
        if eager:
            self._not_before.clear()

    def offers(self) -> tuple[AttachmentOffer, ...]:
        """Return what to offer to the hub, those that failed least first."""
        with self._store.read() as unit:
            waiting = unit.attachments.not_at_hub(_CONSIDERED)
        rows = [row for row in waiting if self._may_move(row.sha256)]
        rows.sort(key=lambda row: self._failures.get(row.sha256, 0))
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

    def move(self, tally: Tally) -> bool:
        """Move one piece up, or else down; return False when there is nothing (more) to move.

        Raises what stands in the way of everything; what hinders one attachment only goes into the tally.
        """
        upload = next(iter(self._round.uploads), None)
        if upload is not None:
            self._attempt(upload, partial(self._push, upload, tally), tally)
            return True
        missing = self._next_missing()
        if missing is not None:
            self._attempt(missing.sha256, partial(self._pull, missing, tally), tally)
        return missing is not None

    def _may_move(self, sha256: str) -> bool:
        return self._not_before.get(sha256, 0.0) <= self._clock.monotonic()

    def _next_missing(self) -> AttachmentRecord | None:
        with self._store.read() as unit:
            missing = unit.attachments.missing_here(_CONSIDERED)
        rows = [row for row in missing if self._may_move(row.sha256)]
        return min(rows, key=lambda row: self._failures.get(row.sha256, 0), default=None)

    def _attempt(self, sha256: str, step: Callable[[], None], tally: Tally) -> None:
        try:
            step()
        except _SYSTEMIC as trouble:
            if isinstance(trouble, HubUnreachable):
                self._failures[sha256] = self._failures.get(sha256, 0) + 1
                self._pace.piece.shrink()
            raise
        except TooLarge as trouble:
            if self._pace.piece.is_least:
                self._set_aside(sha256, tally, trouble)
            self._pace.piece.shrink()
        except Unavailable as trouble:
            self._set_aside(sha256, tally, trouble)
        else:
            self._pace.piece.grow()

    def _set_aside(self, sha256: str, tally: Tally, trouble: Unavailable) -> None:
        """Go on with the others; this one is tried again after a pause, behind those that never failed."""
        self._round.uploads.pop(sha256, None)
        failures = self._failures[sha256] = self._failures.get(sha256, 0) + 1
        pause = min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * 2 ** min(failures - 1, 10))
        self._not_before[sha256] = self._clock.monotonic() + pause
        if not isinstance(trouble, Gone):
            tally.troubles.append(trouble)

    def _push(self, sha256: str, tally: Tally) -> None:
        data = self._content(sha256)
        state = self._round.uploads[sha256]
        if not state.url:
            tally.requests += 1
            state = self._transport.create_upload(sha256, len(data))
        if not state.complete:
            state = self._append(sha256, state, data, tally)
        self._note_upload(sha256, state)

    def _append(self, sha256: str, state: UploadState, data: bytes, tally: Tally) -> UploadState:
        piece = data[state.offset : state.offset + self._pace.piece.now]
        last = state.offset + len(piece) >= len(data)
        tally.requests += 1
        try:
            after = self._transport.append_upload(state.url, state.offset, piece, last)
        except WrongOffset:
            return self._ask_offset(sha256, state, tally)
        except Gone:
            return self._begin_again(sha256, state)
        if not after.complete and (after.offset <= state.offset or last):
            raise HubFault(f"upload stays at {after.offset}")
        return after

    def _ask_offset(self, sha256: str, state: UploadState, tally: Tally) -> UploadState:
        self._count_stumble(sha256, "offset")
        tally.requests += 1
        return self._transport.upload_offset(state.url)

    def _begin_again(self, sha256: str, state: UploadState) -> UploadState:
        self._count_stumble(sha256, "gone")
        return UploadState("", 0) if state.url else state

    def _count_stumble(self, sha256: str, why: str) -> None:
        stumbles = self._round.stumbles[sha256] = self._round.stumbles.get(sha256, 0) + 1
        if stumbles > _MOST_STUMBLES:
            raise HubFault(f"upload stumbled {stumbles} times: {why}")

    def _note_upload(self, sha256: str, state: UploadState) -> None:
        with self._store.write() as unit:
            if state.complete:
                unit.attachments.mark_at_hub(sha256)
            else:
                unit.attachments.set_upload(sha256, state.url, state.offset)
        if state.complete:
            self._round.uploads.pop(sha256)
            self._round.uploaded = True
            self._finish(sha256)
        else:
            self._round.uploads[sha256] = state

    def _pull(self, record: AttachmentRecord, tally: Tally) -> None:
        sha256, size = record.sha256, self._files.part_size(record.sha256)
        if record.size == 0:
            self._files.put(b"")
        elif size < record.size and not self._files.has(sha256):
            tally.requests += 1
            try:
                piece = self._transport.download(sha256, size, min(self._pace.piece.now, record.size - size))
            except Gone:
                self._forget(sha256)
                return
            if piece.total != record.size or not piece.data:
                raise HubFault(f"{len(piece.data)} bytes at {size} of {piece.total}, not {record.size}")
            size = self._files.append_part(sha256, size, piece.data)
        if size >= record.size or self._files.has(sha256):
            self._complete(sha256)

    def _forget(self, sha256: str) -> None:
        """The hub shows us no case with this attachment any longer; one shown later is wanted again."""
        with self._store.write() as unit:
            unit.attachments.unwant(sha256)
        self._files.discard_part(sha256)
        self._finish(sha256)

    def _complete(self, sha256: str) -> None:
        try:
            self._files.finish_part(sha256)
        except Damaged as damage:
            raise HubFault(f"attachment: {damage}") from damage
        with self._store.write() as unit:
            unit.attachments.mark_here(sha256)
        self._finish(sha256)

    def _finish(self, sha256: str) -> None:
        self._failures.pop(sha256, None)
        self._not_before.pop(sha256, None)
        self._loaded = ("", b"")

    def _content(self, sha256: str) -> bytes:
        if self._loaded[0] != sha256:
            self._loaded = (sha256, self._files.get(sha256))
        return self._loaded[1]
