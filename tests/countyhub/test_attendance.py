"""Station status at the hub: who is away, who stands in, who is on duty."""

from __future__ import annotations

import json
from datetime import timedelta

from affairs_county import application
from countyhub.attendance.service import attendance
from countyhub.cli import OK, main

VILLAGE, TOWN = "510704105209", "510704105000"
AWAY = {
    "post_id": "village/agent",
    "person_id": "agent",
    "cause": "meeting",
    "from_on": "2026-11-21",
    "from_at": "11:00",
    "until_on": "2026-11-21",
    "until_at": "16:00",
}
DUTY = {"from_at": "09:00", "until_at": "17:00", "leader": "任远", "staff": "文𡋾"}


def open_at(station, move: str, person: str, facts) -> str:
    case_id = station.county.uuid()
    station.act(move, case_id, person, **station.opening() | {"application": application()} | facts)
    station.exchange()
    assert station.result() == ("accepted", [])
    return case_id


def test_the_hub_says_who_is_away_and_who_stands_in_until_they_are_back(county):
    village = county.enrol(VILLAGE, "agent", "second")
    case_id = open_at(village, "leave_post", "agent", AWAY)
    ((desk, absence),) = attendance(county.hub).away
    assert (desk, absence.person, absence.stand_in_name) == ("抗香村便民服务站", "何䶮", "赵㛃")
    assert "由B岗 赵㛃（代A岗 何䶮）办理" in absence.sign
    assert not absence.is_overdue(county.hub.now())
    county.clock.now += timedelta(hours=5)
    assert absence.is_overdue(county.hub.now())
    village.act("come_back", case_id, "second")
    village.exchange()
    assert attendance(county.hub).away == ()


def test_the_hub_says_who_is_on_duty_today(county):
    town = county.enrol(TOWN, "clerk")
    open_at(town, "open_duty", "clerk", {**DUTY, "day": "2026-11-21"})
    open_at(town, "open_duty", "clerk", {**DUTY, "day": "2026-11-22"})
    (duty,) = attendance(county.hub).on_duty
    assert (duty.desk, duty.leader, duty.hours) == ("沉抗镇便民服务中心", "任远", "09:00–17:00")


def test_the_command_prints_it(county, database_url, tmp_path, capsys):
    open_at(county.enrol(VILLAGE, "agent"), "leave_post", "agent", AWAY | {"until_on": "2099-01-01"})
    where = ["attendance", "--database", database_url, "--files", str(tmp_path / "files")]
    assert main(where) == OK
    told = json.loads(capsys.readouterr().out)
    assert [(row["person"], row["overdue"]) for row in told["away"]] == [("何䶮", False)]
    assert told["on_duty"] == []
