"""Tables over pages, rows longer than a page, parts on one sheet, boxes that stay together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.documents.fonts import installed_chain
from stationapp.documents.forms import handover_list, material_receipt, routing_slip
from stationapp.documents.layout.blocks import Field, FieldGrid, Paragraph, Together
from stationapp.documents.layout.flow import Flow, Setting, Style
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.preview import extract_text
from stationapp.documents.registry import LARGE_TYPE, PAPERS

HEIGHT = 300.0


def flow_of(height: float = HEIGHT) -> Flow:
    return Flow(Setting(installed_chain()), 400.0, height)


def pages_of(pdf: bytes) -> list[str]:
    return ["".join(page.split()) for page in extract_text(pdf).split("\f")]


def test_two_hundred_rows_are_all_there_each_once_in_each_copy(press: Any) -> None:
    text = "".join(pages_of(press.sample("handover_list", "sample_long")))
    for row in handover_list.sample_long().rows:
        assert text.count(row.receipt_number) == 2


def test_every_page_of_a_handover_list_repeats_the_header_and_sums_its_own_rows(press: Any) -> None:
    data = handover_list.sample_long()
    pages = pages_of(press.data("handover_list", data))
    first_copy = pages[: len(pages) // 2]
    counted = 0
    for number, page in enumerate(first_copy, start=1):
        rows = [row for row in data.rows if row.receipt_number in page]
        pieces = sum(row.pages for row in rows)
        assert "附件校验码" in page
        assert f"本页小计：{len(rows)}件" in page
        assert f"共{pieces}页。" in page
        assert f"第{number}页共{len(first_copy)}页" in page
        counted += len(rows)
    assert counted == len(data.rows)
    assert f"本批合计：{len(data.rows)}件" in first_copy[-1]


@given(st.integers(0, 60))
def test_any_number_of_rows_stays_inside_the_frames(count: int) -> None:
    flow = flow_of()
    rows = tuple((str(number), "申请材料" * (number % 9)) for number in range(count))
    table = Table(
        (Column("序号", 1), Column("名称", 3)), rows, page_foot=lambda a, b: f"{a}-{b}", total="合计"
    )
    heights: list[float] = []
    flow.before_turn = lambda: heights.append(flow.y)
    table.place(flow)
    heights.append(flow.y)
    assert max(heights) <= HEIGHT
    assert len(flow.frames) == len(heights)


def test_an_opinion_longer_than_a_page_is_continued_and_complete(press: Any) -> None:
    opinion = "".join(f"第{number}句意见，请逐条核对。" for number in range(300))
    sample = routing_slip.sample()
    data = replace(sample, steps=(replace(sample.steps[0], opinion=opinion), *sample.steps[1:]))
    text = "".join(pages_of(press.data("routing_slip", data)))
    torn = [number for number in range(300) if f"第{number}句意见" not in text]
    # A sentence may fall on two pages, with the page's foot and head between; there are few pages.
    assert len(torn) <= len(pages_of(press.data("routing_slip", data)))


def test_short_parts_share_one_sheet_and_long_ones_have_their_own(press: Any) -> None:
    usual = pages_of(press.sample("material_receipt"))
    assert len(usual) == 1
    assert "存根联" in usual[0]
    assert "回执联" in usual[0]
    assert "沿此线裁开" in usual[0]
    long = pages_of(press.sample("material_receipt", "sample_long"))
    assert "存根联" in long[0]
    assert "回执联" not in long[0]
    assert "第1页共2页" in long[0]
    assert "沿此线裁开" not in "".join(long)


def test_only_the_applicants_part_shows_the_enquiry_code(press: Any) -> None:
    data = material_receipt.sample()
    assert pages_of(press.data("material_receipt", data))[0].count(data.enquiry_code) == 1


def box_of(page: Any, text: str) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of the first place where a page says `text`."""
    found = page.search(text).get_next()
    assert found is not None, text
    boxes = [page.get_charbox(found[0] + offset) for offset in range(found[1])]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


@pytest.mark.parametrize("name", PAPERS)
def test_in_large_type_the_mark_of_a_reprint_does_not_run_into_the_number(name: str, press: Any) -> None:
    data = PAPERS[name].sample_long()
    label = PAPERS[name].compose(data).number_label
    pdf = pypdfium2.PdfDocument(press.sample(name, "sample_long", copy=12, scale=LARGE_TYPE))
    for page in pdf:
        text = page.get_textpage()
        _left, bottom, right, _top = box_of(text, "第11次")
        left, _bottom, _right, top = box_of(text, f"{label}：")
        # The mark stands in a box whose line is half a character away.
        assert left > right + 5 or top < bottom


def test_blocks_that_belong_together_move_to_the_next_page_together() -> None:
    flow = flow_of()
    Paragraph("一行\n" * 12, Style(size=14)).place(flow)
    Together((Paragraph("签名"), Paragraph("日期"), Paragraph("印章"), Paragraph("附注"))).place(flow)
    assert len(flow.frames) == 2
    assert len(flow.frames[1]) == 1


def test_fields_share_a_row_unless_a_number_would_be_torn() -> None:
    fields = (Field("收件号", "510704104201-20261121-0007"), Field("申请人", "吴䶮"))
    wide, narrow = (Flow(Setting(installed_chain()), width, HEIGHT) for width in (520.0, 300.0))
    FieldGrid((fields,)).place(wide)
    FieldGrid((fields,)).place(narrow)
    assert len(wide.frames[0]) == 1
    assert len(narrow.frames[0]) == 2
