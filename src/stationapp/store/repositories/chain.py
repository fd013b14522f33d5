"""The own device's chain of envelopes, and how far the hub has it."""

from __future__ import annotations

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.records.exchange import ChainHead
from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.repositories.identity import IdentityQueries
from stationapp.store.tables import ChainRow, EventRow, SetAsideRow
from stationapp.store.tables.base import table_of

_EVENTS = table_of(EventRow)
_CHAIN, _ASIDE = table_of(ChainRow), table_of(SetAsideRow)
# The condition is spelled as in the partial index, or the index would not be used.
OWN = text("own = 1")
_HEAD = Prepared(
    select(_EVENTS.c.seq, _EVENTS.c.hash)
    .where(_EVENTS.c.device == bindparam("of_device"), OWN)
    .order_by(_EVENTS.c.seq.desc())
    .limit(1)
)
_HEAD_ASIDE = Prepared(
    select(_ASIDE.c.seq, _ASIDE.c.hash)
    .where(_ASIDE.c.device == bindparam("of_device"))
    .order_by(_ASIDE.c.seq.desc())
    .limit(1)
)
_AT, _AT_ASIDE = (
    Prepared(
        select(table.c.hash).where(
            table.c.device == bindparam("of_device"), table.c.seq == bindparam("of_seq"), *only
        )
    )
    for table, only in ((_EVENTS, (OWN,)), (_ASIDE, ()))
)
_ACKNOWLEDGED = Prepared(
    select(_CHAIN.c.seq, _CHAIN.c.hash, _CHAIN.c.durable_upto).where(
        _CHAIN.c.device == bindparam("of_device")
    )
)
_INSERT = insert(_CHAIN)
_SET = _INSERT.on_conflict_do_update(
    ["device"], set_={name: _INSERT.excluded[name] for name in ("seq", "hash", "durable_upto")}
)


class ChainQueries(Repository):
    """Reads the ends of the chain; all of it is of the device this PC is enrolled as."""

    def head(self) -> ChainHead:
        """Return the end of the chain as it lies here."""
        return self.head_of(self._device())

    def head_of(self, device: str) -> ChainHead:
        """Return the end of the chain of a device this PC is or was."""
        rows = (one.one(self._connection, {"of_device": device}) for one in (_HEAD, _HEAD_ASIDE))
        return max((ChainHead(*row) for row in rows if row), key=lambda head: head.seq, default=ChainHead())

    def hash_at(self, seq: int) -> str | None:
        """Return the hash of one envelope of the chain, or None when it does not lie here."""
        asked = {"of_device": self._device(), "of_seq": seq}
        row = _AT.one(self._connection, asked) or _AT_ASIDE.one(self._connection, asked)
        return str(row[0]) if row else None

    def acknowledged(self) -> ChainHead:
        """Return how far the hub has acknowledged the chain."""
        row = _ACKNOWLEDGED.one(self._connection, {"of_device": self._device()})
        return ChainHead(row[0], row[1]) if row else ChainHead()

    def durable_upto(self) -> int:
        """Return up to which `seq` the hub keeps the chain where a restored backup would have it."""
        row = _ACKNOWLEDGED.one(self._connection, {"of_device": self._device()})
        return int(row[2]) if row else 0

    def devices(self) -> frozenset[str]:
        """Return the device this PC is, and those it was before it enrolled again."""
        before = self._connection.execute(select(_CHAIN.c.device)).scalars()
        return frozenset({self._device(), *before})

    def _device(self) -> str:
        return IdentityQueries(self._connection).device_and_epoch()[0]


class Chain(ChainQueries):
    """Notes what the hub says about the chain."""

    def set_acknowledged(self, head: ChainHead, durable_upto: int) -> None:
        """Note how far the hub has the chain; a hub restored from a backup may name an earlier end."""
        values = {"device": self._device(), "seq": head.seq, "hash": head.hash, "durable_upto": durable_upto}
        self._connection.execute(_SET, values)
