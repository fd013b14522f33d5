"""Writers at once never make a reader skip, and no order is owed to what engines do differently."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import countyhub
from countyhub.mailboxes import compaction
from countyhub.sweeps.service import sweep
from countyhub.tables import METADATA
from feed_race import Race, run

SOURCES = sorted(Path(countyhub.__file__).parent.rglob("*.py"))
# Ways to number and to wake that do not hold across shards, do not survive a dump or a copy, or that some engine akin
# to PostgreSQL lacks. It is no list of all they lack: ON CONFLICT is used, so an engine without it cannot be the hub's.
FORBIDDEN = re.compile(
    r"\b(nextval|currval|setval|create\s+sequence|smallserial|bigserial|serial\s+(primary|not)"
    r"|generated\s+(always|by\s+default)\s+as\s+identity|listen\s+\w+;?$|notify\s+\w+|unlisten|pg_notify"
    r"|\w*advisory\w*lock\w*|xid8?|xmin|xmax|txid_\w+|pg_current_\w+|pg_snapshot\w*|pg_export_snapshot)\b",
    re.IGNORECASE,
)


def test_eight_writers_make_no_reader_skip(make_county):
    database = make_county().hub.database
    finish = run(database, Race(writers=8, events=1000, batch=50, feeds=("one", "other")))
    assert (finish.written, finish.missed, finish.faults) == (8_000, 0, ())


def test_a_reader_that_would_trust_numbers_given_before_the_commit_is_caught(make_county):
    """The race can fail: positions that are taken without the lock collide or leave a gap."""
    from countyhub.mailboxes import fan_out, repository

    database, plain = make_county().hub.database, repository.lock_heads

    def unlocked(connection, feeds):
        repository.ensure(connection, sorted(feeds))
        return {feed: _later(head) for feed, head in repository.heads(connection, sorted(feeds)).items()}

    fan_out.repository.lock_heads = unlocked
    try:
        finish = run(database, Race(writers=2, events=20, batch=10, feeds=("one",)))
    finally:
        fan_out.repository.lock_heads = plain
    assert finish.missed or finish.faults


def _later(head):
    head.position += 1  # A number was given away to somebody who has not committed yet.
    return head


def test_no_statement_orders_or_wakes_by_means_of_one_engine(county):
    statements = []
    event.listen(
        county.hub.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: statements.append(statement),
    )
    town = county.enrol("510704105000", "clerk")
    village = county.enrol("510704105209", "agent")
    case = village.receive()
    village.act("hand_over", case, "agent", **village.batch("510704105000"))
    village.exchange()
    town.exchange()
    sweep(county.hub)
    compaction.compact(county.hub)
    assert len(statements) > 50
    assert [one for one in statements if FORBIDDEN.search(one)] == []


def test_no_table_numbers_its_rows_by_itself():
    made = [
        str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in METADATA.tables.values()
    ]
    assert made
    assert [one for one in made if FORBIDDEN.search(one) or re.search(r"\bSERIAL\b", one)] == []


def test_no_text_of_the_hub_names_means_of_one_engine():
    found = [(path.name, text) for path in SOURCES for text in _texts(path) if FORBIDDEN.search(text)]
    assert len(SOURCES) > 50
    assert found == []


def _texts(path):
    """Every text in a source that is no docstring."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    documents = {ast.get_docstring(node, clean=False) for node in nodes if isinstance(node, _DOCUMENTED)}
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in texts if text not in documents]


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT nextval('x')",
        "NOTIFY mail",
        "select pg_advisory_xact_lock(1)",
        "xmin < 5",
        "id BIGSERIAL PRIMARY KEY",
    ],
)
def test_the_words_would_be_found(text):
    assert FORBIDDEN.search(text)
