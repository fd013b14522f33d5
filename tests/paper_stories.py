"""Cases that lead to one paper after the other, told with real posts and stores; and what a printed paper says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pypdfium2

from county_at_work import County, draft
from small_county import (
    CHINA,
    DEPARTMENT,
    FACTS,
    FORWARDED_ITEM,
    JOINT_ITEM,
    LICENCE_ITEM,
    PARTNER,
    SECOND_PARTNER,
    organisation,
)
from stationapp.domain.case import Case
from stationapp.platform.clock import SteppingClock
from stationapp.services import intake, papers
from stationapp.services.case_details import PaperOffer, details
from stationapp.services.workplace import Workplace

NAME = "吴䶮"
FINDINGS = "申请人住所台阶高四十厘米，持二级肢体残疾证。"
OPINION = "内部意见：建议准予。"
PHONE, COMPLAINTS = "0816-0000100", "0816-0000999"
_POSTS = ("agent", "clerk", "window", "officer", "approver", "partner", "second-partner")


def text_of(pdf: bytes) -> str:
    """The text of a paper without blanks and line breaks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


class Story:
    """A county whose desks have telephones, and the ways its cases take."""

    def __init__(self, county: County) -> None:
        self.county = county
        desks = tuple(
            replace(desk, phone=PHONE, complaint_phone=COMPLAINTS, opening_hours="工作日9时至17时")
            for desk in organisation().desks
        )
        for post in _POSTS:
            place = county.at(post)
            furnished = replace(place.organisation, desks=desks)
            place.references = replace(place.references, organisation=furnished)
            found = furnished.desk(place.desk.desk_id)
            assert found is not None
            place.desk = found

    def set_day(self, day: int, month: int = 11, hour: int = 9) -> None:
        """Move every clock to an hour of a day of 2026; the story may then go on with any post."""
        for post in _POSTS:
            clock = self.county.at(post).clock
            assert isinstance(clock, SteppingClock)
            clock.set_to(datetime(2026, month, day, hour, tzinfo=CHINA))

    def received(self, code: str, name: str = NAME) -> Case:
        """A case in the village."""
        case, _ = intake.receive(self.county.at("agent"), draft(code, name))
        return case

    def at_township(self, code: str) -> Case:
        """A case the township has signed for."""
        case = self.received(code)
        self.county.send("agent", case)
        self.county.sign("clerk", case)
        return case

    def at_window(self, code: str) -> Case:
        """A case the county's window has signed for."""
        case = self.at_township(code)
        self.county.act("clerk", case, "examine", opinion="材料齐全，同意转报。")
        self.county.send("clerk", case)
        self.county.sign("window", case)
        return case

    def accepted(self, code: str = LICENCE_ITEM) -> Case:
        """A case that lies accepted at its department."""
        case = self.at_window(code)
        for move in ("register", "accept", "assign"):
            self.county.act("window", case, move)
        return case

    def reviewed(self, code: str = LICENCE_ITEM, **changes: str) -> Case:
        """A case whose reviewer has spoken."""
        case = self.accepted(code)
        self.county.act("officer", case, "review", **{"opinion": OPINION, "findings": FINDINGS, **changes})
        return case

    def fanned_out(self) -> Case:
        """A joint case whose two departments have signed for their letters."""
        case = self.reviewed(JOINT_ITEM)
        self.county.act("officer", case, "fan_out", parts=[
            {"desk_id": PARTNER, "matter": "核对残疾等级"},
            {"desk_id": SECOND_PARTNER, "matter": "核对改造方案"},
        ])  # fmt: skip
        self.county.act("partner", case, "sign_for_part")
        self.county.act("second-partner", case, "sign_for_part")
        return case

    def visited(self) -> Case:
        """A joint case after its visit, to which the second department had been called and did not come."""
        case = self.fanned_out()
        visit = {**FACTS["call_site_visit"], "visit_on": "2026-11-23", "vehicle": "川B00001"}
        self.county.act("officer", case, "call_site_visit", **visit)
        self.county.act("partner", case, "acknowledge_visit")
        self.county.act("second-partner", case, "acknowledge_visit")
        self.set_day(23, hour=15)
        came = [{"desk_id": DEPARTMENT, "person": "测试officer"}, {"desk_id": PARTNER, "person": "残联来人"}]
        self.county.act("officer", case, "record_site_visit", attended=came, finding="现场与方案一致。")
        self.county.act("partner", case, "sign_visit_record")
        return case

    def joint_agreed(self) -> Case:
        """A joint case of which one department agreed and the other stayed away from the visit."""
        case = self.visited()
        self.county.act("partner", case, "give_opinion", outcome="agree", opinion="残疾等级属实。")
        reason = "经通知并确认，没有到场。"
        self.county.act("officer", case, "default_absent", desk_id=SECOND_PARTNER, reason=reason)
        return case

    def joint_silent(self) -> Case:
        """A joint case of which one department disagrees and the other has let its limit pass."""
        case = self.fanned_out()
        against = {"outcome": "disagree", "opinion": "残疾证已过期。"}
        self.county.act("partner", case, "give_opinion", **against)
        self.set_day(1, month=12)
        reason = "期限届满没有回执。"
        self.county.act("window", case, "default_part", desk_id=SECOND_PARTNER, reason=reason)
        self.county.act(
            "officer", case, "record_meeting", attended_by="民政局、残联", decision="换证后同意改造。"
        )
        return case

    def defaulted(self) -> Case:
        """A joint case that its department neither granted nor refused, in spite of having been urged."""
        case = self.joint_agreed()
        self.county.act("window", case, "urge", words="期限将满，请作出决定。")
        self.county.act("officer", case, "acknowledge_urging")
        self.set_day(20, month=12)
        return self.county.act("window", case, "default_decision", reason="经催办仍未作出决定。")

    def granted(self) -> Case:
        """A licence granted for three years."""
        case = self.reviewed()
        return self.county.act("approver", case, "grant", reason="符合条例第十条。", validity="三年")

    def sent_down(self) -> Case:
        """A licence whose paper lies in the village."""
        case = self.granted()
        self.county.act(
            "approver", case, "issue_result", result_name="社会团体法人登记证书", result_number="社0001"
        )
        for above, below in (("window", "clerk"), ("clerk", "agent")):
            self.county.send(above, case)
            self.county.sign(below, case)
        return case

    def concluded(self) -> Case:
        """A licence at its end."""
        case = self.sent_down()
        told = {**FACTS["notify_collection"], "bring": "身份证、收件凭证"}
        self.county.act("agent", case, "notify_collection", **without_number(told))
        manner = {"manner": "household", "recipient": "王㛃", "relation": "女儿", "served_on": "2026-11-20"}
        self.county.act("agent", case, "serve", **manner)
        return self.county.act("agent", case, "conclude")

    def reported_up(self) -> Case:
        """A case that a higher authority decides."""
        case = self.reviewed(FORWARDED_ITEM)
        up = {"opinion": "初审同意，材料齐全。", "organ": "绵阳市民政局"}
        return self.county.act("approver", case, "report_up", **up)

    def offers(self, post: str, case: Case, name: str) -> list[PaperOffer]:
        """The offers of one kind of paper that a post has of a case."""
        found = details(self.county.at(post), case.case_id).papers
        return [offer for offer in found if offer.name == name]

    def text(self, post: str, case: Case, name: str, which: int = -1) -> str:
        """What a paper of a case says when a post prints it."""
        place = self.county.at(post)
        return paper_text(place, case, self.offers(post, case, name)[which])


def paper_text(place: Workplace, case: Case, offer: PaperOffer) -> str:
    """What an offered paper says."""
    return text_of(papers.render_paper(place, case.case_id, offer).pdf)


def without_number(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts without the document number, which the program gives."""
    return {name: fact for name, fact in facts.items() if name != "document_number"}


def chinese(day: str, later: int = 0) -> str:
    """An ISO day as papers print it, some calendar days later."""
    moved = datetime.fromisoformat(day) + timedelta(days=later)
    return f"{moved.year}年{moved.month}月{moved.day}日"
