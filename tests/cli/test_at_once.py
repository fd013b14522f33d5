"""`stationapp case at-once` and `stationapp ticket`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import another_number

Run = Callable[..., tuple[int, Any]]
RELIEF = "512B0003600031-510704000000-000-11511301008778298W-1-00"
FORM = {
    "hardship": "突发重大疾病",
    "happened_on": "2026-03-01",
    "amount_needed": "3200.00",
    "urgent": False,
    "story": "申请人突发重病住院，自负费用较高，家庭收入不足以支付。",
}


@pytest.fixture
def number(agent: Run, tmp_path: Path) -> str:
    """The receipt number of a case that was received."""
    rows = agent("item", "show", RELIEF)[1]["materials"]
    data = {
        "item": RELIEF,
        "applicant": {"name": "吴䶮", "document_kind": "resident_id", "document_number": another_number()},
        "form": FORM,
        "materials": [{**row, "originals": 1, "copies": 1} for row in rows],
    }
    file = tmp_path / "application.json"
    file.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    code, case = agent("case", "open", str(file))
    assert code == 0, case
    return str(case["receipt_number"])


def test_an_unknown_chain_is_refused(agent: Run, number: str) -> None:
    code, told = agent("case", "at-once", number, "everything")
    assert (code, told["refused"][0]["code"]) == (1, "unknown-chain")
    code, told = agent("case", "at-once", number, "serve_and_conclude", "--facts", "[]")
    assert (code, told["refused"][0]["code"]) == (1, "bad-json")


@pytest.mark.skipif(sys.platform == "win32", reason="device files are a matter of Linux")
def test_a_ticket_goes_to_the_printer_that_is_named_once(agent: Run, number: str, tmp_path: Path) -> None:
    code, told = agent("ticket", number, "receipt")
    assert (code, told["refused"][0]["code"]) == (1, "no-printer")
    device = tmp_path / "lp0"
    assert agent("ticket", number, "receipt", "--road", "device", "--address", str(device))[0] == 3
    device.touch()
    code, told = agent("ticket", number, "receipt")
    assert (code, told["number"], told["copy"]) == (0, number, 1)
    assert device.read_bytes().startswith(b"\x1b@")
    assert agent("ticket", number, "rating")[1]["refused"][0]["code"] == "not-ended"
