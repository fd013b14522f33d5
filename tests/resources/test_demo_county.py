"""The demonstration county: the real desks, invented people, and applicants whose numbers pass."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stationapp.domain.divisions import divisions_from_mapping
from stationapp.domain.identity_documents import DocumentKind, check_identity
from stationapp.domain.organisation import (
    DeskKind,
    Level,
    Organisation,
    PostKind,
    organisation_from_mapping,
)
from stationapp.domain.people import Applicant

RESOURCES = Path(__file__).parents[2] / "resources"
COUNTY, TOWNSHIP, VILLAGE = "510704000000", "510704105000", "510704105209"
DAY = date(2026, 1, 1)


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RESOURCES / name).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def county() -> Organisation:
    return organisation_from_mapping(load("demo/county.json"))


@pytest.fixture(scope="module")
def applicants() -> list[Applicant]:
    return [Applicant(**row) for row in load("demo/applicants.json")["applicants"]]


def test_every_division_of_today_has_its_desk(county: Organisation) -> None:
    rows = divisions_from_mapping(load("divisions/510704.json")).at(DAY)
    stations = [desk for desk in county.desks if desk.kind is DeskKind.STATION]
    assert {(desk.desk_id, desk.level) for desk in stations} == {(row.code, row.level) for row in rows}
    assert len(stations) == 1 + 15 + 195


def test_every_desk_hangs_below_the_desk_one_level_up(county: Organisation) -> None:
    assert len({desk.desk_id for desk in county.desks}) == len(county.desks) == 224
    for desk in county.desks:
        if desk.desk_id == COUNTY:
            continue
        parent = county.desk(desk.parent)
        assert parent is not None, desk
        expected = Level.TOWNSHIP if desk.level is Level.VILLAGE else Level.COUNTY
        assert parent.level is expected
        assert desk.organ
        assert desk.organ_short


def test_organs_bear_the_names_that_papers_print(county: Organisation) -> None:
    township, village = county.desk(TOWNSHIP), county.desk(VILLAGE)
    assert township is not None
    assert village is not None
    assert (township.organ, township.organ_short) == ("绵阳市游仙区沉抗镇人民政府", "游仙沉抗")
    assert village.organ == "沉抗镇抗香村便民服务室"


def kinds_at(county: Organisation, desk_id: str) -> set[PostKind]:
    return {post.kind for post in county.posts if post.desk_id == desk_id}


def test_a_case_finds_somebody_at_every_step(county: Organisation) -> None:
    assert PostKind.AGENT in kinds_at(county, VILLAGE)
    assert PostKind.AGENT in kinds_at(county, "510704105213")
    assert {PostKind.CLERK, PostKind.APPROVER} <= kinds_at(county, TOWNSHIP)
    assert PostKind.WINDOW in kinds_at(county, COUNTY)
    departments = [desk for desk in county.desks if desk.kind is DeskKind.DEPARTMENT]
    assert len(departments) == 13
    for desk in departments:
        assert {PostKind.OFFICER, PostKind.APPROVER} <= kinds_at(county, desk.desk_id)


def test_whoever_examines_need_not_decide_his_own_work(county: Organisation) -> None:
    for desk in county.desks:
        posts = [post for post in county.posts if post.desk_id == desk.desk_id]
        holders = {post.kind: post.holder_a for post in posts}
        assert len(set(holders.values())) == len(holders)


def test_agent_and_clerk_and_window_have_somebody_to_stand_in(county: Organisation) -> None:
    for desk_id in (VILLAGE, TOWNSHIP, COUNTY):
        assert any(post.holder_b for post in county.posts if post.desk_id == desk_id)


def test_every_post_is_held_by_a_known_person_at_a_known_desk(county: Organisation) -> None:
    assert len({post.post_id for post in county.posts}) == len(county.posts)
    for post in county.posts:
        assert county.desk(post.desk_id) is not None
        assert county.person(post.holder_a) is not None
        assert not post.holder_b or county.person(post.holder_b) is not None
    assert all(county.posts_of(person.person_id) for person in county.persons)


def test_everybody_has_an_own_login_an_initial_password_and_no_key_yet(county: Organisation) -> None:
    passwords = load("demo/passwords.json")
    assert {person.login for person in county.persons} == set(passwords)
    assert len(passwords) == len(county.persons) == len({person.staff_number for person in county.persons})
    assert all(len(password) >= 8 for password in passwords.values())
    assert not any(person.salt or person.sign_public or person.box_public for person in county.persons)


def test_the_numbers_of_all_applicants_pass_and_agree_with_the_rest(applicants: list[Applicant]) -> None:
    assert len(applicants) == len({row.document_number for row in applicants}) == 40
    for row in applicants:
        check = check_identity(DocumentKind(row.document_kind), row.document_number, DAY)
        assert check.reasons == (), row.name
        assert row.document_number[6:14] == row.birth_date.replace("-", "")
        assert row.sex == ("男" if int(row.document_number[16]) % 2 else "女")
        assert 1935 <= int(row.birth_date[:4]) <= 2005
        assert row.phone.startswith("1390000")


def test_rare_characters_and_an_interpunct_occur_among_the_names(applicants: list[Applicant]) -> None:
    names = "".join(row.name for row in applicants)
    assert all(character in names for character in "䶮㛃𬭎𡋾·")


def test_old_and_new_area_codes_occur(applicants: list[Applicant]) -> None:
    assert {"510704", "510721"} <= {row.document_number[:6] for row in applicants}
