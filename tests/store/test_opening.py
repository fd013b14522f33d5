"""Making and opening the database: what cannot be opened says why, and is not changed by a byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from alembic import command
from sqlalchemy import Table, delete, select

from hubprotocol.envelope import Envelope
from stationapp.platform.unavailable import DiskTrouble, Unavailable
from stationapp.store import opening, schema
from stationapp.store.connections import connect, trouble_told, writer_engine
from stationapp.store.rebuild import compare
from stationapp.store.records import CaseQuery, ChainHead
from stationapp.store.station_store import StationStore
from stationapp.store.tables import METADATA
from store.world import DATA_KEY, IDENTITY, World

NEWEST = schema.HEAD
NEXT = f"{int(NEWEST) + 1:04}"


def fingerprints(folder: Path) -> dict[str, str]:
    """The content of every file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture
def closed(store: StationStore, world: World, database: Path) -> Path:
    """A database with some cases, closed."""
    world.append(store, *(world.receive(name="张三丰") for _ in range(40)))
    store.close()
    return database


def refusal(database: Path, key: bytes = DATA_KEY) -> str:
    """Why a database does not open; that no byte in its folder changed is checked."""
    before = fingerprints(database.parent)
    with pytest.raises(Unavailable) as refused:
        StationStore.open(database, key)
    assert fingerprints(database.parent) == before
    return refused.value.text


def test_what_was_written_is_there_after_reopening(closed: Path) -> None:
    store = StationStore.open(closed, DATA_KEY)
    with store.read() as unit:
        assert unit.identity.get() == IDENTITY
        assert unit.cases.count(CaseQuery(text="三丰")) == 40
    store.close()


def test_the_file_shows_nothing_of_what_it_holds(closed: Path) -> None:
    content = closed.read_bytes()
    assert "张三丰".encode() not in content
    assert b"SQLite format" not in content
    assert b"case_row" not in content


def test_another_key_is_refused(closed: Path) -> None:
    assert "密钥不对" in refusal(closed, bytes(32))


