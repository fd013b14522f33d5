"""No change of the catalogue becomes law by one pair of hands, and none takes the ground from running cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.catalogue import (
    Catalogue,
    HandlingKind,
    ItemStatus,
    Material,
    ServiceItem,
    Stage,
    StageLimit,
)
from stationapp.domain.catalogue_changes import (
    ACTS,
    CatalogueChange,
    ChangeState,
    Step,
    acted,
    published,
    stopped,
    why_not_act,
    why_not_publishable,
    why_not_stoppable,
)
from stationapp.domain.catalogue_coverage import coverage
from stationapp.domain.catalogue_history import (
    ChangeKind,
    changed_fields,
    changes_between,
    history,
    lost_or_altered,
    standing,
)
from stationapp.domain.catalogue_soundness import why_unsound
from stationapp.domain.material_dictionary import MaterialDictionary, MaterialEntry
from stationapp.domain.organisation import Desk, Level, Organisation, Person, Post, PostKind
from stationapp.domain.refusal import Reason
from stationapp.domain.time_limits import Limit, LimitUnit

TODAY = date(2026, 11, 22)
DAYS = LimitUnit.WORKING_DAYS
ORGANISATION = Organisation(
    1,
    "510704",
    "试验县",
    (
        Desk("510704000000", "窗口", Level.COUNTY, "510704000000"),
        Desk("510704105000", "镇", Level.TOWNSHIP, "510704105000"),
        Desk("510704105209", "村", Level.VILLAGE, "510704105209"),
    ),
    (
        Post("1", "510704000000", PostKind.OFFICER, "经办", "author"),
        Post("2", "510704000000", PostKind.APPROVER, "审批", "reviewer"),
        Post("3", "510704000000", PostKind.WINDOW, "窗口", "publisher"),
        Post("4", "510704105209", PostKind.AGENT, "代办员", "agent"),
    ),
    tuple(Person(name, name, name) for name in ("author", "reviewer", "publisher", "agent")),
)
ITEM = ServiceItem(
    "A-1",
    1,
    "高龄津贴",
    "05",
    HandlingKind.COMMITTED,
    Level.COUNTY,
    "mzj",
    "民政局",
    ItemStatus.IN_USE,
    date(2026, 1, 1),
    content="发放",
    basis="老年人权益保障法",
    conditions="年满80周岁",
    procedure="收件、审批",
    promised_limit=Limit(20, DAYS),
    fee="不收费",
    materials=(Material("m1", "身份证", 1, 1),),
    materials_known=True,
)
NOTHING = Catalogue(1, "2026-01-01T00:00:00+08:00", ())
BEFORE = replace(NOTHING, items=(ITEM,))
DEPARTMENTS = {"mzj", "cl"}


def change(*items: ServiceItem, state: ChangeState = ChangeState.DRAFTED, **who: str) -> CatalogueChange:
    steps = tuple(Step(act, person, "2026-11-22T09:00:00+08:00") for act, person in who.items())
    return CatalogueChange(7, state, "新设", items, (Step("draft", "author", "2026-11-22"), *steps))


def codes(reasons: Iterable[Reason]) -> list[str]:
    return [reason.code for reason in reasons]


def publishable(*items: ServiceItem, catalogue: Catalogue = BEFORE) -> list[str]:
    return codes(why_not_publishable(change(*items), catalogue, TODAY, DEPARTMENTS))


def test_a_change_goes_from_hand_to_hand() -> None:
    one = change(ITEM)
    for act, person in (("review", "reviewer"), ("publish", "publisher"), ("withdraw", "reviewer")):
        assert why_not_act(one, act, person, ORGANISATION, "有误") == ()
        one = acted(one, Step(act, person, "2026-11-22T09:00:00+08:00"))
    assert one.state is ChangeState.WITHDRAWN
    assert [one.who(act) for act in ("draft", "review", "publish")] == ["author", "reviewer", "publisher"]


@pytest.mark.parametrize(
    ("act", "person", "state", "code"),
    [
        ("review", "author", ChangeState.DRAFTED, "wrong-post"),
        ("review", "agent", ChangeState.DRAFTED, "wrong-post"),
        ("review", "nobody", ChangeState.DRAFTED, "no-person"),
        ("publish", "publisher", ChangeState.DRAFTED, "wrong-state"),
        ("publish", "publisher", ChangeState.WITHDRAWN, "wrong-state"),
        ("review", "reviewer", ChangeState.PUBLISHED, "wrong-state"),
        ("amend", "reviewer", ChangeState.DRAFTED, "other-author"),
        ("withdraw", "publisher", ChangeState.PUBLISHED, "same-person"),
    ],
)
def test_the_wrong_person_or_the_wrong_moment_is_told(
    act: str, person: str, state: ChangeState, code: str
) -> None:
    one = change(ITEM, state=state, publish="publisher")
    assert codes(why_not_act(one, act, person, ORGANISATION, "理由"))[0] == code


@given(st.sampled_from(sorted(ACTS)), st.sampled_from(ChangeState))
def test_nobody_reviews_rejects_or_publishes_what_he_drafted(act: str, state: ChangeState) -> None:
    everything = replace(
        ORGANISATION,
        posts=(*ORGANISATION.posts, Post("9", "510704000000", PostKind.CHIEF, "首席", "author")),
    )
    allowed = not why_not_act(change(ITEM, state=state), act, "author", everything, "理由")
    assert not allowed or act in ("draft", "amend", "withdraw")


def test_a_rejection_and_a_withdrawal_say_why() -> None:
    assert codes(why_not_act(change(ITEM), "reject", "reviewer", ORGANISATION, " ")) == ["no-reason"]
    assert codes(why_not_act(change(ITEM), "withdraw", "author", ORGANISATION)) == ["no-reason"]


@pytest.mark.parametrize("field", ["content", "basis", "conditions", "procedure", "fee"])
def test_nothing_is_published_with_one_of_the_six_publics_empty(field: str) -> None:
    empty: dict[str, Any] = {field: ""}
    bare = replace(ITEM, **empty)
    assert publishable(bare, catalogue=NOTHING) == ["item-incomplete"]
    assert publishable(replace(bare, status=ItemStatus.SUSPENDED), catalogue=NOTHING) == []


def test_a_known_gap_keeps_an_item_out() -> None:
    assert publishable(replace(ITEM, gaps=("公示天数",)), catalogue=NOTHING) == ["item-incomplete"]


def test_one_code_is_one_item_and_one_item_one_code() -> None:
    other = replace(ITEM, code="A-2")
    assert publishable(other) == ["duplicate-item"]
    assert publishable(replace(other, department="cl", department_name="残联")) == []
    assert publishable(ITEM, ITEM, catalogue=NOTHING) == ["duplicate-code"]
    assert publishable(ITEM, other, catalogue=NOTHING) == ["duplicate-item"]


def test_a_new_version_never_reaches_back() -> None:
    future = replace(NOTHING, items=(replace(ITEM, effective_from=date(2027, 1, 1)),))
    revised = replace(ITEM, fee="免费", effective_from=TODAY)
    assert publishable(revised) == []
    assert publishable(revised, catalogue=future) == ["before-last-version"]
    assert publishable(replace(revised, effective_from=date(2026, 11, 21))) == ["in-the-past"]


def test_a_department_has_to_exist() -> None:
    assert publishable(replace(ITEM, department="xyz"), catalogue=NOTHING) == ["unknown-department"]


def test_a_material_names_an_entry_of_the_dictionary_also_after_that_was_changed() -> None:
    named = replace(ITEM, materials=(Material("m1", "身份证", 1, 1, material_key="id-card"),))
    known = MaterialDictionary((MaterialEntry("id-card", "身份证"),))
    other = MaterialDictionary((MaterialEntry("book", "户口簿"),))
    assert publishable(named, catalogue=NOTHING) == ["unknown-material"]
    assert publishable(named, catalogue=replace(NOTHING, dictionary=known)) == []
    before = replace(BEFORE, items=(named,), dictionary=known)
    dropped = replace(change(), dictionary=other)
    assert codes(why_not_publishable(dropped, before, TODAY, DEPARTMENTS)) == ["unknown-material"]
    assert codes(why_not_publishable(change(), before, TODAY, DEPARTMENTS)) == ["nothing-changed"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"effective_to": date(2026, 1, 1)}, "ends-too-soon"),
        ({"item_type": "01", "decides_at": Level.VILLAGE}, "village-licence"),
        ({"statutory_limit": Limit(19, DAYS)}, "promise-too-long"),
        ({"statutory_limit": Limit(5, LimitUnit.CALENDAR_DAYS)}, "promise-too-long"),
        ({"stage_limits": (StageLimit(Stage.REVIEW, Limit(21, DAYS)),)}, "stages-too-long"),
        ({"materials": (Material("m", "户口簿", 1, 0, shared=True),)}, "shared-demanded"),
        ({"materials": (Material("m", " ", 1, 0),)}, "unnamed-material"),
        ({"promise_allowed": True}, "promise-material"),
        ({"handling": HandlingKind.JOINT}, "joint-partners"),
        ({"default_on_timeout": True}, "joint-partners"),
        ({"formal_check_only": True, "special_procedures": ("testing",)}, "not-formal"),
        ({"department_name": ""}, "no-name"),
    ],
)
def test_what_contradicts_itself_is_not_published(changes: dict[str, Any], code: str) -> None:
    assert codes(why_unsound(replace(ITEM, **changes))) == [code]


def test_consent_by_default_is_only_for_what_the_county_decides() -> None:
    joint = replace(ITEM, handling=HandlingKind.JOINT, co_departments=("cl",), default_on_timeout=True)
    assert why_unsound(joint) == ()
    (reason,) = why_unsound(replace(joint, decides_at=Level.TOWNSHIP))
    assert (reason.code, "不由县级决定" in reason.text) == ("joint-partners", True)


@pytest.mark.parametrize("limit", [Limit(1, LimitUnit.MONTHS), Limit(30, LimitUnit.CALENDAR_DAYS)])
def test_limits_of_different_units_are_compared_only_where_they_cannot_be_right(limit: Limit) -> None:
    assert why_unsound(replace(ITEM, statutory_limit=limit)) == ()


def test_a_revision_makes_a_new_version_and_running_cases_keep_theirs() -> None:
    revised = replace(ITEM, fee="免费", effective_from=date(2026, 12, 1))
    after = published(BEFORE, (revised,), None, 2, "2026-11-22T09:00:00+08:00")
    old, new = after.version_of("A-1", 1), after.version_of("A-1", 2)
    assert old is not None
    assert new is not None
    assert (old.fee, new.fee, new.status) == ("不收费", "免费", ItemStatus.REVISED)
    assert after.in_force("A-1", date(2026, 11, 30)) == old
    assert after.in_force("A-1", date(2026, 12, 1)) == new
    assert [standing(after, "A-1", day) for day in (date(2025, 1, 1), TODAY, date(2026, 12, 1))] == [
        "未启用",
        "在用",
        "修订",
    ]
    lines = [(one.kind, one.since, one.until, one.changed) for one in history(after, "A-1")]
    assert lines == [
        (ChangeKind.NEW, date(2026, 1, 1), date(2026, 12, 1), ()),
        (ChangeKind.REVISED, date(2026, 12, 1), None, ("fee",)),
    ]


def test_what_a_catalogue_changed_is_said_in_words() -> None:
    steps = [
        replace(ITEM, status=ItemStatus.SUSPENDED, effective_from=TODAY),
        replace(ITEM, effective_from=TODAY),
        replace(ITEM, status=ItemStatus.CANCELLED, effective_from=TODAY),
    ]
    catalogue, said = NOTHING, []
    for number, item in enumerate([ITEM, *steps], start=2):
        after = published(catalogue, (item,), None, number, "")
        said += [one.text for one in changes_between(catalogue, after)]
        catalogue = after
    assert said == [
        "新增“高龄津贴”：自2026-01-01起（第1版）",
        "暂停“高龄津贴”：自2026-11-22起（第2版）",
        "恢复“高龄津贴”：自2026-11-22起（第3版）",
        "取消“高龄津贴”：自2026-11-22起（第4版）",
    ]
    assert changes_between(catalogue, catalogue) == ()
    (ended,) = changes_between(BEFORE, NOTHING)
    assert ended.kind is ChangeKind.ENDED


def test_a_withdrawn_change_leaves_what_was_before() -> None:
    revised = published(BEFORE, (replace(ITEM, fee="免费", effective_from=TODAY),), None, 2, "")
    (back,) = stopped(revised.versions_of("A-1")[:1], revised, TODAY)
    assert (back.fee, back.status) == ("不收费", ItemStatus.IN_USE)
    added = published(NOTHING, (ITEM,), None, 2, "")
    (gone,) = stopped(added.versions_of("A-1"), added, TODAY)
    assert (gone.status, gone.effective_from) == (ItemStatus.CANCELLED, TODAY)
    assert why_not_stoppable(added.items, added) == ()
    assert codes(why_not_stoppable(added.items, revised)) == ["newer-version"]


def test_changed_fields_name_content_only() -> None:
    later = replace(ITEM, version=9, effective_from=TODAY, fee="免费", sources=("文件",))
    assert changed_fields(ITEM, later) == ("fee",)


def test_coverage_says_what_is_in_service_at_which_level() -> None:
    personal = replace(ITEM, code="A-2", name="结婚登记", applicant_must_appear=True, minimum_set=True)
    village = replace(ITEM, code="A-3", name="查询", decides_at=Level.VILLAGE)
    idle = replace(ITEM, code="A-4", name="老证", status=ItemStatus.SUSPENDED, minimum_set=True)
    everything = replace(NOTHING, items=(ITEM, personal, village, idle))
    found = coverage(everything, ORGANISATION, TODAY, ["高龄津贴", "生育登记"])
    assert [found.count(level) for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)] == [2, 1, 2]
    assert [row.minimum_set for row in found.rows] == [True, True, False, True]
    assert [row.code for row in found.outside] == ["A-4"]
    assert [row.code for row in found.minimum_outside] == ["A-4"]
    assert found.outside[0].reasons == ("“老证”已暂停办理。",)
    assert found.lacking == ("生育登记",)


def test_a_code_that_never_was_has_no_history() -> None:
    assert history(BEFORE, "A-9") == ()
    assert standing(BEFORE, "A-9", TODAY) == ""


def test_only_the_end_of_a_published_version_may_still_change() -> None:
    ended = replace(ITEM, effective_to=date(2027, 1, 1))
    assert lost_or_altered(BEFORE, replace(BEFORE, items=(ended,))) == ()
    assert lost_or_altered(BEFORE, NOTHING) == (ITEM,)
    assert lost_or_altered(BEFORE, replace(BEFORE, items=(replace(ITEM, fee="免费"),))) == (ITEM,)
    assert lost_or_altered(BEFORE, published(BEFORE, (replace(ITEM, fee="免费"),), None, 2, "")) == ()
