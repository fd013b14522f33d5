"""Figures and exports of a station at work."""

from __future__ import annotations

import csv
import json
import stat
import sys

import pytest
from openpyxl import load_workbook

from county_at_work import draft, stored_events
from small_county import ID_NUMBER, VILLAGE_ITEM
from stationapp.domain.events import event_to_mapping
from stationapp.domain.national_columns import TABLES
from stationapp.domain.national_record import events_of
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services import casework, exports, intake
from stationapp.services.export_files import export_files
from stationapp.services.statistics import count_period, write_figures


@pytest.fixture
def cases(village):
    """A case handled on the spot and one that waits to be handed over."""
    spot, _ = intake.receive(village, draft(VILLAGE_ITEM))
    casework.act(village, spot.case_id, "handle_directly", {"result_name": "=查询结果"})
    waiting, _ = intake.receive(village, draft())
    return [spot.case_id, waiting.case_id]


def test_a_station_counts_what_it_did_before_the_hub_knows(village, cases):
    figures = count_period(village, "2026-11")
    total = figures.table("total").total
    assert total.figure("received").numerator == 2
    assert total.figure("same_day").value == "100.00%"
    kinds = {row.keys[0]: row.figure("received").numerator for row in figures.table("by_handling").groups}
    assert kinds == {"immediate": 1, "committed": 1, "joint": 0, "forwarded": 0}
    assert [(row.person_id, row.total) for row in figures.work] == [("p-agent", 3)]


def test_a_period_nobody_understands_is_refused(village):
    with pytest.raises(Refused):
        count_period(village, "last week")


def test_figures_are_written_without_naming_a_citizen(village, cases, tmp_path):
    names = write_figures(count_period(village, "2026"), tmp_path / "out")
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert sorted(written) == names
    texts = b"".join(data for name, data in written.items() if name.endswith(".csv")).decode("utf-8")
    assert "吴䶮" not in texts
    assert ID_NUMBER not in texts
    book = load_workbook(tmp_path / "out" / "statistics.xlsx", read_only=True)
    assert next(book["按站点"].values)[:3] == ("收件站点", "收件站点代码", "收件数（件）")


def test_an_export_of_the_station_read_back_is_its_log(village, cases, tmp_path):
    report = exports.export_cases(village, exports.ExportOrder(), tmp_path)
    assert (report.counts["cases"], report.counts["skipped"]) == (2, 1)
    rows = {
        name: [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in TABLES
    }
    read = {key: [event_to_mapping(one) for one in events] for key, events in events_of(rows).items()}
    logged = {
        case_id: [event_to_mapping(row.event) for row in stored_events(village, case_id)] for case_id in cases
    }
    assert read == logged
    assert {row["data_source"] for row in rows["ext"]} == {"510"}


def test_an_export_names_the_citizen_and_no_formula(village, cases, tmp_path):
    exports.export_cases(village, exports.ExportOrder(batch="b"), tmp_path)
    with (tmp_path / "cases.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["证件号码"] for line in lines} == {ID_NUMBER}
    assert {line["当前状态"] for line in lines} == {"待送达", "已收件"}
    with (tmp_path / "gaps.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {line["字段"] for line in csv.DictReader(file)} == {"catalog_code"}
    for page in load_workbook(tmp_path / "tables.xlsx"):
        assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


@pytest.mark.parametrize("order", [exports.ExportOrder(batch="x" * 33), exports.ExportOrder(source="5107")])
def test_a_batch_or_source_that_no_receiver_takes_is_refused(village, order, tmp_path):
    with pytest.raises(Refused):
        exports.export_cases(village, order, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def write_and_fail(folder):
    with export_files(folder) as files:
        files.csv("a.csv", ("x",))
        files.row("b.xlsx", "页", ("x",))
        raise ZeroDivisionError


def test_an_export_that_fails_leaves_what_was_there(tmp_path):
    (tmp_path / "a.csv").write_text("before", "utf-8")
    with pytest.raises(ZeroDivisionError):
        write_and_fail(tmp_path)
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("a.csv", "before")]


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(Unavailable, match="文件"), export_files(tmp_path / "file"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows other rights")
def test_only_the_owner_can_read_an_export(tmp_path):
    with export_files(tmp_path) as files:
        files.csv("a.csv", ("x",))
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_a_sheet_that_is_full_goes_on_in_another_one(tmp_path, monkeypatch):
    monkeypatch.setattr("stationapp.services.export_files._ROWS_OF_A_PAGE", 2)
    with export_files(tmp_path) as files:
        for row in ("头", "1", "2"):
            files.row("b.xlsx", "页", (row,))
    book = load_workbook(tmp_path / "b.xlsx")
    assert {page.title: [row[0] for row in page.values] for page in book} == {
        "页": ["头", "1"],
        "页 2": ["头", "2"],
    }