def test_a_key_of_another_length_is_a_bug(closed: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        StationStore.open(closed, b"short")


def test_a_newer_database_asks_for_a_newer_program(closed: Path) -> None:
    connection = connect(closed, DATA_KEY)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "升级程序" in refusal(closed)


def test_a_newer_database_is_not_changed_after_a_power_cut_either(closed: Path) -> None:
    """The write-ahead log of a newer program still lies beside the file; it must stay as it is."""
    script = """
import os, sys
from pathlib import Path
from typing import Any
from stationapp.store.connections import connect
connection = connect(Path(sys.argv[1]), bytes(range(32)))
connection.execute("UPDATE alembic_version SET version_num = '9999'")
os._exit(0)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", script, str(closed)], check=True, env=environment)
    log = closed.with_name(closed.name + "-wal")
    kept = {path: path.read_bytes() for path in (closed, log)}
    assert kept[log]
    with pytest.raises(Unavailable, match="升级程序"):
        StationStore.open(closed, DATA_KEY)
    assert {path: path.read_bytes() for path in kept} == kept


@pytest.mark.parametrize("kept", [0, 100, 4096, 50_000])
def test_a_database_cut_short_is_refused(closed: Path, kept: int) -> None:
    closed.write_bytes(closed.read_bytes()[:kept])
    assert "损坏" in refusal(closed)


def test_a_database_with_a_damaged_beginning_is_refused(closed: Path) -> None:
    content = bytearray(closed.read_bytes())
    content[1000] ^= 1
    closed.write_bytes(content)
    assert "损坏" in refusal(closed)


def test_damage_anywhere_is_told_and_never_read_as_data(closed: Path, tmp_path: Path) -> None:
    content = closed.read_bytes()
    pages = range(len(content) // 4096)
    for page in pages:
        broken = tmp_path / f"broken-{page}" / "station.db"
        broken.parent.mkdir()
        damaged = bytearray(content)
        damaged[page * 4096 + 2000] ^= 1
        broken.write_bytes(damaged)
        assert _reads_right_or_says_so(broken), f"page {page}"
        assert broken.read_bytes() == damaged


def _reads_right_or_says_so(database: Path) -> bool:
    """Read every table without writing; True when all is as it was, or when the damage was told."""
    try:
        with trouble_told():
            opening.revision_of(database, DATA_KEY)
            connection = connect(database, DATA_KEY, "ro&immutable=1")
            read = {name: _rows(connection, table) for name, table in METADATA.tables.items()}
            connection.close()
    except Unavailable as told:
        return bool(told.text)
    return [len(read[table]) for table in ("event", "case_row", "case_key")] == [40, 40, 40]


def _rows(connection: Any, table: Table) -> list[Any]:
    return list(connection.execute(str(select(table))).fetchall())


def test_a_file_of_another_program_is_refused(database: Path) -> None:
    connection = connect(database, DATA_KEY, "rwc")
    connection.execute("CREATE TABLE other (name TEXT)")
    connection.close()
    assert "不是本程序的数据库" in refusal(database)


def test_a_missing_database_is_told(database: Path) -> None:
    assert refusal(database)


def test_creating_never_replaces_a_database(closed: Path) -> None:
    before = closed.read_bytes()
    with pytest.raises(Unavailable, match="已经存在"):
        StationStore.create(closed, DATA_KEY)
    assert closed.read_bytes() == before


def test_a_creation_that_was_cut_off_can_be_repeated(database: Path) -> None:
    database.with_name("station.db.new").write_bytes(b"half of a database")
    StationStore.create(database, DATA_KEY).close()
    assert [path.name for path in database.parent.iterdir()] == ["station.db"]


def test_an_older_database_is_copied_and_brought_up_to_date(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = _newer_migrations(tmp_path, "op.create_table('added', sa.Column('name', sa.Text()))")
    monkeypatch.setattr(schema, "HEAD", NEXT)
    copy = opening.migrate(closed, DATA_KEY, NEWEST, migrations)
    assert opening.revision_of(closed, DATA_KEY) == NEXT
    assert opening.revision_of(copy, DATA_KEY) == NEWEST
    connection = connect(copy, DATA_KEY, "ro")
    assert connection.execute("SELECT count(*) FROM event").fetchone() == (40,)
    connection.close()
    store = StationStore.open(closed, DATA_KEY)
    with store.read() as unit:
        assert unit.cases.count(CaseQuery(text="三丰")) == 40
    store.close()


def test_a_database_of_the_first_layout_is_brought_up_to_date(closed: Path) -> None:
    engine = writer_engine(closed, DATA_KEY)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.downgrade(opening.alembic_config(connection), "0001")
        connection.execute(delete(METADATA.tables["setting"]))
        connection.commit()
    engine.dispose()
    assert opening.revision_of(closed, DATA_KEY) == "0001"
    store = StationStore.open(closed, DATA_KEY)
    with store.read() as unit:
        assert unit.cases.count(CaseQuery(text="三丰")) == 40
    assert compare(store) == []
    store.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = "op.drop_table('event')\n    raise RuntimeError('no further')"
    monkeypatch.setattr(schema, "HEAD", NEXT)
    with pytest.raises(RuntimeError, match="no further"):
        opening.migrate(closed, DATA_KEY, NEWEST, _newer_migrations(tmp_path, failing))
    monkeypatch.undo()
    store = StationStore.open(closed, DATA_KEY)
    with store.read() as unit:
        assert len(unit.events.outbox(100, 10**9)) == 40
    store.close()


def _newer_migrations(folder: Path, change: str) -> Path:
    migrations = folder / "migrations"
    shutil.copytree(opening.MIGRATIONS, migrations)
    (migrations / "versions" / f"r{NEXT}_next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{NEXT}'\ndown_revision = '{NEWEST}'\n"
        f"def upgrade():\n    {change}\n",
        encoding="utf-8",
    )
    return migrations


def test_a_full_disk_is_told_and_takes_nothing(store: StationStore, world: World) -> None:
    envelopes = world.append(store, world.receive())
    with store._writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 12}")
    with pytest.raises(DiskTrouble, match="磁盘已满"):
        _receive_until_full(store, world, envelopes)
    with store.read() as unit:
        assert unit.events.outbox(1000, 10**9) == envelopes
    with store._writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    world.mine.head = ChainHead(envelopes[-1].seq, envelopes[-1].hash)
    world.append(store, world.receive())


def _receive_until_full(store: StationStore, world: World, envelopes: list[Envelope]) -> None:
    """Append big cases, noting the envelopes of those that were committed."""
    for _ in range(100):
        envelopes += world.append(store, world.receive(address="路" * 1000))


def test_an_sqlite_without_the_search_we_need_is_refused(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlcipher, "sqlite_version_info", (3, 42, 0))
    with pytest.raises(Unavailable, match="重新安装"):
        StationStore.create(database, DATA_KEY)


def test_other_errors_of_the_database_are_bugs() -> None:
    with pytest.raises(sqlcipher.OperationalError), trouble_told():
        sqlcipher.connect(":memory:").execute("SELECT * FROM nowhere")
