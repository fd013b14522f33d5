"""Papers: every one of a whole case, with rare characters, numbers that last, and copies that are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from county_at_work import County, draft
from small_county import FACTS, ID_NUMBER, MISSING
from stationapp.domain.case import Case
from stationapp.domain.refusal import Refused
from stationapp.services import casework, intake, papers
from stationapp.services.case_details import PaperOffer, details
from stationapp.services.papers import RenderedPaper
from stationapp.services.workplace import Workplace

NAME = "㛃䶮𡋾"
SUPPLEMENT = {"missing": MISSING, "deadline": "2026-12-05"}
# FAT32 has none of these; a full-width bracket is fine.
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def text_of(pdf: bytes) -> str:
    """The text of a paper without its line breaks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage() for page in document]
        return "".join(part.get_text_range() for part in pages).replace("\r", "").replace("\n", "")
    finally:
        document.close()


class Whole:
    """One case from its receipt, sent back once, to its end; with the batches that carried it."""

    def __init__(self, home: Path) -> None:
        self.county = County(home)
        for post in ("agent", "clerk", "window", "officer", "approver"):
            self.county.at(post)
        self.case, _ = intake.receive(self.county.at("agent"), draft(name=NAME))
        self.batches = [self._up("agent", "clerk", difference="复印件少 1 页")]
        self.county.act("clerk", self.case, "request_supplement", **SUPPLEMENT)
        self.county.act("agent", self.case, "supply", **FACTS["supply"])
        self.batches.append(self._up("agent", "clerk"))
        self.county.act("clerk", self.case, "examine", opinion="同意转报。")
        self.batches.append(self._up("clerk", "window"))
        self._decide()
        for below, above in (("clerk", "window"), ("agent", "clerk")):
            self.batches.append(self._up(above, below))
        served = {name: FACTS["serve"][name] for name in ("manner", "recipient", "served_on")}
        self.county.act("agent", self.case, "serve", **served)
        self.county.act("agent", self.case, "conclude")

    def _up(self, here: str, there: str, difference: str = "") -> str:
        sent = self.county.send(here, self.case)
        self.county.sign(there, self.case, differences={self.case.case_id: difference})
        return sent.batch_id

    def _decide(self) -> None:
        for post, move, facts in (
            ("window", "register", {}),
            ("window", "accept", {}),
            ("window", "assign", {}),
            ("officer", "review", {"opinion": "符合条件。"}),
            ("approver", "grant", {"reason": "符合条件，准予。"}),
            ("approver", "issue_result", {"result_name": "认定通知书"}),
        ):
            self.county.act(post, self.case, move, **facts)

    def offers(self, post: str = "agent") -> tuple[PaperOffer, ...]:
        return details(self.county.at(post), self.case.case_id).papers


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    made = Whole(tmp_path_factory.mktemp("whole"))
    yield made
    made.county.close()


def rendered(workplace: Workplace, case: Case, offer: PaperOffer) -> RenderedPaper:
    return papers.render_paper(workplace, case.case_id, offer)


def test_a_whole_case_gives_every_paper(whole: Whole) -> None:
    assert [(offer.name, offer.title) for offer in whole.offers()] == [
        ("material_receipt", "材料接收凭证"),
        ("supplement_notice", "一次性告知书"),
        ("material_receipt", "补正材料接收凭证"),
        ("acceptance_notice", "受理通知书"),
        ("decision", "决定书"),
        ("service_certificate", "送达回证"),
        ("conclusion_notice", "办结通知书"),
        ("routing_slip", "流转单"),
    ]


@pytest.mark.parametrize("place", range(8))
def test_every_paper_says_its_number_and_whom_it_is_for(whole: Whole, place: int) -> None:
    offer = whole.offers()[place]
    # At a PC where nothing was ever printed.
    paper = rendered(whole.county.at("clerk"), whole.case, offer)
    text = text_of(paper.pdf)
    assert offer.number in text.replace(" ", "")
    assert all(character in text for character in NAME)
    assert (paper.copy, paper.number, "补打" in text) == (1, offer.number, False)


@pytest.mark.parametrize("place", range(5))
def test_every_handover_list_names_its_batch_and_its_cases(whole: Whole, place: int) -> None:
    paper = papers.render_handover_list(whole.county.at("clerk"), whole.batches[place])
    text = text_of(paper.pdf).replace(" ", "")
    assert paper.number in text
    assert whole.case.receipt_number in text
    assert all(character in text for character in NAME)
    # What was noted at the first signature belongs to the first batch alone.
    assert ("复印件少1页" in text) is (place == 0)


def test_a_receipt_shows_what_was_handed_in_then_and_no_whole_identity_number(whole: Whole) -> None:
    first, second = (offer for offer in whole.offers() if offer.name == "material_receipt")
    early = text_of(rendered(whole.county.at("agent"), whole.case, first).pdf)
    late = text_of(rendered(whole.county.at("agent"), whole.case, second).pdf)
    assert "居民身份证" in early
    assert "户口簿" in early
    assert "户口簿" in late
    assert "居民身份证" not in late
    assert "补正材料接收凭证" in late
    assert "补正材料接收凭证" not in early
    assert ID_NUMBER not in early + late


