"""One exchange request: what goes into it, and what to do when it should have been another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hubprotocol.echoes import restore
from hubprotocol.envelope import Envelope
from hubprotocol.failpoints import here
from hubprotocol.messages import (
    ChainHeadMessage,
    CursorMessage,
    EnvelopeMessage,
    ExchangeRequest,
    ExchangeResponse,
)
from hubprotocol.versions import MAX_VERSION, MIN_VERSION
from stationapp.exchange import outbox
from stationapp.exchange.attachments import Carrier
from stationapp.exchange.course import Course
from stationapp.exchange.feeds import leave
from stationapp.exchange.link import Link
from stationapp.exchange.pace import Pace
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import (
    ActNotTaken,
    ChainGap,
    ForeignFeed,
    HubFault,
    HubTransport,
    HubUnreachable,
    ProtocolTooOld,
    TooLarge,
)
from stationapp.platform.clock import Clock, from_text, to_text
from stationapp.platform.unavailable import Unavailable
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore

# The hub may hold an answer without news for so long; proxies and routers cut a silent line after a minute.
WAIT_SECONDS = 25
MOST_KEPT = 2048
_STUCK = (
    "本机有一条记录县级平台处理不了，它和排在它后面的记录都还保存在本机，没有丢失；"
    "其他单位的记录照常接收。请把这一情况告知县级平台。"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A request, the envelopes in it, and its answer."""

    request: ExchangeRequest
    sent: tuple[Envelope, ...]
    response: ExchangeResponse


