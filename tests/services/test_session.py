"""Signing in and out, posts, and who may after a new organisation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub_in_a_process import PASSWORDS, another_number, enrolled, publish, serving, signed_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, CLERK, COUNTY, TOWNSHIP, VILLAGE, WINDOW
from stationapp.domain.organisation import Organisation, Person, organisation_from_mapping
from stationapp.domain.refusal import Refused
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.resources import resource
from stationapp.platform.unavailable import Unavailable
from stationapp.services import intake, session, synchronise
from stationapp.services.catalogue import find_items
from stationapp.services.roster import read_roster
from stationapp.services.synchronise import sync_once
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace

B_POST = "zhaoguixiang"
NEWCOMER = Person("p-newcomer", "测试新人", "newcomer", "YX9999")


@pytest.fixture(scope="module")
def village_home(hub: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> StationPaths:
    return enrolled(hub, tmp_path_factory.mktemp("village"), VILLAGE)


@pytest.fixture(scope="module")
def hall(hub: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> StationPaths:
    return enrolled(hub, tmp_path_factory.mktemp("hall"), COUNTY)


@pytest.fixture(scope="module")
def own_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub of one's own, to publish at; each test there has people of its own."""
    with serving(tmp_path_factory.mktemp("own-hub")) as served:
        yield served


def reasons(paths: StationPaths, login: str, password: str, post: str = "") -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        session.sign_in(paths, SystemClock(), login, password, post)
    return [(reason.code, reason.text) for reason in refused.value.reasons]


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(village_home: StationPaths) -> None:
    wrong = reasons(village_home, AGENT, "不是密码")
    assert wrong == reasons(village_home, "nobody", PASSWORDS[AGENT])
    assert wrong == reasons(village_home, AGENT, "")
    assert [code for code, _ in wrong] == ["wrong-password"]


def test_people_of_other_stations_cannot_sign_in_here(village_home: StationPaths) -> None:
    assert [code for code, _ in reasons(village_home, WINDOW, PASSWORDS[WINDOW])] == ["wrong-password"]


def test_the_b_post_signs_in_and_acts_as_b(village_home: StationPaths) -> None:
    with signed_in(village_home, B_POST) as workplace:
        assert (workplace.hand.side, workplace.desk.desk_id) == ("B", VILLAGE)


def test_a_pc_that_is_not_enrolled_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="尚未登记"):
        session.sign_in(StationPaths.at(tmp_path), SystemClock(), AGENT, "x")


def test_the_store_is_closed_when_signing_in_fails(village_home: StationPaths) -> None:
    assert [code for code, _ in reasons(village_home, AGENT, PASSWORDS[AGENT], "no/such-post")] == ["no-post"]
    with signed_in(village_home, AGENT):
        pass


def test_one_of_several_posts_is_chosen_and_changed(hall: StationPaths) -> None:
    roster = read_roster(hall.home)
    assert roster is not None
    several = next(row for row in roster.people if len(row.choices) > 1)
    first, second = several.choices[0], several.choices[1]
    with signed_in(hall, several.login) as workplace:
        assert workplace.post.post_id == first.post_id
        session.change_post(workplace, second.post_id)
        assert (workplace.post.post_id, workplace.desk.desk_id) == (second.post_id, workplace.post.desk_id)
        with pytest.raises(Refused, match="没有这个岗位"):
            session.change_post(workplace, "510704105209/agent")
        assert workplace.post.post_id == second.post_id
    with signed_in(hall, several.login, post=second.post_id) as workplace:
        assert workplace.post.post_id == second.post_id


def county() -> Organisation:
    return organisation_from_mapping(json.loads(resource("demo", "county.json").read_text("utf-8")))


def with_newcomer_for(removed: str) -> Organisation:
    """The newcomer takes the B post of the village from somebody, who leaves the service."""
    before = county()
    gone = before.person_by_login(removed)
    assert gone is not None
    posts = [
        replace(post, holder_b=NEWCOMER.person_id) if post.holder_b == gone.person_id else post
        for post in before.posts
    ]
    people = [replace(row, active=row.person_id != gone.person_id) for row in before.persons]
    return replace(before, posts=tuple(posts), persons=(*people, NEWCOMER))


def received(workplace: Workplace) -> str:
    """The receipt number of a case with nothing handed in yet."""
    item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
    fresh = intake.new_draft(workplace, item)
    applicant = replace(fresh.application.applicant, name="吴䶮", document_number=another_number())
    case, _ = intake.note_missing(
        workplace, replace(fresh, application=replace(fresh.application, applicant=applicant))
    )
    return case.receipt_number


