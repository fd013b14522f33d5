"""A case goes out as a file and comes in as one; and where an item's cases go is asked without any network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., tuple[int, Any]]
RELIEF = "512B0003600031-510704000000-000-11511301008778298W-1-00"
VILLAGE, TOWNSHIP, WINDOW = "510704105209", "510704105000", "510704000000"
APPLICATION = {
    "item": RELIEF,
    "applicant": {"name": "吴䶮", "document_kind": "resident_id", "document_number": "510721194203078528"},
    "materials": [],
}


def codes(answer: Any) -> list[str]:
    return [row["code"] for row in answer["refused"]]


def test_a_case_that_went_out_as_a_file_is_taken_in_from_it(agent: Run, tmp_path: Path) -> None:
    file = tmp_path / "application.json"
    file.write_text(json.dumps(APPLICATION, ensure_ascii=False), "utf-8")
    _, told = agent("case", "open", str(file), "--note-missing")
    code, written = agent("case", "export", told["receipt_number"], "--out", str(tmp_path / "out"))
    assert (code, written["scans"]) == (0, [])
    code, again = agent("case", "open", written["file"], "--note-missing")
    assert (code, again["applicant"], again["item"]) == (0, "吴䶮", "临时救助")
    assert again["receipt_number"] != told["receipt_number"]
    assert codes(agent("case", "export", "nothing", "--out", str(tmp_path))[1]) == ["no-case"]


def test_the_way_of_an_items_cases_is_told_for_one_division_and_for_all(agent: Run) -> None:
    code, (row,) = agent("item", "route", RELIEF, "--division", VILLAGE)
    assert code == 0
    assert (row["desk"], row["way"], row["department"]) == (WINDOW, [TOWNSHIP, WINDOW], f"{WINDOW}-mzj")
    assert (row["desk_name"], row["served"]) == ("游仙区政务服务中心综合窗口", True)
    code, rows = agent("item", "route", RELIEF)
    assert (code, len(rows)) == (0, len({row["division"] for row in rows}))
    assert all(row["served"] for row in rows)
    assert codes(agent("item", "route", RELIEF, "--division", "510704199999")[1]) == ["no-division"]
    assert codes(agent("item", "route", "nothing")[1]) == ["no-code"]


def test_the_posts_of_the_station_are_listed_with_who_was_there(agent: Run) -> None:
    code, rows = agent("attendance", "--day", "2026-11-21")
    assert code == 0
    assert [row["title"] for row in rows] == ["代办员岗"]
    assert [shift["shift"] for shift in rows[0]["shifts"]] == ["上午", "下午"]
    assert codes(agent("attendance", "--day", "昨天")[1]) == ["bad-day"]


def test_what_waits_for_the_seal_is_listed_and_nothing_else_is_sealed(agent: Run) -> None:
    code, queue = agent("seal", "list")
    assert (code, queue["why_not"]) == (0, "")
    assert "游仙沉抗补告〔2026〕010001号" not in [row["number"] for row in queue["waiting"]]
    assert codes(agent("seal", "note", "游仙沉抗补告〔2026〕010001号")[1]) == ["not-waiting"]
    assert agent("seal", "note", "文书")[0] == 1
