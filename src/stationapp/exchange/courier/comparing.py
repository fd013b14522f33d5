"""What an answer on a stick proves: whether hub and station held the same when the hub wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hubprotocol.courier.messages import ReceiptMessage
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ExchangeResponse, PageMessage
from stationapp.exchange import outbox
from stationapp.exchange.mailboxes import take_back_unheld
from stationapp.exchange.state import Tally
from stationapp.platform.clock import from_text
from stationapp.store.records import Cursor, FeedAgreement
from stationapp.store.units import ReadUnit, WriteUnit


@dataclass(frozen=True, slots=True)
class _End:
    """A mailbox's end as an answer tells it; `hash` is empty behind a snapshot, which says it itself."""

    page: PageMessage
    position: int
    hash: str


def compare(
    unit: WriteUnit,
    now: datetime,
    receipt: ReceiptMessage,
    responses: Sequence[ExchangeResponse],
    tally: Tally,
    *,
    lost: bool,
) -> bool:
    """Note for every mailbox what an answer proves that was read whole; return whether that was news.

    Both sides agree as of when the answer was written. Places tell what is older, as clocks differ: nothing is proven
    of a mailbox that another road brought further. Nor is anything where both hold the same and acts of this PC are
    still to go, unless the hub `lost` them. Raises ValueError for a receipt without a time.
    """
    if unit.identity.device_and_epoch()[1] != receipt.epoch:
        return False
    at, unsent, news = min(from_text(receipt.made_at), now), outbox.has_unsent(unit), False
    known = {row.feed: row for row in unit.mailboxes.agreement()}
    for feed, end in _ends(receipt, responses).items():
        before, equal = known.get(feed), _is_equal(unit, end)
        if equal is None or (equal and unsent and not lost):
            continue
        agreed = equal and not unsent
        news |= before is None or before.agreed != agreed
        unit.mailboxes.set_agreed(feed, agreed, _since(before, at) if agreed else at)
    if news and all(row.agreed for row in unit.mailboxes.agreement()):
        take_back_unheld(unit, tally)
    return news


def _ends(receipt: ReceiptMessage, responses: Sequence[ExchangeResponse]) -> dict[str, _End]:
    """Return how far an answer tells each mailbox, from where it was asked."""
    places = {one.feed: (one.position, one.hash) for one in receipt.asked.cursors}
    ends: dict[str, _End] = {}
    for page in (page for response in responses for page in response.pages):
        place = (0, GENESIS) if page.restart else places.get(page.feed, (0, GENESIS))
        if page.snapshot:
            place = (page.head, "")
        if page.entries:
            place = (page.entries[-1].position, page.entries[-1].hash)
        places[page.feed] = place
        ends[page.feed] = _End(page, *place)
    return ends


def _is_equal(unit: ReadUnit, end: _End) -> bool | None:
    """Tell whether a mailbox stands at that end and holds the same; None when nobody can say."""
    page = end.page
    here = unit.mailboxes.cursor(page.feed) or Cursor(page.feed, "", 0, GENESIS)
    if end.position != page.head or (here.epoch == page.epoch and here.position > page.head):
        return None
    at_end = (here.epoch, here.position) == (page.epoch, page.head) and end.hash in ("", here.hash)
    ours = unit.mailboxes.holdings(page.feed)
    return at_end and (ours.count, ours.digest) == (page.holdings.count, page.holdings.digest)


def _since(known: FeedAgreement | None, at: datetime) -> datetime:
    """Return the last moment of which agreement is known."""
    return max(at, known.at) if known is not None and known.agreed and known.at is not None else at