class Questioner:
    """Asks the hub: pushes, acknowledges, pulls and offers attachments in one request."""

    def __init__(
        self,
        store: StationStore,
        transport: HubTransport,
        clock: Clock,
        carrier: Carrier,
        pace: Pace,
        link: Link,
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._carrier = carrier
        self._pace = pace
        self._link = link
        self._kept: dict[int, Envelope] = {}  # Sent lately, by their place in this device's chain.
        self._device = ""

    def identity(self) -> Identity:
        """Return who this PC is. Raises Unavailable before it is enrolled."""
        with self._store.read() as unit:
            identity: Identity | None = unit.identity.get()
        if identity is None:
            raise Unavailable("本机还没有在县级平台登记，请先完成登记。", "no identity")
        return identity

    def ask(self, tally: Tally, course: Course, still: Callable[[], bool] | None = None) -> Answered | None:
        """Send one request; None when the answer says that the next one has to be another.

        With `still` the answer may wait for news, unless there is something to send or to carry; `CutShort` is
        raised when `still` says no.
        """
        request, sent = self._compose(course)
        before = self._clock.now()
        tally.requests += 1
        try:
            response = self._send(request, still)
            response = response.model_copy(
                update={"pages": restore(response.pages, request.device, self._kept)}
            )
            here("station.answered")
        except (TooLarge, HubFault) as trouble:
            self._send_less(sent, trouble, tally, course)
            return None
        except ForeignFeed as lost:
            self._leave(lost, tally)
            return None
        except ChainGap as gap:
            self._rewind(gap.head, tally, course)
            return None
        except HubUnreachable:
            self._link.note_trouble()
            self._pace.shrink_batch(len(sent))
            self._pace.page.shrink()
            raise
        self._note_contact(before, response, tally)
        self._note_stuck(course)
        if response.acknowledged.seq < request.base.seq:
            self._rewind(response.acknowledged, tally, course)
            return None
        return Answered(request, sent, response)

    def _send(self, request: ExchangeRequest, still: Callable[[], bool] | None) -> ExchangeResponse:
        if still is not None and not request.envelopes and not request.offered:
            return self._transport.linger(request.model_copy(update={"wait_s": WAIT_SECONDS}), still)
        began = self._clock.monotonic()
        response = self._transport.exchange(request)
        if not request.envelopes:
            self._link.note_answer(self._clock.monotonic() - began)
        return response

    def _compose(self, course: Course) -> tuple[ExchangeRequest, tuple[Envelope, ...]]:
        identity, offered = self.identity(), self._carrier.offers()
        with self._store.read() as unit:
            base = unit.chain.acknowledged()
            cursors = unit.mailboxes.cursors()
            most = (self._pace.events.now, self._pace.bytes.now)
            batch = () if course.stuck is not None else unit.events.outbox(*most)
        request = ExchangeRequest(
            protocol=MAX_VERSION,
            device=identity.device,
            sent_at=to_text(self._clock.now()),
            base=ChainHeadMessage(seq=base.seq, hash=base.hash),
            envelopes=tuple(EnvelopeMessage.pack(envelope) for envelope in batch),
            cursors=tuple(
                CursorMessage(feed=row.feed, epoch=row.epoch, position=row.position, hash=row.hash)
                for row in cursors
            ),
            page_size=self._pace.page.now,
            offered=offered,
            snapshots=True,
            kept_from=self._keep(identity.device, base.seq, batch),
        )
        return request, tuple(batch)

    def _keep(self, device: str, acknowledged: int, batch: Sequence[Envelope]) -> int:
        """Remember what is sent; return the first place from which on nothing of it was forgotten, or 0.

        What the hub has by another road, such as a stick, is not remembered here.
        """
        follows = acknowledged <= max(self._kept, default=0)
        follows = follows and (not batch or bool({batch[0].seq, batch[0].seq - 1} & self._kept.keys()))
        if device != self._device or not follows:
            self._device, self._kept = device, {}
        self._kept.update((envelope.seq, envelope) for envelope in batch)
        while len(self._kept) > MOST_KEPT:
            del self._kept[min(self._kept)]
        return min(self._kept, default=0)

    def _send_less(
        self, sent: tuple[Envelope, ...], trouble: Unavailable, tally: Tally, course: Course
    ) -> None:
        """Halve a batch that the hub, or a proxy, cannot take; one act that remains is said and left alone.

        It stays in its place of the chain, and until it is taken nothing behind it can go; what others did
        arrives all the same.
        """
        if not sent:
            raise HubFault(trouble.detail) from trouble
        if len(sent) > 1:
            self._pace.shrink_batch(len(sent))
            return
        course.stuck = sent[0]
        tally.troubles.append(ActNotTaken(f"{trouble.detail} at {sent[0].seq}", _STUCK))

    def _note_stuck(self, course: Course) -> None:
        """Now that the hub answered without it: it is that act which stands in the way, and people are told of it."""
        if course.stuck is None:
            return
        with self._store.read() as unit:
            known = outbox.stuck(unit)
        if known != course.stuck:
            with self._store.write() as unit:
                outbox.note_stuck(unit, course.stuck)

    def _rewind(self, head: ChainHeadMessage, tally: Tally, course: Course) -> None:
        """The hub lost what it had confirmed: send it again from the head it still has."""
        course.note_rewind(head.seq)
        with self._store.write() as unit:
            tally.touched |= outbox.rewind(unit, head).cases

    def _leave(self, lost: ForeignFeed, tally: Tally) -> None:
        """Stop reading mailboxes that are other PCs' now. Cases with unsent acts stay, marked."""
        with self._store.write() as unit:
            left = [cursor.feed for cursor in unit.mailboxes.cursors() if cursor.feed not in lost.feeds]
            if not left:
                raise lost
            for feed in left:
                tally.touched.update(leave(unit, feed))

    def _note_contact(self, before: datetime, response: ExchangeResponse, tally: Tally) -> None:
        if not MIN_VERSION <= response.protocol <= MAX_VERSION:
            raise ProtocolTooOld(f"hub speaks {response.protocol}")
        tally.contact = self._clock.now()
        tally.next_poll = float(response.next_poll_s)
        tally.retry_after = float(response.retry_after_s)
        try:
            hub_time = from_text(response.server_time)
        except ValueError as error:
            raise HubFault("server time") from error
        tally.drift = hub_time - (before + (tally.contact - before) / 2)
