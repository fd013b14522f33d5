"""Whoever supervises afterwards gets a list of what was decided since the list before."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta

from countyhub.cli import OK, REFUSED, main
from countyhub.statistics.decisions import decisions
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.due_facts import due_fact
from stationapp.domain.time_limits import Limit, LimitUnit

WINDOW = "510704000000"
BUREAU = f"{WINDOW}-rsj"
TODAY = date(2026, 11, 21)
PROMISED = due_fact(
    TODAY,
    Limit(10, LimitUnit.WORKING_DAYS),
    WorkCalendar("cn-2026.1", range(2026, 2027), frozenset(), frozenset()),
)


def granted(hall):
    """A case that the window received and the department granted."""
    case, number = hall.receive("window"), f"{len(hall.envelopes):06}"
    hall.act("register", case, "window")
    hall.act("accept", case, "window", promised_due=PROMISED, document_number=f"试验政务受〔2026〕{number}号")
    hall.act("assign", case, "window", to_desk=BUREAU)
    hall.act("review", case, "officer", opinion="符合条件。")
    hall.act("grant", case, "approver", reason="符合条件。", document_number=f"试验人社决〔2026〕{number}号")
    hall.exchange()


def test_each_decision_is_on_one_list_and_no_open_case_on_any(county):
    hall = county.enrol(WINDOW, "window", "officer", "approver")
    granted(hall)
    hall.receive_at_hub("window")
    first_list = county.hub.now()
    (first,) = decisions(county.hub, None, first_list)
    assert (first.desk_id, first.decision, first.item) == (BUREAU, "准予", "城乡居民养老保险参保登记")
    assert first.document_number.startswith("试验人社决〔2026〕")
    county.clock.now += timedelta(hours=1)
    assert decisions(county.hub, first_list, county.hub.now()) == []
    granted(hall)
    (second,) = decisions(county.hub, first_list, county.hub.now())
    assert second.receipt_number != first.receipt_number
    assert decisions(county.hub, None, first_list) == [first]


def test_a_desk_gets_its_own(county):
    granted(county.enrol(WINDOW, "window", "officer", "approver"))
    now = county.hub.now()
    assert len(decisions(county.hub, None, now, BUREAU)) == 1
    assert decisions(county.hub, None, now, WINDOW) == []


def test_the_command_lists_them_and_says_where_to_go_on(county, database_url, tmp_path, capsys):
    granted(county.enrol(WINDOW, "window", "officer", "approver"))
    where = ["decisions", "--database", database_url, "--files", str(tmp_path / "files")]
    out = tmp_path / "out"
    assert main([*where, "--as-of", "2099-01-01T00:00:00+08:00", "--out", str(out)]) == OK
    row, end = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (row["applicant"], end["count"]) == ("王䶮", 1)
    text = (out / "decisions.csv").read_text("utf-8-sig")
    assert [line["决定"] for line in csv.DictReader(text.splitlines())] == ["准予"]
    assert main([*where, "--since", end["next_since"]]) == OK
    assert json.loads(capsys.readouterr().out)["count"] == 0
    assert main([*where, "--since", "昨天"]) == REFUSED
