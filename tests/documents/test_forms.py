"""What the law or practice wants to stand on a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from stationapp.documents import sample_people
from stationapp.documents.forms import (
    acceptance_notice,
    decision,
    handover_list,
    material_receipt,
    routing_slip,
    service_certificate,
    supplement_notice,
)
from stationapp.documents.layout.endings import SEAL_NOTE
from stationapp.documents.preview import extract_text, render_pages
from stationapp.domain.check_character import is_valid


def text_of(pdf: bytes) -> str:
    return "".join(extract_text(pdf).split())


def test_the_invented_people_have_right_check_digits() -> None:
    people = [
        thing for thing in vars(sample_people).values() if isinstance(thing, sample_people.SamplePerson)
    ]
    assert len(people) >= 5
    assert all(len(person.id_number) == 18 and is_valid(person.id_number) for person in people)


def test_a_receipt_says_on_both_parts_that_it_is_no_acceptance(press: Any) -> None:
    assert text_of(press.sample("material_receipt")).count(material_receipt.NOT_ACCEPTED) == 2


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_the_codes_of_receipt_and_handover_list_can_be_scanned(scale: float, press: Any, reader: Any) -> None:
    wanted = {
        "material_receipt": material_receipt.sample().qr_payload,
        "handover_list": handover_list.sample().digest,
    }
    for name, payload in wanted.items():
        page = render_pages(press.sample(name, scale=scale), 200)[0]
        codes = reader.codes(page.png())
        assert codes
        assert set(codes) == {payload}


def test_a_chinese_payload_is_scanned_as_it_was(press: Any, reader: Any) -> None:
    data = replace(material_receipt.sample(), qr_payload="收件：吴䶮、钟𬭎")
    page = render_pages(press.data("material_receipt", data), 200)[0]
    assert set(reader.codes(page.png())) == {"收件：吴䶮、钟𬭎"}


@pytest.mark.parametrize(
    "name", ["acceptance_notice", "supplement_notice", "decision", "service_certificate"]
)
def test_papers_of_an_organ_leave_a_place_for_the_seal_and_say_it_is_needed(name: str, press: Any) -> None:
    assert SEAL_NOTE in text_of(press.sample(name))


def test_provisional_due_dates_are_marked_and_explained(press: Any) -> None:
    data = replace(acceptance_notice.sample(), statutory_due=date(2027, 1, 8), statutory_provisional=True)
    text = text_of(press.data("acceptance_notice", data))
    assert text.count("2027年1月8日（暂定）") == text.count("（暂定）") == 2
    assert "2026年12月2日" in text
    assert "以国务院办公厅放假通知为准" in text
    settled = text_of(press.sample("acceptance_notice"))
    assert "暂定" not in settled


def test_the_routing_slip_marks_only_the_due_date_that_is_provisional(press: Any) -> None:
    text = text_of(press.data("routing_slip", replace(routing_slip.sample(), statutory_provisional=True)))
    assert "2026年12月7日（暂定）" in text
    assert text.count("（暂定）") == 1


def test_a_served_paper_without_a_number_has_no_empty_brackets(press: Any) -> None:
    documents = (service_certificate.ServedDocument("查询结果", ""),)
    text = text_of(
        press.data("service_certificate", replace(service_certificate.sample(), documents=documents))
    )
    assert "《查询结果》1份" in text
    assert "（）" not in text


def test_an_acceptance_names_what_the_limits_leave_out(press: Any) -> None:
    assert "不计入期限：听证、检验、检测、鉴定、专家评审。" in text_of(press.sample("acceptance_notice"))


def test_a_supplement_notice_without_a_day_names_none(press: Any) -> None:
    data = replace(supplement_notice.sample(), deadline=None)
    text = text_of(press.data("supplement_notice", data))
    assert "请尽快将上列材料一次补齐" in text
    assert "日前将" not in text


def test_a_refusal_tells_both_remedies_and_a_grant_its_validity(press: Any) -> None:
    refusal = text_of(press.sample("decision"))
    assert "不予决定书" in refusal
    assert "六十日内向绵阳市游仙区人民政府申请行政复议" in refusal
    assert "六个月内依法向绵阳市游仙区人民法院提起行政诉讼" in refusal
    grant = replace(decision.sample(), granted=True, validity="2026年12月2日至2027年12月1日")
    text = text_of(press.data("decision", grant))
    assert "准予决定书" in text
    assert "决定准予行政许可。" in text
    assert "有效期限：2026年12月2日至2027年12月1日。" in text


def test_a_refusal_must_give_reasons_and_remedies() -> None:
    with pytest.raises(ValueError, match="remedies"):
        replace(decision.sample(), review_organ="")
    with pytest.raises(ValueError, match="reasons"):
        replace(decision.sample(), reasons=())


@pytest.mark.parametrize("manner", service_certificate.MANNERS)
def test_exactly_the_chosen_manner_of_service_is_ticked(manner: str, press: Any) -> None:
    data = replace(
        service_certificate.sample(),
        manner=manner,
        postal_number="XA51000000151",
        electronic_address="13800000004",
    )
    text = text_of(press.data("service_certificate", data))
    assert f"■{manner}" in text
    assert text.count("■") == 1
    assert text.count("□") == len(service_certificate.MANNERS) - 1
    assert ("XA51000000151" in text) == (manner == service_certificate.BY_POST)


def test_a_manner_the_law_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="微信"):
        replace(service_certificate.sample(), manner="微信转告")
