"""One attachment's way up: in one stream on a good road, in pieces on a bad one, resumed where it was cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stationapp.exchange.journey import Journey
from stationapp.exchange.link import Link, Mode
from stationapp.exchange.pace import Pace
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import (
    CutShort,
    Gone,
    HubFault,
    HubTransport,
    HubUnreachable,
    TooLarge,
    UploadState,
    WrongOffset,
)
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable

_NOT_BEGUN = UploadState("", 0)
_TOO_LARGE = "这个附件太大，县级平台不收。请分页或降低分辨率重新扫描。"


@dataclass(slots=True)
class _Upload:
    """What is sent: the bytes, opened from their encrypted file into memory only, and where the upload stands."""

    sha256: str
    data: memoryview
    state: UploadState


class Sender:
    """Sends attachments; `link` says which way, `note` keeps where an upload stands."""

    def __init__(
        self,
        transport: HubTransport,
        clock: Clock,
        pace: Pace,
        link: Link,
        note: Callable[[str, UploadState], None],
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._pace = pace
        self._link = link
        self._note = note
        self._knows_pieces = True

    def send(
        self, sha256: str, data: bytes, state: UploadState, tally: Tally, attend: Callable[[], bool]
    ) -> None:
        """Send what the hub lacks of an attachment until it has all of it.

        Raises `CutShort` when `attend` says stop, and what stands in the way; all of it can be called again.
        """
        upload = _Upload(sha256, memoryview(data), state)
        journey = Journey(self._link, self._clock, attend)
        while not upload.state.complete:
            journey.begin()
            try:
                upload.state = self._step(upload, tally, journey)
            except (CutShort, WrongOffset, Gone, TooLarge, HubUnreachable) as trouble:
                upload.state = self._recover(upload, trouble, tally, journey)
            self._note(sha256, upload.state)
        self._link.note_whole()

    def _step(self, upload: _Upload, tally: Tally, journey: Journey) -> UploadState:
        if not upload.state.url:
            return self._create(upload, tally, journey)
        if self._link.mode is Mode.PIECES and self._knows_pieces:
            return self._send_pieces(upload, tally, journey)
        return self._append(upload, tally, journey)

    def _create(self, upload: _Upload, tally: Tally, journey: Journey) -> UploadState:
        """Begin an upload; on a good road the bytes come along."""
        fits = 0 < len(upload.data) <= self._pace.stretch.now
        along = upload.data if fits and self._link.mode is Mode.STREAM else None
        tally.requests += 1
        return self._transport.create_upload(upload.sha256, len(upload.data), along, journey.going_on)

    def _append(self, upload: _Upload, tally: Tally, journey: Journey) -> UploadState:
        offset = upload.state.offset
        stretch = upload.data[offset : offset + self._pace.stretch.now]
        last = offset + len(stretch) >= len(upload.data)
        tally.requests += 1
        after = self._transport.append_upload(upload.state.url, offset, stretch, last, journey.going_on)
        if not after.complete and (after.offset <= offset or last):
            raise HubFault(f"upload stays at {after.offset}")
        return after

    def _send_pieces(self, upload: _Upload, tally: Tally, journey: Journey) -> UploadState:
        url = upload.state.url
        tally.requests += 1
        try:
            indexes = self._transport.missing_pieces(url)
        except Gone:
            tally.requests += 1
            state = self._transport.upload_offset(url)  # Either the upload is gone too, or the hub is older.
            self._knows_pieces = False
            return state
        if (
            not indexes
        ):  # All of it is there, and the hub could not put it into its place then: have it try again.
            upload.state = UploadState(url, len(upload.data))
            return self._append(upload, tally, journey)
        tally.requests += len(indexes)
        after = self._transport.send_pieces(url, upload.data, indexes, journey.going_on)
        if after.complete:
            return after
        raise WrongOffset(f"{len(indexes)} pieces sent, {after.offset} bytes in a row")

    def _recover(self, upload: _Upload, trouble: Unavailable, tally: Tally, journey: Journey) -> UploadState:
        """Find out where to go on after a request came to nothing; raises what cannot be mended at once."""
        state = upload.state
        if isinstance(trouble, CutShort):
            if not journey.turned:
                raise trouble
        elif isinstance(trouble, TooLarge):
            self._send_less(upload, trouble)
        else:
            journey.stumble(trouble, state.offset)
        if isinstance(trouble, Gone):
            return _NOT_BEGUN
        tally.requests += 1
        if not state.url:
            return self._transport.create_upload(upload.sha256, len(upload.data))
        try:
            return self._transport.upload_offset(state.url)
        except Gone:
            return _NOT_BEGUN

    def _send_less(self, upload: _Upload, trouble: TooLarge) -> None:
        """A proxy takes no such body, or the hub no such file."""
        if self._pace.stretch.is_least:
            raise Unavailable(_TOO_LARGE, trouble.detail) from trouble
        self._pace.stretch.shrink_below(len(upload.data) - upload.state.offset)
