"""Every paper that a move names, gathered from a case that people really handled, says what it has to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from county_at_work import County, draft
from paper_stories import COMPLAINTS, FINDINGS, NAME, OPINION, PHONE, Story, chinese, text_of
from small_county import (
    FACTS,
    ID_NUMBER,
    JOINT_ITEM,
    LICENCE_ITEM,
    MISSING,
    NEEDLESS_ITEM,
    PROMISE_ITEM,
    PUBLICISED_ITEM,
    SECOND_PARTNER,
)
from stationapp.documents.registry import PAPERS
from stationapp.domain.case_flow import TABLE
from stationapp.domain.people import HandedIn
from stationapp.domain.refusal import Refused
from stationapp.services import guides, intake
from stationapp.services.case_details import TITLES, details
from stationapp.services.papers import _GATHER

REVIEW, COURT = "向游仙区人民政府申请行政复议", "向游仙区人民法院提起行政诉讼"
# A button is short; on the sheet the title is the whole one. The handover list is of a batch, not of a case.
_LONGER = {"supplement_notice", "routing_slip", "joint_contact_letter", "joint_reply", "joint_summary"}
_LONGER |= {"power_of_attorney"}


@pytest.fixture
def story(county: County) -> Story:
    """The small county with telephones."""
    return Story(county)


def say(text: str, *words: str) -> None:
    """Every word stands on the paper; all that do not are told at once."""
    assert [word for word in words if "".join(word.split()) not in text] == []


def silent(text: str, *words: str) -> None:
    """None of the words stands on the paper."""
    assert [word for word in words if "".join(word.split()) in text] == []


def test_every_paper_a_move_names_can_be_gathered_and_has_the_title_of_its_form() -> None:
    named = {row.paper for row in TABLE.values() if row.paper and not row.batched}
    assert named | {"power_of_attorney", "joint_summary", "routing_slip"} == set(_GATHER) == set(TITLES)
    assert {row.paper for row in TABLE.values() if row.batched and row.paper} == {"handover_list"}
    assert {name for name, title in TITLES.items() if PAPERS[name].title != title} == _LONGER


def test_the_power_of_attorney_names_both_sides_and_the_originals(story: Story) -> None:
    case = story.received(LICENCE_ITEM)
    text = story.text("agent", case, "power_of_attorney")
    say(text, NAME, ID_NUMBER, "测试agent", "抗香村便民服务室", "社会团体成立登记", "居民身份证", "户口簿")
    say(text, "不收费", "转委托", "原件")
    story.county.send("agent", case)
    assert story.offers("agent", case, "power_of_attorney") == []


def test_the_receipt_says_that_it_is_no_acceptance(story: Story) -> None:
    case = story.received(LICENCE_ITEM)
    text = story.text("agent", case, "material_receipt")
    say(text, case.receipt_number, case.enquiry_code, "居民身份证", "户口簿", "收存", "测试agent")
    say(text, "不是受理", PHONE)
    silent(text, ID_NUMBER)


def test_a_promised_material_is_on_the_receipt_with_the_day_it_comes(story: Story) -> None:
    begun = draft(PROMISE_ITEM, complete=False)
    promised = HandedIn("booklet", "户口簿", 0, 0, promised_by="2026-12-20")
    completed = replace(begun, application=intake.with_material(begun.application, promised))
    case, _ = intake.receive(story.county.at("agent"), completed)
    say(story.text("agent", case, "material_receipt"), f"户口簿（承诺{chinese('2026-12-20')}前补交）")


def test_the_one_time_notice_of_the_authority_names_lack_standard_deadline_and_consequence(
    story: Story,
) -> None:
    case = story.at_township(LICENCE_ITEM)
    story.county.act("clerk", case, "request_supplement", missing=MISSING, deadline="2026-12-01")
    text = story.text("clerk", case, "supplement_notice")
    say(text, "户口簿", "缺本人页", "复印本人页", chinese("2026-12-01"), "补正不来办结", "测试clerk")
    say(text, "游仙沉抗补告〔2026〕", "沉抗镇人民政府", COMPLAINTS)


def test_the_acceptance_names_both_limits_their_days_and_what_they_leave_out(story: Story) -> None:
    case = story.accepted()
    text = story.text("window", case, "acceptance_notice")
    known = story.county.known("window", case)
    for name, limit in (("statutory_due", "20个工作日"), ("promised_due", "10个工作日")):
        say(text, limit, chinese(str(known.fact("accept", name)["day"])))
    say(text, "听证", "鉴定", "游仙区政务服务中心", NAME, "测试window", PHONE, COMPLAINTS, "居民身份证")
    say(text, "游仙政务受〔2026〕", chinese("2026-11-20"))


def test_a_refusal_to_accept_names_facts_reason_the_right_organ_and_remedies(story: Story) -> None:
    case = story.at_window(LICENCE_ITEM)
    reason = {"reason": "该登记由市级办理。", "competent_organ": "绵阳市民政局"}
    story.county.act("window", case, "decline_acceptance", **reason)
    text = story.text("window", case, "non_acceptance_notice")
    say(text, "事实", "居民身份证、户口簿", "该登记由市级办理。", "请向绵阳市民政局提出申请", REVIEW, COURT)
    say(text, "六十日", "六个月", "行政许可法", "游仙政务不受〔2026〕")


def test_who_needs_no_permission_is_told_why(story: Story) -> None:
    case = story.at_township(NEEDLESS_ITEM)
    story.county.act("clerk", case, "tell_not_needed", reason="所伐为房前屋后零星林木。")
    text = story.text("clerk", case, "not_needed_notice")
    say(
        text,
        "所伐为房前屋后零星林木。",
        "房前屋后个人所有的零星林木",
        "沉抗镇人民政府",
        "游仙沉抗免办〔2026〕",
    )


def test_a_returned_application_comes_with_reason_list_and_remedies(story: Story) -> None:
    case = story.at_window(LICENCE_ITEM)
    story.county.act("window", case, "return_application", reason="申请书不是本人签名。")
    text = story.text("window", case, "return_notice")
    say(text, "申请书不是本人签名。", "居民身份证", "户口簿", REVIEW, COURT, "游仙政务退〔2026〕")


def test_a_withdrawal_is_confirmed_with_what_goes_back(story: Story) -> None:
    case = story.at_township(LICENCE_ITEM)
    story.county.act("agent", case, "request_withdrawal", **FACTS["request_withdrawal"])
    story.county.act("clerk", case, "withdraw", reason="申请人不办了。")
    text = story.text("clerk", case, "withdrawal_confirmation")
    say(text, "申请人不办了。", "居民身份证", "户口簿", case.receipt_number, "游仙沉抗撤〔2026〕")


def test_who_brings_nothing_more_is_told_that_his_case_is_closed_and_why(story: Story) -> None:
    case = story.at_township(LICENCE_ITEM)
    story.county.act("clerk", case, "request_supplement", missing=MISSING, deadline="2026-12-01")
    story.set_day(3, month=12)
    story.county.act("clerk", case, "close_unsupplied", reason="逾期没有补正。")
    text = story.text("clerk", case, "conclusion_notice")
    say(text, "补正不来办结", "逾期没有补正。", chinese("2026-12-03"), REVIEW, COURT, "游仙沉抗补结〔2026〕")


def test_a_case_supplied_after_all_ends_with_its_decision(story: Story) -> None:
    case = story.at_township(LICENCE_ITEM)
    story.county.act("clerk", case, "request_supplement", missing=MISSING, deadline="2026-12-01")
    row = {"material_id": "booklet", "name": "户口簿", "originals": 1, "copies": 2}
    story.county.act("agent", case, "supply", materials=[row])
    text = story.text("agent", case, "material_receipt")
    say(text, "户口簿", "补正")
    silent(text, "居民身份证")


def test_a_special_procedure_names_kind_reason_time_and_both_due_days(story: Story) -> None:
    case = story.accepted()
    before = story.county.known("officer", case).fact("accept", "promised_due")["day"]
    asked = {"procedure": "expert_review", "reason": "技术方案复杂。", "expected_days": 5}
    story.county.act("officer", case, "start_special", **asked)
    text = story.text("officer", case, "special_procedure_notice")
    say(text, "专家评审", "技术方案复杂。", "5个工作日", chinese(str(before)), chinese("2026-12-11"))
    say(text, "行政许可法", "游仙民特告〔2026〕")


def test_an_extension_names_days_reason_approver_and_the_old_and_the_new_day(story: Story) -> None:
    case = story.accepted()
    before = story.county.known("approver", case).fact("accept", "promised_due")["day"]
    asked = {"days": 5, "reason": "需要外调核实。", "approved_by": "区民政局局长"}
    story.county.act("approver", case, "extend", **asked)
    text = story.text("approver", case, "extension_notice")
    say(text, "5个工作日", "需要外调核实。", "区民政局局长", chinese(str(before)), chinese("2026-12-11"))
    assert before == "2026-12-04"
    # A reprint after a later act still states the days as they were told.
    story.county.act("officer", case, "review", opinion=OPINION)
    say(story.text("approver", case, "extension_notice"), chinese(str(before)), chinese("2026-12-11"))


def test_every_department_is_written_to_by_its_name(story: Story) -> None:
    case = story.fanned_out()
    offers = story.offers("officer", case, "joint_contact_letter")
    assert len(offers) == 2
    for which, (name, matter) in enumerate(
        [("游仙区残疾人联合会", "核对残疾等级"), ("游仙区住房和城乡建设局", "核对改造方案")]
    ):
        text = story.text("officer", case, "joint_contact_letter", which)
        say(text, name, matter, "3个工作日", chinese("2026-11-25"), "绵阳市游仙区民政局", "游仙民联〔2026〕")


def test_an_answer_names_the_letter_the_outcome_and_the_reasons(story: Story) -> None:
    case = story.joint_silent()
    letter = story.offers("officer", case, "joint_contact_letter")[0].number
    text = story.text("partner", case, "joint_reply")
    say(
        text,
        letter,
        "不同意",
        "残疾证已过期。",
        "核对残疾等级",
        "绵阳市游仙区残疾人联合会",
        "游仙残联回〔2026〕",
    )


def test_the_visit_is_recorded_with_who_came_who_signed_and_who_stayed_away(story: Story) -> None:
    case = story.visited()
    text = story.text("officer", case, "site_visit_record")
    say(
        text, "现场与方案一致。", "测试officer", "残联来人", "川B00001", "已在系统签认", chinese("2026-11-23")
    )
    silent(text, "未通知", "未确认")
    say(text, "到场2个", "缺席1个：游仙区住房和城乡建设局", "未到场", "游仙民踏〔2026〕")
    reason = "经通知并确认，没有到场。"
    story.county.act("officer", case, "default_absent", desk_id=SECOND_PARTNER, reason=reason)
    say(story.text("officer", case, "site_visit_record"), "未到场，缺席默认")


def test_an_absence_is_recorded_with_the_call_its_confirmation_and_the_day(story: Story) -> None:
    text = story.text("officer", story.joint_agreed(), "absence_default_record")
    say(text, "游仙区住房和城乡建设局", "联合踏勘", chinese("2026-11-23"), "测试second-partner", "残联来人")
    say(text, "现场与方案一致。", "没有到场", "视为该部门同意", "游仙民缺默〔2026〕")
    silent(text, "23:59")


def test_a_default_names_the_department_its_limit_and_the_proof(story: Story) -> None:
    case = story.joint_silent()
    letter = story.offers("officer", case, "joint_contact_letter")[1].number
    text = story.text("window", case, "timeout_default_notice")
    say(text, "游仙区住房和城乡建设局", "核对改造方案", "3个工作日", chinese("2026-11-25"), letter)
    say(text, "测试second-partner", chinese("2026-12-01"), chinese("2026-12-02"), "期限届满没有回执。")


def test_a_default_of_the_decision_names_the_urging_and_who_confirmed_it(story: Story) -> None:
    text = story.text("window", story.defaulted(), "timeout_default_notice")
    say(text, "超时部门游仙区民政局", "作出决定", "催办通知")
    say(
        text,
        "测试officer",
        chinese("2026-12-04"),
        chinese("2026-12-20"),
        "10个工作日",
        "经催办仍未作出决定。",
    )


def test_the_summary_sets_the_departments_side_by_side(story: Story) -> None:
    text = story.text("officer", story.joint_silent(), "joint_summary")
    say(text, "游仙区残疾人联合会", "不同意", "残疾证已过期。", "游仙区住房和城乡建设局", "超时默认")
    say(text, "换证后同意改造。", "测试partner")
    silent(text, "测试window")


def test_a_case_of_a_higher_authority_goes_up_with_opinion_and_list_and_its_reply_is_decided_upon(
    story: Story,
) -> None:
    case = story.reported_up()
    text = story.text("approver", case, "report_letter")
    say(
        text,
        "绵阳市民政局",
        "初审同意，材料齐全。",
        "居民身份证",
        "户口簿",
        "游仙民报〔2026〕",
        chinese("2026-12-04"),
    )
    reply = {"organ": "绵阳市民政局", "reply_number": "绵民复〔2026〕7号", "replied_on": "2026-11-20"}
    story.county.act("approver", case, "record_reply_refused", **reply, reason="不符合募捐条件。")
    refusal = story.text("approver", case, "decision")
    say(refusal, "不予决定书", "绵民复〔2026〕7号", "绵阳市民政局", "不符合募捐条件。", REVIEW, COURT)


def test_a_decision_states_findings_reasons_basis_term_and_remedies(story: Story) -> None:
    text = story.text("approver", story.granted(), "decision")
    say(
        text,
        "准予决定书",
        FINDINGS,
        "符合条例第十条。",
        "法律依据：依据。",
        "有效期限：三年。",
        REVIEW,
        COURT,
    )
    say(text, "绵阳市游仙区民政局", "准予行政许可", "测试officer", "游仙民准决〔2026〕")
    silent(text, OPINION, "。。")


def test_a_decision_without_findings_of_its_own_says_that_all_was_checked(story: Story) -> None:
    case = story.reviewed(findings="")
    story.county.act("approver", case, "refuse", reason="会员不足五十人。")
    text = story.text("approver", case, "decision")
    say(text, "不予决定书", "已核对申请人提交的全部材料", "会员不足五十人。", "六十日", REVIEW, COURT)
    silent(text, OPINION, "有效期限")


def test_days_of_publicity_stand_in_the_decision(story: Story) -> None:
    case = story.reviewed(PUBLICISED_ITEM)
    days = {"publicity_from": "2026-11-21", "publicity_to": "2026-11-23", "place": "村务公开栏"}
    days["evidence"] = "照片0001"
    story.county.act("officer", case, "publicise", **days)
    story.set_day(24)
    story.county.act("approver", case, "grant", reason="公示无异议。")
    say(story.text("approver", case, "decision"), chinese("2026-11-21"), chinese("2026-11-23"), "公示")


def test_the_applicant_is_told_what_lies_ready_where_and_until_when(story: Story) -> None:
    text = story.text("agent", story.concluded(), "collection_notice")
    say(text, "准予决定书", "社会团体法人登记证书", "社0001", "抗香村便民服务室", chinese("2026-12-20"))
    say(text, "身份证", "收件凭证", "工作日9时至17时")


def test_the_certificate_of_service_names_who_took_what_when_and_how(story: Story) -> None:
    case = story.concluded()
    text = story.text("agent", case, "service_certificate")
    say(text, "同住成年家属代收", "王㛃", "女儿", "准予决定书", "社会团体法人登记证书", chinese("2026-11-20"))
    say(text, "测试agent", "抗香村送〔2026〕")
    silent(text, ID_NUMBER)


def test_the_certificate_of_a_posted_paper_names_the_waybill_and_of_an_electronic_one_the_consent(
    story: Story,
) -> None:
    for facts, words in (
        ({"manner": "post", "waybill": "EMS0001", "sent_on": "2026-11-20"}, ("EMS0001", "寄出")),
        ({"manner": "electronic", "consent": "2026年11月20日书面同意"}, ("书面同意",)),
    ):
        case = story.sent_down()
        story.county.act("agent", case, "serve", recipient=NAME, served_on="2026-11-20", **facts)
        say(story.text("agent", case, "service_certificate"), *words)


def test_the_notice_of_conclusion_gives_the_code_for_rating_only_to_the_applicant(story: Story) -> None:
    case = story.concluded()
    text = story.text("agent", case, "conclusion_notice")
    say(
        text,
        "抗香村办结〔2026〕",
        "准予",
        "社会团体法人登记证书",
        "10个工作日",
        "0个工作日",
        "同住成年家属代收",
        "评价",
    )
    applicants = text.index("通知联（交申请人）")
    assert text.count(case.enquiry_code) == 1
    assert text.index(case.enquiry_code) > applicants
    silent(text, REVIEW)


def test_the_slip_of_a_joint_case_names_every_hand_department_and_default(story: Story) -> None:
    case = story.joint_agreed()
    text = story.text("officer", case, "routing_slip")
    say(text, *(f"测试{who}" for who in ("agent", "clerk", "window", "officer", "partner", "second-partner")))
    say(text, "联办情况", "缺席默认", "残疾等级属实。", "核对改造方案", "代办人", chinese("2026-12-04"))


def test_the_slip_tells_of_special_procedures_extensions_and_supplements(story: Story) -> None:
    case = story.at_township(LICENCE_ITEM)
    story.county.act("clerk", case, "request_supplement", missing=MISSING, deadline="2026-12-01")
    row = {"material_id": "booklet", "name": "户口簿", "originals": 1, "copies": 2}
    story.county.act("agent", case, "supply", materials=[row])
    text = story.text("agent", case, "routing_slip")
    say(text, "补正情况", "户口簿", "补齐日期")
    other = story.accepted()
    asked = {"procedure": "hearing", "reason": "利害关系人申请听证。", "expected_days": 3}
    story.county.act("officer", other, "start_special", **asked)
    story.set_day(24)
    story.county.act("officer", other, "end_special", result="听证无异议。", ended_on="2026-11-24")
    extended = {"days": 5, "reason": "需要外调核实。", "approved_by": "区民政局局长"}
    story.county.act("approver", other, "extend", **extended)
    text = story.text("officer", other, "routing_slip")
    say(text, "特别程序", "听证", "利害关系人申请听证。", "听证无异议。", "延长期限", "区民政局局长")


def test_a_hand_that_stands_in_is_named_with_whom_it_stands_in_for(story: Story) -> None:
    case = story.received(JOINT_ITEM)
    story.county.send("agent", case)
    clerk = story.county.at("clerk")
    other = clerk.organisation.person("p-clerk-b")
    assert other is not None
    clerk.person = other
    story.county.sign("clerk", case)
    text = story.text("clerk", case, "routing_slip")
    say(text, "B岗测试clerk-b（代A岗测试clerk）", "测试agent")
    assert [row.who for row in details(clerk, case.case_id).steps][-1] == "B岗 测试clerk-b（代A岗 测试clerk）"


STORIES: dict[str, Callable[[Story], object]] = {
    "joint_agreed": Story.joint_agreed,
    "joint_silent": Story.joint_silent,
    "concluded": Story.concluded,
}


@pytest.mark.parametrize("name", STORIES)
def test_whoever_held_the_case_can_print_all_of_its_papers(story: Story, name: str) -> None:
    case = STORIES[name](story)
    known = story.county.known("clerk", case)
    for offer in details(story.county.at("clerk"), known.case_id).papers:
        say(story.text("clerk", known, offer.name), NAME)


def test_a_guide_and_a_poster_are_printed_from_the_catalogue_in_force(story: Story) -> None:
    clerk = story.county.at("clerk")
    item = clerk.catalogue.in_force(LICENCE_ITEM, clerk.now().date())
    assert item is not None
    told = text_of(guides.render_guide(clerk, item).pdf)
    say(
        told,
        "社会团体成立登记",
        "行政许可",
        "20个工作日",
        "10个工作日",
        "居民身份证",
        "户口簿",
        "游仙区民政局",
    )
    say(told, "依据", "条件", "程序", "不收费", PHONE, COMPLAINTS, "工作日9时至17时", item.code)
    poster = text_of(guides.render_publicity_sheet(clerk, item).pdf)
    say(poster, "社会团体成立登记", "依据", "条件", "程序", "不收费", "户口簿", "20个工作日", PHONE)
    with pytest.raises(Refused):
        guides.render_publicity_sheet(clerk, replace(item, fee=""))
