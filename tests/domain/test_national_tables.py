"""Cases as rows of the national exchange tables, and back without loss."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_logs import CaseLog, served, travelled
from small_county import CHINA, COUNTY_ITEM, ID_NUMBER, application, catalogue, organisation
from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import CaseEvent, event_to_mapping
from stationapp.domain.national_columns import ACCEPT, TABLES, fitted
from stationapp.domain.national_record import events_of
from stationapp.domain.national_tables import CaseRows, Delivery, tables_of
from stationapp.domain.refusal import Refused

DELIVERY = Delivery("20261201-1", datetime(2026, 12, 1, 8, tzinfo=CHINA), "510")
ITEM = catalogue().version_of(COUNTY_ITEM, 1)
assert ITEM is not None


def told(log: CaseLog, delivery: Delivery = DELIVERY) -> CaseRows:
    return tables_of(log.events, ITEM, organisation(), delivery)


def plain(events: Any) -> list[Any]:
    return [json.loads(json.dumps(event_to_mapping(event))) for event in events]


def test_a_served_case_fills_the_tables():
    log = served().then("rate", 5, satisfaction="2", words="好", channel="qr", enquiry_code="x")
    rows = told(log).rows
    (accept,) = rows["up_pro_accept"]
    assert accept["applyer_name"] == "吴䶮"
    assert (accept["applyer_page_type"], accept["applyer_page_code"]) == ("111", ID_NUMBER)
    assert (accept["project_type"], accept["task_version"], accept["task_code"]) == ("2", 1, COUNTY_ITEM)
    assert (accept["apply_date"], accept["accept_date"]) == ("2026-11-16 10:00:00", "2026-11-17 10:00:00")
    assert accept["promise_date"] == "2026-12-01 23:59:59"
    assert (accept["org_name"], accept["cd_operation"]) == ("游仙区政务服务中心", "I")
    (result,) = rows["up_pro_result"]
    assert (result["result_type"], result["result_date"]) == ("0", "2026-11-20 11:00:00")
    assert (result["result_cetr_no"], result["satisfaction"]) == ("2026-001", "2")
    assert [row["process_name"] for row in rows["up_pro_process"]][:3] == ["收件", "移交上级", "签收"]
    assert len(rows["up_pro_process"]) == len(rows["ext"]) == len(log.events)
    assert {row["material_name"] for row in rows["up_pro_material"]} == {"居民身份证", "户口簿"}


def test_each_process_row_spans_from_the_step_before_to_its_own_time():
    rows = told(travelled()).rows["up_pro_process"]
    assert rows[0]["event_start_time"] == rows[0]["event_end_time"]
    assert (rows[1]["event_start_time"], rows[1]["event_end_time"]) == (
        "2026-11-16 10:00:00",
        "2026-11-16 11:00:00",
    )
    log = CaseLog().then("receive", hour=12).then("hand_over", hour=9)
    back = told(log.then("accept", 1)).rows["up_pro_process"][1]
    assert back["event_start_time"] == back["event_end_time"] == "2026-11-16 09:00:00"


def test_row_ids_are_the_same_in_every_export_and_known_rows_go_as_changes():
    log = served()
    first = told(log)
    ids = {str(row["row_guid"]) for rows in first.rows.values() for row in rows}
    again = told(log, replace(DELIVERY, batch="2", known=ids))
    assert {str(row["row_guid"]) for rows in again.rows.values() for row in rows} == ids
    assert {row["cd_operation"] for rows in again.rows.values() for row in rows} == {"U"}
    assert len(ids) == sum(len(rows) for rows in first.rows.values())


def test_a_voided_case_told_before_is_deleted_and_one_never_accepted_is_only_in_the_extension():
    open_case = CaseLog().then("receive")
    assert (set(told(open_case).rows), told(open_case).skipped) == ({"ext"}, "尚未受理。")
    voided = CaseLog().then("receive").then("void", 1, by="agent")
    ids = {str(row["row_guid"]) for rows in told(voided).rows.values() for row in rows}
    rows = told(voided, replace(DELIVERY, known=ids)).rows
    assert {row["cd_operation"] for several in rows.values() for row in several} == {"D"}
    assert rows["up_pro_result"][0]["result_type"] == "2"
    deleted = CaseLog().then("receive").then("delete_record", 1, by="agent")
    assert set(told(deleted).rows) == {"ext"}


def test_a_deleted_record_is_not_told_when_it_is_archived():
    deleted = CaseLog().then("receive").then("delete_record", 1, by="agent").then("archive", 2)
    assert (set(told(deleted).rows), told(deleted).skipped) == ({"ext"}, "录入错误，已删除。")


def test_what_silence_accepted_counts_from_the_receipt_of_the_materials():
    def accepted_at(log):
        return told(log).rows["up_pro_accept"][0]["accept_date"]

    def silent():
        log = CaseLog().then("receive", hour=9).then("hand_over").then("sign_for", 1, 9)
        days = {"received_on": "2026-11-17", "notice_due": "2026-11-24"}
        return log.then("deem_accepted", 9, by="hub", **days)

    assert accepted_at(silent()) == "2026-11-17 09:00:00"
    assert accepted_at(silent().then("accept", 10)) == "2026-11-17 09:00:00"
    assert accepted_at(silent().then("accept", 8)) == "2026-11-24 10:00:00"


def test_a_special_procedure_is_told_when_it_has_ended_and_an_extension_at_once():
    log = travelled().then("extend", 2, days=10, reason="案情复杂", approved_by="局长", document_number="延1")
    log.then("start_special", 3, procedure="hearing", reason="涉及重大利益", document_number="特1")
    rows = told(log)
    assert [row["special_type"] for row in rows.rows["up_pro_special_procedure"]] == ["1"]
    assert [gap.why for gap in rows.gaps if gap.column == "end_time"] == ["特别程序尚未结束，结束后再报。"]
    log.then("end_special", 9, result="听证笔录已制", ended_on="2026-11-25")
    special = told(log).rows["up_pro_special_procedure"][1]
    assert (special["special_type"], special["special_name"], special["result"]) == (
        "2",
        "听证",
        "听证笔录已制",
    )


def test_what_is_too_long_is_cut_or_left_out_said_so_and_kept_whole():
    long_opinion = "同意。" * 1000
    log = travelled().then("review", 2, opinion=long_opinion)
    rows = told(log)
    assert len(str(rows.rows["up_pro_process"][-1]["handle_explain"])) == 2000
    assert any("已截短" in gap.why and gap.column == "handle_explain" for gap in rows.gaps)
    assert events_of(rows.rows)["case-1"][-1].facts["opinion"] == long_opinion
    row, gaps = fitted(ACCEPT, {"row_guid": "r", "contact_mobile": "0816-2345678-801"})
    assert row["contact_mobile"] == ""
    assert any(gap.column == "contact_mobile" and "没有填写" in gap.why for gap in gaps)


def test_a_required_cell_without_content_is_named():
    gaps = {(gap.table, gap.column) for gap in told(served()).gaps}
    assert gaps == {("up_pro_accept", "catalog_code")}


def test_a_value_that_no_column_takes_is_a_fault():
    with pytest.raises(KeyError):
        fitted(ACCEPT, {"nonsense": "x"})


def test_every_row_has_exactly_the_columns_of_its_table_and_none_too_long():
    rows = told(served()).rows
    for name, several in rows.items():
        for row in several:
            assert tuple(row) == TABLES[name].names
            for column in TABLES[name].columns:
                assert not column.length or len(str(row[column.name])) <= column.length


def test_whoever_corrects_a_column_corrects_the_case_that_is_read_back():
    rows = {name: [dict(row) for row in several] for name, several in told(served()).rows.items()}
    rows["up_pro_accept"][0]["applyer_name"] = "吴龑"
    (events,) = events_of(rows).values()
    assert events[0].application.applicant.name == "吴龑"


@pytest.mark.parametrize("damage", ["record", "missing row"])
def test_rows_that_were_damaged_are_refused(damage):
    rows = {name: [dict(row) for row in several] for name, several in told(served()).rows.items()}
    if damage == "record":
        rows["ext"][0]["record"] = "{"
    else:
        rows["up_pro_accept"] = []
    with pytest.raises(Refused, match="读不出来"):
        events_of(rows)


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(
    ("吴䶮", ID_NUMBER, "同意", "$column", "=1+1", "临时救助")
)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("$column", "$row", "$literal", "a", "b")), inner, max_size=3)
    ),
    max_leaves=6,
)
NEVER_FOLDED = {"application", "materials", "missing", "parts", "publicity_from", "publicity_to"}
PLAIN_MOVES = sorted(
    {"examine", "review", "urge", "grant", "serve", "conclude", "rate", "start_special", "end_special"}
    | {"unknown_move", "extend", "withdraw", "archive", "note_external", "handle_directly"}
)


@given(
    name=TEXTS,
    form=st.dictionaries(TEXTS, VALUES, max_size=3),
    acts=st.lists(
        st.tuples(st.sampled_from(PLAIN_MOVES), st.dictionaries(TEXTS, VALUES, max_size=3)), max_size=8
    ),
)
@settings(max_examples=150)
def test_what_is_read_back_is_what_was_told(name, form, acts):
    log = CaseLog()
    asked = {**application(), "form": form}
    asked["applicant"] = {**asked["applicant"], "name": name}
    log.then("receive", application=asked)
    for day, (move, facts) in enumerate(acts):
        kept = {key: value for key, value in facts.items() if key not in NEVER_FOLDED}
        log.then(move, day, by="agent")
        log.events[-1] = _with(log.events[-1], {**kept, **log.events[-1].facts})
    rows = told(log).rows
    carried = json.loads(json.dumps(rows))
    assert plain(events_of(carried)["case-1"]) == plain(log.events)
    assert set(rows) <= set(TABLES)


def _with(event: CaseEvent, facts: dict[str, Any]) -> CaseEvent:
    return replace(event, facts=facts)


def test_cases_are_kept_apart_on_the_way_back():
    rows: dict[str, list[Any]] = {}
    logs = [served("case-1"), travelled("case-2"), CaseLog("case-3").then("receive")]
    for log in logs:
        for name, several in told(log).rows.items():
            rows.setdefault(name, []).extend(several)
    read = events_of(rows)
    assert {case_id: plain(events) for case_id, events in read.items()} == {
        log.case_id: plain(log.events) for log in logs
    }
    assert set(TABLE) >= {event.move for events in read.values() for event in events}
