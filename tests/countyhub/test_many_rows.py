"""Many rows in one statement do on every engine what one statement a row would do."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from countyhub.acceptance.tables import EnvelopeRow
from countyhub.attachments.tables import AttachmentRow
from countyhub.doubles.tables import ApplicationMarkRow
from countyhub.mailboxes.tables import EntryRow, MailboxRow
from countyhub.many_rows import add_rows, change_rows, insert_if_absent


def entries(upto, hash_of=str):
    row = EntryRow(
        feed="x", position=0, kind="put", case_id="c", revision=1, hash="", verdict=""
    ).model_dump()
    return [row | {"feed": "a feed", "position": n, "hash": hash_of(n)} for n in range(1, upto + 1)]


def stored(connection, feed="a feed"):
    mine = select(col(EntryRow.position), col(EntryRow.hash)).where(col(EntryRow.feed) == feed)
    return [tuple(row) for row in connection.execute(mine.order_by(col(EntryRow.position)))]


def test_all_rows_arrive_with_their_own_values(county):
    county.hub.database.write(lambda connection: add_rows(connection, EntryRow, entries(1200)))
    with county.hub.database.read() as connection:
        assert stored(connection) == [(n, str(n)) for n in range(1, 1201)]


def test_no_rows_are_no_statement(county):
    def work(connection):
        add_rows(connection, EntryRow, [])
        insert_if_absent(connection, EntryRow, [])
        change_rows(connection, EntryRow, ("feed", "position"), [])

    seen, engine = [], county.hub.database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    county.hub.database.write(work)
    assert [statement for statement in seen if "mailbox_entry" in statement] == []


def test_rows_that_are_there_already_are_not_added_in_silence(county):
    write = county.hub.database.write
    write(lambda connection: add_rows(connection, EntryRow, entries(3)))
    with pytest.raises(IntegrityError):
        write(lambda connection: add_rows(connection, EntryRow, entries(4)))


def test_what_is_there_already_keeps_its_values(county):
    write = county.hub.database.write
    write(lambda connection: add_rows(connection, EntryRow, entries(3)))
    write(lambda connection: insert_if_absent(connection, EntryRow, entries(5, lambda _: "new")))
    with county.hub.database.read() as connection:
        assert stored(connection) == [(1, "1"), (2, "2"), (3, "3"), (4, "new"), (5, "new")]


def test_only_the_rows_with_these_keys_are_changed(county):
    write = county.hub.database.write
    write(lambda connection: add_rows(connection, EntryRow, entries(4)))
    changed = [{"feed": "a feed", "position": n, "hash": f"changed {n}"} for n in (4, 2, 9)]
    write(lambda connection: change_rows(connection, EntryRow, ("feed", "position"), changed))
    with county.hub.database.read() as connection:
        assert stored(connection) == [(1, "1"), (2, "changed 2"), (3, "3"), (4, "changed 4")]


def test_texts_and_numbers_come_back_as_they_went(county):
    """Texts with quotes, braces and rare characters, empty ones."""
    texts = ["", "{a,b}", 'say "NULL"', "NULL", "\\ 'x'", "䶮㛃𬭎𡋾", "a\nb"]
    rows = [MailboxRow(feed=f"f{n}", hash=text).model_dump() for n, text in enumerate(texts)]
    rows = [row | {"position": 2**30 + n} for n, row in enumerate(rows)]
    county.hub.database.write(lambda connection: add_rows(connection, MailboxRow, rows))
    mine = select(col(MailboxRow.hash), col(MailboxRow.position)).where(col(MailboxRow.position) >= 2**30)
    with county.hub.database.read() as connection:
        found = [tuple(row) for row in connection.execute(mine.order_by(col(MailboxRow.position)))]
    assert found == [(text, 2**30 + n) for n, text in enumerate(texts)]


def test_bytes_come_back_as_they_went(county):
    """Among them a zero, every byte there is, what looks like an escape, and what is no text."""
    bodies = [
        b"",
        b"\x00",
        bytes(range(256)),
        b"\\x00ff",
        b"\\000",
        b'{NULL,"a"}',
        "䶮𬭎".encode(),
        b"\xed\xa0\x80",
    ]
    empty = {"device": "d", "prev": "", "hash": "", "kind": "k", "signature": "", "person_signature": ""}
    rows = [empty | {"seq": seq, "body": body} for seq, body in enumerate(bodies, 1)]
    write, after = county.hub.database.write, len(bodies) + 1
    write(lambda connection: add_rows(connection, EnvelopeRow, rows))
    late = [rows[0] | {"body": b"late"}, rows[0] | {"seq": after, "body": b"\x00new"}]
    write(lambda connection: insert_if_absent(connection, EnvelopeRow, late))
    changed = [{"device": "d", "seq": after, "body": b"\xff\x00changed"}]
    write(lambda connection: change_rows(connection, EnvelopeRow, ("device", "seq"), changed))
    mine = select(col(EnvelopeRow.body)).where(col(EnvelopeRow.device) == "d").order_by(col(EnvelopeRow.seq))
    with county.hub.database.read() as connection:
        found = [bytes(body) for body in connection.execute(mine).scalars()]
    assert found == [*bodies, b"\xff\x00changed"]


def test_ticks_come_back_as_they_went(county):
    ticks = [True, False, False, True]
    marks = [
        {"case_id": f"c{n}", "item_code": "i", "mark": "m", "looked": tick} for n, tick in enumerate(ticks)
    ]
    write = county.hub.database.write
    write(lambda connection: add_rows(connection, ApplicationMarkRow, marks))
    late = [marks[0] | {"looked": False}, marks[0] | {"case_id": "c4", "looked": True}]
    write(lambda connection: insert_if_absent(connection, ApplicationMarkRow, late))
    changed = [{"case_id": "c1", "looked": True}, {"case_id": "c3", "looked": False}]
    write(lambda connection: change_rows(connection, ApplicationMarkRow, ("case_id",), changed))
    mine = select(col(ApplicationMarkRow.looked)).order_by(col(ApplicationMarkRow.case_id))
    with county.hub.database.read() as connection:
        found = list(connection.execute(mine).scalars())
    assert found == [True, True, False, False, True]
    assert {type(one) for one in found} == {bool}


def test_numbers_as_large_as_any_column_holds_come_back_as_they_went(county):
    rows = [AttachmentRow(sha256=f"s{n}", size=2**62 - n).model_dump() for n in range(3)]
    changed = [{"sha256": "s2", "size": 2**40}]
    write = county.hub.database.write
    write(lambda connection: add_rows(connection, AttachmentRow, rows))
    write(lambda connection: change_rows(connection, AttachmentRow, ("sha256",), changed))
    mine = select(col(AttachmentRow.size)).order_by(col(AttachmentRow.sha256))
    with county.hub.database.read() as connection:
        assert list(connection.execute(mine).scalars()) == [2**62, 2**62 - 1, 2**40]


def test_the_rows_belong_to_the_county_that_writes_them(county):
    here, there = county.hub.database, county.hub.database.of("510705")
    key, changed = ("feed", "position"), entries(1, lambda _: "changed")
    here.write(lambda connection: add_rows(connection, EntryRow, entries(1)))
    there.write(lambda connection: change_rows(connection, EntryRow, key, changed))
    there.write(lambda connection: insert_if_absent(connection, EntryRow, entries(1, lambda _: "other")))
    with here.read() as one, there.read() as other:
        assert (stored(one), stored(other)) == ([(1, "1")], [(1, "other")])
