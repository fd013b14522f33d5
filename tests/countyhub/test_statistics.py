"""Figures, bulletins, exchange tables and draws over what a real hub has confirmed."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from countyhub import cli
from countyhub.references import publishing
from countyhub.statistics import service
from countyhub.statistics.files import ExportFiles
from hubprotocol.references import is_reference_signed
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import event_to_mapping
from stationapp.domain.national_columns import TABLES
from stationapp.domain.national_record import events_of
from stationapp.domain.organisation import Person, Post, PostKind
from stationapp.domain.refusal import Refused
from stationapp.domain.time_limits import Limit, LimitUnit

VILLAGE, TOWN, WINDOW = "510704105209", "510704105000", "510704000000"
TODAY = date(2026, 11, 21)
TEN = Limit(10, LimitUnit.WORKING_DAYS)
CALENDAR = WorkCalendar("cn-2026.1", range(2026, 2027), frozenset(), frozenset())


@pytest.fixture
def hall(county):
    return county.enrol(WINDOW, "window", "officer", "approver")


def finish(hall, case=""):
    """A case that the window received and that was decided, served and concluded."""
    case = case or hall.receive("window")
    due, number = due_fact(TODAY, TEN, CALENDAR), f"{len(hall.envelopes):06}"
    hall.act("register", case, "window")
    hall.act("accept", case, "window", promised_due=due, document_number=f"试验政务受〔2026〕{number}号")
    hall.act("assign", case, "window", to_desk=f"{WINDOW}-rsj")
    hall.act("review", case, "officer", opinion="=1+1 符合条件。")
    hall.act("grant", case, "approver", reason="符合条件。", document_number=f"试验人社决〔2026〕{number}号")
    hall.act("issue_result", case, "officer", to_desk=WINDOW, result_name="参保凭证")
    served = {"manner": "in_person", "recipient": "王䶮", "served_on": TODAY.isoformat()}
    hall.act("serve", case, "window", **served, document_number=f"试验政务送〔2026〕{number}号")
    hall.act("conclude", case, "window")
    hall.exchange()
    refused = [one for one in hall.verdicts.values() if one.result != "accepted"]
    assert refused == []
    return case


@pytest.fixture
def cases(hall):
    """Two finished cases and an open one."""
    made = [finish(hall), finish(hall)]
    hall.receive_at_hub("window")
    return made


def now(county):
    return county.hub.now()


def test_the_figures_of_a_period_are_written_as_csv_and_workbook(county, cases, tmp_path):
    told = service.write_statistics(county.hub, "2026Q4", now(county), tmp_path / "out")
    assert told["cases"] == 3
    assert set(told["files"]) == {path.name for path in (tmp_path / "out").iterdir()}
    text = (tmp_path / "out" / "figures.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    values = {row["指标"]: row["数值"] for row in rows}
    assert (values["收件数"], values["办结数"], values["期末在办数"]) == ("3", "2", "1")
    assert values["当日办结率"] == "100.00%"
    book = load_workbook(tmp_path / "out" / "statistics.xlsx", read_only=True)
    assert {"指标", "四件管理", "按站点", "窗口工作量", "考评排名"} <= set(book.sheetnames)
    window = [row for row in book["按受理窗口"].values if row[1] == WINDOW]
    assert window[0][0] == "县综合窗口"
    assert "王䶮" not in text.decode()


def test_a_bulletin_is_the_same_however_often_it_is_made_and_whatever_comes_after(
    county, hall, cases, tmp_path
):
    moment = now(county)
    first = service.freeze(county.hub, "2026Q4", moment, tmp_path / "a")
    county.clock.now += timedelta(days=3)
    finish(hall)
    again = service.freeze(county.hub, "2026Q4", moment, tmp_path / "b")
    name = "bulletin-2026Q4.json"
    frozen = (tmp_path / "a" / name).read_bytes()
    assert frozen == (tmp_path / "b" / name).read_bytes()
    assert first["sha256"] == again["sha256"]
    later = service.freeze(county.hub, "2026Q4", now(county), tmp_path / "c")
    assert later["sha256"] != first["sha256"]
    with county.hub.database.read() as connection:
        public = service.identities.load(connection).public
    assert is_reference_signed(public, "bulletin", "2026Q4", frozen.decode(), first["signature"])
    assert json.loads(frozen)["inputs"]["cases"] == 3


def test_a_frozen_bulletin_can_be_checked_against_the_log(county, cases, tmp_path):
    service.freeze(county.hub, "2026Q4", now(county), tmp_path)
    file = tmp_path / "bulletin-2026Q4.json"
    assert service.check_frozen(county.hub, file)["same"] is True
    file.write_text(file.read_text("utf-8").replace("100.00%", "99.00%"), "utf-8")
    found = service.check_frozen(county.hub, file)
    assert (found["same"], found["signed"]) == (False, False)
    (tmp_path / "bulletin-2026Q4.seal.json").unlink()
    with pytest.raises(Refused, match="没有它的封签文件"):
        service.check_frozen(county.hub, file)


def test_a_bulletin_names_who_answers_for_a_breach_of_the_period(county, hall, tmp_path):
    case = hall.receive("window")
    hall.act("register", case, "window")
    due = due_fact(TODAY, TEN, CALENDAR)
    hall.act("accept", case, "window", promised_due=due, document_number="试验政务受〔2026〕000777号")
    hall.exchange()
    before, after = now(county), now(county) + timedelta(days=30)
    service.freeze(county.hub, "2026Q4", before, tmp_path / "a")
    service.freeze(county.hub, "2026Q4", after, tmp_path / "b")
    plain = [json.loads((tmp_path / name / "bulletin-2026Q4.json").read_text("utf-8")) for name in "ab"]
    assert plain[0]["breaches"] == []
    (breach, *_) = plain[1]["breaches"]
    assert (breach["case_id"], breach["person_name"], breach["counts"]) == (case, "邓小湖", True)
    with (tmp_path / "b" / "responsibility.csv").open(encoding="utf-8-sig", newline="") as file:
        assert breach["finding_id"] in {row["监察编号"] for row in csv.DictReader(file)}


def test_a_bulletin_counts_breaches_by_the_countys_own_thresholds(county, hall, tmp_path):
    case = hall.receive("window")
    hall.act("register", case, "window")
    due = due_fact(TODAY, TEN, CALENDAR)
    hall.act("accept", case, "window", promised_due=due, document_number="试验政务受〔2026〕000778号")
    hall.exchange()
    service.freeze(county.hub, "2026Q4", now(county) + timedelta(days=30), tmp_path / "a")
    text = (tmp_path / "a" / "bulletin-2026Q4.json").read_text("utf-8")
    rules = {breach["rule"] for breach in json.loads(text)["breaches"]}
    assert rules
    lenient = {"format": 1, "version": 2, "grades": dict.fromkeys(rules, 1)}
    after = replace(county.organisation(), version=2, supervision=lenient)
    county.hub.database.write(
        lambda connection: publishing.publish_organisation(connection, county.hub, after, {})
    )
    service.freeze(county.hub, "2026Q4", now(county) + timedelta(days=30), tmp_path / "b")
    text = (tmp_path / "b" / "bulletin-2026Q4.json").read_text("utf-8")
    assert json.loads(text)["breaches"] == []


def read_tables(folder: Path):
    return {
        name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in TABLES
    }


def test_an_export_read_back_is_the_very_log(county, cases, tmp_path):
    export = service.Export(now(county), "batch-1", "510")
    told = service.export_cases(county.hub, export, tmp_path)
    assert told["counts"]["cases"] == 3
    assert told["counts"]["skipped"] == 1
    read = events_of(read_tables(tmp_path))
    with county.hub.database.read() as connection:
        logged = {
            case.case_id: [event_to_mapping(event) for event in case.events]
            for case in service.repository.cases(connection, now(county))
        }
    assert {key: [event_to_mapping(event) for event in events] for key, events in read.items()} == logged
    assert len(logged) == 3


def test_no_cell_of_an_export_is_a_formula(county, cases, tmp_path):
    service.export_cases(county.hub, service.Export(now(county), "batch-1", "510"), tmp_path)
    with (tmp_path / "up_pro_process.csv").open(encoding="utf-8-sig", newline="") as file:
        opinions = [row["办理意见"] for row in csv.DictReader(file)]
    assert "'=1+1 符合条件。" in opinions
    assert not any(text.startswith("=") for text in opinions)
    page = load_workbook(tmp_path / "tables.xlsx")["办件过程信息"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value == "=1+1 符合条件。"]
    assert {cell.data_type for cell in cells} == {"s"}
    header = next(load_workbook(tmp_path / "cases.xlsx")["办件清单"].values)
    assert header[:3] == ("申请人", "证件类型", "证件号码")


def test_what_went_before_goes_as_a_change(county, cases, tmp_path):
    service.export_cases(county.hub, service.Export(now(county), "1", "510"), tmp_path / "a")
    known = frozenset((tmp_path / "a" / "rows.txt").read_text("utf-8").split())
    service.export_cases(county.hub, service.Export(now(county), "2", "510", known), tmp_path / "b")
    operations = {row["cd_operation"] for rows in read_tables(tmp_path / "b").values() for row in rows}
    assert operations == {"U"}


def write_and_fail(folder):
    with ExportFiles(folder) as files:
        files.csv("a.csv", ("x",))
        files.row("b.xlsx", "页", ("x",))
        raise ZeroDivisionError


def test_an_export_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write_and_fail(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_is_full_goes_on_in_another_one(tmp_path, monkeypatch):
    monkeypatch.setattr("countyhub.statistics.files._ROWS_OF_A_PAGE", 3)
    with ExportFiles(tmp_path) as files:
        for row in ("头", "1", "2", "3", "4"):
            files.row("b.xlsx", "页", (row,))
    book = load_workbook(tmp_path / "b.xlsx")
    assert {page.title: [row[0] for row in page.values] for page in book} == {
        "页": ["头", "1", "2"],
        "页 2": ["头", "3", "4"],
    }


@pytest.fixture
def supervised(county, cases):
    """The county with two supervisors who touched nothing."""
    people = tuple(Person(f"s{n}", f"监察{n}", f"s{n}", kdf_ops=1, kdf_memory_kib=8) for n in (1, 2))
    post = Post("window/supervisor", WINDOW, PostKind.SUPERVISOR, "监察岗", "s1", "s2")
    before = county.organisation()
    after = replace(before, version=2, posts=(*before.posts, post), persons=(*before.persons, *people))
    passwords = {one.login: f"secret of {one.login}" for one in people}
    county.hub.database.write(
        lambda connection: publishing.publish_organisation(connection, county.hub, after, passwords)
    )
    return county


def test_a_draw_takes_decided_cases_and_nobody_who_touched_them(county, cases):
    with pytest.raises(Refused, match="没有经手过的抽查人员"):
        service.draw_cases(county.hub, "2026Q4", now(county), "seed", 1, 1)
    with pytest.raises(Refused, match="不是期间"):
        service.draw_cases(county.hub, "Q4", now(county), "seed", 1, 1)


def test_anybody_can_draw_again_with_the_published_seed(supervised, cases, capsys, tmp_path):
    moment = now(supervised).isoformat()
    options = ("--period", "2026Q4", "--as-of", moment, "--seed", "2026-12-01 双色球 07", "--cases", "2")
    code, first = run(supervised, capsys, "draw", *options)
    assert (code, first["candidates"], first["inspectors"]) == (0, 2, 3)
    assert {row["case_id"] for row in first["drawn"]} == set(cases)
    assert {one["person_id"] for row in first["drawn"] for one in row["inspectors"]} == {"s1", "s2"}
    assert run(supervised, capsys, "draw", *options, "--out", str(tmp_path)) == (0, first)
    assert json.loads((tmp_path / "draw.json").read_text("utf-8")) == first
    header, *rows = load_workbook(tmp_path / "draw.xlsx")["双随机抽查"].values
    assert [row[2] for row in rows] == [row["case_id"] for row in first["drawn"]]
    assert header[-3:] == ("抽查结果", "发现问题", "整改要求")


def files_of(county):
    """Where this county keeps its attachments."""
    return county.hub.files._folder


def run(county, capsys, *arguments: str):
    url = county.hub.database.engine.url.render_as_string(hide_password=False)
    code = cli.main([arguments[0], "--database", url, "--files", str(files_of(county)), *arguments[1:]])
    printed = capsys.readouterr()
    return code, json.loads(printed.out or printed.err)


def test_the_commands_of_the_county(county, cases, tmp_path, capsys):
    moment = now(county).isoformat()
    out = str(tmp_path / "out")
    code, told = run(county, capsys, "statistics", "--period", "2026-11", "--as-of", moment, "--out", out)
    assert (code, told["cases"]) == (0, 3)
    code, told = run(county, capsys, "bulletin", "--period", "2026Q4", "--as-of", moment, "--out", out)
    assert (code, len(told["sha256"])) == (0, 64)
    file = tmp_path / "out" / "bulletin-2026Q4.json"
    assert run(county, capsys, "bulletin", "--check", str(file))[0] == 0
    file.write_bytes(file.read_bytes() + b" ")
    assert run(county, capsys, "bulletin", "--check", str(file))[0] == 1
    codes = tmp_path / "codes.json"
    codes.write_text(json.dumps({"event_name": {"pass": "01"}}), "utf-8")
    previous = tmp_path / "rows.txt"
    previous.write_text("", "utf-8")
    options = ("--out", out, "--codes", str(codes), "--previous", str(previous), "--as-of", moment)
    code, told = run(county, capsys, "export", *options)
    assert (code, told["counts"]["up_pro_accept"]) == (0, 2)
    assert {row["event_name"] for row in read_tables(tmp_path / "out")["up_pro_process"]} == {"01", "3"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("bulletin",),
        ("statistics", "--period", "soon"),
        ("statistics", "--period", "2026", "--as-of", "today"),
        ("statistics", "--period", "2026", "--as-of", "2026-11-21T00:00:00"),
        ("export", "--batch", "x" * 33),
        ("draw", "--period", "2026", "--seed", " "),
    ],
)
def test_wrong_arguments_are_refused(county, capsys, arguments, tmp_path):
    more = () if arguments[0] == "draw" else ("--out", str(tmp_path))
    code, told = run(county, capsys, *arguments, *more)
    assert (code, bool(told["text"])) == (3, True)
