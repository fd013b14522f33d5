"""The words of a guide: what is special about an item, and nothing only its keepers can read."""

from __future__ import annotations

import pytest

from small_county import JOINT_ITEM, NEEDLESS_ITEM, PROMISE_ITEM, catalogue, item
from stationapp.domain.catalogue import HandlingKind, Keeper, Material, ServiceItem
from stationapp.domain.organisation import Level
from stationapp.services.catalogue import guide, limits_text, material_text, plain_note


def sections(of: ServiceItem, *partners: str) -> dict[str, str]:
    return {section.title: "\n".join(section.lines) for section in guide(of, partners)}


def known(code: str) -> ServiceItem:
    return catalogue().versions_of(code)[0]


@pytest.mark.parametrize(
    ("note", "plain"),
    [
        ("出处：XT", ""),
        ("同上（出处：GD）", "同上"),
        ("第八条：30日内办结（城市）（出处：LAW）", "第八条：30日内办结（城市）"),
        ("乡镇15日", "乡镇15日"),
    ],
)
def test_codes_of_sources_are_not_for_citizens(note: str, plain: str) -> None:
    assert plain_note(note) == plain
    noted = item("X", Level.COUNTY, HandlingKind.COMMITTED, statutory_note=note, promised_note=note)
    assert "出处" not in limits_text(noted)
    assert "（）" not in limits_text(noted)


@pytest.mark.parametrize(
    ("material", "text"),
    [
        (Material("a", "申请书", 1, 0), "申请书（原件 1 份）"),
        (Material("a", "户口簿", 1, 2), "户口簿（原件 1 份、复印件 2 份）"),
        (Material("a", "照片", 0, 0), "照片"),
        (Material("a", "证明", 1, 0, required=False), "证明（原件 1 份，视情况提交）"),
        (
            Material("a", "身份证", 1, 0, keeper=Keeper.APPLICANT, note="正反面"),
            "身份证（原件 1 份，原件核验后退还）。正反面",
        ),
        (Material("a", "承诺件", 1, 0, promisable=True), "承诺件（原件 1 份，可承诺补交）"),
    ],
)
def test_a_material_names_only_what_is_wanted(material: Material, text: str) -> None:
    assert material_text(material) == text


def test_what_is_special_about_an_item_is_said() -> None:
    assert sections(known(NEEDLESS_ITEM))["不需要办理的情形"] == "房前屋后个人所有的零星林木"
    assert "告知承诺" in sections(known(PROMISE_ITEM))["办理方式"]
    joint = sections(known(JOINT_ITEM), "区残联", "区住建局")
    assert joint["联合办理部门"] == "区残联、区住建局"
    assert "超时默认" in joint["办理方式"]
    weekly = item("X", Level.COUNTY, HandlingKind.COMMITTED, service_days=(2, 5))
    assert sections(weekly)["办理日"] == "周二、周五"


def test_a_plain_item_says_nothing_special() -> None:
    plain = item("X", Level.COUNTY, HandlingKind.COMMITTED)
    assert len(guide(plain)) == 7
