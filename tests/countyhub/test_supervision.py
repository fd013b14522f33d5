"""The county's supervision: cards from the confirmed log, appeals, responsibility, the standard's table."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from countyhub import cli
from countyhub.references import publishing
from countyhub.references.service import Law
from countyhub.supervision import service
from stationapp.domain.findings import FindingKind, Grade
from stationapp.domain.organisation import organisation_from_mapping, organisation_to_mapping
from stationapp.domain.refusal import Refused
from stationapp.domain.supervision_policy import DEFAULT_POLICY, policy_of, policy_to_mapping

VILLAGE, TOWN, WINDOW = "510704105209", "510704105000", "510704000000"


def found(county, least=Grade.NORMAL):
    with county.hub.database.read() as connection:
        return list(service.supervised(connection, county.hub, least))


@pytest.fixture
def forgotten(county):
    """A case the village received and then left lying for six weeks."""
    village = county.enrol(VILLAGE, "agent")
    case = village.receive("agent")
    village.exchange()
    county.clock.now += timedelta(days=42)
    return case


def test_a_case_left_lying_in_the_village_is_found_without_anybody_reporting_it(county, forgotten) -> None:
    (one,) = found(county, Grade.YELLOW)
    assert one.case.case_id == forgotten
    assert {row.finding.stage for row in one.found} == {"报送"}
    assert all(row.finding.desk_id == VILLAGE for row in one.found)
    assert all(row.finding.kind is FindingKind.DEADLINE for row in one.found)


def test_a_case_in_time_has_no_card(county) -> None:
    village = county.enrol(VILLAGE, "agent")
    village.receive("agent")
    village.exchange()
    assert found(county, Grade.WARNING) == []


def test_the_command_prints_findings_responsibility_and_the_tables_fields(
    county, forgotten, capsys, tmp_path
) -> None:
    database = ["--database", url(county), "--files", str(tmp_path / "files")]
    for show, names in (
        ("findings", {"rule", "grade", "text", "evidence", "desk"}),
        ("responsibility", {"rule", "grade", "person_name", "hearings"}),
        ("table11", {"办件编号", "监察编号", "监察预警类型代码", "责任部门"}),
    ):
        options = [*database, "--grade", "all", "--show", show, "--policy", str(policy(tmp_path))]
        assert cli.main(["supervision", *options]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert set(lines[-1]) == {"counts"}
        assert all(names <= set(line) for line in lines[:-1])


def url(county) -> str:
    return county.hub.database.engine.url.render_as_string(hide_password=False)


def policy(folder):
    """The county's own thresholds, the same as the program's."""
    file = folder / "policy.json"
    file.write_text(json.dumps(policy_to_mapping(DEFAULT_POLICY)), "utf-8")
    return file


def test_thresholds_that_are_none_are_refused_in_words(county, capsys, tmp_path) -> None:
    broken = tmp_path / "阈值.json"
    broken.write_text('{"warning_share": "很多"}', "utf-8")
    options = ["--database", url(county), "--files", str(tmp_path / "files"), "--policy", str(broken)]
    assert cli.main(["supervision", *options]) != 0
    assert "监察规则设置有误" in capsys.readouterr().err


def test_an_appeal_stands_beside_the_card_and_reaches_the_county_window(county, forgotten) -> None:
    village, window = county.enrol(VILLAGE, "agent"), county.enrol(WINDOW, "window")
    (one,) = found(county, Grade.YELLOW)
    window.exchange()
    assert forgotten not in window.mirrors[WINDOW].cases
    card = one.found[0].finding.finding_id
    village.act(
        "appeal_card", forgotten, "agent", finding_id=card, reason="断网，材料已送达。", to_desk=WINDOW
    )
    village.exchange()
    window.exchange()
    assert forgotten in window.mirrors[WINDOW].cases
    (again,) = found(county, Grade.YELLOW)
    with county.hub.database.read() as connection:
        organisation = Law(connection, county.hub).current_organisation
    records = {row.finding.finding_id: row for row in service.records(again, organisation)}
    assert [hearing.words for hearing in records[card].hearings] == ["断网，材料已送达。"]
    assert records[card].counts


def test_thresholds_published_with_the_organisation_hold_for_everybody(county, tmp_path) -> None:
    thresholds = policy_to_mapping(DEFAULT_POLICY)
    kept = replace(county.organisation(), supervision=thresholds)
    assert policy_of(organisation_from_mapping(organisation_to_mapping(kept))) == DEFAULT_POLICY
    assert policy_of(county.organisation()) == DEFAULT_POLICY
    spoiled = tmp_path / "organisation.json"
    spoiled.write_text(
        json.dumps(organisation_to_mapping(replace(kept, supervision={"format": 99}))), "utf-8"
    )
    with pytest.raises(Refused, match="监察规则设置有误"):
        publishing.read_organisation(spoiled)
