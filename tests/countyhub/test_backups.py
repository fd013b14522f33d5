"""Durable is what a backup holds, as read in the backup itself."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest
from sqlalchemy.engine import make_url

from countyhub import cli
from countyhub.acceptance import repository
from countyhub.acceptance.service import push
from countyhub.devices.service import find
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ChainHeadMessage, EnvelopeMessage

VILLAGE, START = "510704105209", ChainHeadMessage(seq=0, hash=GENESIS)


@pytest.fixture
def database_url(request, tmp_path, beginning):
    if getattr(request, "param", "sqlite") == "postgres":
        return request.getfixturevalue("postgres_database")(beginning("postgres").database)
    shutil.copyfile(beginning("sqlite").database, tmp_path / "hub.sqlite")
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


@pytest.fixture
def village(county):
    return county.enrol(VILLAGE, "agent")


def back_up(county, place):
    with sqlite3.connect(county.hub.database.file) as source, sqlite3.connect(place) as target:
        source.backup(target)
    source.close()
    target.close()
    return place


def mark(county, backup, *more):
    given = ("--backup", f"sqlite:///{backup}") if backup else ()
    return cli.main(["mark-durable", "--database", f"sqlite:///{county.hub.database.file}", *given, *more])


def durable(county, village):
    with county.hub.database.read() as connection:
        return repository.durable_seq(connection, village.device)


def test_only_what_the_copy_holds_is_marked(county, village, tmp_path, capsys):
    village.receive_at_hub()
    copy = back_up(county, tmp_path / "copy.sqlite")
    village.receive_at_hub()
    before = copy.read_bytes()
    assert mark(county, copy) == cli.OK
    assert json.loads(capsys.readouterr().out) == {"durable": True, "chains": 1, "envelopes": 1}
    assert durable(county, village) == 1
    assert village.exchange().durable_upto == 1
    assert copy.read_bytes() == before
    assert sorted(tmp_path.glob("copy*")) == [copy]
    assert mark(county, back_up(county, tmp_path / "newer.sqlite")) == cli.OK
    assert mark(county, copy) == cli.OK
    assert durable(county, village) == 2, "what another backup holds stays marked"


@pytest.mark.parametrize(("first", "upto"), [(3, 2), (1, 0)])
def test_a_copy_holds_a_chain_up_to_the_first_place_that_is_lost_in_it(
    county, village, tmp_path, capsys, first, upto
):
    for _ in range(6):
        village.receive()
    before, behind = village.envelopes[: first - 1], village.envelopes[first + 1 :]
    for run in (before, behind):
        push(county.hub, find(county.hub, village.device), START, run, [(first, first + 1)])
    copy = back_up(county, tmp_path / "copy.sqlite")
    village.exchange(envelopes=tuple(EnvelopeMessage.pack(one) for one in village.envelopes))
    assert mark(county, copy) == cli.OK
    assert json.loads(capsys.readouterr().out)["envelopes"] == upto
    assert durable(county, village) == upto, "what was found since is in no backup"
    assert mark(county, back_up(county, tmp_path / "newer.sqlite")) == cli.OK
    assert durable(county, village) == 6


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_dump_restored_into_another_database_of_the_same_server_is_a_backup(
    county, village, database_url, postgres_database, tmp_path, capsys
):
    url = database_url
    command = ["mark-durable", "--database", url, "--files", str(tmp_path / "files"), "--backup"]
    village.receive_at_hub()
    county.hub.database.close()
    restored = postgres_database(make_url(url).database)
    village.receive_at_hub()
    assert cli.main([*command, url]) == cli.REFUSED
    assert json.loads(capsys.readouterr().err)["error"] == "not-a-copy"
    assert cli.main([*command, restored]) == cli.OK
    assert durable(county, village) == 1


def test_without_a_backup_nothing_is_marked(county, village, capsys):
    village.receive_at_hub()
    assert mark(county, "") == cli.REFUSED
    assert "--backup" in json.loads(capsys.readouterr().err)["text"]
    assert durable(county, village) == 0


def test_what_is_no_backup_of_this_hub_is_refused(county, village, tmp_path, capsys):
    village.receive_at_hub()
    link = tmp_path / "link.sqlite"
    link.symlink_to(county.hub.database.file)
    assert error_of(county, link, capsys) == (cli.REFUSED, "not-a-copy")
    foreign = changed(county, tmp_path / "a.sqlite", "UPDATE hub SET county = '510705'")
    assert error_of(county, foreign, capsys) == (cli.REFUSED, "no-backup")
    older = changed(county, tmp_path / "b.sqlite", "UPDATE alembic_version SET version_num = '0001'")
    assert error_of(county, older, capsys) == (cli.REFUSED, "no-backup")
    short = changed(county, tmp_path / "c.sqlite", "DELETE FROM envelope")
    assert error_of(county, short, capsys) == (cli.REFUSED, "incomplete-backup")
    other = changed(county, tmp_path / "d.sqlite", "UPDATE chain SET hash = replace(hash, '0', '1')")
    assert error_of(county, other, capsys) == (cli.REFUSED, "copy-of-another")
    empty = changed(county, tmp_path / "f.sqlite", "DELETE FROM chain")
    with sqlite3.connect(empty) as connection:
        connection.execute("UPDATE hub SET secret = ?", ("ab" * 32,))
    connection.close()
    assert error_of(county, empty, capsys) == (cli.REFUSED, "copy-of-another")
    damaged = tmp_path / "e.sqlite"
    damaged.write_bytes(b"no database at all" * 100)
    assert error_of(county, damaged, capsys) == (cli.UNAVAILABLE, "unavailable")
    assert error_of(county, tmp_path / "none.sqlite", capsys) == (cli.UNAVAILABLE, "unavailable")
    assert not (tmp_path / "none.sqlite").exists()
    assert durable(county, village) == 0


def test_a_hub_that_lost_what_its_backup_holds_does_not_mark_it(county, village, tmp_path, capsys):
    copy = back_up(county, tmp_path / "old.sqlite")
    village.receive_at_hub()
    newer = back_up(county, tmp_path / "newer.sqlite")
    county.hub.database.close()
    for rest in county.hub.database.file.parent.glob("hub.sqlite-*"):
        rest.unlink()
    shutil.copyfile(copy, county.hub.database.file)
    assert error_of(county, newer, capsys) == (cli.REFUSED, "copy-of-another")


def changed(county, place, statement):
    copy = back_up(county, place)
    with sqlite3.connect(copy) as connection:
        connection.execute(statement)
    connection.close()
    return copy


def error_of(county, backup, capsys):
    code = mark(county, backup)
    return code, json.loads(capsys.readouterr().err)["error"]
