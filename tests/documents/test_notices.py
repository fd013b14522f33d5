"""What the law or practice wants on the papers that tell how a case goes on, and on those between desks."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from stationapp.documents import sample_people as people
from stationapp.documents.forms import (
    absence_default_record,
    collection_notice,
    conclusion_notice,
    extension_notice,
    non_acceptance_notice,
    not_needed_notice,
    power_of_attorney,
    report_letter,
    return_notice,
    special_procedure_notice,
    timeout_default_notice,
    withdrawal_confirmation,
)
from stationapp.documents.layout.endings import SEAL_NOTE
from stationapp.documents.notice import remedies
from stationapp.documents.preview import extract_text
from stationapp.documents.registry import PAPERS
from stationapp.platform.fonts import find_fonts

NOTICES = (
    "non_acceptance_notice",
    "not_needed_notice",
    "special_procedure_notice",
    "extension_notice",
    "withdrawal_confirmation",
    "return_notice",
    "collection_notice",
    "conclusion_notice",
    "timeout_default_notice",
    "absence_default_record",
    "report_letter",
)
WITH_BASIS = tuple(name for name in NOTICES if name != "conclusion_notice")


def text_of(pdf: bytes) -> str:
    return "".join(extract_text(pdf).split())


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_leaves_the_place_of_the_seal_empty_and_says_it_is_needed(name: str, press: Any) -> None:
    assert SEAL_NOTE in text_of(press.sample(name))


@pytest.mark.parametrize("name", WITH_BASIS)
def test_a_notice_about_no_licence_rests_on_its_own_rule_alone(name: str, press: Any) -> None:
    data = replace(PAPERS[name].sample(), basis="《社会救助暂行办法》第四十七条")
    text = text_of(press.data(name, data))
    assert "根据《社会救助暂行办法》第四十七条的规定" in text
    assert "行政许可法" not in text


@pytest.mark.parametrize("name", WITH_BASIS)
def test_a_notice_without_a_rule_names_none(name: str, press: Any) -> None:
    text = text_of(press.data(name, replace(PAPERS[name].sample(), basis="")))
    assert "根据" not in text
    assert "行政许可法" not in text


@pytest.mark.skipif(bool(find_fonts().missing), reason="set-up has not fetched all fonts")
@pytest.mark.parametrize("name", NOTICES)
def test_rare_names_stand_on_every_part(name: str, press: Any) -> None:
    data = PAPERS[name].sample()
    rare = replace(data, head=replace(data.head, applicant="吴䶮李㛃钟𬭎王𡋾"))
    assert text_of(press.data(name, rare)).count("吴䶮李㛃钟𬭎王𡋾") >= len(PAPERS[name].parts)


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_whose_day_is_not_known_leaves_it_to_be_written(name: str, press: Any) -> None:
    data = PAPERS[name].sample()
    issued = replace(data, head=replace(data.head, issued_on=None))
    assert f"{data.head.organ}年月日" in text_of(press.data(name, issued))


def test_remedies_are_told_whole_or_not_at_all() -> None:
    assert "六十日内向区政府申请行政复议" in remedies("区政府", "区法院", "决定")
    assert "六个月内依法向区法院提起行政诉讼" in remedies("区政府", "区法院", "决定")
    assert remedies("区政府", "", "决定") == remedies("", "区法院", "决定") == ""


def test_a_non_acceptance_says_why_where_to_go_and_how_to_object(press: Any) -> None:
    data: Any = non_acceptance_notice.sample()
    text = text_of(press.data("non_acceptance_notice", data))
    assert text.count(data.reason) == 2
    assert "请向绵阳市涪城区行政审批局（电话0816-0000511）提出申请" in text
    assert "六十日内向绵阳市游仙区人民政府申请行政复议" in text
    assert "六个月内依法向绵阳市游仙区人民法院提起行政诉讼" in text
    for lack in ({"reason": ""}, {"review_organ": ""}, {"court": ""}):
        with pytest.raises(ValueError, match="needs"):
            replace(data, **lack)


def test_a_matter_that_needs_no_application_is_not_refused(press: Any) -> None:
    text = text_of(press.sample("not_needed_notice"))
    assert "不需要办理" in text
    assert "本告知书不是不予决定" in text
    with pytest.raises(ValueError, match="reason"):
        replace(not_needed_notice.sample(), reason="")


def test_a_special_procedure_tells_its_time_its_beginning_and_what_the_limit_becomes(press: Any) -> None:
    text = text_of(press.sample("special_procedure_notice"))
    assert "自2026年11月27日起进行鉴定，所需时间预计为10个工作日，不计入办理期限" in text
    assert text.count("预计新期限2026年12月16日") == 2
    assert "暂定" not in text
    data: Any = special_procedure_notice.sample()
    for lack in ("procedure", "reason", "expected_time"):
        with pytest.raises(ValueError, match="special procedure"):
            replace(data, **{lack: ""})


@pytest.mark.parametrize("form", [special_procedure_notice, extension_notice])
def test_only_a_due_day_that_is_provisional_is_marked_and_explained(form: Any, press: Any) -> None:
    data = replace(form.sample(), new_due=date(2027, 1, 8), new_due_provisional=True)
    text = text_of(press.data(form.PAPER.name, data))
    assert text.count("2027年1月8日（暂定）") == text.count("（暂定）") == len(form.PAPER.parts)
    assert "以国务院办公厅放假通知为准" in text
    unknown = replace(form.sample(), old_due=None, old_due_provisional=True)
    assert "暂定" not in text_of(press.data(form.PAPER.name, unknown))


def test_an_extension_names_who_approved_it_why_and_both_due_days(press: Any) -> None:
    data: Any = extension_notice.sample()
    text = text_of(press.data("extension_notice", data))
    assert f"经{data.approved_by}批准，办理期限延长10个工作日" in text
    assert "原办结期限2026年12月2日新办结期限2026年12月16日" in text
    assert data.reason in text
    for lack in ("extension", "reason", "approved_by"):
        with pytest.raises(ValueError, match="extension"):
            replace(data, **{lack: ""})


def test_a_withdrawal_lists_what_goes_back_and_leaves_the_way_open(press: Any) -> None:
    text = text_of(press.sample("withdrawal_confirmation"))
    assert "退还材料3项（原件2份，复印件2份）" in text
    assert "可以随时就同一事项重新提出申请" in text
    assert "自2026年11月26日起终止办理" in text


def test_a_withdrawal_by_the_applicant_himself_names_him(press: Any) -> None:
    data = replace(withdrawal_confirmation.sample(), requested_by="")
    assert f"提出人{data.head.applicant}" in text_of(press.data("withdrawal_confirmation", data))


def test_a_return_says_why_and_within_what_time_one_may_object(press: Any) -> None:
    data = return_notice.sample()
    text = text_of(press.data("return_notice", data))
    assert text.count(data.reason) == 2
    assert f"自收到本通知书之日起5个工作日内向{data.objection_to}提出" in text
    with pytest.raises(ValueError, match="reason"):
        replace(data, reason="")
    with pytest.raises(ValueError, match="time and its place"):
        replace(data, objection_to="")


def test_a_call_to_collect_says_what_where_until_when_and_what_to_bring(press: Any) -> None:
    data = collection_notice.sample()
    text = text_of(press.data("collection_notice", data))
    assert all(f"{result.name}{result.number}" in text for result in data.results)
    assert text.count(f"领取地点{data.where}") == 2
    assert text.count("领取期限2026年12月31日前") == 2
    assert f"请携带{'、'.join(data.bring)}。" in text
    with pytest.raises(ValueError, match="what is ready"):
        replace(data, results=())


def test_only_the_applicants_part_of_a_conclusion_shows_the_enquiry_code(press: Any) -> None:
    data = conclusion_notice.sample()
    text = text_of(press.data("conclusion_notice", data))
    assert text.count(data.enquiry_code) == 1
    assert text.index("通知联") < text.index(data.enquiry_code)
    without = text_of(press.data("conclusion_notice", replace(data, enquiry_code="")))
    assert "请凭收件号和材料接收凭证上的查询码" in without


def test_a_conclusion_says_the_outcome_and_its_papers_and_leaves_the_rating_free(press: Any) -> None:
    text = text_of(press.sample("conclusion_notice"))
    assert "已于2026年12月4日办结，结果为：准予。" in text
    assert "川林采字〔2026〕第0704356号" in text
    assert "不得要求您给出某种评价" in text
    with pytest.raises(ValueError, match="outcome"):
        replace(conclusion_notice.sample(), outcome="")


def test_a_default_by_time_is_consent_but_no_grant_and_the_department_stays_bound(press: Any) -> None:
    text = text_of(press.sample("timeout_default_notice"))
    assert text.count("视为你单位同意") == text.count("视为该部门同意") == 1
    assert text.count("不是准予决定书") == 2
    assert text.count("应当在1个工作日内补办审批文件") == 2
    assert text.count("超时部门绵阳市游仙区水利局") == 3
    assert text.count("部门签认人周砚田") == 3
    assert "不适用于其他事项" in text


def test_nobody_defaults_untold_or_before_his_limit_has_passed() -> None:
    data: Any = timeout_default_notice.sample()
    for lack in ("department", "matter", "notice_proof"):
        with pytest.raises(ValueError, match="proof"):
            replace(data, **{lack: ""})
    with pytest.raises(ValueError, match="limit"):
        replace(data, defaulted_on=data.due)


def test_a_default_without_a_local_rule_points_to_the_catalogue(press: Any) -> None:
    for name, words in (
        ("timeout_default_notice", "本事项已在事项清单中标明实行超时默认"),
        ("absence_default_record", "本事项已在事项清单中标明实行缺席默认"),
    ):
        assert words in text_of(press.data(name, replace(PAPERS[name].sample(), basis="")))


def test_a_default_by_absence_proves_the_call_and_leaves_room_to_sign(press: Any) -> None:
    data: Any = absence_default_record.sample()
    text = text_of(press.data("absence_default_record", data))
    assert text.count(f"通知时间2026年11月24日10:15通知签认人{data.acknowledged_by}") == 2
    assert "举行时间2026年11月27日9:30" in text
    assert all(f"{one.department}{one.person}" in text for one in data.attended)
    assert "没有说明理由。" in text_of(press.data("absence_default_record", replace(data, excuse="")))


def test_nobody_is_absent_who_was_not_called_in_time() -> None:
    data: Any = absence_default_record.sample()
    with pytest.raises(ValueError, match="too late"):
        replace(data, called_at=data.held_at)
    for lack in ("department", "occasion", "called_how"):
        with pytest.raises(ValueError, match="how it was called"):
            replace(data, **{lack: ""})


def test_a_report_sends_the_opinion_with_all_materials_and_spares_the_applicant(press: Any) -> None:
    data: Any = report_letter.sample()
    text = text_of(press.data("report_letter", data))
    assert text.count("材料4项，原件2份，复印件3份，共43页。") == 2
    assert "请不再要求申请人重复提供" in text
    assert data.opinion in text
    assert "□与清单一致□有差异" in text
    for lack in ("to_organ", "opinion"):
        with pytest.raises(ValueError, match="report"):
            replace(data, **{lack: ""})


def test_a_report_without_materials_speaks_of_none(press: Any) -> None:
    text = text_of(press.data("report_letter", replace(report_letter.sample(), materials=())))
    assert "本件没有随函报送的材料" in text
    assert "合计" not in text
    uncounted = tuple(replace(row, pages=0) for row in report_letter.sample().materials)
    counted = text_of(press.data("report_letter", replace(report_letter.sample(), materials=uncounted)))
    assert counted.count("复印件3份。") == 2


@pytest.mark.parametrize("chosen", [(), power_of_attorney.POWERS[:2], power_of_attorney.POWERS])
def test_exactly_the_powers_given_are_ticked(chosen: tuple[str, ...], press: Any) -> None:
    data = replace(power_of_attorney.sample(), powers=chosen)
    text = text_of(press.data("power_of_attorney", data))
    for power in power_of_attorney.POWERS:
        assert text.count(f"■{power}" if power in chosen else f"□{power}") == 2
    with pytest.raises(ValueError, match="代为决定"):
        replace(data, powers=("代为决定",))


def test_a_power_of_attorney_is_free_ends_and_cannot_be_passed_on(press: Any) -> None:
    text = text_of(press.sample("power_of_attorney"))
    assert "代办员不得转委托他人" in text
    assert "代办不收费" in text
    assert "自2026年11月21日起，至2027年2月20日止" in text
    assert text.count("原件已返还，委托人（签名）") == 2
    endless = replace(power_of_attorney.sample(), valid_until=None, originals=())
    unending = text_of(press.data("power_of_attorney", endless))
    assert "至本件办结、结果转交委托人之日止" in unending
    assert "委托人没有把材料原件留给代办员" in unending


def test_who_cannot_write_gives_a_fingerprint_before_a_witness(press: Any) -> None:
    data: Any = power_of_attorney.sample()
    assert "逐项读给委托人听" not in text_of(press.data("power_of_attorney", data))
    unable = replace(data, cannot_write=True, witness=people.ZHONG.name)
    text = text_of(press.data("power_of_attorney", unable))
    assert text.count("逐项读给委托人听") == text.count("委托人指印") == 2
    assert text.count(f"见证人签名及电话{people.ZHONG.name}") == 2


def test_a_power_of_attorney_before_intake_leaves_its_number_open(press: Any) -> None:
    text = text_of(press.data("power_of_attorney", replace(power_of_attorney.sample(), receipt_number="")))
    assert text.count("收件号：（收件时填写）") == 2


def test_sparse_samples_have_every_field_of_the_head_empty_that_may_be() -> None:
    needed = {"organ", "document_number", "applicant", "item_name"}
    for name in NOTICES:
        head = PAPERS[name].sample_sparse().head
        filled = {field.name for field in dataclasses.fields(head) if getattr(head, field.name)}
        assert filled == needed
