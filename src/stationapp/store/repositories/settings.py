"""Small settings of this station."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.repositories.base import Repository
from stationapp.store.tables import SettingRow
from stationapp.store.tables.base import table_of

PROJECTION_SETTING = "store.projections"
"""Under this name the store itself notes how its projections were derived."""

_TABLE = table_of(SettingRow)
_GET = select(_TABLE.c.value).where(_TABLE.c.name == bindparam("wanted"))
_INSERT = insert(_TABLE)
_SET = _INSERT.on_conflict_do_update(["name"], set_={"value": _INSERT.excluded.value})
_DELETE = delete(_TABLE).where(_TABLE.c.name == bindparam("wanted"))


class SettingQueries(Repository):
    """Reads settings."""

    def get(self, name: str, default: str = "") -> str:
        """Return a setting, or the default where none was made."""
        value = self._connection.execute(_GET, {"wanted": name}).scalar()
        return default if value is None else str(value)


class Settings(SettingQueries):
    """Makes settings."""

    def set(self, name: str, value: str) -> None:
        """Make or change a setting."""
        self._connection.execute(_SET, {"name": name, "value": value})

    def delete(self, name: str) -> None:
        """Forget a setting; nothing happens where there is none."""
        self._connection.execute(_DELETE, {"wanted": name})
