"""At the hub below: enrolling at the hub above, and telling it what is sealed, one request for each batch."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.upward import above
from countyhub.upward.above import Link
from countyhub.upward.sealing import seal_pending
from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import (
    ChainHeadMessage,
    EnrolRequest,
    EnrolResponse,
    EnvelopeMessage,
    ExchangeRequest,
    ExchangeResponse,
    Result,
)
from hubprotocol.versions import MAX_VERSION
from stationapp.domain.refusal import Reason, Refused

_AT_ONCE = 256
_BYTES_AT_ONCE = 4 * 1024 * 1024
ENROL_AGAIN = "enrol-again"
_SEED = "stationapp-upward-seed-1"

log = logging.getLogger(__name__)


class Road(Protocol):
    """Carries a request to the hub above. Raises OSError when nothing comes back, `Declined` for a problem."""

    def enrol(self, request: EnrolRequest) -> EnrolResponse:
        """Ask for an identity."""

    def exchange(self, link: Link, request: ExchangeRequest) -> ExchangeResponse:
        """Push and hear what is acknowledged."""


class Declined(Exception):
    """The hub above refuses a request; `code` is the protocol's."""

    def __init__(self, code: str, title: str, acknowledged: int | None = None) -> None:
        super().__init__(f"{code}: {title}")
        self.code, self.title, self.acknowledged = code, title, acknowledged


@dataclass(frozen=True, slots=True)
class Told:
    """What one run did: envelopes sealed and told, requests made, and what the hub above did not take."""

    sealed: int = 0
    told: int = 0
    requests: int = 0
    refused: int = 0


def enrol(hub: Hub, road: Road, url: str, authority: str, code: str, machine: str = "") -> Link:
    """Enrol with a one-time code of the hub above; everything is told from the beginning then.

    Also the way on after this hub was restored from a backup. Raises Refused for a wrong code.
    """
    seed = _seed_for(hub, url, code)
    request = EnrolRequest(
        protocol=MAX_VERSION, code=code, device_public=sign_public_of(seed).hex(), machine=machine
    )
    try:
        answer = _insist(lambda: road.enrol(request))
    except Declined as declined:
        raise Refused(Reason(declined.code, declined.title, "code")) from declined
    link = Link(url, authority, answer.device, seed.hex(), answer.hub_public, hub.stamp())
    hub.database.write(lambda connection: above.begin(connection, link))
    return link


def _seed_for(hub: Hub, url: str, code: str) -> bytes:
    """Return the seed of the key to enrol with: one for each code, drawn from what this hub keeps itself.

    A repeated request with the same key gets the same answer. So neither a lost answer nor a process that ends
    before it wrote the link costs the code: the command is given again. Raises Refused for the code of the link.
    """
    with hub.database.read() as connection:
        own, link = identities.load(connection).seed, above.link(connection)
    told = "\0".join((_SEED, url.strip().rstrip("/"), code.strip()))
    seed = hmac.digest(own, told.encode(), hashlib.sha256)
    if link is not None and link.seed == seed.hex():
        raise Refused(
            Reason("wrong-code", "本平台已用这个登记码登记过，重新登记请向上级平台取得新的登记码。", "code")
        )
    return seed


def _insist(ask: Callable[[], EnrolResponse], times: int = 10) -> EnrolResponse:
    for _ in range(1, times):
        with contextlib.suppress(OSError):
            return ask()
    return ask()


def tell(hub: Hub, road: Road) -> Told:
    """Seal what is new and tell all that the hub above has not acknowledged.

    Raises Refused when this hub must be enrolled there (again), OSError when the hub above cannot be reached and
    Declined when it refuses; all of it can be tried again at any time.
    """
    sealed, told, requests, refused = seal_pending(hub), 0, 0, 0
    while True:
        link, envelopes = _next(hub)
        if not envelopes and requests:
            return Told(sealed, told, requests, refused)
        answer = _exchange(hub, road, link, envelopes)
        requests += 1
        if answer is not None:
            told += len(envelopes)
            refused += _refused(answer)


