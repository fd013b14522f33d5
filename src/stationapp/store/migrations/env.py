"""What alembic runs: our migrations on the connection it is given, inside that connection's transaction."""

from __future__ import annotations

from typing import Any

from alembic import context

from stationapp.store.tables import METADATA

SEARCH = "case_search"


def is_described(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Tell whether the row classes describe it: the search's virtual table and its shadows they cannot."""
    return not (kind == "table" and str(name).startswith(SEARCH))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=is_described,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
