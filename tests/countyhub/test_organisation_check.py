"""An organisation that would print two papers with one number is not published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from countyhub.references import organisation_check, publishing
from countyhub.references import service as references
from stationapp.domain.divisions import Divisions
from stationapp.domain.organisation import Desk, DeskKind, Division, Level
from stationapp.domain.refusal import Refused

VILLAGE, OTHER, TOWN = "510704105209", "510704105213", "510704105000"
WINDOW, BUREAU = "510704000000", "510704000000-rsj"
TODAY = date(2026, 11, 21)


@pytest.fixture
def organisation(county_papers):
    return county_papers[0]


def with_desk(organisation, which, /, **changes):
    """The organisation with one desk changed."""
    desks = (replace(desk, **changes) if desk.desk_id == which else desk for desk in organisation.desks)
    return replace(organisation, desks=tuple(desks))


def refusal(organisation):
    """The codes and the sentences with which an organisation is refused."""
    with pytest.raises(Refused) as caught:
        organisation_check.refuse_unsound(organisation)
    return [reason.code for reason in caught.value.reasons], str(caught.value)


def test_a_sound_organisation_passes(organisation):
    organisation_check.refuse_unsound(organisation)


@pytest.mark.parametrize("desk_id", [VILLAGE, TOWN, WINDOW, BUREAU])
def test_every_desk_needs_a_short_name(organisation, desk_id):
    codes, text = refusal(with_desk(organisation, desk_id, organ_short=""))
    assert codes == ["no-short-name"]
    assert desk_id in text


@pytest.mark.parametrize(
    ("first", "second"), [(VILLAGE, OTHER), (VILLAGE, TOWN), (BUREAU, WINDOW), (BUREAU, VILLAGE)]
)
def test_two_desks_never_share_a_short_name(organisation, first, second):
    short = organisation.desk(first).organ_short
    codes, text = refusal(with_desk(organisation, second, organ_short=short))
    assert codes == ["shared-short-name"]
    assert first in text
    assert second in text
    assert "相同的文书编号" in text


@pytest.mark.parametrize("short", ["沉抗〔2026〕", "沉抗2", "沉 抗", "沉抗镇" * 6, "ck"])
def test_a_short_name_that_spoils_a_document_number_is_refused(organisation, short):
    assert refusal(with_desk(organisation, TOWN, organ_short=short))[0] == ["bad-short-name"]


@pytest.mark.parametrize(
    ("desk_id", "changes", "code"),
    [
        (OTHER, {"desk_id": "51070410521"}, "bad-desk-id"),
        (OTHER, {"desk_id": "510705105213", "division": "510705105213"}, "bad-desk-id"),
        (OTHER, {"division": VILLAGE}, "bad-desk-id"),
        (BUREAU, {"desk_id": "510704000000_rsj"}, "bad-desk-id"),
        (OTHER, {"parent": WINDOW}, "bad-parent"),
        (OTHER, {"parent": "510704999000"}, "bad-parent"),
        (BUREAU, {"parent": TOWN}, "bad-parent"),
        (BUREAU, {"level": Level.TOWNSHIP}, "bad-parent"),
        (WINDOW, {"parent": TOWN}, "bad-parent"),
        (OTHER, {"desk_id": VILLAGE, "division": VILLAGE}, "repeated-desk"),
        (OTHER, {"level": Level.COUNTY, "parent": ""}, "county-window"),
    ],
)
def test_desks_that_do_not_fit_together_are_refused(organisation, desk_id, changes, code):
    assert code in refusal(with_desk(organisation, desk_id, **changes))[0]


def test_a_post_has_a_desk_and_its_holders_exist(organisation):
    first, *others = organisation.posts
    lost = replace(first, desk_id="510704999999", holder_b="nobody")
    assert refusal(replace(organisation, posts=(lost, *others)))[0] == ["unknown-desk", "unknown-person"]


def divisions(*rows):
    """Divisions as (code, level, valid_to)."""
    return Divisions(
        Division(code, level, f"地方{code[-6:]}", "", "2015-01-01", valid_to)
        for code, level, valid_to in rows
    )


def test_desks_are_compared_with_the_divisions_of_today(organisation):
    known = [(desk.division, desk.level, "") for desk in organisation.desks if desk.kind is DeskKind.STATION]
    check = organisation_check.refuse_misplaced
    assert check(organisation, divisions(*known), TODAY) == []
    ended = [row if row[0] != VILLAGE else (VILLAGE, Level.VILLAGE, "2020-05-01") for row in known]
    (warning,) = check(organisation, divisions(*ended), TODAY)
    assert (warning.code, VILLAGE in warning.text) == ("no-division", True)
    wrong = [row if row[0] != TOWN else (TOWN, Level.VILLAGE, "") for row in known]
    with pytest.raises(Refused, match="乡镇级单位"):
        check(organisation, divisions(*wrong), TODAY)


def test_a_short_name_does_not_pass_to_another_desk_within_the_year(county):
    """A village that got a new code counts from slot 1 again, and so would print last week's numbers."""

    def publish(**changes):
        def work(connection):
            current = references.current_organisation(connection, county.hub)
            posts = (
                replace(post, desk_id=changes.get("desk_id", OTHER)) if post.desk_id == OTHER else post
                for post in current.posts
            )
            changed = replace(with_desk(current, OTHER, **changes), posts=tuple(posts))
            return publishing.publish_organisation(connection, county.hub, changed, {})

        return county.hub.database.write(work)

    moved = {"desk_id": "510704105299", "division": "510704105299"}
    with pytest.raises(Refused, match="今年已由 510704105213 用于文书编号"):
        publish(**moved)
    assert publish(organ_short="试验旧瓦") == "2"
    with pytest.raises(Refused, match="今年已由 510704105213 用于文书编号"):
        publish(**moved, organ_short="试验同瓦")
    county.clock.now = county.clock.now.replace(year=2027, month=1, day=2)
    assert publish(**moved, organ_short="试验同瓦") == "3"


