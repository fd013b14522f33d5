"""The organisation tells who may act where, and crosses the wire unharmed."""

from __future__ import annotations

import json

import pytest

from stationapp.domain.organisation import (
    Desk,
    DeskKind,
    Level,
    Organisation,
    Person,
    Post,
    PostKind,
    PostSide,
    organisation_from_mapping,
    organisation_to_mapping,
)

COUNTY, TOWNSHIP = "510704000000", "510704105000"


@pytest.fixture
def organisation() -> Organisation:
    return Organisation(
        3,
        "510704",
        "绵阳市游仙区",
        (
            Desk(f"{COUNTY}-mzj", "民政局", Level.COUNTY, COUNTY, DeskKind.DEPARTMENT, COUNTY),
            Desk(COUNTY, "综合窗口", Level.COUNTY, COUNTY),
            Desk(TOWNSHIP, "沉抗镇便民服务中心", Level.TOWNSHIP, TOWNSHIP, parent=COUNTY),
        ),
        (
            Post("b-post", TOWNSHIP, PostKind.APPROVER, "审批岗", "p2", "p1"),
            Post("c-post", TOWNSHIP, PostKind.CLERK, "窗口岗", "p1"),
        ),
        (Person("p1", "王䶮", "wangyan"), Person("p2", "李㛃", "lijie", active=False)),
    )


def test_a_person_sees_his_own_post_before_the_one_he_stands_in_for(organisation: Organisation) -> None:
    assert [post.post_id for post in organisation.posts_of("p1")] == ["c-post", "b-post"]
    assert organisation.posts[0].side_of("p1") is PostSide.B
    assert organisation.posts[1].side_of("p1") is PostSide.A


def test_an_empty_b_side_is_nobody(organisation: Organisation) -> None:
    assert organisation.posts[1].side_of("") is None
    assert organisation.posts_of("") == ()


def test_the_window_and_the_departments_of_the_county_are_told_apart(organisation: Organisation) -> None:
    assert organisation.county_window().desk_id == COUNTY
    desk = organisation.department_desk("mzj")
    assert desk is not None
    assert (desk.station_code, desk.department) == (COUNTY, "mzj")
    assert organisation.county_window().department == ""
    assert organisation.department_desk("rsj") is None


def test_only_active_holders_of_posts_at_a_desk_are_its_people(organisation: Organisation) -> None:
    assert [person.person_id for person in organisation.people_of(frozenset({TOWNSHIP}))] == ["p1"]
    assert organisation.people_of(frozenset({COUNTY})) == ()


def test_a_login_finds_its_person(organisation: Organisation) -> None:
    found = organisation.person_by_login("wangyan")
    assert found is not None
    assert found.name == "王䶮"
    assert organisation.person_by_login("nobody") is None


def test_an_organisation_survives_the_wire(organisation: Organisation) -> None:
    wire = json.dumps(organisation_to_mapping(organisation), ensure_ascii=False)
    assert organisation_from_mapping(json.loads(wire)) == organisation
