"""What the papers of joint cases, visits and publicity must and must not say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stationapp.documents.fonts import installed_chain
from stationapp.documents.forms import (
    home_visit_kit,
    item_guide,
    joint_contact_letter,
    joint_reply,
    joint_summary,
    publicity_sheet,
    queue_ticket,
    rating_slip,
    routing_occurrences,
    routing_slip,
    site_visit_record,
)
from stationapp.documents.forms.routing_occurrences import Occurrences
from stationapp.documents.layout.blocks import Gap
from stationapp.documents.layout.endings import SEAL_NOTE
from stationapp.documents.layout.flow import Flow, Setting, lay_out
from stationapp.documents.layout.steps import Step, StepChart
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.preview import extract_text, render_pages


def text_of(pdf: bytes) -> str:
    return "".join(extract_text(pdf).split())


@pytest.mark.parametrize("flagged", [True, False])
def test_a_contact_letter_threatens_with_default_only_where_the_item_is_flagged(
    flagged: bool, press: Any
) -> None:
    data = replace(joint_contact_letter.sample(), default_on_timeout=flagged)
    text = text_of(press.data("joint_contact_letter", data))
    assert (joint_contact_letter.DEFAULT_RULE in text) == flagged
    assert (joint_contact_letter.NO_DEFAULT in text) != flagged


def test_letter_and_slip_are_cut_from_one_sheet_and_both_name_the_last_day(press: Any) -> None:
    text = text_of(press.sample("joint_contact_letter"))
    assert "沿此线裁开" in text
    letter, slip = text.split("接收单（联办部门签收后交回牵头单位）")
    assert "2026年12月1日" in letter
    assert "2026年12月1日" in slip
    assert "3项（原件0份，复印件3份）" in slip


@pytest.mark.parametrize("outcome", joint_reply.OUTCOMES)
def test_exactly_the_given_outcome_is_ticked(outcome: str, press: Any) -> None:
    text = text_of(press.data("joint_reply", replace(joint_reply.sample(), outcome=outcome)))
    assert f"■{outcome}" in text
    assert text.count("■") == 1
    assert ("转报上级主管机关审批" in text) == (outcome == joint_reply.AGREED_FORWARD)


def test_a_disagreement_without_reasons_and_an_unknown_outcome_are_no_replies() -> None:
    with pytest.raises(ValueError, match="reasons"):
        replace(joint_reply.sample(), reasons=("",))
    with pytest.raises(ValueError, match="原则同意"):
        replace(joint_reply.sample(), outcome="原则同意")


def test_a_summary_marks_every_default_and_only_those(press: Any) -> None:
    text = text_of(press.sample("joint_summary"))
    assert f"{joint_summary.DEFAULT_MARK}超时默认" in text
    assert f"{joint_summary.DEFAULT_MARK}同意" not in text
    assert "共3个部门：同意1个，同意但需转报1个，超时默认1个。" in text
    settled = replace(joint_summary.sample(), rows=joint_summary.sample().rows[:2])
    other = text_of(press.data("joint_summary", settled))
    assert joint_summary.DEFAULT_MARK not in other
    assert joint_summary.ALL_WRITTEN in other


def test_a_visit_record_tells_who_signed_who_has_still_to_sign_and_who_was_absent(press: Any) -> None:
    text = text_of(press.sample("site_visit_record"))
    assert text.count("已在系统签认") == 1
    assert text.count("无故缺席") == 1
    assert "通知3个部门，到场2个，缺席1个：绵阳市游仙区农业农村局。" in text
    blank = text_of(press.sample("site_visit_record", "sample_sparse"))
    assert "通知1个部门，到场0个。" in blank
    assert "缺席1个" not in blank


@pytest.mark.parametrize("flagged", [True, False])
def test_absence_counts_as_consent_only_where_the_item_is_flagged(flagged: bool, press: Any) -> None:
    data = replace(site_visit_record.sample(), absence_counts=flagged)
    text = text_of(press.data("site_visit_record", data))
    assert (site_visit_record.ABSENCE_RULE in text) == flagged


@pytest.mark.parametrize("name", ["joint_contact_letter", "joint_reply"])
def test_letters_between_organs_leave_a_place_for_the_seal(name: str, press: Any) -> None:
    assert SEAL_NOTE in text_of(press.sample(name))


@pytest.mark.parametrize("public", ["content", "basis", "procedure", "conditions", "limits", "fee"])
def test_a_poster_that_lacks_one_of_the_six_publics_cannot_be_made(public: str) -> None:
    with pytest.raises(ValueError, match=public):
        replace(publicity_sheet.sample(), **{public: ""})


@pytest.mark.parametrize("kind", ["sample", "sample_long", "sample_sparse"])
@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_a_poster_is_one_sheet_however_long_its_texts(kind: str, scale: float, press: Any) -> None:
    assert len(render_pages(press.sample("publicity_sheet", kind, scale=scale), 36)) == 1


def test_a_guide_always_shows_the_six_publics_and_leaves_out_what_the_catalogue_is_silent_about(
    press: Any,
) -> None:
    full, bare = (text_of(press.sample("item_guide", kind)) for kind in ("sample", "sample_sparse"))
    for title in ("办理内容", "办理依据", "受理条件", "办理时限", "办理程序", "收费标准", "申请材料"):
        assert title in full
        assert title in bare
    assert "十一、常见问题" in full
    assert "常见问题" not in bare
    assert "第3版（自2026年9月1日起施行）" in full


def test_a_guide_demands_no_material_that_offices_share(press: Any) -> None:
    text = text_of(press.sample("item_guide"))
    assert "共享获取不必提交" in text
    assert "共5项，申请人提交4项，其中必备3项。" in text
    assert item_guide.sample().materials[2].need == "共享获取\n不必提交"


def test_every_visit_has_lines_to_write_on_and_a_slip_to_leave_behind(press: Any) -> None:
    text = text_of(press.sample("home_visit_kit", "sample_long"))
    for number, visit in enumerate(home_visit_kit.sample_long().visits, start=1):
        assert f"第{number}户（存根联）" in text
        assert f"上门收件条（交申请人{visit.person}）" in text
    assert text.count("不表示申请已被受理") == len(home_visit_kit.sample_long().visits)


def test_a_queue_ticket_says_what_becomes_of_a_number_passed_over_and_can_be_scanned(
    press: Any, reader: Any
) -> None:
    pdf = press.sample("queue_ticket")
    text = text_of(pdf)
    assert queue_ticket.PASSED_OVER in text
    assert "前面还有5人等候" in text
    assert "前面没有人等候" in text_of(press.sample("queue_ticket", "sample_sparse"))
    codes = reader.codes(render_pages(pdf, 200)[0].png())
    assert codes == [queue_ticket.sample().code_text]


@pytest.mark.parametrize(("count", "rows"), [(0, 0), (1, 1), (6, 1), (7, 2), (13, 3)])
def test_steps_fall_into_as_many_rows_as_they_need(count: int, rows: int) -> None:
    chart = StepChart(tuple(Step(f"第{number}步") for number in range(count)))
    assert len(lay_out((chart,), Setting(installed_chain()), 494.0).drawings) == rows


def test_a_routing_slip_has_a_table_for_whatever_else_happened_and_none_for_what_did_not(press: Any) -> None:
    titles = ("联办情况", "特别程序", "延长期限", "公示情况", "电子监察")
    usual = text_of(press.sample("routing_slip"))
    assert not any(title in usual for title in titles)
    happened = replace(routing_slip.sample(), occurrences=routing_occurrences.sample())
    text = text_of(press.data("routing_slip", happened))
    assert all(f"{numeral}、{title}" in text for numeral, title in zip("三四五六七", titles, strict=True))
    only = Occurrences(extensions=routing_occurrences.sample().extensions)
    alone = text_of(press.data("routing_slip", replace(routing_slip.sample(), occurrences=only)))
    assert "三、延长期限" in alone
    assert "公示情况" not in alone


@pytest.mark.parametrize("lines", range(40))
def test_a_tables_heading_never_stands_alone_at_the_foot_of_a_page(lines: int) -> None:
    flow = Flow(Setting(installed_chain()), 400.0, 300.0)
    Gap(lines * 8.0).place(flow)
    flow.put(0.0, lambda _pen: None)
    before = len(flow.frames[0])
    Table((Column("名称", 1),), (("甲",), ("乙",)), heading="一、材料").place(flow)
    begun = len(flow.frames[0]) - before
    # Heading, titles and at least one row, or nothing of the table at all.
    assert begun == 0 or begun >= 3


def test_a_rating_slip_leaves_the_choice_open_and_keeps_the_enquiry_code_out_of_its_qr_code(
    press: Any, reader: Any
) -> None:
    pdf = press.sample("rating_slip")
    text = text_of(pdf)
    assert all(f"□{grade}" in text for grade in rating_slip.GRADES)
    assert "■" not in text
    data = rating_slip.sample()
    told, form = text.split("评价联（自愿填写，投入意见箱）")
    assert data.enquiry_code in told
    assert data.enquiry_code not in form
    assert reader.codes(render_pages(pdf, 200)[0].png()) == [data.receipt_number]