def test_a_password_is_set_even_where_the_organisation_has_old_faults(county):
    def before_there_was_a_check(connection):
        current = references.current_organisation(connection, county.hub)
        faulty = with_desk(current, OTHER, organ_short="")
        return publishing._publish_organisation(connection, county.hub, faulty, {})

    county.hub.database.write(before_there_was_a_check)
    assert (
        county.hub.database.write(
            lambda connection: publishing.set_password(connection, county.hub, "agent", "another")
        )
        == "3"
    )


def test_a_new_desk_needs_a_name_of_its_own(organisation):
    new = Desk(
        "510704105300", "新村便民服务站", Level.VILLAGE, "510704105300", parent=TOWN, organ_short="试验抗香"
    )
    codes, _ = refusal(replace(organisation, desks=(*organisation.desks, new)))
    assert codes == ["shared-short-name"]


def without_desk(organisation, *dropped):
    """The organisation without some desks and their posts."""
    desks = tuple(desk for desk in organisation.desks if desk.desk_id not in dropped)
    posts = tuple(post for post in organisation.posts if post.desk_id not in dropped)
    return replace(organisation, desks=desks, posts=posts)


def test_a_desk_is_not_dropped_while_an_open_case_needs_it(county):
    village = county.enrol(VILLAGE, "agent")
    receipts = [village.opening() for _ in range(2)]
    cases = [village.receive_at_hub(**facts) for facts in receipts]

    def drop(connection):
        changed = without_desk(references.current_organisation(connection, county.hub), VILLAGE)
        return publishing.publish_organisation(connection, county.hub, changed, {})

    with pytest.raises(Refused, match="还有 2 件在办件") as caught:
        county.hub.database.write(drop)
    assert all(facts["receipt_number"] in str(caught.value) for facts in receipts)
    for number, case in enumerate(cases, 1):
        paper = f"试验抗香撤〔2026〕01{number:04}号"
        written = {"reason": "申请人不办了", "written_request": "11月21日王䶮签名"}
        village.act("withdraw", case, "agent", **written, document_number=paper)
    village.exchange()
    assert village.result() == ("accepted", [])
    assert county.hub.database.write(drop) == "2"


def test_a_desk_without_the_posts_its_work_needs_is_warned_of(organisation):
    (thin,) = organisation_check.thin_desks(organisation)
    assert ("沉抗镇" in thin.text, "审批岗" in thin.text) == (True, True)
    posts = tuple(post for post in organisation.posts if post.desk_id not in {BUREAU, WINDOW})
    told = "".join(row.text for row in organisation_check.thin_desks(replace(organisation, posts=posts)))
    assert all(word in told for word in ("officer", "approver", "window"))


def test_people_whose_passwords_are_guessed_sooner_than_usual_are_warned_of(organisation):
    (cheap,) = organisation_check.cheap_keys(organisation)
    assert (cheap.code, "共 7 人" in cheap.text, "等" in cheap.text) == ("cheap-keys", True, True)
    usual = tuple(replace(one, kdf_ops=3, kdf_memory_kib=65536) for one in organisation.persons)
    assert organisation_check.cheap_keys(replace(organisation, persons=usual)) == []
    one_cheap = (replace(usual[0], kdf_ops=2), *usual[1:])
    (cheap,) = organisation_check.cheap_keys(replace(organisation, persons=one_cheap))
    assert cheap.text.startswith(f"{usual[0].name}共 1 人")
