"""The frozen bulletin, the workload and the ranking it holds."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import pytest

from case_logs import MONDAY, CaseLog, decided, on_the_spot, served, travelled
from small_county import CALENDAR, VILLAGE, WINDOW, catalogue, organisation
from stationapp.domain.bulletin import (
    BulletinTally,
    Inputs,
    LogDigest,
    bulletin,
    canonical,
    fingerprint,
    quarter,
)
from stationapp.domain.case_figures import Sight, figures_of
from stationapp.domain.ranking import FORMULA, WEIGHTS, ranking
from stationapp.domain.refusal import Refused
from stationapp.domain.report_sheets import Names, report_sheets
from stationapp.domain.statistics import DatePeriod
from stationapp.domain.tabulation import tabulate
from stationapp.domain.workload import Workload, per_window, working_days_in

SIGHT = Sight(organisation(), CALENDAR)
Q4 = quarter("2026Q4")
INPUTS = Inputs("2027-01-05T00:00:00.000+08:00", 0, 0, "00", 1, 1, "test")


def seen(log: CaseLog):
    return figures_of(log.events, catalogue().version_of(log.code, 1), SIGHT)


def made(logs: list[CaseLog]) -> bytes:
    tally = BulletinTally(Q4)
    for log in logs:
        tally.add(seen(log), log.events)
    return canonical(bulletin(tally, INPUTS, organisation(), tally.work.rows(CALENDAR)))


def test_the_same_log_gives_the_same_bytes_in_whatever_order_it_is_read():
    logs = [served("a"), on_the_spot("b"), travelled("c"), decided("d")]
    first = made(logs)
    shuffled = list(logs)
    Random(4).shuffle(shuffled)
    assert made(shuffled) == first
    assert fingerprint(made(logs)) == fingerprint(first)
    assert fingerprint(made(logs[:-1])) != fingerprint(first)


def test_a_bulletin_can_be_read_alone():
    plain = json.loads(made([served("a"), on_the_spot("b")]))
    assert plain["title"] == "游仙区政务服务运行情况通报"
    assert plain["period"] == {"first": "2026-10-01", "last": "2026-12-31"}
    kinds = {row["keys"][0] for row in plain["tables"]["by_handling"]["groups"]}
    assert kinds == {"immediate", "committed", "joint", "forwarded"}
    assert [row["keys"][0] for row in plain["tables"]["by_month"]["groups"]] == [
        "2026-10",
        "2026-11",
        "2026-12",
    ]
    assert {row["key"] for row in plain["definitions"]} == set(plain["tables"]["total"]["total"]["figures"])
    assert plain["names"][VILLAGE] == "抗香村便民服务室"
    assert plain["ranking"]["formula"] == FORMULA
    assert "吴䶮" not in json.dumps(plain, ensure_ascii=False)


def test_a_number_that_is_not_whole_cannot_be_frozen():
    with pytest.raises(ValueError, match="whole"):
        canonical({"a": [1, {"b": 0.5}]})


def test_the_digest_knows_every_event_and_its_place():
    def digest(*rows: tuple[str, int, str]) -> str:
        made_of = LogDigest()
        for row in rows:
            made_of.add(*row)
        return made_of.hex

    whole = digest(("a", 1, "h1"), ("a", 2, "h2"))
    assert whole == digest(("a", 1, "h1"), ("a", 2, "h2"))
    assert len({whole, digest(("a", 1, "h1")), digest(("a", 1, "h2"), ("a", 2, "h1"))}) == 3


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q1", (2026, 1, 1), (2026, 3, 31)),
        ("2026Q4", (2026, 10, 1), (2026, 12, 31)),
        ("2028-02", (2028, 2, 1), (2028, 2, 29)),
        ("2026-12", (2026, 12, 1), (2026, 12, 31)),
        ("2026", (2026, 1, 1), (2026, 12, 31)),
    ],
)
def test_periods_are_quarters_months_or_years(text, first, last):
    assert quarter(text) == DatePeriod(date(*first), date(*last))


@pytest.mark.parametrize("text", ["", "2026Q5", "2026-13", "soon", "2026-0", "0Q1", "2026Q"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Refused, match="不是期间"):
        quarter(text)


def test_the_work_of_each_window_is_counted_and_the_hubs_own_is_nobodys():
    log = served().then("assign_number", 2, by="hub", case_number="510704-20261120-000001")
    work = Workload(Q4)
    work.add(log.events)
    work.add(CaseLog("old", start=date(2026, 1, 5)).then("receive").events)
    rows = work.rows(CALENDAR)
    assert {row.person_id for row in rows} == {"p-agent", "p-clerk", "p-window", "p-officer", "p-approver"}
    agent = next(row for row in rows if row.person_id == "p-agent")
    assert (agent.of("received"), agent.of("handed"), agent.of("served"), agent.of("concluded")) == (
        1,
        2,
        1,
        1,
    )
    assert (agent.total, agent.cases, agent.days) == (5, 1, 2)
    working = working_days_in(Q4, CALENDAR)
    assert agent.per_day == f"0.0{500 // working}"
    assert (WINDOW, 5, 1) in per_window(rows)
    assert sum(acts for _, acts, _ in per_window(rows)) == len(log.events) - 1


def test_every_sheet_has_as_many_cells_as_headers_and_names_for_its_keys():
    tally = BulletinTally(Q4)
    for log in (served("a"), travelled("b").then("withdraw", 2), on_the_spot("c")):
        tally.add(seen(log), log.events)
    sheets = {
        sheet.key: sheet
        for sheet in report_sheets(tally, tally.work.rows(CALENDAR), Names(organisation(), catalogue()))
    }
    for sheet in sheets.values():
        assert {len(row) for row in sheet.rows} <= {len(sheet.headers)}
    named = {key: [row[0] for row in sheets[key].rows] for key in ("by_department", "by_item", "by_handling")}
    assert named == {
        "by_department": ["（无）", "游仙区民政局", "抗香村便民服务室", "全部"],
        "by_item": ["临时救助", "社保卡状态查询", "全部"],
        "by_handling": ["承诺件", "上报件", "即办件", "联办件", "全部"],
    }
    totals = {row[0]: row for row in sheets["figures"].rows}
    assert totals["收件数"][1] == "3"
    assert "未作决定" in totals["当日办结率"][8]


def test_windows_are_ranked_by_the_printed_formula():
    logs = [served(f"case-{n}") for n in range(6)]
    table = tabulate([seen(log) for log in logs], ("window",), Q4)
    (first,) = ranking(table)
    # On time 100 %, 18 of 20 days saved, no rating, nothing sent back: (40 + 20*0.9 + 20) / 80.
    assert (first.place, first.key, first.score, first.closed) == (1, WINDOW, "97.50", 6)
    assert first.counted == ("按时办结率", "办理提速率", "退回率")
    assert sum(row.weight for row in WEIGHTS) == 100


def test_who_did_little_is_not_ranked_and_equals_share_a_place():
    logs = [served(f"case-{n}") for n in range(4)]
    assert ranking(tabulate([seen(log) for log in logs], ("window",), Q4)) == ()
    equal = [on_the_spot(f"spot-{n}") for n in range(5)] + [
        on_the_spot(f"spot-{n}", MONDAY) for n in range(5, 10)
    ]
    table = tabulate([seen(log) for log in equal], ("agent",), Q4)
    assert [row.place for row in ranking(table)] == [1]


def test_ratings_count_in_the_ranking_only_from_ten_on():
    def rank(count: int):
        logs = [
            served(f"case-{n}").then("rate", 6, satisfaction="5", channel="qr", enquiry_code="x")
            for n in range(count)
        ]
        return ranking(tabulate([seen(log) for log in logs], ("window",), Q4))[0]

    assert "满意率" not in rank(9).counted
    assert rank(10).score == "78.00"
