"""Worklists: filters, orders, pages, counts, and the lines themselves."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stationapp.domain.case import State
from stationapp.domain.events import CaseEvent
from stationapp.store.records import CaseQuery, CaseSummary
from stationapp.store.repositories.cases import masked
from stationapp.store.station_store import StationStore
from store.world import (
    AGENT,
    CLERK,
    COUNTY_WINDOW,
    ID_NUMBER,
    NOON,
    QUICK,
    TOWNSHIP,
    VILLAGE,
    World,
    event,
    facts_of,
    fresh_store,
    handover,
    later,
)

DUE = {"day": "2026-12-01", "provisional": True}
LATER_DUE = {"day": "2026-12-24", "provisional": False}


def line(store: StationStore, case_id: str) -> CaseSummary:
    """The one line of a case."""
    with store.read() as unit:
        (found,) = unit.cases.summary([case_id])
        return found


def accept(case_id: str, **facts: Any) -> CaseEvent:
    """An acceptance with these due dates."""
    return event(case_id, "accept", COUNTY_WINDOW, {"document_number": "游仙政务受〔2026〕010001号", **facts})


def test_a_line_says_what_a_list_shows(store: StationStore, world: World) -> None:
    received = world.receive(name="吴䶮")
    world.append(store, received, handover(received.case_id))
    found = line(store, received.case_id)
    assert (found.applicant_name, found.item_name) == ("吴䶮", "临时救助")
    assert found.document_number_masked == "510721********8528"
    assert (found.state, found.holder, found.addressed_to) == (State.IN_TRANSIT, VILLAGE, TOWNSHIP)
    assert (found.origin, found.received_at, found.updated_at) == (VILLAGE, NOON, NOON)
    assert (found.due_day, found.pending, found.refused) == (None, 2, 0)
    assert found.batch_number.endswith("P010001" + found.batch_number[-1])


@pytest.mark.parametrize(
    ("facts", "due_day", "provisional"),
    [
        ({"statutory_due": LATER_DUE, "promised_due": DUE}, date(2026, 12, 1), True),
        ({"statutory_due": LATER_DUE}, date(2026, 12, 24), False),
        ({"statutory_due": LATER_DUE, "promised_due": None}, date(2026, 12, 24), False),
    ],
)
def test_the_due_day_is_the_promised_one_else_the_statutory(
    store: StationStore, world: World, facts: dict[str, Any], due_day: date, provisional: bool
) -> None:
    received = world.receive()
    world.confirm(store, received, accept(received.case_id, **facts))
    found = line(store, received.case_id)
    assert (found.due_day, found.due_provisional) == (due_day, provisional)


def test_a_clock_that_runs_ahead_does_not_put_its_case_on_top_for_years(
    store: StationStore, world: World
) -> None:
    received = world.receive(at=NOON + timedelta(days=3650))
    world.confirm(store, received)
    assert line(store, received.case_id).updated_at.isoformat() == later(1)


def test_times_of_another_zone_are_the_same_moment(store: StationStore, world: World) -> None:
    received = world.receive(at=NOON.astimezone(UTC))
    world.append(store, received)
    assert line(store, received.case_id).received_at == NOON


def test_lines_come_in_the_order_asked_for(store: StationStore, world: World) -> None:
    ids = [one.case_id for one in (world.receive(), world.receive(), world.receive())]
    world.serial = 0
    world.append_together(store, *(world.receive(case_id) for case_id in ids))
    with store.read() as unit:
        asked = [ids[2], "nowhere", ids[0], ids[1]]
        assert [found.case_id for found in unit.cases.summary(asked)] == [ids[2], ids[0], ids[1]]
        assert unit.cases.summary([]) == []


def test_a_case_is_found_by_its_exact_numbers(store: StationStore, world: World) -> None:
    received = world.receive()
    numbered = event(
        received.case_id, "assign_number", COUNTY_WINDOW, {"case_number": "510704-20261121-000001"}
    )
    world.confirm(store, received, numbered)
    number = received.facts["receipt_number"]
    noticed = world.receive()
    facts = {**facts_of("accept"), "document_number": "游仙沉抗受〔2026〕010009号"}
    world.confirm(store, noticed, event(noticed.case_id, "accept", COUNTY_WINDOW, facts))
    with store.read() as unit:
        for text in ("游仙沉抗受〔2026〕010009号", "游仙沉抗受[2026]010009", "游仙沉抗受（2026）010009 号"):
            assert unit.cases.by_number(text) == noticed.case_id, text
        assert unit.cases.by_number("游仙沉抗受〔2026〕01000") is None
        for text in (
            number,
            number.replace("-", " "),
            number.lower(),
            "510704-20261121-000001",
            "51070420261121000001",
        ):
            assert unit.cases.by_number(text) == received.case_id, text
        for text in (number[:-1], ID_NUMBER, "", "51070420261121000002"):
            assert unit.cases.by_number(text) is None, text
        assert line(store, received.case_id).case_number == "510704-20261121-000001"


def test_states_are_counted_for_the_desk_that_holds_the_cases(store: StationStore, world: World) -> None:
    cases = [world.receive() for _ in range(4)]
    world.append_together(store, *cases, handover(cases[0].case_id), handover(cases[1].case_id))
    world.append(store, event(cases[2].case_id, "void", AGENT, facts_of("void")))
    world.append(store, event(cases[0].case_id, "sign_for", CLERK))
    with store.read() as unit:
        assert unit.cases.counts_by_state(VILLAGE) == {
            State.IN_TRANSIT: 1,
            State.VOIDED: 1,
            State.RECEIVED: 1,
        }
        assert unit.cases.counts_by_state(TOWNSHIP) == {State.SIGNED_FOR: 1}
        assert unit.cases.counts_by_state("nowhere") == {}
        assert unit.cases.count(CaseQuery(addressed_to=TOWNSHIP)) == 1
        assert unit.cases.count(CaseQuery(addressed_to=TOWNSHIP, states=[State.VOIDED])) == 0


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("510721194203078528", "510721********8528"),
        ("510721420307852", "510721*****7852"),
        ("E12345678", "E1*****78"),
        ("12345", "****5"),
        ("", ""),
    ],
)
def test_a_document_number_is_masked(number: str, shown: str) -> None:
    assert masked(number) == shown


MOMENTS = st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours))
DUES = st.sampled_from([None, "2026-12-01", "2026-12-02", "2026-12-03"])
ROWS = st.lists(st.tuples(MOMENTS, DUES, st.booleans()), max_size=9)
SORTS = st.sampled_from(["updated", "received", "due", "receipt_number"])
QUERIES = st.fixed_dictionaries(
    {
        "sort": SORTS,
        "descending": st.booleans(),
        "states": st.sampled_from([(), (State.ACCEPTED,), (State.RECEIVED, State.IN_TRANSIT)]),
        "addressed_to": st.sampled_from(["", TOWNSHIP]),
        "holder": st.sampled_from(["", VILLAGE, TOWNSHIP]),
        "origin": st.sampled_from(["", VILLAGE]),
        "due_before": st.sampled_from([None, date(2026, 12, 2)]),
        "attention": st.sampled_from([None, False, True]),
    }
)


@settings(QUICK, max_examples=40)
@given(rows=ROWS, asked=QUERIES, page=st.integers(1, 4))
def test_a_list_is_filtered_ordered_and_paged_as_its_lines_say(
    rows: list[tuple[Any, str | None, bool]], asked: dict[str, Any], page: int
) -> None:
    with fresh_store() as store:
        _fill(store, rows)
        query = CaseQuery(**asked)
        with store.read() as unit:
            everything = unit.cases.summary(unit.cases.find(CaseQuery(sort="received", descending=False)))
            ids = unit.cases.find(query)
            assert unit.cases.count(query) == len(ids)
            pages: list[str] = []
            while found := unit.cases.find(query, page, pages[-1] if pages else None):
                pages += found
        assert len(everything) == len(rows)
        assert ids == pages
        wanted = [line for line in everything if _fits(line, query)]
        assert sorted(ids) == sorted(line.case_id for line in wanted)
        by_id = {line.case_id: line for line in wanted}
        assert [by_id[i] for i in ids] == sorted((by_id[i] for i in ids), key=_order_of(query), reverse=False)


def _fill(store: StationStore, rows: list[tuple[Any, str | None, bool]]) -> None:
    world = World()
    for at, due, handed in rows:
        received = world.receive(at=at)
        world.append_together(store, received)
        if handed:
            world.append_together(store, handover(received.case_id))
        if due:
            world.append_together(
                store, accept(received.case_id, promised_due={"day": due, "provisional": False})
            )


def _fits(line: CaseSummary, query: CaseQuery) -> bool:
    return (
        (not query.states or line.state in query.states)
        and query.holder in ("", line.holder)
        and query.addressed_to in ("", line.addressed_to)
        and query.origin in ("", line.origin)
        and (query.due_before is None or (line.due_day is not None and line.due_day < query.due_before))
        and (query.attention is None or query.attention == bool(line.refused))
    )


def _order_of(query: CaseQuery) -> Any:
    """A key by which the list must be in ascending order, cases alike in it aside."""

    def key(line: CaseSummary) -> Any:
        value: Any = {
            "updated": line.updated_at.timestamp(),
            "received": line.received_at.timestamp(),
            "due": line.due_day.toordinal() if line.due_day else None,
            "receipt_number": int(line.receipt_number.replace("-", "").replace("X", "")[:26]),
        }[query.sort]
        return (value is None, 0 if value is None else -value if query.descending else value)

    return key


def test_a_page_behind_a_case_that_is_gone_is_told(store: StationStore) -> None:
    with store.read() as unit, pytest.raises(LookupError):
        unit.cases.find(CaseQuery(), 10, "nowhere")


def test_what_a_list_asks_for_uses_an_index(store: StationStore) -> None:
    """At a hundred thousand cases a scan of the wide rows would be felt."""
    plans = {
        "ix_case_updated": CaseQuery(),
        "ix_case_received": CaseQuery(sort="received"),
        "ix_case_due": CaseQuery(sort="due", descending=False),
        "ix_case_receipt": CaseQuery(sort="receipt_number"),
        "ix_case_attention": CaseQuery(attention=True),
        "ix_case_addressed": CaseQuery(addressed_to=TOWNSHIP),
        "ix_case_state": CaseQuery(states=[State.SUPPLEMENT]),
        "ix_case_work": CaseQuery(holder=VILLAGE, states=[State.RECEIVED]),
        "ix_case_priority": CaseQuery(priority=True),
        "ix_case_rectify": CaseQuery(rectifying=True),
    }
    for index, query in plans.items():
        assert index in _plan(store, query), query


def _plan(store: StationStore, query: CaseQuery) -> str:
    from sqlalchemy import event as hooks

    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM case_row" in statement and not statement.startswith("EXPLAIN"):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    hooks.listen(store._readers, "before_cursor_execute", explain)
    with store.read() as unit:
        unit.cases.find(query, 100)
    hooks.remove(store._readers, "before_cursor_execute", explain)
    return " | ".join(plans)
