"""What an installer runs after installing, in this process and without a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import signed_in
from stationapp.demo.stations import AGENT
from stationapp.platform.machine import app_version
from stationapp.platform.paths import StationPaths
from stationapp.services import intake
from stationapp.services.catalogue import find_items

Run = Callable[..., tuple[int, Any]]


pytestmark = pytest.mark.usefixtures("undressed")


def test_a_sound_installation_shows_its_window_signs_in_and_verifies(agent: Run) -> None:
    code, report = agent("self-test")
    assert (code, report["window_shown"], report["signed_in"], report["differences"]) == (
        0,
        True,
        "何抗生",
        [],
    )
    assert report["version"] == app_version()
    assert set(report) == {
        "version", "window_shown", "signed_in", "events", "cases", "attachments", "differences"
    }  # fmt: skip


def test_a_self_test_that_finds_something_ends_with_four(agent: Run, village_home: StationPaths) -> None:
    with signed_in(village_home, AGENT) as workplace:
        item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
        draft = intake.new_draft(workplace, item)
        applicant = replace(draft.application.applicant, name="吴䶮", document_number="510721194203078528")
        intake.note_missing(
            workplace, replace(draft, application=replace(draft.application, applicant=applicant))
        )
        with workplace.store.write() as unit:
            identity = unit.identity.get()
            assert identity is not None
            unit.identity.set(replace(identity, device_seed=bytes(32)))
    try:
        code, report = agent("self-test")
    finally:
        with signed_in(village_home, AGENT) as workplace, workplace.store.write() as unit:
            unit.identity.set(identity)
    assert (code, report["window_shown"]) == (4, True)
    assert report["differences"]


def test_a_self_test_needs_an_enrolled_home_and_a_right_password(
    run: Run, village_home: StationPaths, tmp_path: Path
) -> None:
    code, answer = run(tmp_path / "fresh", AGENT, "self-test")
    assert (code, answer["detail"]) == (3, "no roster")
    assert not (tmp_path / "fresh").exists()
    assert run(village_home.home, AGENT, "self-test", password="不是密码")[0] == 1  # noqa: S106 - a wrong one.
