"""SQL that was compiled once for a process, not once for each database it opens.

A station opens its database anew with everybody who signs in, and a hub may hold a database for each of many
counties; SQLAlchemy by itself compiles every statement for every engine.
"""

from __future__ import annotations

from typing import Any

MOST = 2000
"""More than a program has; those that grow with their values must not fill the memory."""


class Statements(dict[Any, Any]):
    """SQLAlchemy's `compiled_cache` for all engines of the same kind: the same dialect over the same driver and server
    version, with the same compiler's rules.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what was compiled for a key, for whichever engine."""
        return super().get(_for_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(_for_any_engine(key), compiled)


def _for_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (type(dialect), dialect.dbapi, dialect.server_version_info, *rest)