def _next(hub: Hub) -> tuple[Link, list[Envelope]]:
    with hub.database.read() as connection:
        link = above.link(connection)
        if link is None:
            raise Refused(
                Reason("not-enrolled", "本平台尚未在上级平台登记，请先取得登记码并登记。", "upward")
            )
        if link.trouble:
            text = "本平台的上报记录与上级平台不一致（可能恢复过备份），请取得新的登记码重新登记，全部记录将重新上报。"
            raise Refused(Reason(link.trouble, text, "upward"))
        found = above.envelopes_after(connection, link.device, link.acknowledged, _AT_ONCE)
        return link, _within(found)


def _within(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """As many as a request may carry, at least one."""
    taken: list[Envelope] = []
    size = 0
    for one in envelopes:
        size += len(one.body.encode())
        if taken and size > _BYTES_AT_ONCE:
            break
        taken.append(one)
    return taken


def _exchange(hub: Hub, road: Road, link: Link, envelopes: Sequence[Envelope]) -> ExchangeResponse | None:
    """Tell a batch; None when the hub above named another place to go on from."""
    with hub.database.read() as connection:
        known = above.hash_at(connection, link.acknowledged) if link.acknowledged else GENESIS
    base = ChainHeadMessage(seq=link.acknowledged, hash=known or GENESIS)
    request = ExchangeRequest(
        protocol=MAX_VERSION,
        device=link.device,
        sent_at=hub.stamp(),
        base=base,
        envelopes=tuple(EnvelopeMessage.pack(one) for one in envelopes),
        page_size=0,
    )
    try:
        answer = road.exchange(link, request)
    except Declined as declined:
        if declined.code == "gap" and declined.acknowledged is not None:
            _go_back(hub, declined.acknowledged)
            return None
        if declined.code == "fork":
            _stop(hub)
        raise
    hub.database.write(lambda connection: _note(connection, link, answer))
    return answer


def _go_back(hub: Hub, acknowledged: int) -> None:
    """The hub above was restored: tell again what it lost, as long as it is still here."""

    def work(connection: Connection) -> bool:
        link = above.locked_link(connection)
        nothing_lost = acknowledged == 0 and above.hash_at(connection, 1) is not None
        if above.hash_at(connection, acknowledged) is None and not nothing_lost:
            return False
        above.change(connection, link, acknowledged=acknowledged, durable=min(link.durable, acknowledged))
        return True

    if not hub.database.write(work):
        _stop(hub)


def _stop(hub: Hub) -> None:
    def work(connection: Connection) -> None:
        above.change(connection, above.locked_link(connection), trouble=ENROL_AGAIN)

    hub.database.write(work)


def _note(connection: Connection, asked_with: Link, answer: ExchangeResponse) -> None:
    """Write how far the hub above is, and forget what it has in a backup; an answer that another overtook is old."""
    link = above.locked_link(connection)
    if (link.device, link.acknowledged) != (asked_with.device, asked_with.acknowledged):
        return
    head = answer.acknowledged
    here = above.hash_at(connection, head.seq) if head.seq else GENESIS
    if here != head.hash:
        # It has more than was ever sealed here, or other things: this database is an old copy.
        above.change(connection, link, trouble=ENROL_AGAIN)
        return
    durable = min(answer.durable_upto, head.seq)
    refused = link.refused + _refused(answer)
    above.change(connection, link, acknowledged=head.seq, durable=durable, refused=refused)
    above.forget(connection, durable)


def _refused(answer: ExchangeResponse) -> int:
    bad = [one for one in answer.verdicts if one.result is not Result.ACCEPTED and not one.already]
    for one in bad:
        log.error(
            "the hub above answers %s to %d: %s", one.result, one.seq, [each.code for each in one.reasons]
        )
    return len(bad)
