"""A copied PC printed a receipt number of another one: its case is shown as not recognised, and nothing waits on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import enrolled, signed_in
from stationapp.demo.acts import take_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.domain.case import Case
from stationapp.domain.refusal import Refused
from stationapp.platform.paths import StationPaths
from stationapp.services import batches, handovers, intake
from stationapp.services.synchronise import sync_once
from stationapp.services.workplace import Workplace

Run = Callable[..., tuple[int, Any]]


def received(workplace: Workplace) -> Case:
    item = next(row.code for row in workplace.catalogue.items if row.name == "临时救助")
    return take_in(workplace, PlannedCase(item, demonstration_applicants()[0], Fate.COUNTY, with_scan=False))


@pytest.fixture
def clone(run: Run, hub: HubProcess, tmp_path: Path) -> tuple[Path, Case, Case, Case]:
    """A copied PC enrolled again, the original's case and its own of one number, and a sound one of its own."""
    original = enrolled(hub, tmp_path / "original", VILLAGE)
    with signed_in(original, AGENT) as workplace:
        sync_once(workplace)
    copy = StationPaths.at(tmp_path / "clone")
    shutil.copytree(original.home, copy.home)
    with signed_in(original, AGENT) as workplace:
        first = received(workplace)
        sync_once(workplace)
    with signed_in(copy, AGENT) as workplace:
        second = received(workplace)
        batches.send_batch(workplace, [second.case_id])
    assert first.receipt_number == second.receipt_number
    assert run(copy.home, AGENT, "enrol-again", "--code", hub.enrolment_code(VILLAGE))[0] == 0
    with signed_in(copy, AGENT) as workplace:
        sync_once(workplace)
        sound = received(workplace)
    return copy.home, first, second, sound


def test_a_case_with_anothers_number_is_shown_as_not_recognised_and_left_out_of_every_batch(
    run: Run, clone: tuple[Path, Case, Case, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    home, first, second, sound = clone
    capsys.readouterr()  # What the PC is told after it was enrolled again.
    number = first.receipt_number
    _, rows = run(home, AGENT, "case", "list")
    told = [row for row in rows if row["receipt_number"] == number]
    assert sorted(bool(row["unrecognised"]) for row in told) == [False, True]
    (refused,) = [row for row in told if row["unrecognised"]]
    assert (refused["pending"], refused["refused"], refused["holder"]) == (0, 2, "")
    assert f"收件号 {number} 已被另一个办件使用" in refused["unrecognised"]
    _, good = run(home, AGENT, "case", "show", number)
    assert (good["case_id"], good["unrecognised"]) == (first.case_id, "")
    assert [row["case_id"] for row in good["same_number"]] == [second.case_id]
    _, bad = run(home, AGENT, "case", "show", second.case_id)
    assert bad["unrecognised"] == refused["unrecognised"] == good["same_number"][0]["unrecognised"]
    assert [row["case_id"] for row in bad["same_number"]] == [first.case_id]
    assert {why for move in bad["moves"] for why in move["why_not"]} == {bad["unrecognised"]}
    assert any(move["move"] == "hand_over" for move in bad["moves"])
    assert [(row["move"], row["status"]) for row in bad["history"]] == [
        ("收件", "refused"),
        ("移交上级", "refused"),
    ]
    code, answer = run(home, AGENT, "batch", "send", second.case_id)
    assert (code, answer["refused"][0]["code"]) == (1, "unrecognised")
    code, answer = run(home, AGENT, "case", "move", second.case_id, "urge")
    assert (code, answer["refused"][0]["code"]) == (1, "unrecognised")
    code, sent = run(home, AGENT, "batch", "send", second.case_id, sound.receipt_number)
    assert (code, sent["cases"]) == (4, 1)
    (stays,) = sent["left_out"]
    assert stays.startswith(number)
    assert "请重新收件，取得新的收件号" in stays


def test_it_is_named_beside_the_batch_and_cannot_be_received_a_second_time(
    clone: tuple[Path, Case, Case, Case],
) -> None:
    home, _, second, sound = clone
    with signed_in(StationPaths.at(home), AGENT) as workplace:
        offered = {row.case.case_id for row in handovers.candidates(workplace)}
        assert (second.case_id in offered, sound.case_id in offered) == (False, True)
        ((case, reason),) = [row for row in handovers.held_back(workplace) if row[1].code == "unrecognised"]
        assert case.case_id == second.case_id
        assert "已被另一个办件使用" in reason.text
        draft = intake.Draft("01900000-0000-7000-8000-000000000000", case.application, case.case_id)
        with pytest.raises(Refused, match="重新收件"):
            intake.receive(workplace, draft)
        again, _ = intake.receive(workplace, replace(draft, case_id=""))
        assert again.receipt_number != case.receipt_number
        sync_once(workplace)
        with workplace.store.read() as unit:
            (row,) = unit.cases.summary([again.case_id])
        assert (row.pending, row.refused, row.opening_refused) == (0, 0, False)