def test_the_receipt_of_a_supplement_is_no_reprint_of_the_first(whole: Whole, tmp_path: Path) -> None:
    agent = whole.county.at("agent")
    receipts = [offer for offer in whole.offers() if offer.name == "material_receipt"]
    saved = [papers.save_paper(agent, rendered(agent, whole.case, offer), tmp_path)[0] for offer in receipts]
    assert [path.name for path in saved] == [
        f"材料接收凭证-{whole.case.receipt_number}.pdf",
        f"补正材料接收凭证-{whole.case.receipt_number}.pdf",
    ]
    assert [rendered(agent, whole.case, offer).copy for offer in receipts] == [2, 2]


def test_looking_counts_nothing_and_a_reprint_says_so_and_keeps_its_number(
    whole: Whole, tmp_path: Path
) -> None:
    agent = whole.county.at("agent")
    (offer,) = (offer for offer in whole.offers() if offer.name == "acceptance_notice")
    assert [rendered(agent, whole.case, offer).copy for _ in range(3)] == [1, 1, 1]
    first, changed = papers.save_paper(agent, rendered(agent, whole.case, offer), tmp_path)
    assert changed.case_ids == (whole.case.case_id,)
    again = rendered(agent, whole.case, offer)
    second, _ = papers.save_paper(agent, again, tmp_path)
    text = text_of(again.pdf).replace(" ", "").replace("\u3000", "")
    assert (again.copy, again.number) == (2, offer.number)
    assert "补打第1次" in text
    assert offer.number in text
    assert first != second
    assert second.name.endswith("-补打1.pdf")
    # Another PC counts for itself.
    assert rendered(whole.county.at("window"), whole.case, offer).copy == 1


def test_two_that_print_the_same_paper_at_once_are_counted_as_two(whole: Whole) -> None:
    agent = whole.county.at("agent")
    (offer,) = (offer for offer in whole.offers() if offer.name == "decision")
    one, other = rendered(agent, whole.case, offer), rendered(agent, whole.case, offer)
    copies = [papers.record_print(agent, paper)[0].copy for paper in (one, other)]
    assert copies == [1, 2]


def test_file_names_are_safe_and_hold_nothing_personal(whole: Whole) -> None:
    agent = whole.county.at("agent")
    made = [rendered(agent, whole.case, offer) for offer in whole.offers()]
    made += [papers.render_handover_list(agent, batch) for batch in whole.batches]
    names = [papers.file_name(paper) for paper in made]
    assert len(set(names)) == len(names)
    assert not any(UNSAFE.search(name) for name in names)
    assert not any(NAME in name or ID_NUMBER in name for name in names)
    assert all(len(name.encode()) <= 255 for name in names)


def test_the_routing_slip_names_every_hand_and_every_step(whole: Whole) -> None:
    (offer,) = (offer for offer in whole.offers() if offer.name == "routing_slip")
    text = text_of(rendered(whole.county.at("agent"), whole.case, offer).pdf)
    for words in ("收件", "补正告知", "收齐补正材料", "受理", "审查", "准予", "送达", "办结"):
        assert words in text
    for person in ("测试agent", "测试clerk", "测试window", "测试officer", "测试approver"):
        assert person in text


def test_a_second_supplement_has_a_title_and_a_file_of_its_own(county: County, tmp_path: Path) -> None:
    agent, clerk = county.at("agent"), county.at("clerk")
    case, _ = intake.receive(agent, draft())
    other = [{**MISSING[0], "material_id": "id-card", "name": "居民身份证"}]
    for missing, brought in ((MISSING, "booklet"), (other, "id-card")):
        county.send("agent", case)
        county.sign("clerk", case)
        casework.act(clerk, case.case_id, "request_supplement", {**SUPPLEMENT, "missing": missing})
        county.share()
        row = {"material_id": brought, "name": brought, "originals": 1, "copies": 1}
        county.act("agent", case, "supply", materials=[row])
    offers = [offer for offer in details(agent, case.case_id).papers if offer.name == "material_receipt"]
    titles = [offer.title for offer in offers]
    assert titles == ["材料接收凭证", "补正材料接收凭证", "补正材料接收凭证（第2次）"]
    saved = {papers.save_paper(agent, rendered(agent, case, offer), tmp_path)[0] for offer in offers}
    assert len(saved) == 3


def test_a_paper_that_does_not_exist_yet_is_refused(county: County) -> None:
    case, _ = intake.receive(county.at("agent"), draft())
    for case_id, name in ((case.case_id, "decision"), ("nobody", "material_receipt")):
        with pytest.raises(Refused):
            papers.render_latest(county.at("agent"), case_id, name)
    with pytest.raises(Refused):
        papers.render_handover_list(county.at("agent"), "no-batch")


def test_the_notice_of_what_is_missing_keeps_its_day_when_the_rest_has_come(county: County) -> None:
    agent = county.at("agent")
    told, _ = intake.note_missing(agent, draft(complete=False))
    (notice,) = (row for row in details(agent, told.case_id).papers if row.name == "supplement_notice")
    before = text_of(papers.render_paper(agent, told.case_id, notice).pdf)
    assert "户口簿" in before
    assert told.receipt_number in before.replace(" ", "")
    assert all(character in before for character in "吴䶮")