def test_after_a_new_organisation_exactly_its_people_sign_in(own_hub: HubProcess, tmp_path: Path) -> None:
    paths = enrolled(own_hub, tmp_path / "home", VILLAGE)
    with signed_in(paths, B_POST):
        pass
    publish(own_hub, tmp_path, with_newcomer_for(B_POST), newcomer="新人的密码")
    assert [code for code, _ in reasons(paths, "newcomer", "新人的密码")] == ["wrong-password"]
    with signed_in(paths, AGENT) as workplace:
        assert "organisation" in sync_once(workplace).renewed
    with signed_in(paths, "newcomer", "新人的密码") as workplace:
        assert (workplace.person.name, workplace.hand.side) == ("测试新人", "B")
        number = received(workplace)
        assert sync_once(workplace).problem is None
    assert [code for code, _ in reasons(paths, B_POST, PASSWORDS[B_POST])] == ["wrong-password"]
    assert own_hub.known_numbers([number]) == {number}


def test_a_new_password_holds_from_the_next_sync_and_the_old_hand_does_not_sign_on(
    own_hub: HubProcess, tmp_path: Path
) -> None:
    paths = enrolled(own_hub, tmp_path / "home", TOWNSHIP)
    with signed_in(paths, CLERK) as workplace:
        before = received(workplace)
        publish(own_hub, tmp_path, county(), **{CLERK: "新的密码"})
        meanwhile = received(workplace)
        assert sync_once(workplace).problem is None
        workplace.refresh()
        with pytest.raises(Refused, match="新密码"):
            received(workplace)
    assert [code for code, _ in reasons(paths, CLERK, PASSWORDS[CLERK])] == ["wrong-password"]
    with signed_in(paths, CLERK, "新的密码") as workplace:
        after = received(workplace)
        assert sync_once(workplace).problem is None
        with workplace.store.read() as unit:
            summary = unit.events.pending_summary()
        assert (summary.events, summary.refused) == (0, 0)
        report = verify_station(workplace)
    assert own_hub.known_numbers([before, meanwhile, after]) == {before, meanwhile, after}
    # What was signed with the old keys is still sound.
    assert (report["events"], report["differences"]) == (3, [])


def no_disk(*_: object) -> None:
    raise Unavailable("磁盘已满，无法写入。", "ENOSPC")


@pytest.mark.parametrize("who", [AGENT, B_POST])
def test_people_of_an_organisation_that_came_in_a_lost_moment_are_written_down_by_whoever_signs_in_next(
    tmp_path: Path, who: str
) -> None:
    """Also by the person who has just left the service, and who is not let in himself."""
    with serving(tmp_path / "hub") as hub:
        paths = enrolled(hub, tmp_path / "home", VILLAGE)
        publish(hub, tmp_path, with_newcomer_for(B_POST), newcomer="新人的密码")
        with pytest.MonkeyPatch.context() as patch, signed_in(paths, AGENT) as workplace:
            patch.setattr(synchronise, "renew_people", no_disk)
            with pytest.raises(Unavailable, match="磁盘已满"):
                sync_once(workplace)
    assert [code for code, _ in reasons(paths, "newcomer", "新人的密码")] == ["wrong-password"]
    if who == B_POST:
        assert [code for code, _ in reasons(paths, B_POST, PASSWORDS[B_POST])] == ["no-post"]
    else:
        with signed_in(paths, who) as workplace:
            assert workplace.notice == ""
    assert [code for code, _ in reasons(paths, B_POST, PASSWORDS[B_POST])] == ["wrong-password"]
    with signed_in(paths, "newcomer", "新人的密码") as workplace:
        assert workplace.person.name == "测试新人"


def test_a_disk_that_refuses_to_write_people_down_keeps_nobody_from_working(
    hub: HubProcess, tmp_path: Path
) -> None:
    paths = enrolled(hub, tmp_path / "home", VILLAGE)
    with signed_in(paths, AGENT) as workplace, workplace.store.write() as unit:
        unit.settings.delete("people_version")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "renew_people", no_disk)
        with signed_in(paths, AGENT) as workplace:
            assert workplace.notice == "磁盘已满，无法写入。"
    with signed_in(paths, AGENT) as workplace:
        assert workplace.notice == ""
        with workplace.store.read() as reading:
            assert reading.settings.get("people_version").startswith(f"{workplace.organisation.version} ")
