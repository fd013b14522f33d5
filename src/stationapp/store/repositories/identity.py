"""Which PC of which station this is."""

from __future__ import annotations

import json

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.records.station import Identity
from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.tables import IdentityRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(IdentityRow)
_ONLY = 1
_NAMES = ("device", "station", "slot", "desks", "epoch", "hub_public", "hub_url", "device_seed", "home_id")
_GET = select(*(_TABLE.c[name] for name in _NAMES))
_DEVICE_AND_EPOCH = Prepared(select(_TABLE.c.device, _TABLE.c.epoch))
_INSERT = insert(_TABLE)
_SET = _INSERT.on_conflict_do_update(["id"], set_={name: _INSERT.excluded[name] for name in _NAMES})


class IdentityQueries(Repository):
    """Reads the identity."""

    def get(self) -> Identity | None:
        """Return the identity, or None before the PC has enrolled."""
        row = self._connection.execute(_GET).mappings().one_or_none()
        if row is None:
            return None
        return Identity(**{**row, "desks": tuple(json.loads(row["desks"]))})

    def device_and_epoch(self) -> tuple[str, str]:
        """Return the own device and the hub's epoch; both empty before the PC has enrolled."""
        row = _DEVICE_AND_EPOCH.one(self._connection, {})
        return (str(row[0]), str(row[1])) if row else ("", "")


class IdentityWriter(IdentityQueries):
    """Writes the identity."""

    def set(self, identity: Identity) -> None:
        """Write the identity in place of any other."""
        values = {name: getattr(identity, name) for name in _NAMES}
        values["desks"] = json.dumps(list(identity.desks))
        self._connection.execute(_SET, {"id": _ONLY, **values})

    def set_epoch(self, epoch: str) -> None:
        """Note the hub's epoch; what is confirmed from now on is confirmed in it."""
        self._connection.execute(update(_TABLE).values(epoch=epoch))
